"""From a folder of Terraform files to functions and roles by their real names, and what stays unknown."""

from pathlib import Path

import pytest

from secrets_cli.account.project import StageAsk, project_files, stages_of
from secrets_cli.account.project_configuration import project_configurations
from secrets_cli.errors import ConfigurationError, NothingToRead
from secrets_cli.inputs.project import Framework, ProjectStage
from tests.unit.account.test_project import put, roles

ACCOUNT = "111122223333"
PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
ROLE = """
resource "aws_iam_role" "api" {
  name = "api-${var.stage}"
  assume_role_policy = "{}"
}
resource "aws_iam_role_policy" "api" {
  role   = aws_iam_role.api.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
variable "stage" { default = "dev" }
"""
FUNCTION = """
resource "aws_lambda_function" "api" {
  function_name = "api-${var.stage}"
  role          = aws_iam_role.api.arn
}
"""


def stages(folder: Path, ask: StageAsk = StageAsk(None, ACCOUNT)) -> tuple[ProjectStage, ...]:  # noqa: B008 - it is frozen
    (file,) = project_files(str(folder))
    return stages_of(file, ask)


def only(folder: Path, text: str, **more: str) -> ProjectStage:
    put(folder, {"main.tf": text, **{name.replace("__", "."): one for name, one in more.items()}})
    (stage,) = stages(folder)
    return stage


def test_names_groups_and_roles(tmp_path: Path) -> None:
    more = """
resource "aws_lambda_function" "own" {
  function_name = "own"
  role          = "arn:aws:iam::111122223333:role/team/there"
  logging_config {
    log_format = "JSON"
    log_group  = "/own/${var.stage}"
  }
}
data "aws_iam_role" "shared" { name = "shared" }
resource "aws_lambda_function" "data" {
  function_name = "data"
  role          = data.aws_iam_role.shared.arn
}
resource "aws_lambda_function" "many" {
  for_each      = toset(["a", "b"])
  function_name = "many-${each.key}"
  role          = aws_iam_role.api.arn
}
"""
    stage = only(tmp_path, PROVIDER + ROLE + FUNCTION + more)
    assert (stage.framework, stage.name, stage.region.text) == (Framework.TERRAFORM, "default", "eu-west-1")
    names = {one.key: (one.name.text, one.log_group.text, one.principal) for one in stage.functions}
    assert names == {
        "aws_lambda_function.api": ("api-dev", "/aws/lambda/api-dev", "role aws_iam_role.api"),
        "aws_lambda_function.own": ("own", "/own/dev", "role there"),
        "aws_lambda_function.data": ("data", "/aws/lambda/data", "role shared"),
        "aws_lambda_function.many": ("many-*", "/aws/lambda/many-*", "role aws_iam_role.api"),
    }
    assert "which instance" in stage.functions[3].name.why
    assert roles(stage) == {
        "role aws_iam_role.api": "api-dev",
        "role there": "there",
        "role shared": "shared",
    }
    assert [one.is_made for one in stage.roles] == [True, False, False]
    assert stage.roles[0].arn == f"arn:aws:iam::{ACCOUNT}:role/api-dev"
    assert stage.open_parts == ()


@pytest.mark.parametrize(
    ("block", "account"),
    [
        ('allowed_account_ids = ["444455556666"]', "444455556666"),
        ('assume_role {\n    role_arn = "arn:aws:iam::444455556666:role/deploy"\n  }', "444455556666"),
        ('allowed_account_ids = ["444455556666", "777788889999"]', ACCOUNT),
        ("", ACCOUNT),
    ],
)
def test_the_account_is_the_providers_or_the_one_that_is_given(tmp_path: Path, block: str, account: str) -> None:
    stage = only(tmp_path, PROVIDER.replace("\n}", f"\n  {block}\n}}") + ROLE + FUNCTION)
    assert stage.roles[0].arn == f"arn:aws:iam::{account}:role/api-dev"


def test_the_region_may_be_given(tmp_path: Path) -> None:
    put(tmp_path, {"main.tf": ROLE + FUNCTION})
    (unknown,) = stages(tmp_path)
    assert not unknown.region.is_exact
    (given,) = stages(tmp_path, StageAsk(None, ACCOUNT, "us-west-2"))
    assert given.region.text == "us-west-2"


def test_stages_are_files_of_values(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "main.tf": PROVIDER + ROLE + FUNCTION,
            "terraform.tfvars": 'stage = "always"\n',
            "dev.tfvars": "",
            "prod.tfvars": 'stage = "production"\n',
        },
    )
    assert {one.name: one.functions[0].name.text for one in stages(tmp_path)} == {
        "dev": "api-always",
        "prod": "api-production",
    }
    with pytest.raises(ConfigurationError, match="has no stage `test`"):
        stages(tmp_path, StageAsk("test", ACCOUNT))


