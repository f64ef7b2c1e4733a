"""Policies as AWS's guides write them: rules about callers are silent on them for the default persona."""

import pytest

from secrets_cli.gate.registry import RULES
from tests.unit.gate.made_documents import ACCOUNT, BUCKET, OTHER, QUEUE, in_resource, in_trust, statement

ABOUT_CALLERS = [
    rule
    for rule in RULES
    if rule.id.startswith(("trust-", "key-policy-", "resource-policy-"))
    or rule.id in ("not-principal-allow", "stale-principal", "unknown-service-principal", "wildcard-in-principal")
]
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
OBJECTS = f"{BUCKET}/*"
TLS = statement("*", "s3:*", [BUCKET, OBJECTS], {"Bool": {"aws:SecureTransport": "false"}}, effect="Deny")
KEYS_OWN = statement(ROOT, "kms:*", "*")


def service(name: str) -> dict[str, str]:
    return {"Service": f"{name}.amazonaws.com"}


RESOURCE_POLICIES = {
    "origin access control": [
        statement(
            service("cloudfront"),
            "s3:GetObject",
            OBJECTS,
            {"StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/EDFDVBD6EXAMPLE"}},
        ),
    ],
    "a trail": [
        statement(service("cloudtrail"), "s3:GetBucketAcl", BUCKET),
        statement(
            service("cloudtrail"),
            "s3:PutObject",
            f"{BUCKET}/trail/AWSLogs/{ACCOUNT}/*",
            {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
        ),
        TLS,
    ],
    "access logs of load balancers": [
        statement(service("logdelivery.elasticloadbalancing"), "s3:PutObject", f"{BUCKET}/AWSLogs/{ACCOUNT}/*"),
        statement({"AWS": "arn:aws:iam::054676820928:root"}, "s3:PutObject", f"{BUCKET}/AWSLogs/{ACCOUNT}/*"),
    ],
    "flow logs": [
        statement(
            service("delivery.logs"),
            "s3:PutObject",
            OBJECTS,
            {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:*"},
            },
        ),
    ],
    "server access logs": [
        statement(
            service("logging.s3"), "s3:PutObject", OBJECTS, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-site"}}
        )
    ],
    "only over TLS": [TLS],
    "a topic to a queue": [
        statement(
            service("sns"),
            "sqs:SendMessage",
            QUEUE,
            {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"}},
        )
    ],
    "a queue's own policy": [statement(ROOT, "SQS:*", QUEUE)],
    "a topic's own policy": [
        statement(
            {"AWS": "*"},
            ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:DeleteTopic", "SNS:Publish"],
            f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders",
            {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        )
    ],
    "a file system's own policy": [
        statement(
            {"AWS": "*"},
            ["elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientMount"],
            f"arn:aws:elasticfilesystem:eu-central-1:{ACCOUNT}:file-system/fs-0123456789abcdef0",
            {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
        )
    ],
    "a private API": [
        statement("*", "execute-api:Invoke", "execute-api:/*"),
        statement(
            "*",
            "execute-api:Invoke",
            "execute-api:/*",
            {"StringNotEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}},
            effect="Deny",
        ),
    ],
    "images for functions": [
        statement(
            service("lambda"),
            ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "*",
            {"StringLike": {"aws:sourceArn": f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:*"}},
        ),
        statement({"AWS": f"arn:aws:iam::{OTHER}:root"}, ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], "*"),
    ],
    "builds pull images": [statement(service("codebuild"), ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], "*")],
    "a bucket delegates to its access points": [
        statement(
            "*",
            ["s3:GetObject", "s3:PutObject"],
            [BUCKET, OBJECTS],
            {"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}},
        )
    ],
    "replicas of another account": [
        statement(
            {"AWS": f"arn:aws:iam::{OTHER}:role/replication"}, ["s3:ReplicateObject", "s3:ReplicateDelete"], OBJECTS
        )
    ],
    "copies within the organization": [
        statement("*", "backup:CopyIntoBackupVault", "*", {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})
    ],
    "events to a topic": [
        statement(service("events"), "sns:Publish", f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"),
    ],
    "a key's default policy": [KEYS_OWN],
    "a key of the console": [
        KEYS_OWN,
        statement(
            {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"},
            ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:Put*", "kms:ScheduleKeyDeletion"],
            "*",
        ),
        statement(
            {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}, ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"], "*"
        ),
        statement(
            {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"},
            ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
            "*",
            {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ],
    "a key of AWS": [
        KEYS_OWN,
        statement(
            {"AWS": "*"},
            ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "*",
            {"StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "ssm.eu-central-1.amazonaws.com"}},
        ),
    ],
    "a key for log groups": [
        KEYS_OWN,
        statement(
            service("logs.eu-central-1"),
            ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
            "*",
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:*"}},
        ),
    ],
    "a key for alarms": [KEYS_OWN, statement(service("cloudwatch"), ["kms:Decrypt", "kms:GenerateDataKey*"], "*")],
}

FEDERATED = f"arn:aws:iam::{ACCOUNT}"
CLUSTER = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
TRUST_POLICIES = {
    "functions": [statement(service("lambda"), "sts:AssumeRole")],
    "Zappa": [
        statement(
            {"Service": ["apigateway.amazonaws.com", "lambda.amazonaws.com", "events.amazonaws.com"]}, "sts:AssumeRole"
        )
    ],
    "tasks": [statement(service("ecs-tasks"), "sts:AssumeRole")],
    "pods": [statement(service("pods.eks"), ["sts:AssumeRole", "sts:TagSession"])],
    "a service account": [
        statement(
            {"Federated": f"{FEDERATED}:oidc-provider/{CLUSTER}"},
            "sts:AssumeRoleWithWebIdentity",
            None,
            {
                "StringEquals": {
                    f"{CLUSTER}:sub": "system:serviceaccount:web:api",
                    f"{CLUSTER}:aud": "sts.amazonaws.com",
                }
            },
        )
    ],
    "one repository": [
        statement(
            {"Federated": f"{FEDERATED}:oidc-provider/token.actions.githubusercontent.com"},
            "sts:AssumeRoleWithWebIdentity",
            None,
            {
                "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
                "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:*"},
            },
        )
    ],
    "a vendor": [
        statement({"AWS": OTHER}, "sts:AssumeRole", None, {"StringEquals": {"sts:ExternalId": "7f3c2b1e-9a4d-4c53"}})
    ],
    "people with a second factor": [
        statement(ROOT, "sts:AssumeRole", None, {"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    ],
    "a role that is named": [statement({"AWS": f"arn:aws:iam::{OTHER}:role/deploy"}, "sts:AssumeRole")],
    "an identity pool": [
        statement(
            {"Federated": "cognito-identity.amazonaws.com"},
            "sts:AssumeRoleWithWebIdentity",
            None,
            {
                "StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-central-1:12345678-dead-beef-cafe-12345"},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
            },
        )
    ],
    "single sign-on": [
        statement(
            {"Federated": f"{FEDERATED}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"},
            ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            None,
            {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        )
    ],
    "certificates": [
        statement(
            service("rolesanywhere"),
            ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
            None,
            {"ArnEquals": {"aws:SourceArn": f"arn:aws:rolesanywhere:eu-central-1:{ACCOUNT}:trust-anchor/TA_ID"}},
        )
    ],
}


@pytest.mark.parametrize("name", RESOURCE_POLICIES)
def test_resource_policies(name: str) -> None:
    found = [one for rule in ABOUT_CALLERS for one in in_resource(rule, *RESOURCE_POLICIES[name])]
    assert not found, [(one.rule, one.message) for one in found]


@pytest.mark.parametrize("name", TRUST_POLICIES)
def test_trust_policies(name: str) -> None:
    found = [one for rule in ABOUT_CALLERS for one in in_trust(rule, *TRUST_POLICIES[name])]
    assert not found, [(one.rule, one.message) for one in found]
