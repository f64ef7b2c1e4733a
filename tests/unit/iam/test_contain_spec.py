"""The specification of containment: every case of tests/spec/contain/, a file for each subject.

A case has `old` and `new` (statements of one policy each), the `verdict`, and for a `not-contained` what the witness
must at least say. Whatever the case, the answer is checked by the oracle as well.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.iam.contain import Contained, Containment, NotContained, Undecided, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from tests.brute_force import allows

_CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parents[2] / "spec" / "contain").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


def _policy(statements: list[Any], name: str) -> Policy:
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": statements}), name)


def _verdict(answer: Containment) -> str:
    match answer:
        case Contained():
            return "contained"
        case NotContained():
            return "not-contained"
        case Undecided():
            return "undecided"


@pytest.mark.parametrize("case", _CASES)
def test_case(case: dict[str, Any]) -> None:
    old, new = _policy(case["old"], "old"), _policy(case["new"], "new")
    answer = contains((old,), (new,))
    assert _verdict(answer) == case["verdict"], answer
    if isinstance(answer, NotContained):
        witness = answer.witness
        assert allows((new,), witness.action, witness.resource, witness.context)
        assert not allows((old,), witness.action, witness.resource, witness.context)
        expected = case.get("witness", {})
        assert witness.action == expected.get("action", witness.action)
        assert witness.resource == expected.get("resource", witness.resource)
        context = {key: value if isinstance(value, str) else list(value) for key, value in witness.context.items()}
        assert context == expected.get("context", context)


def test_every_case_names_its_source() -> None:
    for param in _CASES:
        case = param.values[0]
        assert isinstance(case, dict)
        assert case["source"].startswith("https://docs.aws.amazon.com/")
