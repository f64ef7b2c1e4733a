"""`role audit` as the installed command, on an emulator that enforces IAM: as a user with the printed policy alone."""

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.target import Connection, Target
from tests.audited_roles import TRUST, allow, document
from tests.emulator.server import ACCOUNT, Emulator

pytestmark = pytest.mark.e2e

FULL = "arn:aws:iam::aws:policy/AdministratorAccess"


@dataclass
class Auditor:
    """A user without any permission but those given, and the account's administrator."""

    connection: Connection
    emulator: Emulator
    name: str

    def run(self, *words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        program = str(Path(sys.executable).parent / "secrets-cli")
        return subprocess.run(
            [program, "role", "audit", *words],
            env=environment or self.emulator.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def allowed(self, policy: str) -> dict[str, str]:
        """The environment of the user with this policy alone."""
        iam = self.connection.client("iam")
        iam.put_user_policy(UserName=self.name, PolicyName="printed", PolicyDocument=policy)
        key = iam.create_access_key(UserName=self.name)["AccessKey"]
        return self.emulator.environment(key["AccessKeyId"], key["SecretAccessKey"])


@pytest.fixture
def auditor(request: pytest.FixtureRequest, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Auditor:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    connection = Connection(Target())
    user = f"auditor-{request.node.name.replace('_', '-')}"[:60]
    connection.client("iam").create_user(UserName=user)
    return Auditor(connection, emulator, user)


def make_roles(iam: Any, prefix: str) -> dict[str, str]:
    """An orphan of Zappa, a role of a function with a managed policy, and one with a boundary; name -> ARN."""
    names = (f"{prefix}-dev-ZappaLambdaExecutionRole", f"{prefix}-function", f"{prefix}-bounded")
    orphan, function, bounded = names
    policy = iam.create_policy(
        PolicyName=f"{prefix}-shared", PolicyDocument=json.dumps(document(allow(["s3:GetObject", "iam:PassRole"])))
    )["Policy"]["Arn"]
    made = {
        name: iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        for name in (orphan, function)
    }
    made[bounded] = iam.create_role(
        RoleName=bounded, AssumeRolePolicyDocument=json.dumps(TRUST), PermissionsBoundary=policy
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName=orphan, PolicyName="zappa-permissions", PolicyDocument=json.dumps(document(allow("s3:*")))
    )
    iam.attach_role_policy(RoleName=function, PolicyArn=policy)
    create = document(allow(["lambda:CreateFunction", "lambda:InvokeFunction"]))
    iam.put_role_policy(RoleName=function, PolicyName="create", PolicyDocument=json.dumps(create))
    iam.put_role_policy(RoleName=bounded, PolicyName="all", PolicyDocument=json.dumps(document(allow("*"))))
    return made


def test_under_the_printed_policy_alone(auditor: Auditor) -> None:
    made = make_roles(auditor.connection.client("iam"), "audit-all")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass")
    function = auditor.connection.client("lambda").create_function(
        FunctionName="audit-all",
        Runtime="python3.12",
        Role=made["audit-all-function"],
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]
    region = auditor.connection.region
    printed = auditor.run("--all", "--print-policy")
    assert printed.returncode == 0, printed.stderr
    allowed = auditor.allowed(printed.stdout)
    ran = auditor.run("--all", "--function-region", region, "--format", "json", environment=allowed)
    assert ran.returncode == 14, ran.stderr
    assert ran.stderr == ""
    found = {one["arn"]: one for one in json.loads(ran.stdout)["roles"]}
    orphan, used, bounded = (found[made[name]] for name in made)
    assert "orphaned-role" in {one["rule"] for one in orphan["findings"]}
    assert used["functions"] == [function]
    assert [one["id"] for one in used["escalation"]][:1] == ["lambda-001"]
    assert bounded["administrator"] is False
    assert set(bounded["services"]) == {"iam", "s3"}


def test_each_of_the_printed_permissions_is_needed(auditor: Auditor) -> None:
    make_roles(auditor.connection.client("iam"), "audit-each")
    printed = json.loads(auditor.run("--all", "--print-policy").stdout)
    for statement in printed["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        for missing in actions:
            if missing == "iam:GetRole":
                continue  # asked only where the details of the account do not say when a role was last used
            others = [
                {**one, "Action": [a for a in _listed(one["Action"]) if a != missing]} for one in printed["Statement"]
            ]
            policy = {**printed, "Statement": [one for one in others if one["Action"]]}
            ran = auditor.run("--all", "--format", "json", environment=_allowed_anew(auditor, policy))
            assert f"`{missing}`" in ran.stderr, missing


def test_a_named_role_under_its_own_printed_policy(auditor: Auditor) -> None:
    made = make_roles(auditor.connection.client("iam"), "audit-named")
    arn = made["audit-named-bounded"]
    printed = auditor.run(arn, "--no-functions", "--print-policy")
    allowed = auditor.allowed(printed.stdout)
    ran = auditor.run(arn, "--no-functions", "--format", "json", environment=allowed)
    assert ran.returncode in (0, 11, 12, 13, 14), ran.stderr
    assert [one["arn"] for one in json.loads(ran.stdout)["roles"]] == [arn]
    other = auditor.run("audit-named-function", "--no-functions", environment=allowed)
    assert (other.returncode, other.stdout) == (5, "")
    assert "`iam:GetRole` on `audit-named-function`" in other.stderr
    assert f"arn:aws:iam::{ACCOUNT}" in printed.stdout


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value


def _allowed_anew(auditor: Auditor, policy: dict[str, Any]) -> dict[str, str]:
    iam = auditor.connection.client("iam")
    for key in iam.list_access_keys(UserName=auditor.name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=auditor.name, AccessKeyId=key["AccessKeyId"])
    return auditor.allowed(json.dumps(policy))
