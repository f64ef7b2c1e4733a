"""`gate` with suppressions, a configuration, a baseline, usage and fixes, as a team uses it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.cli import gate_session
from secrets_cli.gate import registry
from secrets_cli.gate.fix import Fix, ReplaceValues
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.severity import Confidence, Severity
from tests.conftest import RunCli

ADMIN = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
GOOD = 'secrets-cli: ignore[full-admin] until={year}-01-31 reason="until the migration is over"'
SERVERLESS = """service: s
provider:
  name: aws
  iam:
    role:
      statements:
        - Effect: Allow # {comment}
          Action: '*'
          Resource: '*'
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def states(out: str, rule: str = "full-admin") -> list[str]:
    return [one["state"] for one in json.loads(out)["findings"] if one["rule"] == rule]


def soon() -> str:
    """A comment that expires within a year, whenever this runs."""
    import datetime

    day = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=100)
    return GOOD.replace("{year}-01-31", day.isoformat())


def test_a_suppression_and_the_switch_that_passes_over_all(cli: RunCli) -> None:
    put("serverless.yml", SERVERLESS.format(comment=soon()))
    ran = cli("gate", ".", "--format", "json")
    assert states(ran.out) == ["suppressed"]
    assert cli("gate", ".", "--no-suppressions").code == 14


def test_an_expired_suppression_fails(cli: RunCli) -> None:
    put("serverless.yml", SERVERLESS.format(comment=GOOD.format(year="2020")))
    ran = cli("gate", ".", "--format", "json")
    assert ran.code == 14
    assert states(ran.out) == ["open"]
    assert states(ran.out, "suppression-expired") == ["open"]


def test_the_configuration_is_found_upwards_and_can_be_named_or_left_out(cli: RunCli) -> None:
    put(".secrets-cli.toml", '[gate]\nfail-on = "high"\n[gate.severities]\nfull-admin = "low"\n')
    put("sub/app.json", ADMIN)
    put("other.toml", '[gate.severities]\nfull-admin = "medium"\n')
    assert cli("gate", "sub").code == 0
    assert cli("gate", "sub", "--fail-on", "low").code == 12
    assert cli("gate", "sub", "--config", "other.toml").code == 13
    assert cli("gate", "sub", "--no-config").code == 14
    assert cli("gate", "sub", "--no-config", "--config", "other.toml").code == 2
    assert "no configuration file `none.toml`" in cli("gate", "sub", "--config", "none.toml").err


def test_a_project_without_the_gate_is_passed_over(cli: RunCli) -> None:
    put("pyproject.toml", '[tool.secrets-cli.gate.severities]\nfull-admin = "info"\n')
    put("sub/pyproject.toml", "[tool.other]\n")
    put("sub/app.json", ADMIN)
    assert cli("gate", "sub").code == 11


def test_a_misspelt_setting_is_refused(cli: RunCli) -> None:
    put(".secrets-cli.toml", '[gate]\nfail-om = "high"\n')
    put("app.json", ADMIN)
    ran = cli("gate", ".")
    assert ran.code == 2
    assert ".secrets-cli.toml:2:1: there is no setting `fail-om`" in ran.err
    assert "did you mean `fail-on`?" in ran.err


def test_excluded_files(cli: RunCli) -> None:
    put(".secrets-cli.toml", '[gate]\nexclude = ["fixtures/"]\n')
    put("fixtures/app.json", ADMIN)
    put("app.json", ADMIN.replace('"*"', '"s3:GetObject"', 1).replace('"*"', '"arn:aws:s3:::b/*"'))
    ran = cli("gate", ".", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out)["scanned"]["skipped"]["excluded by the configuration"] == 1


def test_a_baseline_from_beginning_to_end(cli: RunCli) -> None:
    put("a.json", ADMIN)
    put("b.json", ADMIN)
    wrote = cli("gate", "baseline", "write", ".", "--file", "base.json")
    assert wrote.code == 0, wrote.err
    assert cli("gate", "baseline", "write", ".", "--file", "base.json").code == 2
    assert cli("gate", ".", "--baseline", "base.json").code == 0
    put("c.json", ADMIN)
    assert cli("gate", ".", "--baseline", "base.json").code == 14
    Path("c.json").unlink()
    Path("b.json").unlink()
    ran = cli("gate", ".", "--baseline", "base.json", "--format", "json")
    assert ran.code == 0
    assert len(json.loads(ran.out)["fixed"]) == 1
    checked = cli("gate", "baseline", "check", ".", "--file", "base.json")
    assert checked.code == 11
    assert checked.out.startswith("fixed: b.json: full-admin")
    updated = cli("gate", "baseline", "update", ".", "--file", "base.json")
    assert updated.out.startswith("removed: b.json: full-admin")
    assert cli("gate", "baseline", "check", ".", "--file", "base.json").code == 0
    put("c.json", ADMIN)
    assert "added: c.json" in cli("gate", "baseline", "update", ".", "--file", "base.json", "--add").out
    assert cli("gate", ".", "--baseline", "base.json").code == 0


def test_a_baseline_below_the_top_holds_the_same(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".git").mkdir()
    put(".secrets-cli.toml", '[gate]\nbaseline = "base.json"\n')
    put("sub/app.json", ADMIN)
    assert cli("gate", "baseline", "write", ".").code == 0
    monkeypatch.chdir("sub")
    assert cli("gate", ".").code == 0


