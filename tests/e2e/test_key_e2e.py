"""`secrets-cli key` against an emulator that enforces key policies: who is let in is asked with the callers' own keys.

What the emulator cannot show - a SecureString read asks no key there - the evaluator proves
(tests/unit/secrets/keys/test_key_policy.py).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.keys import KeyService
from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import AccessDenied
from secrets_cli.secret_value import SecretValue
from tests.emulator.server import ACCOUNT, Emulator

pytestmark = pytest.mark.e2e

COMMAND = Path(sys.executable).parent / "secrets-cli"
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
ALIAS = "e2e/keys"


@dataclass(frozen=True, slots=True)
class Person:
    """An IAM user whose own policies allow everything: what keeps them out is the key's policy."""

    arn: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def root(emulator: Emulator) -> dict[str, str]:
    """The environment of the account's root user."""
    return emulator.environment()


@pytest.fixture(scope="module")
def as_root(root: dict[str, str]) -> Iterator[Connection]:
    """A connection as the root user."""
    with pytest.MonkeyPatch.context() as patched:
        _become(patched, root)
        yield Connection(Target())


def _become(patched: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patched.delenv(name)
    for name, value in environment.items():
        if name.startswith("AWS_"):
            patched.setenv(name, value)


@pytest.fixture(scope="module")
def people(emulator: Emulator, as_root: Connection) -> dict[str, Person]:
    """An administrator, a user, and somebody the key policy does not name."""
    iam = as_root.client("iam")
    found = {}
    for name in ("admin", "user", "late", "bystander"):
        user = f"e2e-key-{name}"
        arn = iam.create_user(UserName=user)["User"]["Arn"]
        iam.put_user_policy(UserName=user, PolicyName="everything", PolicyDocument=json.dumps(EVERYTHING))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        found[name] = Person(arn, emulator.environment(key["AccessKeyId"], key["SecretAccessKey"]))
    return found


def run(environment: dict[str, str], *words: str, expect: int = 0) -> "subprocess.CompletedProcess[str]":
    """Run a key command as the caller of an environment."""
    ran = subprocess.run(
        [COMMAND, "key", *words], env=environment, capture_output=True, text=True, cwd="/", check=False, timeout=120
    )
    assert ran.returncode == expect, ran.stderr
    assert "Traceback" not in ran.stderr
    return ran


def result(environment: dict[str, str], *words: str, expect: int = 0) -> dict[str, Any]:
    """The JSON result of a key command."""
    found: dict[str, Any] = json.loads(run(environment, *words, "--format", "json", expect=expect).stdout)
    return found


@pytest.fixture(scope="module")
def made(root: dict[str, str], people: dict[str, Person]) -> dict[str, Any]:
    """The key, made by the root user."""
    return result(root, "create", ALIAS, "--admin", people["admin"].arn, "--user", people["user"].arn)


def encrypts(person: Person, key: str) -> bool:
    """Whether a direct kms:Encrypt is allowed."""
    return _allowed(person, "encrypt", KeyId=key, Plaintext=b"x")


def _allowed(person: Person, call: str, **parameters: Any) -> bool:
    with pytest.MonkeyPatch.context() as patched:
        _become(patched, person.environment)
        client = Connection(Target()).client("kms")
        try:
            getattr(client, call)(**parameters)
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "AccessDeniedException":
                raise
            return False
    return True


def test_the_same_again_is_nothing_to_do(
    root: dict[str, str], people: dict[str, Person], made: dict[str, Any], as_root: Connection
) -> None:
    assert made["state"] == "changed"
    assert made["proof"]["holds"] is True
    before = len(KeyService(as_root).ids())
    again = result(root, "create", ALIAS, "--admin", people["admin"].arn, "--user", people["user"].arn)
    assert (again["state"], again["key_id"], again["steps"]) == ("unchanged", made["key_id"], [])
    assert len(KeyService(as_root).ids()) == before


@pytest.mark.parametrize("who", ["admin", "user", "bystander"])
def test_nobody_uses_the_key_directly_whatever_his_iam_policies_say(
    people: dict[str, Person], made: dict[str, Any], as_root: Connection, who: str
) -> None:
    open_key = as_root.client("kms").create_key()["KeyMetadata"]["KeyId"]
    assert encrypts(people[who], open_key)  # AWS's default policy leaves it to IAM
    key = made["key_id"]
    assert not encrypts(people[who], key)
    assert not _allowed(people[who], "generate_data_key", KeyId=key, KeySpec="AES_256")
    assert not _allowed(people[who], "decrypt", KeyId=key, CiphertextBlob=b"x" * 64)
    grant = {"GranteePrincipal": people[who].arn, "Operations": ["Decrypt"]}
    assert not _allowed(people[who], "create_grant", KeyId=key, **grant)


def test_only_the_administrator_manages_the_key(people: dict[str, Person], made: dict[str, Any]) -> None:
    late = people["late"].arn
    for who in ("user", "bystander"):
        ran = run(people[who].environment, "grant-use", ALIAS, "--user", late, "--yes", expect=5)
        assert "kms:" in ran.stderr
    granted = result(people["admin"].environment, "grant-use", ALIAS, "--user", late, "--via", "any", "--yes")
    assert {one["principal"] for one in granted["difference"]["added"]} == {late}
    assert encrypts(people["late"], made["key_id"])
    revoked = result(people["admin"].environment, "revoke-use", ALIAS, "--user", late, "--yes")
    assert {one["principal"] for one in revoked["difference"]["removed"]} == {late}
    assert not encrypts(people["late"], made["key_id"])


def test_rotation(people: dict[str, Person], made: dict[str, Any], as_root: Connection) -> None:
    admin = people["admin"].environment
    assert KeyService(as_root).rotation(made["key_id"]).period_days == 365
    assert result(admin, "rotation", "on", ALIAS, "--days", "180")["state"] == "changed"
    assert KeyService(as_root).rotation(made["key_id"]).period_days == 180
    assert result(admin, "rotation", "on", ALIAS, "--days", "180")["state"] == "unchanged"
    assert run(people["user"].environment, "rotation", "off", ALIAS, "--yes", expect=5).stdout == ""
    assert result(admin, "rotation", "off", ALIAS, "--yes")["state"] == "changed"
    assert not KeyService(as_root).rotation(made["key_id"]).enabled


def test_show_and_audit(people: dict[str, Person], made: dict[str, Any]) -> None:
    shown = result(people["admin"].environment, "show", ALIAS)
    (policy,) = shown["policies"]
    assert {one["subject"] for one in policy["administer"]} == {ACCOUNT, people["admin"].arn}
    assert {one["subject"] for one in policy["use"]} == {people["user"].arn}
    audit = result(people["admin"].environment, "audit", ALIAS, expect=13)
    assert {one["rule"] for one in audit["findings"]} == {"key-no-rotation"}
    # Another's keys he may list and not read: they are not judged, and that is said.
    elsewhere = result(people["user"].environment, "audit", ALIAS, expect=21)
    assert elsewhere["findings"] == []
    assert any("policies" in one["reason"] for one in elsewhere["unread"])


def test_a_key_is_deleted_when_nothing_is_under_it(
    people: dict[str, Person], made: dict[str, Any], as_root: Connection
) -> None:
    admin = people["admin"].environment
    store = ParameterStore(as_root)
    store.put(Write("/e2e-keys/secret", SecretValue("marker-9f2c"), f"alias/{ALIAS}", overwrite=True))
    ran = run(admin, "delete", ALIAS, "--confirm", ALIAS, expect=2)
    assert "/e2e-keys/secret" in ran.stderr
    assert "marker-9f2c" not in ran.stdout + ran.stderr
    store.delete(["/e2e-keys/secret"])
    assert "no terminal" in run(admin, "delete", ALIAS, expect=2).stderr
    run(people["user"].environment, "delete", ALIAS, "--confirm", ALIAS, expect=5)
    assert result(admin, "delete", ALIAS, "--confirm", ALIAS, "--pending-days", "7")["state"] == "changed"
    assert KeyService(as_root).describe(made["key_id"]).state == "PendingDeletion"
    assert result(admin, "cancel-delete", ALIAS)["state"] == "changed"
    assert KeyService(as_root).describe(made["key_id"]).state == "Enabled"


def test_a_caller_whom_kms_denies_is_told_what_is_missing(emulator: Emulator, as_root: Connection) -> None:
    iam = as_root.client("iam")
    iam.create_user(UserName="e2e-key-nobody")
    key = iam.create_access_key(UserName="e2e-key-nobody")["AccessKey"]
    nobody = emulator.environment(key["AccessKeyId"], key["SecretAccessKey"])
    me = f"arn:aws:iam::{ACCOUNT}:user/e2e-key-nobody"
    ran = run(nobody, "create", "e2e/denied", "--admin", me, "--user", f"arn:aws:iam::{ACCOUNT}:role/app", expect=5)
    assert "AWS denied `kms:" in ran.stderr
    with pytest.MonkeyPatch.context() as patched:
        _become(patched, nobody)
        with pytest.raises(AccessDenied):
            KeyService(Connection(Target())).ids()
