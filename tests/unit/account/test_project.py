"""From a folder to functions and roles by their real names, offline."""

import json
from pathlib import Path

import pytest

from secrets_cli.account.project import StageAsk, project_files, stages_of
from secrets_cli.errors import ConfigurationError, NothingToRead
from secrets_cli.inputs.project import Framework, ProjectStage
from secrets_cli.inputs.samconfig import sam_environments

ACCOUNT = "111122223333"


def stages(folder: Path, stage: str | None = None, account: str = ACCOUNT) -> tuple[ProjectStage, ...]:
    (file,) = project_files(str(folder))
    return stages_of(file, StageAsk(stage, account))


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def roles(stage: ProjectStage) -> dict[str, str]:
    return {one.principal: one.name.text for one in stage.roles}


ZAPPA: dict[str, dict[str, str | bool]] = {
    "base": {"project_name": "Shop Front", "aws_region": "eu-west-1", "app_function": "a.b"},
    "dev": {"extends": "base"},
    "prod": {"extends": "base", "manage_roles": False, "role_arn": "arn:aws:iam::111122223333:role/team/shop"},
    "named": {"extends": "base", "role_name": "own", "role_arn": "arn:aws:iam::111122223333:role/overridden"},
    "off": {"extends": "base", "manage_roles": False, "role_name": "kept"},
}
AS_TOML = "\n".join(
    f"[{stage}]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    for stage, settings in ZAPPA.items()
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("zappa_settings.json", json.dumps(ZAPPA)),
        ("zappa_settings.toml", AS_TOML),
        ("zappa_settings.yml", json.dumps(ZAPPA)),
    ],
)
def test_zappa_names_in_every_format(tmp_path: Path, name: str, text: str) -> None:
    found = {one.name: one for one in stages(put(tmp_path, {name: text}))}
    dev = found["dev"]
    assert dev.framework is Framework.ZAPPA
    assert dev.region.text == "eu-west-1"
    assert dev.functions[0].name.text == "shop-front-dev"
    assert dev.functions[0].log_group.text == "/aws/lambda/shop-front-dev"
    assert roles(dev) == {"stage dev": "shop-front-dev-ZappaLambdaExecutionRole"}
    assert roles(found["prod"]) == {"stage prod": "shop"}
    assert not found["prod"].roles[0].is_made
    assert found["prod"].roles[0].arn.endswith("role/team/shop")
    assert roles(found["named"]) == {"stage named": "own"}  # role_arn is overridden where roles are managed
    assert found["named"].roles[0].is_made
    assert roles(found["off"]) == {"stage off": "kept"}


SERVERLESS = """\
service: orders
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
  region: ${opt:region, 'eu-west-1'}
  iam:
    role:
      statements:
        - {Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::x-${self:provider.stage}/*"}
functions:
  api: {handler: a.b}
  own:
    handler: a.b
    name: own-${sls:stage}
    logs: {logGroup: /own/group}
    iamRoleStatements: [{Effect: Allow, Action: "sqs:*", Resource: "*"}]
  other: {handler: a.b, role: "arn:aws:iam::111122223333:role/team/there"}
  made: {handler: a.b, role: MadeRole}
plugins: [serverless-iam-roles-per-function]
resources:
  Resources:
    MadeRole:
      Type: AWS::IAM::Role
      Properties:
        RoleName: made-${sls:stage}
        AssumeRolePolicyDocument: {Statement: []}
"""


def test_serverless_names(tmp_path: Path) -> None:
    (stage,) = stages(put(tmp_path, {"serverless.yml": SERVERLESS}), "prod")
    assert stage.name == "prod"
    names = {one.key: (one.name.text, one.log_group.text, one.principal) for one in stage.functions}
    assert names == {
        "api": ("orders-prod-api", "/aws/lambda/orders-prod-api", "provider"),
        "own": ("own-prod", "/own/group", "function own"),
        "other": ("orders-prod-other", "/aws/lambda/orders-prod-other", "role there"),
        "made": ("orders-prod-made", "/aws/lambda/orders-prod-made", "role MadeRole"),
    }
    assert roles(stage) == {
        "provider": "orders-prod-eu-west-1-lambdaRole",
        "function own": "orders-prod-own-eu-west-1-lambdaRole",
        "role there": "there",
        "role MadeRole": "made-prod",
    }
    assert [one.is_made for one in stage.roles] == [True, True, False, True]


