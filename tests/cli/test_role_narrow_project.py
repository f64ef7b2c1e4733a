"""`role narrow --project`: what is found in the files, what is written back into them, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.account.project import StageAsk, project_files, stages_of
from secrets_cli.iam.equality import unequal
from secrets_cli.iam.parse import parse_policy
from tests.conftest import Ran, RunCli
from tests.unit.usage.made_records import record, role_session

ACCOUNT = "123456789012"
SETTINGS = {
    "dev": {
        "project_name": "shop",
        "aws_region": "eu-west-1",
        "app_function": "a.b",
        "extra_permissions": [{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}],
    },
    "other": {"project_name": "shop", "app_function": "a.b"},
}
SERVERLESS = """\
service: orders
provider:
  name: aws
  region: eu-west-1
  iam:
    role:
      statements:   # what all may do
        # the table
        - {Effect: Allow, Action: "dynamodb:*", Resource: "${self:custom.table}"}
        - {Effect: Allow, Action: "s3:*", Resource: "*"}
      managedPolicies: [arn:aws:iam::aws:policy/AmazonS3FullAccess]
functions:
  api: {handler: a.b} # the front
  job:
    handler: a.b
    iamRoleStatements:
      - {Effect: Allow, Action: "sqs:*", Resource: "*"}
custom:
  table: arn:aws:dynamodb:${aws:region}:${aws:accountId}:table/orders-dev
"""
SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: orders-dev}
  Api:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b # the handler
      Policies:
        - DynamoDBCrudPolicy: {TableName: !Ref Table}
        - {Statement: {Effect: Allow, Action: ["s3:*", "dynamodb:*"], Resource: ["*", !GetAtt Table.Arn]}}
  Own:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Role: !GetAtt OwnRole.Arn}
  OwnRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: own
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonS3FullAccess]
      Policies: [{PolicyName: all, PolicyDocument: {Statement: {Effect: Allow, Action: "dynamodb:*", Resource: "*"}}}]
"""
SAMCONFIG = '[default.deploy.parameters]\nstack_name = "shop"\nregion = "eu-west-1"\n'


class Project:
    """A folder with a project's files and a log of a role."""

    def __init__(self, cli: RunCli, folder: Path, files: dict[str, str]) -> None:
        self.cli = cli
        self.folder = folder
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def run(self, role: str, *more: str) -> Ran:
        """Narrow a role by its name, whose sessions read an object and an item."""
        arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
        table = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders-dev"
        session = role_session(arn, "app", ACCOUNT)
        read = record(userIdentity=session, eventID="1")
        item = record(
            userIdentity=session,
            eventID="2",
            eventSource="dynamodb.amazonaws.com",
            eventName="GetItem",
            requestParameters={"tableName": "orders-dev", "key": {}},
            resources=[{"type": "AWS::DynamoDB::Table", "ARN": table, "accountId": ACCOUNT}],
        )
        log = self.folder / "log.json"
        log.write_text(json.dumps({"Records": [read, item]}), encoding="utf-8")
        words = ("role", "narrow", "--project", str(self.folder), "--principal", arn, "--logs", str(log))
        return self.cli(*words, "--drop-invisible", "all", "--format", "json", *more)

    def granted(self, principal: str, stage: str | None = None) -> Any:
        """What the files now say that the role has by their own words."""
        (file,) = project_files(str(self.folder))
        found = [one.role(principal) for one in stages_of(file, StageAsk(stage, ACCOUNT))]
        (role,) = [one for one in found if one is not None]
        own = [one for one in role.policies if not one.attached_by.startswith(("the Serverless", "managed"))]
        return [one.policy for one in own]


def narrowed(ran: Ran) -> Any:
    return [parse_policy(json.dumps(one), "narrowed") for one in json.loads(ran.out)["policies"]]


def actions(ran: Ran) -> set[str]:
    return {one["action"] for one in json.loads(ran.out)["kept"]}


@pytest.fixture
def zappa(cli: RunCli, tmp_path: Path) -> Project:
    return Project(cli, tmp_path, {"zappa_settings.json": json.dumps(SETTINGS, indent=2)})


@pytest.fixture
def serverless(cli: RunCli, tmp_path: Path) -> Project:
    return Project(cli, tmp_path, {"serverless.yml": SERVERLESS})