@pytest.mark.parametrize(("text", "code"), [("{}", 4), ("", 4)])
def test_a_baseline_that_is_none(cli: RunCli, text: str, code: int) -> None:
    put("app.json", ADMIN)
    put("base.txt", text)
    assert cli("gate", ".", "--baseline", "base.txt").code == code


def test_a_baseline_that_is_not_there(cli: RunCli) -> None:
    put("app.json", ADMIN)
    assert cli("gate", ".", "--baseline", "none.json").code == 2
    assert cli("gate", "baseline", "update", ".", "--file", "none.json").code == 2


def test_no_baseline_is_written_where_a_file_cannot_be_read(cli: RunCli) -> None:
    put("app.json", ADMIN)
    put("broken.tf", 'resource "aws_iam_policy" {')
    assert cli("gate", "baseline", "write", ".", "--file", "base.json").code == 4
    assert not Path("base.json").exists()


def _wide(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
    narrower = {"s3:GetObject*": ("s3:GetObject", False), "sqs:SendMessage*": ("sqs:SendMessage", True)}
    for value in at.statement.action.values:
        if value in narrower:
            new, safe = narrower[value]
            change = ReplaceValues(at.location, "Action", (value,), (new,))
            yield Hit(f"`{value}` is wide", at.location, fix=Fix(f"write `{new}`", safe, (change,)), subject=value)


WIDE = Rule(
    "made-up", "is made up", Severity.LOW, Confidence.HIGH, Persona.DEFAULT, "why", "how", (), (), OfStatement(_wide)
)
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["s3:GetObject*", "sqs:SendMessage*"],
    "Resource": "*"
  }]
}
"""
TERRAFORM = """data "aws_iam_policy_document" "app" {
  statement {
    actions   = ["sqs:SendMessage*"] # kept
    resources = ["*"]
  }
}
"""


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RULES", (WIDE,))
    monkeypatch.setattr(gate_session, "RULES", (WIDE,))


@pytest.mark.usefixtures("made_up")
def test_safe_fixes_are_written_and_the_rest_is_judged(cli: RunCli) -> None:
    put("app.json", POLICY)
    put("main.tf", TERRAFORM)
    ran = cli("gate", ".", "--fix", "--format", "json")
    assert Path("app.json").read_text(encoding="utf-8") == POLICY.replace("sqs:SendMessage*", "sqs:SendMessage")
    assert Path("main.tf").read_text(encoding="utf-8") == TERRAFORM.replace("sqs:SendMessage*", "sqs:SendMessage")
    assert [one["message"] for one in json.loads(ran.out)["findings"]] == ["`s3:GetObject*` is wide"]
    assert ran.code == 12
    assert "fixed: app.json:3:17: made-up: write `sqs:SendMessage`" in ran.err


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("option", ["--fix=unsafe", "--fix-unsafe"])
def test_unsafe_fixes_are_shown_and_written_only_when_told(cli: RunCli, option: str) -> None:
    put("app.json", POLICY)
    ran = cli("gate", ".", option)
    assert Path("app.json").read_text(encoding="utf-8") == POLICY
    assert '+    "Action": ["s3:GetObject", "sqs:SendMessage"],' in ran.err
    assert "add `--yes`" in ran.err
    assert cli("gate", ".", option, "--yes").code == 0
    assert '"s3:GetObject", "sqs:SendMessage"' in Path("app.json").read_text(encoding="utf-8")


@pytest.mark.usefixtures("made_up")
def test_nothing_to_fix(cli: RunCli) -> None:
    put("app.json", POLICY.replace("*", ""))
    assert "nothing to fix" in cli("gate", ".", "--fix").err


def test_standard_input_cannot_be_mended(cli: RunCli) -> None:
    ran = cli("gate", "-", "--fix")
    assert ran.code == 2
    assert "standard input cannot be mended" in ran.err


NARROWING: dict[str, Any] = {
    "schema": "secrets-cli/narrowing/1",
    "principal": "arn:aws:iam::111122223333:role/app",
    "policies": [json.loads(ADMIN.replace('"*"', '"sqs:SendMessage"', 1))],
    "removed": [{"action": "sqs:DeleteQueue", "resources": ["*"], "reason": "not used"}],
    "invisible": [],
}


def test_usage_makes_a_finding_with_the_replacement(cli: RunCli) -> None:
    put("app.json", POLICY)
    put("logs/narrowed.txt", json.dumps(NARROWING))
    ran = cli("gate", "app.json", "--usage", "logs/narrowed.txt", "--format", "json")
    (finding,) = [one for one in json.loads(ran.out)["findings"] if one["rule"] == "unused-access"]
    (change,) = finding["fix"]["changes"]
    assert change["kind"] == "replace-policies"
    assert change["policies"] == NARROWING["policies"]
    assert cli("gate", "app.json", "--usage", "app.json").code == 4
    assert cli("gate", "app.json", "--usage-principal", "arn:aws:iam::111122223333:role/app").code == 2
    assert cli("gate", "app.json", "--usage", "logs/narrowed.txt", "--usage-principal", "app").code == 2


def test_json_is_as_its_schema_says(cli: RunCli, checkout: Path) -> None:
    import jsonschema

    put("app.json", POLICY)
    put("logs/narrowed.txt", json.dumps(NARROWING))
    ran = cli("gate", "app.json", "--usage", "logs/narrowed.txt", "--format", "json")
    schema = json.loads((checkout / "docs/schemas/gate-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(ran.out), schema)