def test_a_stage_may_be_a_workspace(tmp_path: Path) -> None:
    text = (PROVIDER + ROLE + FUNCTION).replace("${var.stage}", "${terraform.workspace}")
    put(tmp_path, {"main.tf": text})
    (unknown,) = stages(tmp_path)
    assert unknown.functions[0].name.text == "api-*"
    (dev,) = stages(tmp_path, StageAsk("dev", ACCOUNT))
    assert roles(dev) == {"role aws_iam_role.api": "api-dev"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            'resource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_role.api.name\n  policy_arn = var.arn\n}\n'
            'variable "arn" {}\n',
            "`var.arn` has no default",
        ),
        (
            'resource "aws_iam_role_policy_attachment" "a" {\n  role = var.name\n'
            '  policy_arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"\n}\nvariable "name" {}\n',
            "whose policy this is, is not known: `var.name`",
        ),
        (
            'module "grants" {\n  source = "terraform-aws-modules/iam/aws"\n  role = aws_iam_role.api.name\n}\n',
            "module `grants` is told of the role",
        ),
        (
            'module "grants" {\n  source = "terraform-aws-modules/iam/aws"\n  role = "api-dev"\n}\n',
            "module `grants` is told of the role",
        ),
    ],
)
def test_what_may_grant_the_role_more_is_unresolved(tmp_path: Path, more: str, reason: str) -> None:
    stage = only(tmp_path, PROVIDER + ROLE + FUNCTION + more)
    assert any(reason in one.reason for one in stage.roles[0].unresolved), stage.roles[0].unresolved


def test_what_is_unknown_elsewhere_says_nothing_of_the_role(tmp_path: Path) -> None:
    more = """
resource "aws_s3_bucket_policy" "files" {
  bucket = "files"
  policy = var.unknown
}
resource "aws_iam_user_policy" "user" {
  user   = "someone"
  policy = var.unknown
}
variable "unknown" {}
module "network" { source = "terraform-aws-modules/vpc/aws" }
"""
    stage = only(tmp_path, PROVIDER + ROLE + FUNCTION + more)
    assert stage.roles[0].unresolved == ()
    assert stage.unresolved == ()
    (unread,) = stage.unread  # it may make functions
    assert "module `network` comes from" in unread.reason


def test_what_the_function_is_set_up_with_is_kept_for_it(tmp_path: Path) -> None:
    function = FUNCTION.replace(
        "\n}\n",
        """
  tracing_config { mode = "Active" }
  vpc_config {
    subnet_ids         = var.subnets
    security_group_ids = []
  }
  dead_letter_config { target_arn = aws_sqs_queue.dead.arn }
  file_system_config {
    arn              = "arn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/fsap-1"
    local_mount_path = "/mnt/a"
  }
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
}
variable "subnets" {}
resource "aws_sqs_queue" "dead" { name = "dead" }
resource "aws_sqs_queue" "work" { name = "work" }
resource "aws_lambda_event_source_mapping" "work" {
  event_source_arn = aws_sqs_queue.work.arn
  function_name    = aws_lambda_function.api.arn
}
resource "aws_lambda_function_event_invoke_config" "api" {
  function_name = aws_lambda_function.api.function_name
  destination_config {
    on_failure { destination = "arn:aws:sns:eu-west-1:111122223333:failed" }
  }
}
""",
    )
    stage = only(tmp_path, PROVIDER + ROLE + function)
    role = stage.roles[0]
    found = {
        (one.action, one.resource)
        for configuration in project_configurations(stage, role, role.arn)
        for one in configuration.implied
    }
    queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}"
    assert {
        ("sqs:SendMessage", f"{queue}:dead"),
        ("sqs:ReceiveMessage", f"{queue}:work"),
        ("sns:Publish", f"arn:aws:sns:eu-west-1:{ACCOUNT}:failed"),
        ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"),
        ("ec2:CreateNetworkInterface", "*"),
        ("xray:PutTraceSegments", "*"),
    } <= found
    assert any(action == "logs:PutLogEvents" and "/aws/lambda/api-dev:" in resource for action, resource in found)
    assert any(action.startswith("elasticfilesystem:") for action, _ in found)


def test_what_is_no_project(tmp_path: Path) -> None:
    put(tmp_path, {"main.tf": PROVIDER})
    with pytest.raises(NothingToRead, match="makes no function"):
        project_files(str(tmp_path))


def test_terraform_beside_another_framework_is_a_project_where_it_makes_functions(tmp_path: Path) -> None:
    put(tmp_path, {"zappa_settings.json": '{"dev": {"app_function": "a.b"}}', "main.tf": PROVIDER + 'module "m" {}\n'})
    assert [one.is_terraform for one in project_files(str(tmp_path))] == [False]
    put(tmp_path, {"main.tf": PROVIDER + ROLE + FUNCTION})
    assert [one.is_terraform for one in project_files(str(tmp_path))] == [False, True]
    (named,) = project_files(str(tmp_path / "main.tf"))
    assert named.is_terraform
