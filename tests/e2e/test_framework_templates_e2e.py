"""`lambda template`, checked by the frameworks' own tools: what they would deploy has the roles and policies that were proven."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.e2e

COMMAND = Path(sys.executable).parent / "secrets-cli"
ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
APP = f"arn:aws:iam::{ACCOUNT}:role/app"
OPS = f"arn:aws:iam::{ACCOUNT}:user/ops"
FAKE = {"AWS_ACCESS_KEY_ID": "AKIAFAKEFAKEFAKEFAKE", "AWS_SECRET_ACCESS_KEY": "fake", "AWS_REGION": "eu-west-1"}
COMMON = ("--account", ACCOUNT, "--region", "eu-west-1", "--key", KEY, "--tag", "team=x", "--quiet")
GRANTS = ("--allow", f"{APP}=/app/prod/db", "--allow", f"{OPS}=/app/prod/web/")
IDS = ("--id", f"{APP}=AROAAAAAAAAAAAAAAAAAA", "--id", f"{OPS}=AIDAOOOOOOOOOOOOOOOOO")
VARIANTS: dict[str, tuple[str, ...]] = {
    "plain": (*GRANTS, *IDS),
    "origins, boundary, topic": (
        *(*GRANTS, *IDS, "--origin", "https://a.example", "--concurrency", "0"),
        *("--permissions-boundary", f"arn:aws:iam::{ACCOUNT}:policy/b"),
    ),
    "relay": ("--mode", "relay", "--allow", APP, *IDS),
}
WITH_API = VARIANTS | {
    "http api": (*GRANTS, *IDS, "--front", "http-api", "--alarm-topic", f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"),
    "caller credentials": (
        *("--mode", "caller-credentials", "--i-know-credentials-travel", "--allow", APP, *IDS, "--alarms"),
    ),
}


def environment(tools: Path) -> dict[str, str]:
    """Nothing of the user's own, fake credentials, no telemetry, no notices."""
    quiet = {"SAM_CLI_TELEMETRY": "0", "SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "NO_COLOR": "1"}
    path = f"{tools / 'sam' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": os.environ["HOME"], **FAKE, **quiet}


@pytest.fixture(scope="module")
def tools(checkout: Path) -> Path:
    """Where `make frameworks` installs."""
    folder = checkout / ".frameworks"
    assert (folder / ".installed").exists(), "the frameworks are not installed: run `make frameworks`"
    return folder


def project(framework: str, words: tuple[str, ...], folder: Path) -> Path:
    """A framework's project, written by the installed command without asking AWS."""
    words = ("lambda", "template", "--for", framework, "--out", str(folder), *COMMON, *words)
    ran = subprocess.run(
        [COMMAND, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "AWS_CONFIG_FILE": os.devnull},
    )
    assert ran.returncode == 0, ran.stderr
    return folder


def roles_of(template: Any) -> dict[str, Any]:
    """Trust, policies and boundary of each role of a template, by name."""
    return {
        item["Properties"]["RoleName"]: {
            part: item["Properties"].get(part)
            for part in ("AssumeRolePolicyDocument", "Policies", "PermissionsBoundary")
        }
        for item in template["Resources"].values()
        if item["Type"] == "AWS::IAM::Role"
    }


def permissions_of(template: Any) -> list[Any]:
    """Who may invoke the function, and how."""
    return sorted(
        (
            {name: value for name, value in item["Properties"].items() if name != "FunctionName"}
            for item in template["Resources"].values()
            if item["Type"] == "AWS::Lambda::Permission"
        ),
        key=json.dumps,
    )


