"""A resource policy tells the type of the resource that carries it."""

import json

from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.cloudformation.read import read_cloudformation
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.policy_file import read_policy_file
from secrets_cli.inputs.terraform import read_terraform
from secrets_cli.inputs.terraform_plan import read_terraform_plan

STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
DOCUMENT = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def test_a_template() -> None:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
    permission = {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "*"}
    resources = {
        "Queue": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"PolicyDocument": DOCUMENT}},
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
    }
    found = read_cloudformation(json.dumps({"Resources": resources}), "template.json", Supplied())
    assert [(one.kind, one.carrier) for one in found.policies] == [
        (PolicyKind.RESOURCE, "AWS::SQS::QueuePolicy"),
        (PolicyKind.RESOURCE, "AWS::Lambda::Permission"),
        (PolicyKind.TRUST, ""),
    ]


def test_terraform() -> None:
    text = f"""
resource "aws_sqs_queue_policy" "q" {{
  policy = jsonencode({json.dumps(DOCUMENT)})
}}
resource "aws_lambda_permission" "p" {{
  action        = "lambda:InvokeFunction"
  function_name = "f"
  principal     = "*"
}}
"""
    found = read_terraform({"main.tf": text}, Supplied())
    assert [one.carrier for one in found.policies] == ["aws_sqs_queue_policy", "aws_lambda_permission"]


def test_a_plan() -> None:
    resource = {
        "address": "aws_sqs_queue_policy.q",
        "mode": "managed",
        "type": "aws_sqs_queue_policy",
        "name": "q",
        "values": {"policy": json.dumps(DOCUMENT)},
    }
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}
    found = read_terraform_plan(json.dumps(plan), "plan.json")
    assert [one.carrier for one in found.policies] == ["aws_sqs_queue_policy"]


def test_a_document_by_itself() -> None:
    assert [one.carrier for one in read_policy_file(json.dumps(DOCUMENT), "x.json").policies] == [""]
