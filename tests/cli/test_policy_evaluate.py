"""`policy evaluate`: JSON lines in, JSON lines out, one bad case is an error for that case."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from secrets_cli import errors
from secrets_cli.cli.app import app

_REQUEST: dict[str, Any] = {
    "principal": "arn:aws:iam::111122223333:user/bob",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::b/k",
}
_ALLOW: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


def _case(**change: Any) -> dict[str, Any]:
    return {"id": "c", "request": _REQUEST, "identity": [_ALLOW], **change}


def _run(tmp_path: Path, *lines: Mapping[str, Any] | str, options: tuple[str, ...] = ()) -> tuple[list[Any], str, Any]:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    result = CliRunner().invoke(app, ["policy", "evaluate", str(file), *options])
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr, result.exception


@pytest.mark.parametrize("options", [(), ("--format", "json"), ("--format", "text", "--quiet")])
def test_one_answer_a_line(tmp_path: Path, options: tuple[str, ...]) -> None:
    answers, stderr, error = _run(tmp_path, _case(), "", _case(id=2, identity=[]), options=options)
    assert error is None
    assert stderr == ""
    assert answers[0] == {
        "id": "c",
        "decision": "Allowed",
        "by": {
            "policy_type": "identity",
            "level": None,
            "policy": "identity[0]",
            "statement": {"sid": "Read", "index": 0, "location": "identity[0]:1:41"},
            "failed": None,
            "reason": "an identity policy allows it",
        },
    }
    assert (answers[1]["id"], answers[1]["decision"]) == (2, "ImplicitlyDenied")
    assert answers[1]["by"]["statement"] is None


def test_the_nearest_statement_says_what_failed(tmp_path: Path) -> None:
    other = {**_REQUEST, "action": "sqs:SendMessage"}
    answers, _, _ = _run(tmp_path, _case(request=other))
    assert answers[0]["by"]["failed"] == {
        "element": "action",
        "detail": "Action does not cover `sqs:SendMessage`",
    }


@pytest.mark.parametrize(
    ("line", "case_id", "error"),
    [
        ("nonsense", None, "JSON is malformed"),
        ("[]", None, "expected `object`, got `array`"),
        ({"request": _REQUEST}, None, "object missing required field `id`"),
        ({"id": 7}, 7, "object missing required field `request`"),
        (
            _case(request={**_REQUEST, "action": "GetObject"}),
            "c",
            "`request.action` is `GetObject`, not `service:Name`",
        ),
        (_case(request={**_REQUEST, "action": "s3:Get*"}), "c", "`request.action` is `s3:Get*`"),
        (_case(request={**_REQUEST, "principal": ""}), "c", "`request.principal` is empty"),
        (_case(request={**_REQUEST, "resource": ""}), "c", "`request.resource` is empty"),
        (_case(request={**_REQUEST, "context": {"a": None}}), "c", "$.request.context"),
        (_case(request={**_REQUEST, "context": {"a:x": "1", "A:X": "2"}}), "c", "`a:x` and `A:X`, which are one key"),
        (_case(identity=_ALLOW), "c", "expected `array"),
        (_case(scps=[_ALLOW]), "c", "expected `array`, got `object` - at `$.scps"),
        (_case(identity=[{"Statement": {**_ALLOW["Statement"][0], "Effect": "Maybe"}}]), "c", "`Effect` is `Maybe`"),
        (_case(boundary={"Statement": []}), "c", "boundary:1:15: `Statement` is an empty list"),
        (_case(rcps=[[], [_ALLOW]]), "c", "rcps[1][0]:1:41: the statement has neither `Principal`"),
    ],
)
def test_a_malformed_case_is_answered_and_the_run_goes_on(
    tmp_path: Path, line: Mapping[str, Any] | str, case_id: object, error: str
) -> None:
    answers, _, raised = _run(tmp_path, line, _case(id="after"))
    assert answers[0]["id"] == case_id
    assert error in answers[0]["error"]
    assert set(answers[0]) == {"id", "error"}
    assert answers[1]["decision"] == "Allowed"
    assert isinstance(raised, errors.MalformedInput)
    assert raised.message.startswith("1 of 2 cases in `")


def test_context_values_are_text_or_become_it(tmp_path: Path) -> None:
    condition = {
        "Bool": {"aws:SecureTransport": "true"},
        "NumericEquals": {"s3:max-keys": "10"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["a", "1"]},
    }
    policy = {"Version": "2012-10-17", "Statement": {**_ALLOW["Statement"][0], "Condition": condition}}
    context = {"aws:SecureTransport": True, "s3:max-keys": 10.0, "aws:TagKeys": ["a", 1]}
    answers, _, error = _run(tmp_path, _case(identity=[policy], request={**_REQUEST, "context": context}))
    assert error is None
    assert answers[0]["decision"] == "Allowed"


def test_an_unknown_field_is_warned_of_once(tmp_path: Path) -> None:
    _, stderr, _ = _run(tmp_path, _case(resouce_policy=None), _case(resouce_policy=None))
    assert stderr == "warning: cases have no field `resouce_policy`: it is not read\n"


def test_reads_standard_input() -> None:
    given = b"\xef\xbb\xbf" + json.dumps(_case()).encode() + b"\n" + json.dumps(_case(id="\u00e9")).encode()
    result = CliRunner().invoke(app, ["policy", "evaluate", "-"], input=given)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["c", "\u00e9"]


def test_a_file_without_cases(tmp_path: Path) -> None:
    _, _, error = _run(tmp_path, "", " ")
    assert isinstance(error, errors.NothingToRead)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["policy", "evaluate", str(tmp_path / "none.jsonl")])
    assert isinstance(result.exception, errors.UnreadableSource)
    assert result.exception.message.endswith("cannot be opened: no such file or directory")


def test_the_exit_code_of_malformed_cases(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("{}\n")
    command = [sys.executable, "-m", "secrets_cli", "policy", "evaluate", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert json.loads(done.stdout)["id"] is None
    assert "Traceback" not in done.stderr