def proven(words: tuple[str, ...], folder: Path) -> Any:
    """The CloudFormation template, which the proof is of."""
    return yaml.safe_load((project("cloudformation", words, folder) / "template.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("words", WITH_API.values(), ids=WITH_API.keys())
def test_cfn_lint(words: tuple[str, ...], tmp_path: Path) -> None:
    project("cloudformation", words, tmp_path)
    ran = subprocess.run(
        [COMMAND.parent / "cfn-lint", tmp_path / "template.yaml"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("words", WITH_API.values(), ids=WITH_API.keys())
def test_sam_validate_lint(words: tuple[str, ...], tools: Path, tmp_path: Path) -> None:
    folder = project("sam", words, tmp_path / "sam")
    ran = subprocess.run(
        ["sam", "validate", "--lint", "--template", "template.yaml"],
        cwd=folder,
        env=environment(tools),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "is a valid SAM Template" in ran.stdout
    template = yaml.safe_load((folder / "template.yaml").read_text(encoding="utf-8"))
    plain = proven(words, tmp_path / "plain")
    assert roles_of(template) == roles_of(plain)
    assert permissions_of(template) == permissions_of(plain)
    assert (folder / "get_secret" / "handler.py").exists()


@pytest.mark.parametrize("words", VARIANTS.values(), ids=VARIANTS.keys())
def test_serverless_package(words: tuple[str, ...], tools: Path, tmp_path: Path) -> None:
    folder = project("serverless", words, tmp_path / "serverless")
    ran = subprocess.run(
        [tools / "node_modules" / ".bin" / "serverless", "package"],
        cwd=folder,
        env=environment(tools),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    # Version 3 is older than the runtime, which it warns of; nothing else.
    assert [line for line in said.splitlines() if line.startswith("  at ")] == [
        line for line in said.splitlines() if line.startswith("  at 'provider.runtime'")
    ]
    written = folder / ".serverless" / "cloudformation-template-update-stack.json"
    template = json.loads(written.read_text(encoding="utf-8"))
    plain = proven(words, tmp_path / "plain")
    assert roles_of(template) == roles_of(plain)
    assert permissions_of(template) == permissions_of(plain)
    function = template["Resources"]["GetSecretLambdaFunction"]["Properties"]
    assert function["Role"] == {"Fn::GetAtt": ["FunctionRole", "Arn"]}
    assert function["Environment"] == plain["Resources"]["Function"]["Properties"]["Environment"]
    assert function["LoggingConfig"]["LogFormat"] == "JSON"


@pytest.mark.parametrize("words", VARIANTS.values(), ids=VARIANTS.keys())
def test_terraform_parses_and_says_the_same(words: tuple[str, ...], tmp_path: Path) -> None:
    import hcl2

    folder = project("terraform", words, tmp_path / "terraform")
    text = (folder / "main.tf").read_text(encoding="utf-8")
    resources: dict[str, dict[str, Any]] = {}
    for one in hcl2.loads(text)["resource"]:
        for kind, named in one.items():
            resources.setdefault(kind.strip('"'), {}).update({name.strip('"'): body for name, body in named.items()})
    plain = proven(words, tmp_path / "plain")
    roles = roles_of(plain)
    assert {body["name"].strip('"') for body in resources["aws_iam_role"].values()} == set(roles)
    assert len(resources["aws_iam_role_policy"]) == len(roles)
    assert len(resources["aws_lambda_permission"]) == len(permissions_of(plain))
    decoder = json.JSONDecoder()
    documents = [decoder.raw_decode(text, at + len("jsonencode("))[0] for at in places(text, "jsonencode(")]
    expected = [role["AssumeRolePolicyDocument"] for role in roles.values()]
    expected += [role["Policies"][0]["PolicyDocument"] for role in roles.values()]
    assert sorted(documents, key=json.dumps) == sorted(expected, key=json.dumps)


def places(text: str, word: str) -> list[int]:
    """Where a word stands."""
    found, at = [], text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + 1)
    return found


def test_what_a_framework_does_not_have_is_refused(tmp_path: Path) -> None:
    for framework, words in (
        ("serverless", ("--front", "http-api")),
        ("terraform", ("--front", "http-api")),
        ("terraform", ("--alarms",)),
    ):
        ran = subprocess.run(
            [COMMAND, "lambda", "template", "--for", framework, *COMMON, *GRANTS, *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 2
        assert framework in ran.stderr
        assert not ran.stdout
