"""`wildcard-in-principal`."""

import pytest

from secrets_cli.gate.rules.wildcard_in_principal import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.made_documents import ACCOUNT, QUEUE, in_resource, in_trust, statement


@pytest.mark.parametrize(
    ("principal", "severity"),
    [
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}, "low"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/deploy-??"}, "low"),
        ({"AWS": "arn:aws:iam::*:root"}, "medium"),
        ({"AWS": "arn:aws:iam::*:role/deploy"}, "medium"),
        ({"Service": "*.amazonaws.com"}, "medium"),
        ({"Service": "*"}, "medium"),
    ],
)
def test_a_wildcard_within(principal: object, severity: str) -> None:
    (found,) = in_trust(RULE, statement(principal, "sts:AssumeRole"))
    assert found.severity.value == severity
    assert "AWS refuses it" in found.message


def test_in_a_deny_too() -> None:
    principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/*"}
    assert in_resource(RULE, statement(principal, "sqs:SendMessage", QUEUE, effect="Deny"))


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": f"arn:aws:iam::{UNKNOWN}:role/*"}, {"AWS": ACCOUNT}])
def test_no_wildcard_within(principal: object) -> None:
    assert not in_resource(RULE, statement(principal, "sqs:SendMessage", QUEUE))