@pytest.fixture
def sam(cli: RunCli, tmp_path: Path) -> Project:
    return Project(cli, tmp_path, {"template.yaml": SAM, "samconfig.toml": SAMCONFIG})


ZAPPA_ROLE = "shop-dev-ZappaLambdaExecutionRole"


def test_zappa_is_narrowed_from_its_files(zappa: Project) -> None:
    before = zappa.text("zappa_settings.json")
    ran = zappa.run(ZAPPA_ROLE, "--stage", "dev")
    assert ran.code == 0, ran.err
    assert {"s3:GetObject", "dynamodb:GetItem", "lambda:InvokeFunction", "logs:PutLogEvents"} == actions(ran) - {
        "logs:CreateLogStream"
    }
    assert zappa.text("zappa_settings.json") == before


def test_zappa_is_written(zappa: Project) -> None:
    ran = zappa.run(ZAPPA_ROLE, "--stage", "dev", "--write", "--yes")
    assert ran.code == 0, ran.err
    assert '+    "attach_policy": "zappa_policy_dev.json"' in ran.err
    settings = json.loads(zappa.text("zappa_settings.json"))
    assert settings["dev"]["attach_policy"] == "zappa_policy_dev.json"
    assert settings["dev"]["extra_permissions"] == []
    assert settings["other"] == SETTINGS["other"]
    written = parse_policy(zappa.text("zappa_policy_dev.json"), "written")
    assert unequal([written], narrowed(ran)) is None
    again = zappa.run(ZAPPA_ROLE, "--stage", "dev", "--write", "--yes")
    assert again.code == 0
    assert "nothing to write" in again.err


def test_zappa_leaves_the_role_alone_where_asked(zappa: Project) -> None:
    ran = zappa.run(ZAPPA_ROLE, "--stage", "dev", "--write", "--leave-role", "--yes")
    assert ran.code == 0, ran.err
    settings = json.loads(zappa.text("zappa_settings.json"))
    assert settings["dev"]["manage_roles"] is False
    assert settings["dev"]["role_name"] == ZAPPA_ROLE
    assert not (zappa.folder / "zappa_policy_dev.json").exists()


def test_a_stage_that_takes_the_settings_over_is_not_changed_unseen(cli: RunCli, tmp_path: Path) -> None:
    settings = {**SETTINGS, "other": {"extends": "dev"}}
    project = Project(cli, tmp_path, {"zappa_settings.json": json.dumps(settings)})
    ran = project.run(ZAPPA_ROLE, "--stage", "dev", "--write", "--yes")
    assert ran.code == 21
    assert "would also change what stage other of the stage `other` is granted" in ran.err
    assert json.loads(project.text("zappa_settings.json")) == settings


def test_a_policy_file_of_somebody_else_is_not_overwritten(zappa: Project) -> None:
    (zappa.folder / "zappa_policy_dev.json").write_text("mine", encoding="utf-8")
    ran = zappa.run(ZAPPA_ROLE, "--stage", "dev", "--write", "--yes")
    assert ran.code == 21
    assert "is there already" in ran.err
    assert zappa.text("zappa_policy_dev.json") == "mine"
    assert json.loads(zappa.text("zappa_settings.json")) == SETTINGS


def test_nothing_is_written_unless_somebody_agrees(zappa: Project) -> None:
    ran = zappa.run(ZAPPA_ROLE, "--stage", "dev", "--write")
    assert ran.code == 2
    assert "+++ b/" in ran.err
    assert "give `--yes`" in ran.err
    assert json.loads(zappa.text("zappa_settings.json")) == SETTINGS


