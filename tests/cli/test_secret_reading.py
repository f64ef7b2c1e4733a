"""`secret get`, `list`, `history` and `find` on the command line."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection, Target
from secrets_cli.secret_value import SecretValue
from tests.conftest import Ran, RunCli
from tests.refused_calls import DENIED, on_a_terminal, pipe, refuse

MARKER = "hunter2-MARKER"
ARN = "arn:aws:ssm:us-east-1:123456789012:parameter"


def _put(aws: Connection, name: str, value: str = MARKER, **more: Any) -> None:
    ParameterStore(aws).put(Write(name, SecretValue(value), "alias/team", **more))


def _valid(ran: Ran, name: str, checkout: Path) -> Any:
    document = json.loads(ran.out)
    jsonschema.validate(document, json.loads((checkout / f"docs/schemas/{name}-1.json").read_text(encoding="utf-8")))
    return document


def test_a_pipe_gets_the_bare_value(cli: RunCli, aws: Connection) -> None:
    _put(aws, "/team/db", f"{MARKER} ü\r\n")
    ran = cli("secret", "get", "/team/db")
    assert (ran.code, ran.out, ran.err) == (0, f"{MARKER} ü\r\n", "")


def test_a_terminal_gets_a_mask(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch, checkout: Path) -> None:
    _put(aws, "/team/db")
    on_a_terminal(monkeypatch)
    masked = cli("secret", "get", "/team/db")
    assert (masked.code, masked.out) == (0, "********\n")
    assert "`--reveal` shows values" in masked.err
    document = cli("secret", "get", "/team/db", "--format", "json")
    assert _valid(document, "secret-get", checkout)["parameters"][0]["value"] is None
    assert MARKER not in masked.out + masked.err + document.out + document.err
    assert cli("secret", "get", "/team/db", "--reveal").out == f"{MARKER}\n"


def test_versions_labels_and_arns(cli: RunCli, aws: Connection) -> None:
    _put(aws, "/team/db", "one")
    _put(aws, "/team/db", "two")
    ParameterStore(aws).label("/team/db", 1, ["first"])
    assert cli("secret", "get", "/team/db:1").out == "one"
    assert cli("secret", "get", "/team/db:first").out == "one"
    assert cli("secret", "get", f"{ARN}/team/db").out == "two"
    assert cli("secret", "get", "/team/db:first", "/team/db").out == "/team/db:first\tone\n/team/db\ttwo\n"
    wrong = cli("secret", "get", f"{ARN.replace('us-east-1', 'eu-west-1')}/team/db")
    assert (wrong.code, "give `--region eu-west-1`" in wrong.err) == (2, True)


def test_all_that_is_missing_is_named_at_once_and_the_rest_is_written(
    cli: RunCli, aws: Connection, checkout: Path
) -> None:
    _put(aws, "/team/db")
    ran = cli("secret", "get", "/team/a", "/team/db", "/team/z", "--format", "json")
    assert ran.code == 3
    assert "not there in us-east-1: `/team/a`, `/team/z`" in ran.err
    document = _valid(ran, "secret-get", checkout)
    assert document["missing"] == ["/team/a", "/team/z"]
    assert document["parameters"][0]["value"] == MARKER
    alone = cli("secret", "get", "/team/a")
    assert (alone.code, alone.out) == (3, "")


def test_values_with_line_breaks_are_warned_of(cli: RunCli, aws: Connection) -> None:
    _put(aws, "/team/pem", f"{MARKER}\nmore\n")
    _put(aws, "/team/db")
    ran = cli("secret", "get", "/team/pem", "/team/db")
    assert "in the value of /team/pem: `--format json`" in ran.err
    assert MARKER not in ran.err


def test_a_denial_names_action_arn_side_and_statement(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(aws, "/team/db")
    key = "arn:aws:kms:us-east-1:123456789012:key/1"
    text = DENIED.format(action="kms:Decrypt", arn=key)
    refuse(monkeypatch, {"GetParameter": [("AccessDeniedException", text)]})
    ran = cli("secret", "get", "/team/db")
    assert (ran.code, ran.out) == (5, "")
    first, second = ran.err.splitlines()
    assert first == (
        f"error: AWS denied `kms:Decrypt` on `{key}` to `arn:aws:iam::123456789012:user/anna`, which "
        "`ssm:GetParameter` needs (KMS side)"
    )
    statement = json.loads(second[second.index("{") :])
    assert statement["Condition"]["StringEquals"] == {
        "kms:ViaService": "ssm.us-east-1.amazonaws.com",
        "kms:EncryptionContext:PARAMETER_ARN": f"{ARN}/team/db",
    }


def test_an_unusable_key_is_told(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, {"GetParameter": [("InvalidKeyId", "arn:aws:kms:us-east-1:1:key/1 is pending deletion.")]})
    ran = cli("secret", "get", "/team/db")
    assert ran.code == 5
    assert "the KMS key cannot be used" in ran.err
    assert "is pending deletion" in ran.err


def test_the_list_is_a_tree_without_values(cli: RunCli, aws: Connection, checkout: Path) -> None:
    for name in ("/team/prod/db", "/team/prod/api", "lone"):
        _put(aws, name)
    ran = cli("secret", "list")
    assert ran.code == 0
    lines = [line.split()[:4] for line in ran.out.splitlines()[1:]]
    assert lines == [
        ["/team/prod/"],
        ["├─", "api", "1", "alias/team"],
        ["└─", "db", "1", "alias/team"],
        ["lone", "1", "alias/team", "standard"],
    ]
    flat = cli("secret", "list", "/team/", "--flat").out.splitlines()
    assert [line.split()[0] for line in flat] == ["name", "/team/prod/api", "/team/prod/db"]
    one = _valid(cli("secret", "list", "/team/prod/db", "--format", "json"), "secret-list", checkout)
    assert [each["name"] for each in one["targets"][0]["parameters"]] == ["/team/prod/db"]
    assert MARKER not in ran.out + ran.err
    nothing = cli("secret", "list", "/none")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "no parameters under `/none` in us-east-1\n")
    assert cli("secret", "list", "team").code == 2


def test_the_last_reader_is_told_from_a_usage_file(
    cli: RunCli, aws: Connection, tmp_path: Path, checkout: Path
) -> None:
    for name in ("/team/a", "/team/b", "/other/c"):
        _put(aws, name)
    use = {"principal": "arn:aws:iam::123456789012:role/app", "session_name": "s", "outcome": "used", "count": 1}
    uses = [
        {**use, "action": "ssm:GetParameter", "resource": f"{ARN}/team/a", "last_seen": "2026-02-01T00:00:00Z"},
        {**use, "action": "ssm:GetParametersByPath", "resource": f"{ARN}/team", "last_seen": "2026-01-01T00:00:00Z"},
    ]
    file = tmp_path / "usage.json"
    coverage: dict[str, Any] = {"rejected": [], "fates": {}, "first": None, "last": None, "regions": [], "accounts": []}
    file.write_text(json.dumps({"schema": "secrets-cli/usage/1", "coverage": coverage, "uses": uses}))
    document = _valid(cli("secret", "list", "--usage", str(file), "--format", "json"), "secret-list", checkout)
    reads = {each["name"]: each["last_read"] for each in document["targets"][0]["parameters"]}
    assert reads["/team/a"]["certain"] is True
    assert reads["/team/b"] == {
        "when": "2026-01-01T00:00:00Z",
        "principal": "arn:aws:iam::123456789012:role/app",
        "session_name": "s",
        "action": "ssm:GetParametersByPath",
        "certain": False,
    }
    assert reads["/other/c"] is None
    drawn = " ".join(cli("secret", "list", "--usage", str(file), "--flat").out.split())
    assert "maybe, with its folder" in drawn
    assert "not seen" in drawn
    file.write_text("{}")
    assert cli("secret", "list", "--usage", str(file)).code == 4


def test_several_regions_are_listed_and_a_failing_one_is_told(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(Connection(Target(region="eu-west-1")), "/team/db")
    refuse(monkeypatch, {"DescribeParameters": [("ThrottlingException", "Rate exceeded"), None]})
    ran = cli("secret", "list", "--region", "us-east-1", "--region", "eu-west-1")
    assert ran.code == 5
    assert "default eu-west-1" in ran.out
    assert "/team/" in ran.out
    assert "error: us-east-1: `ssm:DescribeParameters` was throttled" in ran.err


def test_the_history_shows_values_only_when_asked_twice(cli: RunCli, aws: Connection, checkout: Path) -> None:
    _put(aws, "/team/db", f"{MARKER}-1")
    _put(aws, "/team/db", f"{MARKER}-2")
    _put(aws, "/team/db", f"{MARKER}-1")
    ParameterStore(aws).label("/team/db", 1, ["first"])
    plain, masked = cli("secret", "history", "/team/db"), cli("secret", "history", "/team/db", "--values")
    assert [line.split()[0] for line in plain.out.splitlines()] == ["version", "3", "2", "1"]
    assert "first" in plain.out
    assert [("same" in line, "differs" in line) for line in masked.out.splitlines()[1:]] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    document = _valid(cli("secret", "history", "/team/db", "--format", "json"), "secret-history", checkout)
    assert [each["same_as_current"] for each in document["versions"]] == [None, None, None]
    assert MARKER not in plain.out + plain.err + masked.out + masked.err + json.dumps(document)
    shown = _valid(
        cli("secret", "history", "/team/db", "--values", "--reveal", "--format", "json"), "secret-history", checkout
    )
    assert [each["value"] for each in shown["versions"]] == [f"{MARKER}-1", f"{MARKER}-2", f"{MARKER}-1"]
    assert cli("secret", "history", "/team/db", "--reveal").code == 2
    assert cli("secret", "history", "/team/none").code == 3
    assert cli("secret", "history", "/team/db:1").code == 2


def test_find_names_those_that_hold_the_value(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch, checkout: Path
) -> None:
    for number in range(12):
        _put(aws, f"/team/{number:02}", "other")
    _put(aws, "/team/hit", MARKER)
    _put(aws, "/else/hit", MARKER)
    pipe(monkeypatch, f"{MARKER}\n".encode())
    ran = cli("secret", "find", "/team")
    assert (ran.code, ran.out) == (0, "/team/hit\n")
    assert "1 of 13 under `/team` hold the value" in ran.err
    assert MARKER not in ran.out + ran.err
    pipe(monkeypatch, MARKER.encode())
    everywhere = _valid(cli("secret", "find", "--format", "json"), "secret-find", checkout)
    assert (everywhere["names"], everywhere["compared"]) == (["/else/hit", "/team/hit"], 14)
    pipe(monkeypatch, b"nowhere")
    assert cli("secret", "find").code == 3


def test_find_takes_no_value_from_the_command_line(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in ((MARKER,), ("/team", MARKER), (f"--value={MARKER}",)):
        pipe(monkeypatch, b"x")
        ran = cli("secret", "find", *words)
        assert (ran.code, "rotate it" in ran.err) == (2, True)
        assert MARKER not in ran.out + ran.err


def test_find_says_what_it_could_not_compare(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(aws, "/team/a")
    _put(aws, "/team/b", "other")
    refuse(
        monkeypatch,
        {"GetParameters": [("InvalidKeyId", "dead")], "GetParameter": [("InvalidKeyId", "dead"), None]},
    )
    pipe(monkeypatch, MARKER.encode())
    ran = cli("secret", "find", "/team")
    assert ran.code == 5
    assert "warning: not compared: `/team/a`" in ran.err
    assert MARKER not in ran.out + ran.err
