"""long-lived-credentials: an IAM user's access key in an environment."""

import json

import pytest

from secrets_cli.gate.rules.long_lived_credentials import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import environment, messages, said

KEY_ID = "AKIA" + "2QX7V5NNLM3PRT6W"


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_ACCESS_KEY_ID", KEY_ID), ("UPLOADER", KEY_ID), ("AWS_SECRET_ACCESS_KEY", "zu3Kpl9wq" * 4)],
)
def test_half_of_a_key_is_found_and_not_shown(name: str, value: str) -> None:
    found = said(RULE, environment(**{name: value}))
    assert [one.message for one in found] == [f"`{name}` holds half of an IAM user's access key in plain text"]
    assert found[0].severity is Severity.HIGH
    assert value[4:10] not in messages(found)
    assert str(found[0].location) == "serverless.yml:9:7"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ACCESS_KEY_ID", "${env:AWS_ACCESS_KEY_ID}"),
        ("AWS_ACCESS_KEY_ID", "${ssm:/key}"),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", ""),
        ("AWS_SECRET_ACCESS_KEY", "changeme"),
        ("ROLE", "arn:aws:iam::111122223333:role/AKIA"),
    ],
)
def test_references_and_examples_are_no_finding(name: str, value: str) -> None:
    assert not said(RULE, environment(**{name: value}))


def test_zappas_environment_counts() -> None:
    stage = {"manage_roles": False, "environment_variables": {"AWS_ACCESS_KEY_ID": KEY_ID}}
    assert len(said(RULE, json.dumps({"dev": stage}), "zappa_settings.json")) == 1
