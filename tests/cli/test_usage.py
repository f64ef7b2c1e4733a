"""`usage scan` and `usage explain` as their callers see them: JSON by its schema, streams, exit codes, bad input."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cloudtrail_records import ROLE, TABLE, USER, delivered, document, record, user_identity
from tests.conftest import RunCli


def checked(checkout: Path, name: str, text: str) -> Any:
    """The JSON, valid by the schema of that name."""
    found = json.loads(text)
    schema = json.loads((checkout / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


RECORDS = (
    record(),
    record(errorCode="AccessDenied", eventID="2"),
    record(eventName="InventTable", eventID="3"),
    record(userIdentity=..., eventID="4"),
    record(eventName=...),
    record(
        eventID="6",
        userIdentity=user_identity(),
        eventSource="ssm.amazonaws.com",
        eventName="GetParameter",
        eventTime=...,
        requestParameters={"name": "/app/db", "withDecryption": True},
        resources=...,
        managementEvent=True,
        eventCategory="Management",
    ),
)


def test_scan_answers_by_its_schema(cli: RunCli, checkout: Path, tmp_path: Path) -> None:
    delivered(tmp_path, *RECORDS)
    ran = cli("usage", "scan", str(tmp_path), "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found = checked(checkout, "usage-1", ran.out)
    assert found["principals"] == [ROLE, USER]
    assert found["coverage"]["records"] == 6 == sum(found["coverage"]["fates"].values())
    used = [use for use in found["uses"] if use["outcome"] == "used" and use["principal"] == ROLE]
    assert [(use["action"], use["resource"], use["count"]) for use in used] == [("dynamodb:GetItem", TABLE, 1)]


def test_scan_of_one_principal(cli: RunCli, checkout: Path, tmp_path: Path) -> None:
    delivered(tmp_path, *RECORDS)
    asked = ("--principal", USER, "--principal", "arn:aws:iam::111122223333:role/gone")
    ran = cli("usage", "scan", str(tmp_path), *asked, "--format", "json")
    found = checked(checkout, "usage-1", ran.out)
    assert {use["principal"] for use in found["uses"]} == {USER}
    assert found["coverage"]["records"] == 6


def test_explain_answers_by_its_schema_in_the_file_s_order(cli: RunCli, checkout: Path, tmp_path: Path) -> None:
    path = delivered(tmp_path, *RECORDS)
    ran = cli("usage", "explain", str(path), "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found = checked(checkout, "usage-explain-1", ran.out)
    assert [event["reason"] for event in found["events"]] == [
        "used",
        "denied",
        "unknown-event",
        "unknown-principal",
        "used",
    ]
    first, denied, _, unknown, _ = found["events"]
    assert (first["principal"], first["session_name"], first["counted"]) == (ROLE, "orders-fn", True)
    for event in (first, denied):
        assert [(grant["action"], grant["resources"]) for grant in event["grants"]] == [("dynamodb:GetItem", [TABLE])]
    assert (unknown["principal"], unknown["session_name"]) == ("", "")
    assert [entry["where"] for entry in found["rejected"]] == [f"{path}#5"]


@pytest.mark.parametrize("verb", ["scan", "explain"])
def test_text_names_each_action_and_each_rejected_record(cli: RunCli, tmp_path: Path, verb: str) -> None:
    path = delivered(tmp_path, *RECORDS)
    ran = cli("usage", verb, str(path))
    assert ran.code == 0
    for text in ("dynamodb:GetItem", TABLE, "ssm:GetParameter", "denied", f"{path}#5"):
        assert text in ran.out
    assert "\x1b" not in ran.out


def bomb() -> bytes:
    """Zeros that gzip packs a thousand to one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()


BAD_FILES = {
    "truncated gzip": (gzip.compress(document(record()))[:-9], "truncated gzip data"),
    "gzip bomb": (bomb(), "decompresses to more than 250 times its size"),
    "wrong JSON": (b'{"Records": [\n{"a": }]}', "not JSON: invalid character at line 2, column 7"),
    "no CloudTrail file": (b'{"hello": 1}', "no CloudTrail file"),
    "empty": (b"", "the file is empty"),
}


