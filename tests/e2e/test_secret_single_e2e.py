"""Single secrets through the installed command, against an emulator that enforces IAM: as root, and as three users.

The emulator asks KMS nothing for a SecureString, so nothing here is about kms:Decrypt; its statement is judged by the
evaluator in the unit tests.
"""

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.emulator.server import ACCOUNT, REGION, Emulator

pytestmark = pytest.mark.e2e

COMMAND = str(Path(sys.executable).parent / "secrets-cli")
MARKER = "hunter2-MARKER"
Typed = Callable[..., tuple[str, int]]
ARN = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"


@dataclass(frozen=True, slots=True)
class Shell:
    """The command as one caller."""

    environment: dict[str, str]

    def run(self, *words: str, stdin: str = "", expect: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run `secrets-cli secret ...` outside the checkout."""
        ran = subprocess.run(
            [COMMAND, "secret", *words],
            capture_output=True,
            text=True,
            input=stdin,
            cwd="/",
            env=self.environment,
            check=False,
            timeout=120,
        )
        assert ran.returncode == expect, ran.stderr
        assert "Traceback" not in ran.stderr
        return ran


@pytest.fixture(scope="module")
def root(emulator: Emulator) -> Shell:
    """The account's root user."""
    return Shell(emulator.environment())


def _user(emulator: Emulator, name: str, *statements: dict[str, Any]) -> Shell:
    given = emulator.environment()
    iam = boto3.client(
        "iam",
        endpoint_url=emulator.url,
        region_name=REGION,
        aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
    )
    iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Shell(emulator.environment(key["AccessKeyId"], key["SecretAccessKey"]))


@pytest.fixture(scope="module")
def writer(emulator: Emulator) -> Shell:
    """May write under /single and nothing else."""
    return _user(
        emulator, "single-writer", {"Effect": "Allow", "Action": "ssm:PutParameter", "Resource": f"{ARN}/single/*"}
    )


@pytest.fixture(scope="module")
def double_slash(emulator: Emulator) -> Shell:
    """Has the trap in its policy."""
    return _user(
        emulator, "single-trap", {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": f"{ARN}//single/*"}
    )


def test_a_secret_s_life(root: Shell, tmp_path: Path) -> None:
    name = "/single/life/db"
    root.run("put", name, "--key", "alias/single", "--label", "first", stdin=f"{MARKER}-1\n")
    file = tmp_path / "value"
    file.write_text(f"{MARKER}-2")
    root.run("put", name, "--key", "single", "--file", str(file), "--description", "the database")
    assert root.run("get", name).stdout == f"{MARKER}-2"
    assert root.run("get", f"{name}:first").stdout == f"{MARKER}-1"
    history = root.run("history", name)
    assert MARKER not in history.stdout + history.stderr
    assert [line.split()[0] for line in history.stdout.splitlines()] == ["version", "2", "1"]

    back = root.run("rollback", name, "first", "--yes")
    assert f"{name} is version 3 now" in back.stderr
    assert root.run("get", name).stdout == f"{MARKER}-1"
    assert "nothing to do" in root.run("rollback", name, "1", "--yes").stderr
    root.run("label", name, "move", "first", "--version", "3")
    assert json.loads(root.run("get", f"{name}:first", "--format", "json").stdout)["parameters"][0]["version"] == 3
    assert root.run("find", "/single/life", stdin=f"{MARKER}-1").stdout == f"{name}\n"

    listed = json.loads(root.run("list", "/single/life", "--format", "json").stdout)["targets"][0]["parameters"]
    assert [(each["name"], each["key"], each["version"]) for each in listed] == [(name, "alias/single", 3)]

    backup = tmp_path / "kept.json"
    root.run("delete", "/single/life", "--recursive", "--confirm", "1", "--backup", str(backup))
    root.run("get", name, expect=3)
    root.run("restore", str(backup), "--yes")
    assert root.run("get", f"{name}:first").stdout == f"{MARKER}-1"


def test_one_who_may_only_write_writes_and_reads_nothing(root: Shell, writer: Shell) -> None:
    name = "/single/writer/db"
    writer.run("put", name, "--key", "single", stdin=MARKER)
    written = writer.run("put", name, "--key", "single", stdin=f"{MARKER}-2")
    assert written.stdout.startswith(f"{name} version 2 in {REGION}")
    denied = writer.run("get", name, expect=5)
    assert (
        f"AWS denied `ssm:GetParameter` on `{ARN}{name}` to `arn:aws:iam::{ACCOUNT}:user/single-writer`"
        in denied.stderr
    )
    assert "(SSM side)" in denied.stderr
    statement = json.loads(denied.stderr[denied.stderr.index("{") :])
    assert (statement["Action"], statement["Resource"]) == ("ssm:GetParameter", f"{ARN}{name}")
    outside = writer.run("put", "/elsewhere/db", "--key", "single", stdin=MARKER, expect=5)
    labelled = writer.run("put", name, "--key", "single", "--label", "x", stdin=MARKER, expect=5)
    assert "the value is stored, but AWS denied `ssm:LabelParameterVersion`" in labelled.stderr
    for words in (("history", name), ("rollback", name, "1"), ("delete", name, "--yes"), ("list",)):
        writer.run(*words, expect=5)
    for ran in (denied, outside, labelled):
        assert MARKER not in ran.stdout + ran.stderr
    assert root.run("get", name).stdout == MARKER


def test_a_statement_that_is_suggested_mends_the_denial(emulator: Emulator, root: Shell, double_slash: Shell) -> None:
    name = "/single/trap/db"
    root.run("put", name, "--key", "single", stdin=MARKER)
    denied = double_slash.run("get", name, expect=5)
    assert "`parameter//` never matches" in denied.stderr
    mended = _user(emulator, "single-mended", json.loads(denied.stderr[denied.stderr.index("{") :]))
    assert mended.run("get", name).stdout == MARKER


def test_many_are_read_where_only_single_reads_are_allowed(emulator: Emulator, root: Shell) -> None:
    names = [f"/single/many/{number:02}" for number in range(12)]
    for name in names:
        root.run("put", name, "--key", "single", "-q", stdin=name)
    reader = _user(
        emulator,
        "single-reader",
        {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": f"{ARN}/single/many/*"},
    )
    ran = reader.run("get", *names, "/single/many/none", expect=3)
    assert ran.stdout.splitlines() == [f"{name}\t{name}" for name in names]


@pytest.fixture
def typed(root: Shell) -> Typed:
    """Run the command on a terminal of its own, typing lines; what the terminal showed and the exit code."""

    def run(*words: str, lines: tuple[str, ...] = ()) -> tuple[str, int]:
        child, terminal = pty.fork()
        if child == 0:
            os.execve(COMMAND, [COMMAND, "secret", *words], {**root.environment, "TERM": "dumb"})
        shown, waiting, until = b"", list(lines), time.monotonic() + 60
        while time.monotonic() < until:
            ready, _, _ = select.select([terminal], [], [], 0.2)
            if ready:
                try:
                    chunk = os.read(terminal, 4096)
                except OSError:
                    break
                if not chunk:
                    break
                shown += chunk
                if waiting and chunk.rstrip().endswith(b":"):
                    os.write(terminal, f"{waiting.pop(0)}\n".encode())
        _, status = os.waitpid(child, 0)
        os.close(terminal)
        return shown.decode(), os.waitstatus_to_exitcode(status)

    return run


def test_on_a_terminal_a_value_is_typed_unseen_and_masked(root: Shell, typed: Typed) -> None:
    name = "/single/typed/db"
    shown, code = typed("put", name, "--key", "single", lines=(MARKER, MARKER))
    assert code == 0, shown
    assert MARKER not in shown
    assert root.run("get", name).stdout == MARKER
    masked, _ = typed("get", name)
    assert "********" in masked
    assert MARKER not in masked
    revealed, _ = typed("get", name, "--reveal")
    assert MARKER in revealed


OUTCOMES = {
    "denied": {},
    "network down": {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"},
    "bad credentials": {"AWS_ACCESS_KEY_ID": "AKIANOBODY"},
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_failure_shows_a_value_not_even_with_debug(writer: Shell, outcome: str, tmp_path: Path) -> None:
    shell = Shell({**writer.environment, **OUTCOMES[outcome]})
    file = tmp_path / "value"
    file.write_text(MARKER)
    for words in (
        ("put", "/elsewhere/x", "--key", "single", "--file", str(file), "--debug"),
        ("get", "/single/x", "--debug"),
        ("history", "/single/x", "--values", "--reveal", "--debug"),
        ("rollback", "/single/x", "1", "--yes", "--debug"),
        ("find", "/single", "--file", str(file), "--debug"),
        ("delete", "/single/x", "--yes", "--debug"),
    ):
        ran = subprocess.run(
            [COMMAND, "secret", *words],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=shell.environment,
            check=False,
            timeout=120,
        )
        assert ran.returncode in (2, 5), (words, ran.stderr)
        assert ran.stdout == ""
        assert MARKER not in ran.stderr
        assert "error: " in ran.stderr
        assert shell.environment["AWS_SECRET_ACCESS_KEY"] not in ran.stderr
