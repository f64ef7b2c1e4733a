"""A Zappa app under Zappa's default role: two S3 prefixes, a table and its index, a slim handler, asynchronous tasks."""

from pathlib import Path

import pytest

from secrets_cli.iam.parse import parse_policy
from secrets_cli.inputs.zappa_stages import zappa_stages
from secrets_cli.narrow.configuration import zappa_configuration
from secrets_cli.narrow.narrowing import Narrowing
from tests.unit.narrow.scenarios.records import Scenario, arn, call, check, role_arn, session, write_log

ROLE = "shop-dev-ZappaLambdaExecutionRole"
APP = session(ROLE, "shop-dev")
SETTINGS = """
{"dev": {"app_function": "shop.app", "project_name": "shop", "aws_region": "eu-west-1",
         "s3_bucket": "zappa-shop", "slim_handler": true},
 "prod": {"extends": "dev", "s3_bucket": "zappa-shop-prod"}}
"""
UPLOADS = "arn:aws:s3:::shop-uploads"
TABLE = arn("dynamodb", "table/orders")
LOG_GROUP = arn("logs", "log-group:/aws/lambda/shop-dev")
FUNCTION = {
    "FunctionName": "shop-dev",
    "FunctionArn": arn("lambda", "function:shop-dev"),
    "Role": role_arn(ROLE),
    "Handler": "handler.lambda_handler",
    "Description": "Zappa Deployment",
    "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/aws/lambda/shop-dev"},
}


@pytest.fixture
def scenario(tmp_path: Path, checkout: Path) -> Scenario:
    """Ten days of the app's calls, and one of another role that invokes a function."""
    objects = [("GetObject", f"incoming/{n}.jpg") for n in range(6)] + [
        ("PutObject", f"thumbs/{n}.jpg") for n in range(6)
    ]
    records = [
        call(APP, "s3", name, requestParameters={"bucketName": "shop-uploads", "key": key}) for name, key in objects
    ]
    records += [
        call(APP, "dynamodb", "Query", requestParameters={"tableName": "orders", "indexName": "by-customer"}),
        call(APP, "dynamodb", "PutItem", requestParameters={"tableName": "orders"}),
        call(session("other", "ops"), "lambda", "Invoke", requestParameters={"functionName": "report"}),
    ]
    write_log(tmp_path / "logs", records)
    default = (checkout / "policies/zappa/default-execution.json").read_text(encoding="utf-8")
    made = Scenario(role_arn(ROLE), (parse_policy(default, "default-execution.json"),), tmp_path / "logs")
    made.configure(FUNCTION)
    stages = zappa_stages(SETTINGS, "zappa_settings.json", "shop")
    made.choices["configurations"] += tuple(
        zappa_configuration(stage, "zappa_settings.json", role_arn(ROLE)) for stage in stages
    )
    return made


@pytest.fixture
def result(scenario: Scenario) -> Narrowing:
    """The narrowing."""
    return scenario.narrowed()


def test_the_app_still_works_and_nothing_else_does(scenario: Scenario, result: Narrowing) -> None:
    itself = arn("lambda", "function:shop-dev")
    check(
        scenario,
        result,
        allowed=[
            ("s3:GetObject", f"{UPLOADS}/incoming/next.jpg"),
            ("s3:PutObject", f"{UPLOADS}/thumbs/next.jpg"),
            ("dynamodb:Query", f"{TABLE}/index/by-customer"),
            ("dynamodb:PutItem", TABLE),
            ("logs:CreateLogStream", f"{LOG_GROUP}:log-stream:2026"),
            ("logs:PutLogEvents", f"{LOG_GROUP}:log-stream:2026"),
            ("lambda:InvokeFunction", itself),
            ("s3:GetObject", "arn:aws:s3:::zappa-shop/dev_shop_current_project.tar.gz"),
        ],
        denied=[
            ("s3:PutObject", f"{UPLOADS}/incoming/next.jpg"),
            ("s3:GetObject", f"{UPLOADS}/thumbs/next.jpg"),
            ("s3:GetObject", f"{UPLOADS}/exports/all.csv"),
            ("s3:DeleteObject", f"{UPLOADS}/thumbs/1.jpg"),
            ("s3:ListBucket", UPLOADS),
            ("s3:PutBucketPolicy", UPLOADS),
            ("s3:GetObject", "arn:aws:s3:::zappa-shop/other.zip"),
            ("s3:PutObject", "arn:aws:s3:::zappa-shop/dev_shop_current_project.tar.gz"),
            ("s3:GetObject", "arn:aws:s3:::zappa-shop-prod/prod_shop_current_project.tar.gz"),
            ("dynamodb:Query", TABLE),
            ("dynamodb:Query", f"{TABLE}/index/by-day"),
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:PutItem", arn("dynamodb", "table/customers")),
            ("dynamodb:DeleteTable", TABLE),
            ("logs:PutLogEvents", f"{arn('logs', 'log-group:/aws/lambda/report')}:log-stream:2026"),
            ("logs:DeleteLogGroup", f"{LOG_GROUP}:*"),
            ("lambda:InvokeFunction", arn("lambda", "function:report")),
            ("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"),
            ("ec2:CreateNetworkInterface", "*"),
        ],
    )


def test_each_implied_grant_says_why(result: Narrowing) -> None:
    because = {one.action: one.because for one in result.kept}
    assert because["lambda:InvokeFunction"].startswith("implied: Zappa runs asynchronous tasks")
    assert "writes its log to `/aws/lambda/shop-dev`" in because["logs:PutLogEvents"]
    notes = [note for statement in result.statements for note in statement.evidence.notes]
    assert any("`slim_handler`" in note for note in notes)


def test_the_stage_of_another_role_is_left_out_and_said(result: Narrowing) -> None:
    assert [one for one in result.warnings if "prod" in one] == [
        f"`zappa_settings.json prod` is left out: its function runs as `{role_arn('shop-prod-ZappaLambdaExecutionRole')}`"
    ]
