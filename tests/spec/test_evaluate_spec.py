"""Walks tests/spec/evaluate/*.json: each file is one topic with the AWS page it rests on.

A case with `condition` asks whether an Allow under that condition holds in `context`; every other case is a request
and its policies, what IAM answers, and (where given) what the answer names.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.iam.case import Case, decision_line, read_case
from secrets_cli.iam.evaluate import evaluate

_FILES = sorted((Path(__file__).parent / "evaluate").glob("*.json"))
_REQUEST = ("principal", "action", "resource", "context")


def _cases() -> Iterator[Any]:
    for file in _FILES:
        group = json.loads(file.read_text())
        for case in group["cases"]:
            yield pytest.param(group, case, id=f"{file.stem}: {case['name']}")


def _line(group: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    if "condition" in case:
        statement = {"Effect": "Allow", "Action": "a:Do", "Resource": "*", "Condition": case["condition"]}
        given = {"principal": "arn:aws:iam::111122223333:user/bob", "action": "a:Do", "resource": "*"}
        fields = given | {
            "context": case["context"],
            "identity": [{"Version": group["version"], "Statement": statement}],
        }
    else:
        fields = group["given"] | case
    policies = {name: value for name, value in fields.items() if name not in (*_REQUEST, "name", "expect", "by")}
    return {"id": case["name"], "request": {name: fields[name] for name in _REQUEST if name in fields}, **policies}


def _expected(case: dict[str, Any]) -> str:
    if "condition" in case:
        return "Allowed" if case["holds"] else "ImplicitlyDenied"
    return str(case["expect"])


@pytest.mark.parametrize(("group", "case"), list(_cases()))
def test_answer(group: dict[str, Any], case: dict[str, Any]) -> None:
    read = read_case(json.dumps(_line(group, case)).encode())
    assert isinstance(read, Case), read
    answer = json.loads(decision_line(read.id, evaluate(read.request, read.policies)))
    assert answer["decision"] == _expected(case), answer
    by = answer["by"]
    named = {
        "policy_type": by["policy_type"],
        "policy": by["policy"],
        "level": by["level"],
        "sid": by["statement"] and by["statement"]["sid"],
        "failed": by["failed"] and by["failed"]["element"],
    }
    wanted = case.get("by", {})
    assert {name: named[name] for name in wanted} == wanted, answer


def test_every_topic_names_its_page() -> None:
    assert len(_FILES) > 10
    for file in _FILES:
        assert json.loads(file.read_text())["source"].startswith("https://docs.aws.amazon.com/"), file
