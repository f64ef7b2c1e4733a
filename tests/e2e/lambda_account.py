"""An emulated account for the end-to-end tests of the getSecret function, and the installed command run in it."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import jsonschema

from tests.emulator.server import REGION, ROOT_KEY, ROOT_SECRET, Emulator

COMMAND = Path(sys.executable).parent / "secrets-cli"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Account:
    """The emulated account, with its parameters and callers."""

    emulator: Emulator
    credentials: Path

    def client(self, service: str) -> Any:
        """An SDK client of the administrator's."""
        return boto3.client(
            service,
            endpoint_url=self.emulator.url,
            region_name=REGION,
            aws_access_key_id=ROOT_KEY,
            aws_secret_access_key=ROOT_SECRET,
        )

    def run(self, *words: str, profile: str = "admin") -> Ran:
        """`secrets-cli lambda ...` in a process of its own."""
        return self.secrets_cli("lambda", *words, "--profile", profile)

    def secrets_cli(self, *words: str) -> Ran:
        """Any command; its JSON is as its schema says, and no canary is in what it says beside its result."""
        environment = self.emulator.environment()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            del environment[name]
        environment["AWS_SHARED_CREDENTIALS_FILE"] = str(self.credentials)
        ran = subprocess.run(
            [COMMAND, *words],
            capture_output=True,
            text=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            cwd="/",
            check=False,
            timeout=180,
        )
        assert "Traceback" not in ran.stderr
        assert "internal error" not in ran.stderr
        assert "canary-" not in ran.stderr
        _valid(ran.stdout)
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def ok(self, *words: str, profile: str = "admin") -> Ran:
        """The same, and it must work."""
        ran = self.run(*words, profile=profile)
        assert ran.code == 0, ran.err
        return ran


def _valid(out: str) -> None:
    """JSON that a command answers is as its schema says."""
    for text in [out] if out.startswith("{\n") else out.splitlines() if out.startswith("{") else []:
        document = json.loads(text)
        name = document["schema"].removeprefix("secrets-cli/").replace("/", "-")
        schema = Path(__file__).parents[2] / "docs" / "schemas" / f"{name}.json"
        jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))


def made_account(
    emulator: Emulator, credentials: Path, alias: str, secrets: Mapping[str, str], users: Iterable[str]
) -> Account:
    """An account with parameters under a key, and users with no policy of their own, each a profile; `admin` is root's."""
    made = Account(emulator, credentials)
    kms, ssm, iam = (made.client(service) for service in ("kms", "ssm", "iam"))
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    for name, value in secrets.items():
        ssm.put_parameter(Name=name, Value=value, Type="SecureString", KeyId=alias)
    lines = [f"[admin]\naws_access_key_id = {ROOT_KEY}\naws_secret_access_key = {ROOT_SECRET}"]
    for user in users:
        iam.create_user(UserName=user)
        given = iam.create_access_key(UserName=user)["AccessKey"]
        lines.append(
            f"[{user}]\naws_access_key_id = {given['AccessKeyId']}\naws_secret_access_key = {given['SecretAccessKey']}"
        )
    credentials.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made
