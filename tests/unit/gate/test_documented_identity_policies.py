"""Policies as AWS's guides write them: no finding of medium or higher for the default persona.

The examples follow the pages named beside them, with an account, a region and names of our own.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pytest

from secrets_cli.gate.settings import Settings
from secrets_cli.severity import Severity
from tests.unit.gate.judging import findings_in

_ACCOUNT = "111122223333"
_REGION = "eu-central-1"
_Statement: TypeAlias = Mapping[str, object]


def _statement(actions: str | Sequence[str], resource: str | Sequence[str] | None = None, **more: object) -> _Statement:
    """A statement that allows; `more` are its other elements, in which `Effect` may be another."""
    named: dict[str, object] = {} if resource is None else {"Resource": resource}
    return {"Effect": "Allow", "Action": actions, **named, **more}


_OWN_USER = f"arn:aws:iam::{_ACCOUNT}:user/${{aws:username}}"
_ROOT = {"AWS": f"arn:aws:iam::{_ACCOUNT}:root"}
_GITHUB = "token.actions.githubusercontent.com"

_DOCUMENTED: dict[str, tuple[str, list[_Statement]]] = {
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/walkthrough1.html
    "bucket access by prefix": (
        "policy.json",
        [
            _statement(["s3:ListAllMyBuckets", "s3:GetBucketLocation"], "arn:aws:s3:::*"),
            _statement(
                "s3:ListBucket",
                "arn:aws:s3:::acme-home",
                Condition={"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/*"]}},
            ),
            _statement(
                ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::acme-home/home/${aws:username}/*"
            ),
        ],
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html
    "users manage their own MFA device": (
        "policy.json",
        [
            _statement("iam:ListVirtualMFADevices", "*", Sid="AllowListActions"),
            _statement(
                ["iam:ListMFADevices", "iam:ListUsers", "iam:GetUser", "iam:GetMFADevice"],
                [_OWN_USER, f"arn:aws:iam::{_ACCOUNT}:user/*"],
            ),
            _statement("iam:CreateVirtualMFADevice", f"arn:aws:iam::{_ACCOUNT}:mfa/*"),
            _statement(["iam:EnableMFADevice", "iam:ResyncMFADevice"], _OWN_USER),
            _statement(
                "iam:DeactivateMFADevice", _OWN_USER, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}
            ),
            {
                "Sid": "BlockMostAccessUnlessSignedInWithMFA",
                "Effect": "Deny",
                "NotAction": [
                    "iam:CreateVirtualMFADevice",
                    "iam:EnableMFADevice",
                    "iam:ListMFADevices",
                    "iam:ListUsers",
                    "iam:ListVirtualMFADevices",
                    "iam:ResyncMFADevice",
                    "sts:GetSessionToken",
                ],
                "Resource": "*",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
            },
        ],
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_ec2_tag-owner.html
    "instances by their owner's tag": (
        "policy.json",
        [
            _statement(
                ["ec2:StartInstances", "ec2:StopInstances"],
                "arn:aws:ec2:*:*:instance/*",
                Condition={"StringEquals": {"aws:ResourceTag/Owner": "${aws:username}"}},
            ),
            _statement("ec2:DescribeInstances", "*"),
        ],
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    "a function's basic execution role": (
        "policy.json",
        [_statement(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "*")],
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    "a function's role in a VPC": (
        "policy.json",
        [
            _statement(
                [
                    "logs:CreateLogGroup",
                    "logs:CreateLogStream",
                    "logs:PutLogEvents",
                    "ec2:CreateNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:DeleteNetworkInterface",
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:UnassignPrivateIpAddresses",
                ],
                "*",
            )
        ],
    ),
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    "items by their leading key": (
        "policy.json",
        [
            _statement(
                [
                    "dynamodb:GetItem",
                    "dynamodb:BatchGetItem",
                    "dynamodb:Query",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:BatchWriteItem",
                ],
                f"arn:aws:dynamodb:{_REGION}:{_ACCOUNT}:table/GameScores",
                Condition={
                    "ForAllValues:StringEquals": {
                        "dynamodb:LeadingKeys": ["${www.amazon.com:user_id}"],
                        "dynamodb:Attributes": ["UserId", "GameTitle", "Wins"],
                    },
                    "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
                },
            )
        ],
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    "a role for a third party": (
        "role.trust.json",
        [
            _statement(
                "sts:AssumeRole",
                Principal={"AWS": "arn:aws:iam::444455556666:root"},
                Condition={"StringEquals": {"sts:ExternalId": "7c2f9b1e-acme"}},
            )
        ],
    ),
    # https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
    "a role for a workflow of GitHub": (
        "role.trust.json",
        [
            _statement(
                "sts:AssumeRoleWithWebIdentity",
                Principal={"Federated": f"arn:aws:iam::{_ACCOUNT}:oidc-provider/{_GITHUB}"},
                Condition={
                    "StringEquals": {
                        f"{_GITHUB}:aud": "sts.amazonaws.com",
                        f"{_GITHUB}:sub": "repo:acme/shop:ref:refs/heads/main",
                    }
                },
            )
        ],
    ),
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    "a bucket behind CloudFront": (
        "bucket.resource.json",
        [
            _statement(
                "s3:GetObject",
                "arn:aws:s3:::acme-site/*",
                Principal={"Service": "cloudfront.amazonaws.com"},
                Condition={
                    "StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{_ACCOUNT}:distribution/EDFDVBD6EXAMPLE"}
                },
            )
        ],
    ),
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    "a key's default policy": (
        "key.resource.json",
        [_statement("kms:*", "*", Sid="Enable IAM User Permissions", Principal=_ROOT)],
    ),
    # https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    "a topic that sends to a queue": (
        "queue.resource.json",
        [
            _statement(
                "sqs:SendMessage",
                f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:orders",
                Principal={"Service": "sns.amazonaws.com"},
                Condition={"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{_REGION}:{_ACCOUNT}:orders"}},
            )
        ],
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-no-mfa.html
    "users manage their own credentials": (
        "policy.json",
        [
            _statement(["iam:GetAccountPasswordPolicy", "iam:GetAccountSummary"], "*"),
            _statement(["iam:ChangePassword", "iam:GetUser"], _OWN_USER),
            _statement(
                ["iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:ListAccessKeys", "iam:UpdateAccessKey"], _OWN_USER
            ),
        ],
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html
    "nothing from elsewhere": (
        "policy.json",
        [
            _statement(
                "*",
                "*",
                Effect="Deny",
                Condition={
                    "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]},
                    "Bool": {"aws:ViaAWSService": "false"},
                },
            )
        ],
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
    "sessions that were revoked": (
        "policy.json",
        [
            _statement(
                "*",
                "*",
                Effect="Deny",
                Condition={"DateLessThan": {"aws:TokenIssueTime": "2024-05-07T23:47:00Z"}},
            )
        ],
    ),
}
_GRAVE = (Severity.MEDIUM, Severity.HIGH)


@pytest.mark.parametrize("name", _DOCUMENTED)
def test_what_the_guides_write_has_no_finding_of_medium_or_higher(name: str) -> None:
    file, statements = _DOCUMENTED[name]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
    found = findings_in(text, file, settings=Settings())
    assert [(one.rule, one.message) for one in found if one.severity in _GRAVE] == []
