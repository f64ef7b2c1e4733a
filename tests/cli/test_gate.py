"""`secrets-cli gate PATH..`: what it prints, and how it ends."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from secrets_cli.gate import registry
from secrets_cli.gate.rules import full_admin
from tests.conftest import RunCli
from tests.unit.repository.trees import ADMIN, made

_FINE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::app-data-111122223333/config.json"}
        ],
    }
)
_UNKNOWN = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ManagedPolicyArns: [!ImportValue x]\n"
_BROKEN = '{"Statement": [{"Effect": '


@pytest.fixture(autouse=True)
def _one_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry, "RULES", (full_admin.RULE,))


@pytest.mark.parametrize(
    ("files", "words", "code"),
    [
        ({"a.json": _FINE}, (), 0),
        ({"a.json": ADMIN}, (), 14),
        ({"a.json": ADMIN}, ("--fail-on", "high"), 14),
        ({"a.json": ADMIN}, ("--fail-on", "never"), 0),
        ({"a.yml": _UNKNOWN}, (), 21),
        ({"a.yml": _UNKNOWN}, ("--fail-on", "high"), 21),
        ({"a.yml": _UNKNOWN}, ("--fail-on", "never"), 0),
        ({"a.yml": _UNKNOWN, "b.json": ADMIN}, (), 14),
        ({"a.json": _BROKEN, "b.json": ADMIN, "c.yml": _UNKNOWN}, (), 4),
        ({"a.json": _BROKEN}, ("--fail-on", "never"), 4),
        ({}, (), 3),
        ({"README.md": "text"}, (), 3),
        ({"README.md": "text"}, ("--allow-empty",), 0),
    ],
)
def test_how_it_ends(cli: RunCli, tmp_path: Path, files: dict[str, str], words: tuple[str, ...], code: int) -> None:
    made(tmp_path, files)
    ran = cli("gate", ".", "--format", "json", *words)
    assert ran.code == code
    document = json.loads(ran.out)
    assert document["schema"] == "secrets-cli/gate/1"
    assert set(document) >= {"findings", "unresolved", "unreadable", "scanned"}


def test_the_json_is_whole_whatever_happens(cli: RunCli, tmp_path: Path) -> None:
    made(tmp_path, {"a.json": _BROKEN, "b.json": ADMIN, "c.yml": _UNKNOWN})
    document: dict[str, Any] = json.loads(cli("gate", ".", "--format", "json").out)
    (finding,) = document["findings"]
    assert (finding["rule"], finding["file"], finding["line"], finding["column"]) == ("full-admin", "b.json", 1, 61)
    assert (finding["severity"], finding["confidence"], finding["state"]) == ("high", "high", "open")
    assert [one["file"] for one in document["unresolved"]] == ["c.yml"]
    assert [one["file"] for one in document["unreadable"]] == ["a.json"]


def test_options_and_paths_in_any_order(cli: RunCli, tmp_path: Path) -> None:
    made(tmp_path, {"a.json": ADMIN, "b.json": ADMIN})
    assert cli("gate", "--format", "json", "a.json", "--quiet", "b.json").out.count('"full-admin"') == 2


def test_a_verb_is_the_first_word_alone(cli: RunCli, tmp_path: Path) -> None:
    from secrets_cli.cli.gate import gate_app

    verbs = {command.name for command in gate_app.registered_commands}
    made(tmp_path, {"rules/a.json": ADMIN, "explain/b.json": ADMIN})
    assert cli("gate", "./rules", "explain", "--quiet").code == 14
    assert verbs <= {"rules", "explain", "baseline"}


def test_without_a_path_the_help_is_shown(cli: RunCli) -> None:
    ran = cli("gate")
    assert ran.code == 2
    assert "Usage: secrets-cli gate [OPTIONS] [PATH]" in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing.json",), "there is no file or folder `missing.json`"),
        ((".", "--var", "x"), "`--var` and `--param` take `NAME=VALUE`"),
        ((".", "--tfvars", "missing.tfvars"), "there is no file `missing.tfvars`"),
        ((".", "--kind", "hunter2"), "invalid value for option `--kind`"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(cli: RunCli, words: tuple[str, ...], message: str) -> None:
    ran = cli("gate", *words)
    assert ran.code == 2
    assert message in ran.err
    assert "hunter2" not in ran.err


def test_what_files_leave_open_is_supplied(cli: RunCli, tmp_path: Path) -> None:
    terraform = (
        'variable "a" {}\nresource "aws_iam_user_policy" "p" {\n  user = "u"\n'
        '  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.a, Resource = "*" }] })\n}\n'
    )
    template = (
        "Parameters: {A: {Type: String}}\nResources:\n  P:\n    Type: AWS::IAM::Policy\n    Properties:\n"
        "      PolicyName: p\n      Users: [u]\n"
        "      PolicyDocument: {Statement: [{Effect: Allow, Action: !Ref A, Resource: '*'}]}\n"
    )
    service = (
        "service: x\nprovider:\n  name: aws\n  stage: dev\n  iam:\n    role:\n      statements:\n"
        "      - {Effect: Allow, Action: '${opt:a}', Resource: '*'}\n"
    )
    made(tmp_path, {"tf/main.tf": terraform, "cfn/t.yml": template, "sls/serverless.yml": service})
    made(tmp_path, {"x.tfvars": 'a = "*"\n'})
    assert cli("gate", "tf", "-q").code == 21
    assert cli("gate", "tf", "-q", "--var", "a=*").code == 14
    assert cli("gate", "tf", "-q", "--tfvars", "x.tfvars").code == 14
    assert cli("gate", "cfn", "-q").code == 21
    assert cli("gate", "cfn", "-q", "--param", "A=*").code == 14
    assert cli("gate", "sls", "-q").code == 21
    assert cli("gate", "sls", "-q", "--param", "a=*").code == 14


def test_standard_input(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    given(ADMIN)
    assert '"file": "-"' in cli("gate", "-", "--format", "json").out
    given(ADMIN)
    assert cli("gate", "-", "-q", "--kind", "boundary").code == 0
    given("")
    assert cli("gate", "-", "-q").code == 3