def test_serverless_packaged_names_decide_where_they_are_of_the_stage(tmp_path: Path) -> None:
    template = {
        "Resources": {
            "IamRoleLambdaExecution": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": {"Fn::Join": ["-", ["packaged", "dev", {"Ref": "AWS::Region"}, "lambdaRole"]]},
                    "AssumeRolePolicyDocument": {"Statement": []},
                },
            },
            "ApiLambdaFunction": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"FunctionName": "packaged-dev-api", "Role": {"Fn::GetAtt": ["IamRoleLambdaExecution", "Arn"]}},
            },
        }
    }  # fmt: skip
    state = {"service": {"provider": {"stage": "dev", "region": "eu-west-1"}}}
    put(
        tmp_path,
        {
            "serverless.yml": SERVERLESS,
            ".serverless/cloudformation-template-update-stack.json": json.dumps(template),
            ".serverless/serverless-state.json": json.dumps(state),
        },
    )
    (dev,) = stages(tmp_path)
    assert dev.packaged
    assert dev.functions[0].name.text == "packaged-dev-api"
    assert roles(dev)["provider"] == "packaged-dev-eu-west-1-lambdaRole"
    (prod,) = stages(tmp_path, "prod")  # the packaging is of another stage
    assert not prod.packaged
    assert prod.functions[0].name.text == "orders-prod-api"


def test_a_serverless_variable_of_deployment_is_a_pattern_with_its_reason(tmp_path: Path) -> None:
    text = SERVERLESS.replace("service: orders", "service: ${ssm:/name}")
    (stage,) = stages(put(tmp_path, {"serverless.yml": text}))
    assert stage.functions[0].name.text == "*-dev-api"
    assert not stage.functions[0].name.is_exact
    assert "known at deployment only" in stage.functions[0].name.why


SAM = """\
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, Default: dev}}
Globals: {Function: {LoggingConfig: {LogGroup: !Sub "/shop/${Stage}"}}}
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties: {Policies: [S3ReadPolicy: {BucketName: files}]}
  Job:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: !Sub "job-${Stage}", Role: !GetAtt Own.Arn, LoggingConfig: {LogGroup: /job}}
  Own:
    Type: AWS::IAM::Role
    Properties: {RoleName: !Sub "own-${Stage}", AssumeRolePolicyDocument: {Statement: []}}
  AFunctionWithANameThatIsMuchLongerThanAnyNameShouldBeAtAll:
    Type: AWS::Serverless::Function
    Properties: {}
"""
SAMCONFIG = """\
version = 0.1
[default.global.parameters]
stack_name = "shop"
[default.deploy.parameters]
region = "eu-west-1"
[prod.deploy.parameters]
stack_name = "shop-prod"
parameter_overrides = ["Stage=prod", "ParameterKey=Other,ParameterValue=x"]
"""


def test_sam_names(tmp_path: Path) -> None:
    default, prod = stages(put(tmp_path, {"template.yaml": SAM, "samconfig.toml": SAMCONFIG}))
    assert (default.name, default.stack.text, default.region.text) == ("default", "shop", "eu-west-1")
    assert not prod.region.is_exact
    names = [(one.key, one.name.text, one.log_group.text) for one in prod.functions[:2]]
    assert names == [("Api", "shop-prod-Api-*", "/shop/prod"), ("Job", "job-prod", "/job")]
    assert prod.functions[1].name.is_exact
    assert roles(prod) == {
        "function Api": "shop-prod-ApiRole-*",
        "role Own": "own-prod",
        "function AFunctionWithANameThatIsMuchLongerThanAnyNameShouldBeAtAll": "",
    }
    assert "shortens" in prod.roles[2].name.why


def test_sam_without_a_configuration(tmp_path: Path) -> None:
    (stage,) = stages(put(tmp_path, {"template.yaml": SAM}))
    assert stage.stack.why == "no `stack_name` is set in samconfig.toml"
    assert roles(stage)["function Api"] == "*-ApiRole-*"


@pytest.mark.parametrize(
    "written",
    ['"A=1 B=\\"two words\\""', '["A=1", "B=\\"two words\\""]', '{A = "1", B = "two words"}'],
)
def test_parameters_of_samconfig(written: str) -> None:
    (found,) = sam_environments(f"[dev.deploy.parameters]\nparameter_overrides = {written}\n", "samconfig.toml")
    assert found.parameters == {"A": "1", "B": "two words"}


def test_what_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead):
        project_files(str(tmp_path))
    with pytest.raises(ConfigurationError):
        project_files(str(tmp_path / "none"))
    put(tmp_path, {"template.yaml": "Resources: {B: {Type: AWS::S3::Bucket}}\n"})
    with pytest.raises(NothingToRead, match="makes no function"):
        project_files(str(tmp_path))


def test_a_stage_that_is_not_there(tmp_path: Path) -> None:
    put(tmp_path, {"zappa_settings.json": json.dumps(ZAPPA)})
    with pytest.raises(ConfigurationError, match="has no stage `none`"):
        stages(tmp_path, "none")
