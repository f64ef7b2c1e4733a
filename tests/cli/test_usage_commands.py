"""`usage scan` and `usage explain` as their callers see them: every shape of log, every reason, exact counts."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import RunCli

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/app"
IDENTITY = {
    "type": "AssumedRole",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/app-dev",
    "accountId": ACCOUNT,
    "principalId": "AROAEXAMPLE:app-dev",
    "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE, "accountId": ACCOUNT, "userName": "app"}},
}


def event(name: str = "GetParameter", source: str = "ssm", **more: Any) -> dict[str, Any]:
    """A record of the role."""
    return {
        "eventVersion": "1.11",
        "userIdentity": IDENTITY,
        "eventTime": "2026-03-01T08:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "requestParameters": {"name": "/app/dev/key", "withDecryption": True},
        "responseElements": None,
        "eventID": f"id-{name}",
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        **more,
    }


SHAPES: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "delivered.json": lambda records: json.dumps({"Records": records}).encode(),
    "delivered.json.gz": lambda records: gzip.compress(json.dumps({"Records": records}).encode()),
    "pretty.json": lambda records: json.dumps({"Records": records}, indent=2).encode(),
    "list.json": lambda records: json.dumps(records).encode(),
    "lines.ndjson": lambda records: b"\n".join(json.dumps(r).encode() for r in records) + b"\n",
    "lookup.json": lambda records: json.dumps(
        {"Events": [{"EventId": r["eventID"], "CloudTrailEvent": json.dumps(r)} for r in records]}
    ).encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_log_says_the_same(cli: RunCli, tmp_path: Path, shape: str) -> None:
    path = tmp_path / shape
    path.write_bytes(SHAPES[shape]([event(), event(), event("PutParameter")]))
    document = json.loads(cli("usage", "scan", str(tmp_path), "--format", "json").out)
    assert document["coverage"]["records"] == 3
    found = {(u["principal"], u["session_name"], u["action"], u["resource"], u["count"]) for u in document["uses"]}
    parameter = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app/dev/key"
    assert (ROLE, "app-dev", "ssm:GetParameter", parameter, 2) in found
    assert (ROLE, "app-dev", "ssm:PutParameter", parameter, 1) in found


REASONS: dict[str, tuple[dict[str, Any], str, bool]] = {
    "used": (event(), "used", True),
    "throttled": (event(errorCode="ThrottlingException"), "failed-after-authorization", True),
    "not found": (event(errorCode="ParameterNotFound"), "failed-after-authorization", True),
    "dry run": (event("RunInstances", "ec2", errorCode="Client.DryRunOperation"), "failed-after-authorization", True),
    "denied": (event(errorCode="AccessDeniedException"), "denied", False),
    "denied by EC2": (event("StopInstances", "ec2", errorCode="Client.UnauthorizedOperation"), "denied", False),
    "denied by its text": (
        event(errorCode="X", errorMessage="User: u is not authorized to perform: y"),
        "denied",
        False,
    ),
    "no permission needed": (event("GetCallerIdentity", "sts"), "no-permission-needed", False),
    "unknown event": (event("FrobnicateParameter"), "unknown-event", False),
    "service event": (event(eventType="AwsServiceEvent"), "made-by-service", False),
    "service": (
        event("AssumeRole", "sts", userIdentity={"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}),
        "made-by-service",
        False,
    ),
    "sign-in": (event("ConsoleLogin", "signin", eventType="AwsConsoleSignIn"), "console", False),
    "console action": (event(eventType="AwsConsoleAction"), "console", False),
    "no issuer": (event(userIdentity={"type": "AssumedRole", "arn": IDENTITY["arn"]}), "unknown-principal", False),
    "anonymous": (
        event(userIdentity={"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}),
        "unknown-principal",
        False,
    ),
    "no identity": (event(userIdentity=None), "unknown-principal", False),
}


@pytest.mark.parametrize("name", REASONS)
def test_each_reason(cli: RunCli, tmp_path: Path, checkout: Path, name: str) -> None:
    record, reason, counted = REASONS[name]
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"Records": [record]}), encoding="utf-8")
    document = json.loads(cli("usage", "explain", str(path), "--format", "json").out)
    schema = json.loads((checkout / "docs/schemas/usage-explain-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    (explained,) = document["events"]
    assert (explained["reason"], explained["counted"]) == (reason, counted)
    assert (reason in ("denied", "used", "failed-after-authorization", "unknown-principal")) == bool(
        explained["grants"]
    )


def test_a_service_linked_role_is_the_services(cli: RunCli, tmp_path: Path) -> None:
    issuer = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    identity = IDENTITY | {"sessionContext": {"sessionIssuer": {"type": "Role", "arn": issuer}}}
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"Records": [event(userIdentity=identity)]}), encoding="utf-8")
    (explained,) = json.loads(cli("usage", "explain", str(path), "--format", "json").out)["events"]
    assert explained["reason"] == "made-by-service"


def test_a_scan_accounts_for_every_record(cli: RunCli, tmp_path: Path, checkout: Path) -> None:
    records: list[Any] = [record for record, _, _ in REASONS.values()]
    records += [{"eventName": "x"}, "no record", None, event(eventSource=7)]
    (tmp_path / "all.json").write_text(json.dumps({"Records": records}), encoding="utf-8")
    document = json.loads(cli("usage", "scan", str(tmp_path), "--format", "json").out)
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/usage-1.json").read_text(encoding="utf-8")))
    coverage = document["coverage"]
    assert coverage["records"] == len(records) == sum(coverage["fates"].values())
    assert [r["where"] for r in coverage["rejected"]] == [
        f"all.json#{n}" for n in range(len(records) - 3, len(records) + 1)
    ]
    assert coverage["rejected"][-1]["principal"] == ROLE
    counted = [reason for _, reason, _ in REASONS.values()]
    for reason in ("no-permission-needed", "made-by-service", "console", "unknown-event", "unknown-principal"):
        assert sum(n["count"] for n in document["not_counted"] if n["reason"] == reason) == counted.count(reason)


def test_a_filter_leaves_the_coverage_alone(cli: RunCli, tmp_path: Path) -> None:
    other = event(userIdentity={"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/u", "accountId": ACCOUNT})
    (tmp_path / "a.json").write_text(json.dumps({"Records": [event(), other]}), encoding="utf-8")
    document = json.loads(cli("usage", "scan", str(tmp_path), "--principal", ROLE, "--format", "json").out)
    assert {u["principal"] for u in document["uses"]} == {ROLE}
    assert document["coverage"]["records"] == 2
    assert len(document["principals"]) == 2


def test_times_are_utc_iso(cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([event(eventTime="2026-03-01 08:00:00.000000000")]), encoding="utf-8")
    assert (
        json.loads(cli("usage", "scan", str(tmp_path), "--format", "json").out)["coverage"]["first"]
        == "2026-03-01T08:00:00Z"
    )


def test_text_holds_whole_arns_when_piped(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text(json.dumps([event(), event("FrobnicateParameter")]), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "400")
    out = cli("usage", "scan", str(tmp_path)).out
    assert f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app/dev/key" in out
    assert "FrobnicateParameter" in out
    assert ROLE in cli("usage", "scan", str(tmp_path)).out


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, 3), (b"", 4), (b"{", 4), (b'{"a": 1}', 4), (b"\x1f\x8b\x08broken", 4), (b"\xff\xfe{", 4)],
)
def test_nothing_that_can_be_read_is_an_error(cli: RunCli, tmp_path: Path, content: bytes | None, code: int) -> None:
    if content is not None:
        (tmp_path / "a.json").write_bytes(content)
    ran = cli("usage", "scan", str(tmp_path), "--format", "json")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")
    assert "help: " in ran.err
    assert "Traceback" not in ran.err
    if content is not None:
        assert cli("usage", "explain", str(tmp_path / "a.json")).code == 4


def test_a_gzip_bomb_is_refused(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets_cli.usage.sources.content.FREE", 1 << 20)
    (tmp_path / "good.json").write_text(json.dumps([event()]), encoding="utf-8")
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b" " * (8 << 20)))
    document = json.loads(cli("usage", "scan", str(tmp_path), "--format", "json").out)
    (rejected,) = document["coverage"]["rejected"]
    assert rejected["where"] == "bomb.json.gz"
    assert "decompresses to more than" in rejected["reason"]
    assert len(document["uses"]) == 1
