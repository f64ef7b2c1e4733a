"""`--keep`, `--never`, `--zappa-settings` and `--stage` of `role narrow`."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import RunCli

ROLE = "arn:aws:iam::123456789012:role/shop-dev-ZappaLambdaExecutionRole"


def event(number: int, name: str, bucket: str, key: str) -> dict[str, object]:
    """A call of the function's on an object."""
    issuer = {"type": "Role", "arn": ROLE, "accountId": "123456789012", "userName": "shop-dev-ZappaLambdaExecutionRole"}
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::123456789012:assumed-role/shop-dev-ZappaLambdaExecutionRole/shop-dev",
            "accountId": "123456789012",
            "sessionContext": {"sessionIssuer": issuer},
        },
        "eventTime": f"2026-03-0{number}T08:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "requestParameters": {"bucketName": bucket, "key": key},
        "eventID": f"11111111-2222-3333-4444-{number:012}",
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "eventCategory": "Data",
    }


class Project:
    """A folder with logs, a policy and lists."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("log.json", {"Records": [event(1, "GetObject", "in", "a"), event(2, "DeleteObject", "in", "a")]})
        statement = {"Effect": "Allow", "Action": ["s3:*", "lambda:InvokeFunction"], "Resource": "*"}
        self.write("policy.json", {"Version": "2012-10-17", "Statement": [statement]})

    def write(self, name: str, content: object) -> str:
        """A file of the folder; a text as it is, all else as JSON."""
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    def words(self, *more: str) -> list[str]:
        """The command line."""
        at = [str(self.folder / name) for name in ("log.json", "policy.json")]
        return ["role", "narrow", "--logs", at[0], "--principal", ROLE, "--policy", at[1], *more]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A role that reads and deletes one object."""
    return Project(tmp_path)


def allowed(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Each action and resource of the policies."""
    pairs = set()
    for statement in (s for policy in document["policies"] for s in policy["Statement"]):
        actions, resources = (v if isinstance(v, list) else [v] for v in (statement["Action"], statement["Resource"]))
        pairs |= {(action, resource) for action in actions for resource in resources}
    return pairs


def test_a_presigned_url_keeps_its_grant_and_a_forbidden_one_goes(
    cli: RunCli, project: Project, checkout: Path
) -> None:
    keep = project.write(
        "keep.yaml", "- action: s3:PutObject\n  resource: arn:aws:s3:::in/uploads/*\n  reason: presigned URLs\n"
    )
    never = project.write("never.json", [{"action": "s3:Delete*", "reason": "objects are for ever"}])
    ran = cli(*project.words("--keep", keep, "--never", never, "--format", "json"))
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    jsonschema.validate(document, json.loads((checkout / "docs/schemas/narrowing-1.json").read_text(encoding="utf-8")))
    kept = {pair for pair in allowed(document) if pair[0].startswith("s3:")}
    assert kept == {("s3:GetObject", "arn:aws:s3:::in/a"), ("s3:PutObject", "arn:aws:s3:::in/uploads/*")}
    because = {one["action"]: one["because"] for one in document["kept"]}
    assert because["s3:PutObject"] == f"kept: presigned URLs ({keep}:1:3)"
    reason = f"never: objects are for ever ({never}:1:2)"
    assert document["never"] == [
        {"action": "s3:DeleteObject", "resource": "arn:aws:s3:::in/a", "because": reason, "events": 1}
    ]
    replay = document["proof"]["replay"]
    assert (replay["requests"], replay["allowed"], replay["denied"]) == (1, 1, [])
    assert [one["reason"] for one in replay["never"]] == [reason]


def test_the_report_says_what_the_users_word_denies(cli: RunCli, project: Project) -> None:
    never = project.write("never.yaml", "- {action: s3:DeleteObject, reason: objects are for ever}\n")
    ran = cli(*project.words("--never", never))
    assert ran.code == 0
    assert "Not granted, by your word (1):" in ran.err
    assert "    never: objects are for ever" in ran.err
    assert "        s3:DeleteObject on arn:aws:s3:::in/a, called 1x: will be denied" in ran.err


@pytest.mark.parametrize(
    ("keep", "never", "code", "what"),
    [
        ("- {action: s3:PutObjekt, reason: r}", "[]", 2, "keep.yaml:1:3: there is no action `s3:PutObjekt`"),
        ("- {action: s3:PutObject}", "[]", 4, "keep.yaml:1:3: an entry needs a reason"),
        ("a: b", "[]", 4, "keep.yaml:1:1: this is no list"),
        ("[]", "- [", 4, "never.yaml:1:"),
        ("- {action: s3:PutObject, reason: r}", "- {action: 's3:*', reason: r}", 2, "is to be kept, and"),
    ],
)
def test_a_bad_list_is_an_error_and_no_policy(
    cli: RunCli, project: Project, keep: str, never: str, code: int, what: str
) -> None:
    kept, forbidden = project.write("keep.yaml", keep), project.write("never.yaml", never)
    ran = cli(*project.words("--keep", kept, "--never", forbidden))
    assert (ran.code, ran.out) == (code, "")
    assert what in ran.err


def test_a_missing_list_is_an_error(cli: RunCli, project: Project) -> None:
    ran = cli(*project.words("--keep", "nowhere.yaml"))
    assert (ran.code, ran.out) == (2, "")
    assert "`nowhere.yaml`" in ran.err


SETTINGS = {
    "dev": {"project_name": "shop", "slim_handler": True, "s3_bucket": "zappa-shop", "aws_region": "eu-west-1"},
    "prod": {"extends": "dev", "s3_bucket": "zappa-prod"},
}
ARCHIVE = ("s3:GetObject", "arn:aws:s3:::zappa-shop/dev_shop_current_project.tar.gz")


def test_zappas_settings_keep_what_the_stage_of_the_role_does(cli: RunCli, project: Project) -> None:
    settings = project.write("zappa_settings.json", SETTINGS)
    document = json.loads(cli(*project.words("--zappa-settings", settings, "--format", "json")).out)
    assert ARCHIVE in allowed(document)
    assert not any("zappa-prod" in resource for _, resource in allowed(document))
    assert any("prod` is left out" in warning for warning in document["warnings"])


def test_a_stage_that_is_named_counts_whatever_its_role(cli: RunCli, project: Project) -> None:
    settings = project.write("zappa_settings.json", SETTINGS)
    ran = cli(*project.words("--zappa-settings", settings, "--stage", "prod", "--format", "json"))
    resources = {resource for _, resource in allowed(json.loads(ran.out))}
    assert "arn:aws:s3:::zappa-prod/prod_shop_current_project.tar.gz" in resources
    assert ARCHIVE[1] not in resources


def test_a_stage_that_is_not_there_and_one_without_settings(cli: RunCli, project: Project) -> None:
    settings = project.write("zappa_settings.json", SETTINGS)
    ran = cli(*project.words("--zappa-settings", settings, "--stage", "staging"))
    assert (ran.code, ran.out) == (2, "")
    assert "has no stage `staging`" in ran.err
    assert "its stages are: dev, prod" in ran.err
    assert cli(*project.words("--stage", "dev")).code == 2
