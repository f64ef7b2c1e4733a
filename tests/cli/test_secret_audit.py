"""`secret audit` from the command line: output, exit codes, and nothing of a value anywhere."""

import base64
import json
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import jsonschema
import pytest

from secrets_cli.aws.functions import Function, FunctionService, Variable
from secrets_cli.aws.keys import KeyService
from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, Unreachable
from secrets_cli.secret_value import SecretValue
from tests.conftest import Ran, RunCli

CANARY = "hunter2-CANARY+/=&"


@pytest.fixture
def schema(checkout: Path) -> Any:
    return json.loads((checkout / "docs" / "schemas" / "secret-audit-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def account(aws: Connection) -> Connection:
    kms, ssm = aws.client("kms"), aws.client("ssm")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    dead = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=dead)
    for name, key_id in (("/app/good", "alias/app"), ("/app/default", "alias/aws/ssm"), ("/app/dead", dead)):
        ssm.put_parameter(Name=name, Value=CANARY, Type="SecureString", KeyId=key_id)
    ssm.put_parameter(Name="/app/db_password", Value=CANARY, Type="String")
    ssm.put_parameter(Name="/app/stage", Value="prod", Type="String")
    return aws


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text(f"STAGE=dev\nDB_PASSWORD={CANARY}\n")
    return tmp_path


def _clean(ran: Ran) -> None:
    """Neither the value nor one of its spellings is anywhere."""
    spellings = (
        CANARY,
        base64.b64encode(CANARY.encode()).decode(),
        urllib.parse.quote(CANARY, safe=""),
        json.dumps(CANARY)[1:-1],
        "hunter2",
    )
    assert not any(spelling in ran.out + ran.err for spelling in spellings)


def _json(ran: Ran, schema: Any) -> Any:
    document = json.loads(ran.out)
    jsonschema.validate(document, schema)
    return document


def _by_rule(document: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in document["findings"]:
        found.setdefault(finding["rule"], []).append(finding["subject"].rpartition("/")[2])
    return found


def test_an_account_as_json(cli: RunCli, account: Connection, schema: Any) -> None:
    ran = cli("secret", "audit", "--format", "json")
    document = _json(ran, schema)
    assert ran.code == 14
    assert _by_rule(document) == {
        "secret-key-unusable": ["dead"],
        "secret-aws-managed-key": ["default"],
        "secret-plain-parameter": ["db_password"],
        "secret-no-expiry": ["dead", "default", "good"],
    }
    (scanned,) = document["scanned"]["accounts"]
    assert (scanned["parameters"], scanned["secure"], scanned["keys"]) == (5, 3, 2)
    assert document["unresolved"] == []
    assert "reads" not in document
    _clean(ran)


def test_an_account_as_text(cli: RunCli, account: Connection) -> None:
    ran = cli("secret", "audit", "/app/db_password")
    assert ran.code == 13
    assert "secret-plain-parameter" in ran.out
    assert ran.err.startswith(
        "1 finding (1 medium), 0 unresolved; looked at 1 parameter, 0 functions, in 123456789012/"
    )
    assert cli("secret", "audit", "/app/db_password", "--quiet").err == ""
    _clean(ran)


def test_nothing_found_is_exit_0(cli: RunCli, account: Connection) -> None:
    ran = cli("secret", "audit", "/app/stage")
    assert (ran.code, ran.out) == (0, "")


def test_many_info_findings_of_a_rule_are_one_row(cli: RunCli, account: Connection, schema: Any) -> None:
    for number in range(8):
        account.client("ssm").put_parameter(Name=f"/n/{number}", Value=CANARY, Type="SecureString", KeyId="alias/app")
    ran = cli("secret", "audit", "/n")
    assert ran.code == 11
    assert ran.out.count("secret-no-expiry") == 1
    assert len(_json(cli("secret", "audit", "/n", "--format", "json"), schema)["findings"]) == 8


def test_a_project_folder_alone_calls_nothing(cli: RunCli, project: Path, schema: Any) -> None:
    ran = cli("secret", "audit", "--no-account", "--project", str(project), "--format", "json")
    document = _json(ran, schema)
    assert ran.code == 13
    assert [finding["subject"] for finding in document["findings"]] == [f"{project}/.env:2"]
    assert document["scanned"] == {
        "accounts": [],
        "projects": [{"folder": str(project), "files": [f"{project}/.env"], "settings": 2}],
    }
    _clean(ran)


def test_a_project_file_that_cannot_be_read_is_exit_21_where_nothing_else_is_found(cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "env.json").write_text(f'{{"DB_PASSWORD": {CANARY}}}')
    ran = cli("secret", "audit", "--no-account", "--project", str(tmp_path))
    assert ran.code == 21
    assert "is not JSON" in " ".join(ran.out.split())
    _clean(ran)
    (tmp_path / ".env").write_text(f"DB_PASSWORD={CANARY}\n")
    assert cli("secret", "audit", "--no-account", "--project", str(tmp_path)).code == 13


def test_functions_are_looked_at_unless_left_out(
    cli: RunCli, account: Connection, monkeypatch: pytest.MonkeyPatch, schema: Any
) -> None:
    variables = (Variable("API_KEY", SecretValue(CANARY)), Variable("TABLE", SecretValue("orders")))
    function = Function("f", "arn:aws:lambda:us-east-1:123456789012:function:f", "", "", variables, "")
    monkeypatch.setattr(FunctionService, "functions", lambda _: iter((function,)))
    ran = cli("secret", "audit", "/app/stage", "--format", "json")
    document = _json(ran, schema)
    assert [finding["message"].split(":")[0] for finding in document["findings"]] == ["variable `API_KEY`"]
    _clean(ran)
    assert cli("secret", "audit", "/app/stage", "--no-functions").code == 0


def _denied(*_: object, **__: object) -> NoReturn:
    raise AccessDenied("AWS denied it")


@pytest.mark.parametrize(
    ("service", "method", "action"),
    [
        (ParameterStore, "describe", "ssm:DescribeParameters"),
        (ParameterStore, "get_many", "ssm:GetParameters"),
        (FunctionService, "functions", "lambda:ListFunctions"),
    ],
)
def test_a_missing_permission_is_never_a_silent_pass(
    cli: RunCli,
    account: Connection,
    monkeypatch: pytest.MonkeyPatch,
    schema: Any,
    service: type,
    method: str,
    action: str,
) -> None:
    monkeypatch.setattr(service, method, _denied)
    ran = cli("secret", "audit", "/app/stage", "--format", "json", "--debug")
    assert ran.code == 21
    assert [entry["action"] for entry in _json(ran, schema)["unresolved"]] == [action]


def test_findings_come_before_what_is_unresolved(
    cli: RunCli, account: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyService, "describe", _denied)
    ran = cli("secret", "audit")
    assert ran.code == 13
    assert "kms:DescribeKey" in ran.out
    _clean(ran)


def test_a_network_that_is_down_is_an_error(cli: RunCli, account: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> NoReturn:
        raise Unreachable("no answer")

    monkeypatch.setattr(ParameterStore, "describe", down)
    ran = cli("secret", "audit")
    assert (ran.code, ran.out, ran.err) == (5, "", "error: no answer\n")


def test_several_regions_are_asked_and_one_that_fails_is_unresolved(
    cli: RunCli, account: Connection, monkeypatch: pytest.MonkeyPatch, schema: Any
) -> None:
    real = ParameterStore.describe

    def down_in_one(store: ParameterStore, *filters: Any) -> Any:
        if store.connection.region == "eu-west-1":
            raise Unreachable("no answer from there")
        return real(store, *filters)

    monkeypatch.setattr(ParameterStore, "describe", down_in_one)
    ran = cli("secret", "audit", "/app/stage", "--region", "us-east-1", "--region", "eu-west-1", "--format", "json")
    document = _json(ran, schema)
    assert ran.code == 21
    assert [one["region"] for one in document["scanned"]["accounts"]] == ["us-east-1"]
    assert [(one["where"], one["reason"]) for one in document["unresolved"]] == [("eu-west-1", "no answer from there")]


def test_ctrl_c_in_the_middle(cli: RunCli, account: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(ParameterStore, "get_many", interrupted)
    ran = cli("secret", "audit")
    assert (ran.code, ran.out, ran.err) == (130, "", "interrupted\n")


WriteUsage = Callable[..., Path]


@pytest.fixture
def usage(tmp_path: Path) -> WriteUsage:
    def write(*paths: str, last: str | None = None) -> Path:
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        uses = [
            {
                "principal": "arn:aws:iam::123456789012:role/app",
                "action": "ssm:GetParameter",
                "resource": f"arn:aws:ssm:us-east-1:123456789012:parameter{path}",
                "count": 3,
                "last_seen": now,
                "outcome": "used",
            }
            for path in paths
        ]
        coverage = {
            "first": "2020-01-01T00:00:00Z",
            "last": last or now,
            "regions": ["us-east-1"],
            "accounts": ["123456789012"],
            "rejected": [],
            "fates": {"other-principal": 0},
        }
        file = tmp_path / "usage.json"
        file.write_text(json.dumps({"schema": "secrets-cli/usage/1", "coverage": coverage, "uses": uses}))
        return file

    return write


def test_who_read_it(cli: RunCli, account: Connection, usage: WriteUsage, schema: Any) -> None:
    account.client("ssm").put_parameter(
        Name="/app/good", Value="x", Type="SecureString", KeyId="alias/app", Overwrite=True
    )
    account.client("ssm").put_parameter(
        Name="/app/dead", Value="x", Type="SecureString", KeyId="alias/app", Overwrite=True
    )
    ran = cli("secret", "audit", "--usage", str(usage("/app/good")), "--unread-days", "1", "--format", "json")
    document = _json(ran, schema)
    assert _by_rule(document)["secret-unread"] == ["dead"]
    (reads,) = document["reads"]
    assert {one["name"]: [reader["principal"] for reader in one["readers"]] for one in reads["parameters"]} == {
        "/app/dead": [],
        "/app/default": [],
        "/app/good": ["arn:aws:iam::123456789012:role/app"],
    }


def test_a_log_that_does_not_cover_the_days_is_unresolved(cli: RunCli, account: Connection, usage: WriteUsage) -> None:
    ran = cli("secret", "audit", "/app/stage", "--usage", str(usage(last="2021-01-01T00:00:00Z")))
    assert ran.code == 21
    assert "ends 2021-01-01T00:00:00Z" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    "text", ["{}", "[]", "x", '{"schema": "secrets-cli/usage/2"}', '{"schema": "secrets-cli/usage/1"}']
)
def test_a_file_that_is_no_usage_is_refused(cli: RunCli, tmp_path: Path, text: str) -> None:
    file = tmp_path / "usage.json"
    file.write_text(text)
    ran = cli("secret", "audit", "--usage", str(file))
    assert ran.code == 4
    assert ran.err.startswith(f"error: `{file}` is not a usage file")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--no-account",), "`--no-account` leaves nothing to look at"),
        (("--no-account", "--project", "no-such-folder"), "`no-such-folder` is no folder"),
        (("app/x",), "`app/x` is not a path"),
        (("--usage", "no-such-file"), "there is no file `no-such-file`"),
        (("--unread-days", "0"), "invalid value for option `--unread-days`"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_any_call(cli: RunCli, words: tuple[str, ...], says: str) -> None:
    ran = cli("secret", "audit", *words)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_help_loads_nothing_heavy(cli: RunCli) -> None:
    ran = cli("secret", "audit", "--help")
    assert ran.code == 0
    assert "--unread-days" in ran.out