def test_what_cannot_be_written_leaves_all_as_it_was(zappa: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from secrets_cli.errors import ConfigurationError
    from secrets_cli.repository import write_back

    def failing(path: str, before: str, after: str) -> None:
        raise ConfigurationError(f"cannot write `{path}`: no space left on device")

    monkeypatch.setattr(write_back, "write_back", failing)
    ran = zappa.run(ZAPPA_ROLE, "--stage", "dev", "--write", "--yes")
    assert ran.code == 2
    assert "no space left" in ran.err
    assert not (zappa.folder / "zappa_policy_dev.json").exists()
    assert json.loads(zappa.text("zappa_settings.json")) == SETTINGS


def test_serverless_shared_role(serverless: Project) -> None:
    ran = serverless.run("orders-dev-eu-west-1-lambdaRole", "--write", "--yes")
    assert ran.code == 0, ran.err
    text = serverless.text("serverless.yml")
    assert "statements:   # what all may do\n" in text
    assert "api: {handler: a.b} # the front" in text
    assert "Resource: '${self:custom.table}'" in text  # in the file's own words
    assert "managedPolicies: []" in text
    assert 'Action: "sqs:*"' in text  # the other role's
    said = serverless.granted("provider")
    logs = [one for one in narrowed(ran)[0].statements if one.action.values[0].startswith("logs:")]
    assert logs  # which the framework grants by itself, and are not written
    assert len(said[0].statements) == len(narrowed(ran)[0].statements) - len(logs)
    assert "the Serverless Framework, for logs adds" in ran.err


def test_serverless_own_role(serverless: Project) -> None:
    ran = serverless.run("orders-dev-job-eu-west-1-lambdaRole", "--write", "--yes")
    assert ran.code == 20, ran.err  # the log has calls that this role may not make
    assert serverless.text("serverless.yml") == SERVERLESS
    assert "nothing was written into the project" in ran.err


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", "inheritStatements: false"),
        ("\n    iam: {inheritStatements: true}", "inheritStatements: false"),
        ("\n    iamRoleStatements: []\n    iamRoleStatementsInherit: true", "iamRoleStatementsInherit: false"),
    ],
)
def test_what_a_function_inherits_goes(cli: RunCli, tmp_path: Path, settings: str, expected: str) -> None:
    text = (
        "service: orders\nprovider:\n  name: aws\n  region: eu-west-1\n  iam:\n    role:\n      mode: perFunction\n"
        '      statements: [{Effect: Allow, Action: ["s3:*", "dynamodb:*"], Resource: "*"}]\n'
        f"functions:\n  api:\n    handler: a.b{settings}\n  job:\n    handler: a.b\n"
    )
    project = Project(cli, tmp_path, {"serverless.yml": text})
    ran = project.run("orders-dev-api-eu-west-1-lambdaRole", "--write", "--yes")
    assert ran.code == 0, ran.err
    assert expected in project.text("serverless.yml").replace('"', "")
    (policy,) = project.granted("function api")
    assert {value for one in policy.statements for value in one.action.values} == {"s3:GetObject", "dynamodb:GetItem"}
    assert "*" in project.granted("function job")[0].statements[0].resource.values


def test_a_file_of_several_stages_asks_for_a_word_more(cli: RunCli, tmp_path: Path) -> None:
    text = SERVERLESS.replace("orders-dev", "orders-${sls:stage}")
    project = Project(cli, tmp_path, {"serverless.yml": text})
    role = "orders-dev-eu-west-1-lambdaRole"
    ran = project.run(role, "--write", "--yes")
    assert ran.code == 21
    assert "every stage that is deployed from it would get the same policy" in ran.err
    assert project.text("serverless.yml") == text
    ran = project.run(role, "--write", "--yes", "--other-stages")
    assert ran.code == 0, ran.err
    assert "Resource: '${self:custom.table}'" in project.text("serverless.yml")


def test_sam_function(sam: Project) -> None:
    ran = sam.run("shop-ApiRole-1A2B3C4D5E6F", "--write", "--yes")
    assert ran.code == 0, ran.err
    text = sam.text("template.yaml")
    assert "Handler: a.b # the handler" in text
    assert "DynamoDBCrudPolicy" not in text
    assert "Fn::GetAtt" in text
    assert "AWSLambdaBasicExecutionRole adds" in ran.err
    (policy,) = sam.granted("function Api")
    assert {value for one in policy.statements for value in one.action.values} == {"s3:GetObject", "dynamodb:GetItem"}


def test_a_role_that_a_template_makes_itself(sam: Project) -> None:
    ran = sam.run("own", "--write", "--yes")
    assert ran.code == 0, ran.err
    (policy,) = sam.granted("role OwnRole")
    assert unequal([policy], narrowed(ran)) is None
    assert "ManagedPolicyArns: []" in sam.text("template.yaml")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--policy", "x.json"), "`--policy` does not go with `--project`"),
        (("--leave-role",), "give it with `--write`"),
        (("--stage", "none"), "has no stage `none`"),
        ((), "has several stages: dev, other"),
    ],
)
def test_what_does_not_go_together(zappa: Project, words: tuple[str, ...], said: str) -> None:
    ran = zappa.run(ZAPPA_ROLE, *words)
    assert ran.code == 2
    assert said in ran.err


