"""`secrets-cli usage` as its users meet it: output, messages and codes."""

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Ran, RunCli
from tests.unit.usage.made_records import ROLE, USER, delivered, record, user, write

ROOT = Path(__file__).parents[2]


def valid(ran: Ran, schema: str) -> Any:
    """The document on stdout, which the schema must allow."""
    document = json.loads(ran.out)
    kept = json.loads((ROOT / f"docs/schemas/{schema}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(kept).validate(document)
    return document


def scanned(cli: RunCli, *words: str) -> Any:
    ran = cli("usage", "scan", *words, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    return valid(ran, "usage-1")


RECORDS: list[Any] = [
    record(),
    record(eventID="e-2", eventTime="2026-03-05T10:00:00.5Z", errorCode="NoSuchKey"),
    record(eventID="e-3", errorCode="AccessDenied", userIdentity=user()),
    record(eventType="AwsConsoleSignIn"),
    record(eventSource="sts.amazonaws.com", eventName="GetSessionToken"),
    record(eventSource="nosuch.amazonaws.com", eventName="NoSuchThing"),
    record(userIdentity={}),
    record(eventTime="never", eventID=...),
    record(eventName=...),
]


@pytest.fixture
def logs(tmp_path: Path) -> str:
    """A folder with one file of each kind of record."""
    write(tmp_path / "logs/a.json.gz", RECORDS)
    return str(tmp_path / "logs")


def test_scan_as_json(cli: RunCli, logs: str) -> None:
    document = scanned(cli, logs)
    coverage = document["coverage"]
    assert document["schema"] == "secrets-cli/usage/1"
    assert (coverage["files"], coverage["records"]) == (1, len(RECORDS))
    assert coverage["fates"] == {
        "used": 2,
        "failed-after-authorization": 1,
        "denied": 1,
        "not-counted": 4,
        "copy": 0,
        "duplicate": 0,
        "other-principal": 0,
        "outside-window": 0,
        "rejected": 1,
    }
    assert coverage["rejected"] == [{"where": "a.json.gz#9", "reason": "it has no `eventName`", "principal": ROLE}]
    assert (coverage["first"], coverage["last"]) == ("2026-03-01T10:00:00Z", "2026-03-05T10:00:00Z")
    assert document["principals"] == [ROLE, USER]
    assert [(use["principal"], use["outcome"], use["count"]) for use in document["uses"]] == [
        (ROLE, "failed-after-authorization", 1),
        (ROLE, "used", 2),
        (USER, "denied", 1),
    ]


def test_scan_for_principals(cli: RunCli, logs: str) -> None:
    document = scanned(cli, logs, "--principal", USER)
    assert {use["principal"] for use in document["uses"]} == {USER}
    assert document["not_counted"] == []
    assert document["coverage"]["fates"]["other-principal"] == len(RECORDS) - 2
    both = scanned(cli, logs, "--principal", USER, "--principal", ROLE)
    assert {use["principal"] for use in both["uses"]} == {USER, ROLE}


def test_scan_for_a_principal_that_never_appears_warns(cli: RunCli, logs: str) -> None:
    ran = cli("usage", "scan", logs, "--principal", "arn:aws:iam::111122223333:role/none", "--format", "json")
    assert (ran.code, ran.err) == (0, "warning: no record of `arn:aws:iam::111122223333:role/none` in these logs\n")
    assert valid(ran, "usage-1")["uses"] == []
    ran = cli("usage", "scan", logs, "--principal", "arn:aws:sts::111122223333:assumed-role/app/x")
    assert ran.err.endswith("a session is known by its role\n")


def test_scan_as_text(cli: RunCli, logs: str) -> None:
    ran = cli("usage", "scan", logs)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == ROLE
    assert lines[1].split() == ["action", "resource", "outcome", "count", "last", "seen"]
    assert "not counted: 1 record, console" in lines
    assert "    no rule for nosuch.amazonaws.com NoSuchThing (1x)" in lines
    assert "rejected: a.json.gz#9: it has no `eventName`" in lines
    assert lines[-3:] == [
        "9 records in 1 file: 2 used, 1 failed-after-authorization, 1 denied, 4 not-counted, 1 rejected",
        "2 principals; 2026-03-01T10:00:00Z to 2026-03-05T10:00:00Z; 1 files or records rejected",
        "data events: AWS::S3::Object",
    ]


def test_piped_text_breaks_no_arn_and_reads_no_markup(cli: RunCli, tmp_path: Path) -> None:
    key = "long/" * 60 + "[red]:smile:[/red]"
    odd = record(requestParameters={"bucketName": "b", "key": key}, resources=[])
    path = write(tmp_path / "a.json", [odd])
    for command in ("scan", "explain"):
        out = cli("usage", command, str(path)).out
        assert f"arn:aws:s3:::b/{key}" in out
        assert all(line == line.rstrip() for line in out.splitlines())


def test_text_of_a_log_cannot_steer_the_terminal(cli: RunCli, tmp_path: Path) -> None:
    evil = "\x1b[2J\x1b]0;x\x07\rused"
    odd = record(eventName=f"Get{evil}", userIdentity=user(f"{USER}{evil}"), errorCode="AccessDenied")
    path = write(tmp_path / "a.json", [odd, record(userIdentity=user(f"{USER}{evil}")), record(eventSource=evil)])
    for command in ("scan", "explain"):
        ran = cli("usage", command, str(path))
        assert ran.code == 0
        assert not set("\x1b\x07\r") & set(ran.out)
        assert "\\x1b[2J" in ran.out


def test_explain_as_json(cli: RunCli, logs: str) -> None:
    ran = cli("usage", "explain", f"{logs}/a.json.gz", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    document = valid(ran, "usage-explain-1")
    assert [event["reason"] for event in document["events"]] == [
        "used",
        "failed-after-authorization",
        "denied",
        "console",
        "no-permission-needed",
        "unknown-event",
        "unknown-principal",
        "used",
    ]
    first = document["events"][0]
    assert (first["event_id"], first["principal"], first["session_name"]) == ("e-1", ROLE, "app-dev")
    assert first["grants"] == [
        {
            "action": "s3:GetObject",
            "resources": ["arn:aws:s3:::b/k"],
            "condition": {},
            "unscoped": None,
            "rule": first["grants"][0]["rule"],
        }
    ]
    assert [item["where"] for item in document["rejected"]] == [f"{logs}/a.json.gz#9"]


def test_explain_as_text(cli: RunCli, logs: str) -> None:
    ran = cli("usage", "explain", f"{logs}/a.json.gz")
    lines = ran.out.splitlines()
    assert lines[1].split() == ["GetObject", "role/path/app", "yes,", "used", "s3:GetObject", "arn:aws:s3:::b/k"]
    assert lines[-1] == "8 events, 3 counted; 1 records rejected"


def test_what_aws_prints_is_read_as_it_is(cli: RunCli, tmp_path: Path) -> None:
    looked_up = {"Events": [{"EventId": "e-1", "CloudTrailEvent": json.dumps(record())}]}
    forms = {
        "lookup.json": json.dumps(looked_up, indent=4).encode(),
        "one.json": json.dumps(record()).encode(),
        "list.json": json.dumps([record()]).encode(),
        "lines.ndjson": json.dumps(record()).encode() + b"\n",
        "packed.jsonl.gz": gzip.compress(json.dumps(record()).encode() + b"\n"),
    }
    for name, data in forms.items():
        path = tmp_path / name
        path.write_bytes(data)
        (use,) = scanned(cli, str(path))["uses"]
        assert (use["action"], use["count"]) == ("s3:GetObject", 1)
        events = valid(cli("usage", "explain", str(path), "--format", "json"), "usage-explain-1")["events"]
        assert [event["reason"] for event in events] == ["used"]


@pytest.mark.parametrize("command", ["scan", "explain"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(delivered(RECORDS))[:-20], "truncated gzip data: ends after "),
        (b'{\n "Records": [\n  {"a": }\n]}', "not JSON: invalid character at line 3, column 9"),
        (b'{"Version": "2012-10-17", "Statement": []}', "no CloudTrail file: it has neither `Records` nor `Events`"),
        (b"", "the file is empty"),
    ],
    ids=["truncated gzip", "wrong JSON", "other JSON", "empty"],
)
def test_a_file_that_holds_no_records_is_malformed(
    cli: RunCli, tmp_path: Path, command: str, data: bytes, said: str
) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    ran = cli("usage", command, str(path))
    assert (ran.code, ran.out) == (4, "")
    assert f"`{path}`: {said}" in ran.err
    assert "help: expected CloudTrail records" in ran.err


@pytest.mark.parametrize("command", ["scan", "explain"])
def test_a_bomb_is_malformed(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    from secrets_cli.usage.sources import content

    monkeypatch.setattr(content, "FREE", 100_000)
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(bytes(5_000_000)))
    ran = cli("usage", command, str(path))
    assert (ran.code, ran.out) == (4, "")
    assert "decompresses to more than 250 times its size" in ran.err


@pytest.mark.parametrize("command", ["scan", "explain"])
def test_a_missing_path_is_nothing_to_read(cli: RunCli, tmp_path: Path, command: str) -> None:
    ran = cli("usage", command, str(tmp_path / "none"))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"error: there is no file or folder `{tmp_path / 'none'}`\nhelp: ")


@pytest.mark.parametrize("command", ["scan", "explain"])
def test_a_file_without_permission_is_nothing_to_read(
    cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    path = write(tmp_path / "x.json", [record()])
    real = Path.open

    def refusing(self: Path, *args: Any, **named: Any) -> Any:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args, **named)

    monkeypatch.setattr(Path, "open", refusing)
    ran = cli("usage", command, str(path))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"error: `{path}` cannot be read: permission denied\nhelp: ")


def test_an_empty_folder_is_nothing_to_read(cli: RunCli, tmp_path: Path) -> None:
    ran = cli("usage", "scan", str(tmp_path))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"error: `{tmp_path}` holds no log file\nhelp: logs end in ")


def test_explaining_a_folder_is_a_usage_error(cli: RunCli, tmp_path: Path) -> None:
    ran = cli("usage", "explain", str(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert "`usage scan` reads folders" in ran.err


def test_files_without_records_are_read_and_empty(cli: RunCli, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", [])
    document = scanned(cli, str(path))
    assert (document["coverage"]["files"], document["coverage"]["records"], document["uses"]) == (1, 0, [])
    assert document["coverage"]["first"] is None
    assert cli("usage", "scan", str(path)).code == 0
    assert cli("usage", "explain", str(path)).out.splitlines()[-1] == "0 events, 0 counted; 0 records rejected"


def test_rejected_records_are_listed_and_no_error(cli: RunCli, tmp_path: Path) -> None:
    write(tmp_path / "good.json", [record()])
    (tmp_path / "broken.json").write_bytes(b"{")
    document = scanned(cli, str(tmp_path))
    assert [item["where"] for item in document["coverage"]["rejected"]] == ["broken.json"]
    only_odd = write(tmp_path / "odd/x.json", [{"eventName": 3}])
    assert scanned(cli, str(only_odd))["coverage"]["fates"]["rejected"] == 1
