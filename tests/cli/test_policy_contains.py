"""`policy contains`: three answers, three exit codes, a witness."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conftest import RunCli

_SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/containment-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def policy(name: str, *statements: dict[str, Any]) -> str:
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=1))
        return str(file)

    return policy


def _allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def _json(cli: RunCli, *words: str) -> tuple[int, dict[str, Any]]:
    ran = cli("policy", "contains", "--format", "json", *words)
    document = json.loads(ran.out)
    Draft202012Validator(_SCHEMA).validate(document)
    return ran.code, document


def test_contained(cli: RunCli, write: Any) -> None:
    old, new = write("old", _allow("s3:*", "*")), write("new", _allow("s3:GetObject", "arn:aws:s3:::b/*"))
    code, document = _json(cli, "--old", old, "--new", new)
    assert code == 0
    assert document == {
        "schema": "secrets-cli/containment/1",
        "verdict": "contained",
        "class": None,
        "witness": None,
        "reason": None,
    }
    assert cli("policy", "contains", "--old", old, "--new", new).out == "contained\n"


def test_a_widening(cli: RunCli, write: Any) -> None:
    old = write("old", _allow("dynamodb:*", "arn:aws:dynamodb:*:*:*"))
    new = write("new", _allow("dynamodb:List*", "*", Sid="Lists"))
    code, document = _json(cli, "--old", old, "--new", new)
    assert code == 20
    assert document["class"] == "widening"
    assert document["witness"] == {"action": "dynamodb:ListBackups", "resource": "*", "context": {}}
    assert document["reason"] == (
        f"statement `Lists` at {new}:4:3 allows it; the old policies allow the action, but on other resources "
        f"(at {old}:4:3)"
    )


def test_a_difference_where_no_request_is_known(cli: RunCli, write: Any) -> None:
    old, new = write("old", _allow("s3:*", "*")), write("new", _allow("dynamodb:GetItem", "arn:aws:s3:::b"))
    code, document = _json(cli, "--old", old, "--new", new)
    assert code == 20
    assert document["class"] == "only-where-no-request-is-known"
    assert document["witness"]["action"] == "dynamodb:GetItem"


def test_a_condition_shows_in_the_context(cli: RunCli, write: Any) -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}}
    old = write("old", _allow("s3:*", "*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}))
    new = write("new", _allow("s3:*", "*", Condition=condition))
    ran = cli("policy", "contains", "--old", old, "--new", new)
    assert ran.code == 20
    assert "context   aws:RequestedRegion = `eu-west-2`" in ran.out
    assert "under other conditions only" in ran.out


def test_a_deny_of_the_old_side_is_named(cli: RunCli, write: Any) -> None:
    old = write("old", _allow("s3:*", "*"), {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"})
    new = write("new", _allow("s3:Put*", "*"))
    code, document = _json(cli, "--old", old, "--new", new)
    assert code == 20
    assert document["witness"]["action"] == "s3:PutObject"
    assert "the old policies deny it at" in document["reason"]


def test_undecided(cli: RunCli, write: Any) -> None:
    old, new = write("old", _allow("s3:*", "arn:aws:s3:::b")), write("new", _allow("s3:*", "arn:aws:s3:::b/${*}"))
    code, document = _json(cli, "--old", old, "--new", new)
    assert code == 21
    assert document["verdict"] == "undecided"
    assert "literal" in document["reason"]


def test_several_policies_a_side(cli: RunCli, write: Any) -> None:
    gets, puts = write("gets", _allow("s3:Get*", "*")), write("puts", _allow("s3:Put*", "*"))
    both = write("both", _allow("s3:GetObject", "*"), _allow("s3:PutObject", "*"))
    assert cli("policy", "contains", "--old", gets, "--old", puts, "--new", both).code == 0
    assert cli("policy", "contains", "--old", gets, "--new", puts, "--new", gets).code == 20


def test_an_unknown_action_is_a_warning(cli: RunCli, write: Any) -> None:
    policy = write("policy", _allow("s3:MadeUp", "*"))
    ran = cli("policy", "contains", "--old", policy, "--new", policy)
    assert ran.code == 0
    assert "warning: the catalog knows no action `s3:MadeUp`" in ran.err
    assert cli("policy", "contains", "--old", policy, "--new", policy, "--quiet").err == ""


def test_a_malformed_policy_has_its_place(cli: RunCli, write: Any) -> None:
    good, bad = write("good", _allow("s3:*", "*")), write("bad", _allow("GetObject", "*"))
    ran = cli("policy", "contains", "--old", good, "--new", bad)
    assert ran.code == 4
    assert f"{bad}:6:" in ran.err
