"""`role narrow` on the deployed function's own calls, recorded while it served them, proposes nothing smaller than what
`lambda deploy` deployed: neither for the function's role nor for a reader role.

Recorded are the real calls of the function (`usage record`); added is the kms:Decrypt behind a SecureString, which the emulator
does not make (`--add-kms`). The policies are those that IAM has. `make own-calls` prints the figures.
"""

import gzip
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from tests.e2e.lambda_account import Account, made_account
from tests.emulator.server import ACCOUNT, Emulator

pytestmark = pytest.mark.e2e

STACK = "e2e-own-calls"
ONE, TWO, THREE = "/own-calls/prod/db", "/own-calls/prod/mail", "/own-calls/web/cookie"
USERS = ("own-app", "own-twin", "own-ops")
GRANTS = {"own-app": (ONE,), "own-twin": (ONE,), "own-ops": (TWO, THREE)}


@dataclass(frozen=True, slots=True)
class Trail:
    """What was recorded of a deployed function."""

    account: Account
    logs: Path

    @property
    def records(self) -> list[dict[str, Any]]:
        """All of them."""
        files = sorted(self.logs.rglob("*.json.gz"))
        return [one for path in files for one in json.loads(gzip.decompress(path.read_bytes()))["Records"]]

    def narrowed(self, role: str, *more: str) -> tuple[Any, Policy, list[Policy]]:
        """The answer of `role narrow`, the role's policy in IAM, and what is proposed in its place."""
        iam = self.account.client("iam")
        (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        document = json.dumps(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
        present = self.logs.parent / f"{role}.json"
        present.write_text(document, encoding="utf-8")
        arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
        words = ("--logs", str(self.logs), "--principal", arn, "--policy", str(present), "--format", "json", *more)
        ran = self.account.secrets_cli("role", "narrow", *words)
        assert ran.code == 0, ran.err
        answer = json.loads(ran.out)
        proposed = [parse_policy(json.dumps(one), "narrowed") for one in answer["policies"]]
        return answer, parse_policy(document, role), proposed

    def must_stay(self, role: str, *more: str) -> None:
        """Nothing smaller is proposed; the figures are printed."""
        answer, present, proposed = self.narrowed(role, *more)
        assert answer["removed"] == []
        assert answer["proof"]["contained"]["verdict"] == "contained"
        assert answer["proof"]["replay"]["denied"] == []
        assert contains(proposed, [present]) == Contained()
        summary, replay = answer["summary"], answer["proof"]["replay"]
        sys.stdout.write(
            f"{role}: {summary['actions_before']} actions before, {summary['actions_after']} after, "
            f"{len(answer['removed'])} removed, {replay['allowed']} of {replay['requests']} requests allowed\n"
        )


@contextmanager
def recording(emulator: Emulator, logs: Path) -> Iterator[str]:
    """Run the recorder in front of the emulator; answers its URL."""
    command = [sys.executable, "-m", "secrets_cli", "usage", "record", "--out", str(logs), "--add-kms"]
    recorder = subprocess.Popen(
        command, env=emulator.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert recorder.stdout is not None
        yield recorder.stdout.readline().strip().partition("=")[2]
    finally:
        recorder.send_signal(signal.SIGINT)
        _, err = recorder.communicate(timeout=60)
    assert recorder.returncode == 0, err


@pytest.fixture(scope="module")
def trail(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    """The function deployed, every granted name asked for by every caller, alone and together, and the calls recorded."""
    folder = tmp_path_factory.mktemp("own-calls")
    secrets = {name: f"canary-of{name}" for name in (ONE, TWO, THREE)}
    account = made_account(emulator, folder / "credentials", "alias/own-calls", secrets, USERS)
    allowed = [f"--allow=arn:aws:iam::{ACCOUNT}:user/{user}={name}" for user in USERS for name in GRANTS[user]]
    account.ok("deploy", "--stack", STACK, *allowed, "--yes")
    logs = folder / "logs"
    with recording(emulator, logs) as url:
        functions = account.client("lambda")
        present = functions.get_function_configuration(FunctionName=STACK)["Environment"]["Variables"]
        told = {"AWS_ENDPOINT_URL_SSM": url, "AWS_ENDPOINT_URL_STS": url}
        functions.update_function_configuration(FunctionName=STACK, Environment={"Variables": present | told})
        for user in USERS:
            for names in [*((name,) for name in GRANTS[user]), GRANTS[user]]:
                account.ok("invoke", *names, "--stack", STACK, "--as-profile", user)
        assert account.run("invoke", TWO, "--stack", STACK, "--as-profile", "own-app").code == 5
    yield Trail(account, logs)
    account.run("remove", "--stack", STACK, "--confirm", STACK)


def test_what_was_recorded_is_what_the_function_did(trail: Trail) -> None:
    calls = Counter(
        (record["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"], record["eventName"])
        for record in trail.records
    )
    readers = {name for name, _ in calls if "-reader-" in name}
    assert len(readers) == 2
    assert {event for name, event in calls if name == f"{STACK}-function"} == {"AssumeRole"}
    assert not any("errorCode" in record for record in trail.records)
    together = next(name for name in readers if calls[name, "GetParameters"])
    assert calls[together, "GetParameter"] == 2
    assert calls[together, "Decrypt"] == 4
    assert "canary" not in json.dumps(trail.records)
    for (name, event), count in sorted(calls.items()):
        added = " (added)" if event == "Decrypt" else ""
        sys.stdout.write(f"recorded: {name} {event} x {count}{added}\n")


def test_the_functions_role_stays_as_it_is(trail: Trail) -> None:
    configuration = trail.account.client("lambda").get_function_configuration(FunctionName=STACK)
    del configuration["ResponseMetadata"], configuration["Environment"]
    file = trail.logs.parent / "function.json"
    file.write_text(json.dumps(configuration), encoding="utf-8")
    trail.must_stay(f"{STACK}-function", "--function-config", str(file))


def test_each_reader_role_stays_as_it_is(trail: Trail) -> None:
    roles = trail.account.client("iam").list_roles()["Roles"]
    readers = sorted(role["RoleName"] for role in roles if role["RoleName"].startswith(f"{STACK}-reader-"))
    assert len(readers) == 2
    for reader in readers:
        trail.must_stay(reader)


def test_a_role_that_had_more_would_be_narrowed(trail: Trail) -> None:
    """So that the others do not pass because nothing is ever taken away."""
    reader = next(
        role["RoleName"]
        for role in trail.account.client("iam").list_roles()["Roles"]
        if role["RoleName"].startswith(f"{STACK}-reader-")
    )
    iam = trail.account.client("iam")
    (name,) = iam.list_role_policies(RoleName=reader)["PolicyNames"]
    document = iam.get_role_policy(RoleName=reader, PolicyName=name)["PolicyDocument"]
    document["Statement"].append({"Effect": "Allow", "Action": "ssm:GetParameterHistory", "Resource": "*"})
    iam.put_role_policy(RoleName=reader, PolicyName=name, PolicyDocument=json.dumps(document))
    answer, _, _ = trail.narrowed(reader)
    assert [one["action"] for one in answer["removed"]] == ["ssm:GetParameterHistory"]
