"""`stale-principal`."""

import pytest

from secrets_cli.gate.rules.stale_principal import RULE
from tests.unit.gate.made_documents import ACCOUNT, QUEUE, in_resource, in_trust, statement


@pytest.mark.parametrize(("id", "kind"), [("AIDAEXAMPLE1234567890", "user"), ("AROAEXAMPLE1234567890", "role")])
def test_a_unique_id(id: str, kind: str) -> None:
    (found,) = in_trust(RULE, statement({"AWS": [id, f"arn:aws:iam::{ACCOUNT}:role/app"]}, "sts:AssumeRole"))
    assert found.message == f"`{id}` is the unique id of a {kind} that was deleted: nobody can be it again"
    assert in_resource(RULE, statement({"AWS": id}, "sqs:SendMessage", QUEUE, effect="Deny"))


@pytest.mark.parametrize("value", [ACCOUNT, "*", f"arn:aws:iam::{ACCOUNT}:role/AROAEXAMPLE1234567890"])
def test_no_unique_id(value: str) -> None:
    assert not in_resource(RULE, statement({"AWS": value}, "sqs:SendMessage", QUEUE))