@pytest.mark.parametrize("verb", ["scan", "explain"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_alone_is_malformed_input(cli: RunCli, tmp_path: Path, verb: str, name: str) -> None:
    data, reason = BAD_FILES[name]
    path = tmp_path / "bad.json.gz"
    path.write_bytes(data)
    ran = cli("usage", verb, str(path), "--format", "json")
    assert (ran.code, ran.out) == (4, "")
    assert f"`{path}`: {reason}" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_among_others_is_listed(cli: RunCli, checkout: Path, tmp_path: Path, name: str) -> None:
    data, reason = BAD_FILES[name]
    folder = delivered(tmp_path, record()).parent
    (folder / "bad.json.gz").write_bytes(data)
    ran = cli("usage", "scan", str(folder), "--format", "json")
    assert ran.code == 0
    found = checked(checkout, "usage-1", ran.out)
    assert [(entry["where"], entry["reason"].startswith(reason)) for entry in found["coverage"]["rejected"]] == [
        ("bad.json.gz", True)
    ]
    assert (found["coverage"]["files"], found["coverage"]["records"]) == (2, 1)


def test_records_that_are_all_rejected_are_listed(cli: RunCli, checkout: Path, tmp_path: Path) -> None:
    path = delivered(tmp_path, {"hello": 1})
    ran = cli("usage", "scan", str(path), "--format", "json")
    assert ran.code == 0
    assert len(checked(checkout, "usage-1", ran.out)["coverage"]["rejected"]) == 1


@pytest.mark.parametrize("verb", ["scan", "explain"])
def test_a_path_that_is_not_there(cli: RunCli, tmp_path: Path, verb: str) -> None:
    ran = cli("usage", verb, str(tmp_path / "gone"))
    assert (ran.code, ran.out) == (3, "")
    assert "there is no file or folder" in ran.err


def test_an_empty_folder(cli: RunCli, tmp_path: Path) -> None:
    ran = cli("usage", "scan", str(tmp_path))
    assert (ran.code, ran.out) == (3, "")
    assert "holds no log file" in ran.err


def test_explaining_a_folder(cli: RunCli, tmp_path: Path) -> None:
    ran = cli("usage", "explain", str(tmp_path))
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_may_not_be_read(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The system's refusal is played: permissions would not stop root."""
    path = delivered(tmp_path, record())
    closed = path if kind == "file" else tmp_path / "AWSLogs"
    open_file, scandir = Path.open, os.scandir

    def refusing_open(self: Path, *how: Any, **more: Any) -> Any:
        if self == closed:
            raise PermissionError(13, "Permission denied", str(self))
        return open_file(self, *how, **more)

    def refusing_scandir(path: Any) -> Any:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(Path, "open", refusing_open)
    monkeypatch.setattr(os, "scandir", refusing_scandir)
    ran = cli("usage", "scan", str(closed))
    assert (ran.code, ran.out) == (3, "")
    assert "permission denied" in ran.err


def test_ctrl_c_ends_every_process_quietly(tmp_path: Path) -> None:
    line = json.dumps(record(eventID="@")).encode()
    for number in range(4):
        records = b",".join(line.replace(b'"@"', b'"%d-%d"' % (number, each)) for each in range(40_000))
        (tmp_path / f"{number}.json").write_bytes(b'{"Records": [' + records + b"]}")
    process = subprocess.Popen(
        [sys.executable, "-m", "secrets_cli", "usage", "scan", str(tmp_path), "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        time.sleep(1.5)
        assert process.poll() is None, "the scan was over before it could be interrupted"
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, b"")
    assert err == b"interrupted\n"
    assert is_gone(process.pid)


def is_gone(group: int) -> bool:
    """Whether no process of the group is left a moment later; the last of them end when they see their parent gone."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
