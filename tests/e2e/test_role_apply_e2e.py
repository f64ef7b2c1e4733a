"""`role apply` and `role rollback` as the installed command, on an emulator that enforces IAM.

The operator is a user with exactly the policy that `--print-policy` prints. Killed at every call that changes something, and
at the call after it, a run leaves the role with the old or the new policy, to be finished or undone byte by byte.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.roles import PrincipalKind, PrincipalName, Roles
from secrets_cli.aws.target import Connection, Target
from tests.emulator.proxy import Fault, FaultyProxy, served
from tests.emulator.server import ACCOUNT, Emulator

pytestmark = pytest.mark.e2e

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
OLD = '{ "Version" : "2012-10-17",\n\t"Statement": [{"Effect":"Allow", "Action":["s3:*"], "Resource":"*"}] }\n'
NEW: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@dataclass
class Account:
    """A role in the emulator, its narrowing in a file, and the operator's environment."""

    name: str
    folder: Path
    iam: Any
    roles: Roles
    environment: dict[str, str]

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{self.name}"

    @property
    def narrowing(self) -> Path:
        return self.folder / "narrowing.json"

    @property
    def snapshot(self) -> Path:
        return self.folder / "snapshot.json"

    def make(self) -> None:
        """The role as it is before."""
        self.iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=json.dumps(TRUST))
        self.iam.put_role_policy(RoleName=self.name, PolicyName="old", PolicyDocument=OLD)
        self.iam.attach_role_policy(RoleName=self.name, PolicyArn=BASIC)
        self.write(NEW)

    def write(self, document: dict[str, Any]) -> None:
        """The narrowing, analysed on what the role has now."""
        live = self.roles.read(PrincipalName(PrincipalKind.ROLE, self.name))
        self.narrowing.write_text(
            json.dumps(
                {
                    "schema": "secrets-cli/narrowing/1",
                    "principal": self.arn,
                    "policies": [document],
                    "proof": {"contained": {"verdict": "contained"}},
                    "present": [
                        *(json.loads(one.text) for one in live.inline),
                        *(json.loads(one.text) for one in live.attached),
                    ],
                    "requests": [{"action": "s3:GetObject", "resource": "arn:aws:s3:::files/a", "condition": {}}],
                }
            )
        )

    @property
    def held(self) -> tuple[dict[str, str], dict[str, str]]:
        """Inline policies by name and attached ones by ARN, their documents as IAM has them."""
        live = self.roles.read(PrincipalName(PrincipalKind.ROLE, self.name))
        return {one.name: one.text for one in live.inline}, {one.arn: one.text for one in live.attached}

    def command(self, verb: str, *words: str) -> list[str]:
        program = str(Path(sys.executable).parent / "secrets-cli")
        return [program, "role", verb, *words, "--yes", "--settle", "0"]

    def run(self, verb: str, *words: str) -> subprocess.CompletedProcess[str]:
        """The installed command, as the operator."""
        return subprocess.run(
            self.command(verb, *words),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def apply(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run("apply", str(self.narrowing), "--snapshot", str(self.snapshot), *words)

    def rollback(self) -> subprocess.CompletedProcess[str]:
        return self.run("rollback", str(self.snapshot))


@pytest.fixture
def account(
    request: pytest.FixtureRequest, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Account:
    """A role of the test's own, and an operator with the printed policy alone."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    connection = Connection(Target())
    name = f"e2e-apply-{request.node.name.replace('_', '-').replace('[', '-').strip(']')}"[:60]
    environment = {**emulator.environment(), "XDG_STATE_HOME": str(tmp_path / "state")}
    made = Account(name, tmp_path, connection.client("iam"), Roles(connection), environment)
    made.make()
    printed = made.run("apply", str(made.narrowing), "--print-policy")
    assert printed.returncode == 0, printed.stderr
    operator = f"op-{name}"[:60]
    made.iam.create_user(UserName=operator)
    made.iam.put_user_policy(UserName=operator, PolicyName="printed", PolicyDocument=printed.stdout)
    key = made.iam.create_access_key(UserName=operator)["AccessKey"]
    made.environment = {
        **emulator.environment(key["AccessKeyId"], key["SecretAccessKey"]),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    return made


def test_inline(account: Account) -> None:
    before = account.held
    dry = account.apply("--dry-run")
    assert (dry.returncode, account.held) == (0, before)
    assert not account.snapshot.exists()
    ran = account.apply()
    assert ran.returncode == 0, ran.stderr
    inline, attached = account.held
    assert [json.loads(text) for text in inline.values()] == [NEW]
    assert attached == {}
    assert account.snapshot.stat().st_mode & 0o777 == 0o600
    again = account.run("apply", str(account.narrowing))
    assert again.returncode == 0
    assert "nothing to do" in again.stderr
    back = account.rollback()
    assert back.returncode == 0, back.stderr
    assert account.held == before == ({"old": OLD}, before[1])


def test_managed_then_a_version_then_back(account: Account) -> None:
    before = account.held
    ran = account.apply("--mode", "managed")
    assert ran.returncode == 0, ran.stderr
    first = account.held
    assert first[0] == {}
    ((arn, text),) = first[1].items()
    assert json.loads(text) == NEW
    smaller = json.loads(json.dumps(NEW))
    smaller["Statement"][0]["Resource"] = "arn:aws:s3:::files/a*"
    account.write(smaller)
    kept = account.snapshot.rename(account.folder / "first.json")
    ran = account.apply()
    assert ran.returncode == 0, ran.stderr
    assert json.loads(account.held[1][arn]) == smaller
    back = account.rollback()
    assert back.returncode == 0, back.stderr
    assert account.held == first
    assert account.run("rollback", str(kept)).returncode == 0
    assert account.held == before
    with pytest.raises(account.iam.exceptions.NoSuchEntityException):
        account.iam.get_policy(PolicyArn=arn)


def test_the_operator_may_do_nothing_else(account: Account) -> None:
    other = Account("e2e-apply-other", account.folder, account.iam, account.roles, account.environment)
    other.make()
    before = other.held
    ran = other.apply()
    assert ran.returncode == 5
    assert "iam:GetRole" in ran.stderr
    assert other.held == before
    assert not other.snapshot.exists()


def test_somebody_else_changes_the_role(account: Account) -> None:
    assert account.apply().returncode == 0
    account.iam.put_role_policy(RoleName=account.name, PolicyName="by-hand", PolicyDocument=OLD)
    drifted = account.held
    back = account.rollback()
    assert back.returncode == 21
    assert "`by-hand`" in back.stderr
    assert account.held == drifted
    forced = account.run("rollback", str(account.snapshot), "--force")
    assert forced.returncode == 0, forced.stderr
    assert account.held[0] == {"old": OLD}


class Killer(FaultyProxy):
    """Kills a process at a call: the nth that changes something, or the first one after that."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.at = 0
        self.is_after = False
        self.changes = 0
        self.started = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self, at: int, *, is_after: bool) -> None:
        self.at, self.is_after, self.changes = at, is_after, 0
        self.process = None
        self.started.clear()

    def fault_of(self, target: str, operation: str) -> Fault:
        was_hit = self.changes >= self.at
        self.changes += not operation.startswith(("Get", "List"))
        if self.at and (was_hit if self.is_after else self.changes >= self.at):
            assert self.started.wait(30)
            assert self.process is not None
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            return Fault.SERVER_ERROR
        return Fault.NONE


@pytest.fixture
def killer(emulator: Emulator) -> Iterator[tuple[str, Killer]]:
    """The proxy, and its URL."""
    proxy = Killer(emulator.url)
    with served(proxy) as url:
        yield url, proxy


@pytest.mark.parametrize("mode", ["inline", "managed"])
@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_killed_at_each_change(account: Account, killer: tuple[str, Killer], mode: str, is_after: bool) -> None:
    url, proxy = killer
    before = account.held
    words = [str(account.narrowing), "--mode", mode, "--snapshot", str(account.snapshot)]
    killed = 0
    while True:
        proxy.begin(killed + 1, is_after=is_after)
        environment = {**account.environment, "AWS_ENDPOINT_URL": url}
        proxy.process = subprocess.Popen(
            account.command("apply", *words), env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        proxy.started.set()
        if proxy.process.wait(60) == 0:
            break
        killed += 1
        assert proxy.process.returncode == -signal.SIGKILL
        inline, attached = account.held
        narrowed = [text for text in (*inline.values(), *attached.values()) if json.loads(text) == NEW]
        assert before == (inline, attached) or narrowed or before[0].items() <= inline.items()
        if killed % 2:
            finished = account.run("apply", *words)
            assert finished.returncode == 0, finished.stderr
            assert [json.loads(text) for part in account.held for text in part.values()] == [NEW]
        back = account.rollback()
        assert back.returncode == 0, back.stderr
        assert account.held == before
        account.snapshot.unlink()
    assert killed >= 3
