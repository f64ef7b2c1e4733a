"""The first part of the demo: a key, a secret, and the getSecret function called by whom it is for and by another."""

import json
from collections.abc import Mapping
from pathlib import Path

from secrets_cli.demo.live.outputs import claims_of_key, deployed_function, reader_role
from secrets_cli.demo.live.stage import (
    ACCOUNT,
    KEY,
    PARAMETER,
    REGION,
    Account,
    Command,
    NotProven,
    Program,
    Stage,
)
from secrets_cli.secret_value import SecretValue

_USER = f"arn:aws:iam::{ACCOUNT}:user"
_WRITE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["ssm:PutParameter", "ssm:GetParameter", "ssm:DescribeParameters"],
            "Resource": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/orders/*",
        }
    ],
}


def make_people(account: Account, credentials: Path) -> None:
    """The users of the demo, each a profile in the file `credentials` (0600): who manages the key, who writes the secret, who is
    entitled to it, and who is not."""
    policies: Mapping[str, str] = {
        "key-admin": "",
        "developer": json.dumps(_WRITE),
        "checkout": "",
        "stranger": "",
    }
    credentials.touch(mode=0o600)
    with credentials.open("w", encoding="utf-8") as file:
        for name, policy in policies.items():
            key, secret = account.user(name, policy)
            file.write(f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {secret.reveal()}\n")


def play_secret(stage: Stage, value: SecretValue) -> None:
    """Make a key, store the value under it, deploy getSecret, and call it twice."""
    stage.part("A key, a secret, and the function that hands it to whom it is for")
    people = ("--admin", f"{_USER}/key-admin", "--user", f"{_USER}/developer")
    made = stage.run(_ours("key", "create", KEY, *people, "--yes", "--format", "json"))
    claims = claims_of_key(made.out)
    stage.prove(
        f"key-admin manages the key and cannot read by it, developer the other way round: {claims} claims proven"
    )

    ran = stage.run(_ours("secret", "put", PARAMETER, "--key", KEY, "--profile", "developer", stdin=value))
    if value.reveal() in ran.out + ran.err:
        raise NotProven("the command said the value")
    stage.prove(
        "stored under that key; the value went in on stdin, and is in no command line and nothing that was said"
    )

    allow = ("--allow", f"{_USER}/checkout={PARAMETER}")
    made = stage.run(_ours("lambda", "deploy", *allow, "--yes", "--format", "json"))
    claims, _ = deployed_function(made.out)
    stage.prove(
        f"getSecret is deployed, and lets nobody in but user checkout: {claims} claims proven before it was made"
    )

    reader = reader_role(made.err)
    claims = claims_of_key(
        stage.run(_ours("key", "grant-use", KEY, "--reader", reader, "--yes", "--format", "json")).out
    )
    stage.prove(f"the function's reader role may decrypt, through Parameter Store alone: {claims} claims proven")

    ran = stage.run(_ours("lambda", "invoke", PARAMETER, "--as-profile", "checkout"))
    if SecretValue(ran.out) != value:
        raise NotProven("the function handed out something else than the secret")
    stage.prove("entitled: answered with the value that was stored (compared here, not shown)")

    ran = stage.run(_ours("lambda", "invoke", PARAMETER, "--as-profile", "stranger", ends=5))
    if ran.out or "IAM refused" not in ran.err:
        raise NotProven("the function was not refused by IAM")
    stage.prove("not entitled: refused by IAM before the function ran (exit 5)")


def _ours(*words: str, stdin: SecretValue | None = None, ends: int = 0) -> Command:
    return Command(Program.OURS, words, stdin, ends)