def test_a_role_of_another_stage(zappa: Project) -> None:
    ran = zappa.run("shop-other-ZappaLambdaExecutionRole", "--stage", "dev")
    assert ran.code == 2
    assert "is no role of the stage `dev`" in ran.err


def test_offline_the_account_must_be_told(cli: RunCli, zappa: Project) -> None:
    zappa.run(ZAPPA_ROLE, "--stage", "dev")
    log = str(zappa.folder / "log.json")
    ran = cli("role", "narrow", "--project", str(zappa.folder), "--stage", "dev", "--logs", log)
    assert ran.code == 2
    assert f"role/{ZAPPA_ROLE}`, or ask AWS with `--live`" in ran.err


def test_what_is_known_at_deployment_only_is_not_narrowed(cli: RunCli, tmp_path: Path) -> None:
    text = SERVERLESS.replace('"${self:custom.table}"', '"${ssm:/table}"')
    project = Project(cli, tmp_path, {"serverless.yml": text})
    ran = project.run("orders-dev-eu-west-1-lambdaRole", "--write", "--yes")
    assert ran.code == 21
    assert "is known at deployment only" in ran.out
    assert project.text("serverless.yml") == text


def test_project_options_without_a_project(cli: RunCli) -> None:
    ran = cli("role", "narrow", "--logs", "x", "--principal", "arn:aws:iam::123456789012:role/a", "--write")
    assert ran.code == 2
    assert "--project DIR" in ran.err


OWN_ROLE = """\
service: orders
provider:
  name: aws
  region: eu-west-1
  WHICH
functions:
  api:
    handler: a.b # the front
    OWN
custom:
  table: arn:aws:dynamodb:${aws:region}:${aws:accountId}:table/orders-dev
resources:
  Resources:
    # our own role
    ApiRole:
      Type: AWS::IAM::Role
      Properties:
        RoleName: own-role # its name
        AssumeRolePolicyDocument:
          Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
        ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonS3FullAccess]
        Policies:
          - PolicyName: table
            PolicyDocument:
              Version: "2012-10-17"
              Statement: [{Effect: Allow, Action: "dynamodb:*", Resource: "${self:custom.table}"}]
    Files: {Type: AWS::S3::Bucket} # stays
"""


@pytest.mark.parametrize(
    "text",
    [
        OWN_ROLE.replace("WHICH", 'iam: {role: {"Fn::GetAtt": [ApiRole, Arn]}}').replace("    OWN\n", ""),
        OWN_ROLE.replace("  WHICH\n", "").replace("OWN", "role: ApiRole"),
    ],
    ids=["provider", "function"],
)
def test_a_role_of_the_resources_is_written(cli: RunCli, tmp_path: Path, text: str) -> None:
    project = Project(cli, tmp_path, {"serverless.yml": text})
    ran = project.run("own-role", "--write", "--yes")
    assert ran.code == 0, ran.err
    after = project.text("serverless.yml")
    assert "Resource: '${self:custom.table}'" in after
    assert "ManagedPolicyArns: []\n" in after
    assert all(line in after.splitlines() for line in text.splitlines() if "#" in line)
    assert unequal(project.granted("role ApiRole"), narrowed(ran)) is None
    assert "nothing to write" in project.run("own-role", "--write", "--yes").err


def test_a_role_of_resources_of_another_file_is_not_written(cli: RunCli, tmp_path: Path) -> None:
    own = OWN_ROLE.replace("  WHICH\n", "").replace("OWN", "role: ApiRole")
    before, _, resources = own.partition("resources:\n")
    project = Project(
        cli, tmp_path, {"serverless.yml": before + "resources: ${file(made.yml)}\n", "made.yml": resources}
    )
    ran = project.run("own-role", "--write", "--yes")
    assert ran.code == 21, ran.err
    assert "`resources.Resources.ApiRole` is not written out in the file" in ran.err
    assert project.text("made.yml") == resources
