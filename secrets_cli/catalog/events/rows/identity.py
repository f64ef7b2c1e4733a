"""STS, IAM, EC2, tagging and the services that keep a secret or a file system beside a call."""

from secrets_cli.catalog.events.conditions import equal_to_parameter
from secrets_cli.catalog.events.identity_names import (
    ASSUMED_ROLE,
    PASSED_ROLE,
    SERVICE_ROLE,
    TAGGED_IDS,
    USER,
    tagged_of,
)
from secrets_cli.catalog.events.kinds import FEDERATED_USER, SECRET, TASK_DEFINITION
from secrets_cli.catalog.events.names import everything, fixed, named
from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.when import CALLED_BY_LAMBDA, CALLED_BY_SERVICE, given

_STS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_enable-create.html"
_TAG = "https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html"

_TAG_ACTION = {
    "apigateway": ("apigateway:PUT", "apigateway:DELETE"),
    "cloudfront": ("cloudfront:TagResource", "cloudfront:UntagResource"),
    "cloudwatch": ("cloudwatch:TagResource", "cloudwatch:UntagResource"),
    "dynamodb": ("dynamodb:TagResource", "dynamodb:UntagResource"),
    "ec2": ("ec2:CreateTags", "ec2:DeleteTags"),
    "ecs": ("ecs:TagResource", "ecs:UntagResource"),
    "elasticfilesystem": ("elasticfilesystem:TagResource", "elasticfilesystem:UntagResource"),
    "elasticloadbalancing": ("elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"),
    "events": ("events:TagResource", "events:UntagResource"),
    "kinesis": ("kinesis:AddTagsToStream", "kinesis:RemoveTagsFromStream"),
    "kms": ("kms:TagResource", "kms:UntagResource"),
    "lambda": ("lambda:TagResource", "lambda:UntagResource"),
    "logs": ("logs:TagResource", "logs:UntagResource"),
    "rds": ("rds:AddTagsToResource", "rds:RemoveTagsFromResource"),
    "s3": ("s3:PutBucketTagging", "s3:PutBucketTagging"),
    "secretsmanager": ("secretsmanager:TagResource", "secretsmanager:UntagResource"),
    "sns": ("sns:TagResource", "sns:UntagResource"),
    "sqs": ("sqs:TagQueue", "sqs:UntagQueue"),
    "ssm": ("ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"),
    "states": ("states:TagResource", "states:UntagResource"),
}


def _tagging(column: int) -> tuple[Need, ...]:
    return tuple(
        Need(actions[column], tagged_of(service), skip_if_none=True) for service, actions in _TAG_ACTION.items()
    )


ROWS = (
    Row(
        "sts-assume-role-by-service",
        "sts",
        ("AssumeRole",),
        (),
        "the role's trust policy lets the service in",
        _STS,
        CALLED_BY_SERVICE,
    ),
    Row(
        "sts-assume-role",
        "sts",
        ("AssumeRole",),
        (
            Need("sts:AssumeRole", ASSUMED_ROLE),
            Need("sts:TagSession", ASSUMED_ROLE, given("tags")),
            Need("sts:SetSourceIdentity", ASSUMED_ROLE, given("sourceIdentity")),
        ),
        "",
        _STS,
    ),
    Row(
        "sts-assume-role-federated",
        "sts",
        ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"),
        (Need("=", ASSUMED_ROLE),),
        "Authorised by the role's trust policy alone: the caller has no IAM identity.",
        _STS,
    ),
    Row(
        "sts-no-permission",
        "sts",
        ("GetSessionToken", "GetCallerIdentity"),
        (),
        "needs no permission",
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and API_GetSessionToken.html",
    ),
    Row(
        "sts-federation-token",
        "sts",
        ("GetFederationToken",),
        (Need("sts:GetFederationToken", named(FEDERATED_USER, "name")),),
        "",
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html",
    ),
    Row(
        "ecs-run-task",
        "ecs",
        ("RunTask", "StartTask"),
        (Need("=", named(TASK_DEFINITION, "taskDefinition")),),
        "A family without revision means its newest.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html",
    ),
    Row(
        "iam-own-user",
        "iam",
        (
            "ChangePassword",
            "CreateAccessKey",
            "DeleteAccessKey",
            "GetUser",
            "ListAccessKeys",
            "ListMFADevices",
            "ListSigningCertificates",
            "ListServiceSpecificCredentials",
            "ListSSHPublicKeys",
            "UpdateAccessKey",
        ),
        (Need("=", USER),),
        "Without a userName the call is about the caller.",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html",
    ),
    Row(
        "iam-service-linked-role",
        "iam",
        ("CreateServiceLinkedRole",),
        (
            Need(
                "iam:CreateServiceLinkedRole",
                SERVICE_ROLE,
                condition=equal_to_parameter("iam:AWSServiceName", "aWSServiceName"),
            ),
        ),
        "",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html",
    ),
    Row(
        "iam-role-to-instance-profile",
        "iam",
        ("AddRoleToInstanceProfile",),
        (Need("iam:AddRoleToInstanceProfile"), Need("iam:PassRole", PASSED_ROLE, skip_if_none=True)),
        "",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html",
    ),
    Row(
        "ec2-lambda-interfaces",
        "ec2",
        ("CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces"),
        (Need("=", everything("Lambda makes the network interfaces of a VPC function and needs the grant on `*`")),),
        "The calls happen when the function is deployed, often outside the logs' window.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions",
        CALLED_BY_LAMBDA,
    ),
    Row(
        "ec2-run-instances",
        "ec2",
        ("RunInstances",),
        (
            Need("="),
            Need("ec2:RunInstances", fixed("arn:{partition}:ec2:{region}:{account}:volume/*", "any volume")),
        ),
        "An instance whose image is on EBS makes its volumes with the caller's grant.",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances",
    ),
    Row(
        "ec2-tags",
        "ec2",
        ("CreateTags", "DeleteTags"),
        (Need("=", TAGGED_IDS),),
        "",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html",
    ),
    Row("tag-resources", "tag", ("TagResources",), (Need("tag:TagResources", everything("")), *_tagging(0)), "", _TAG),
    Row(
        "untag-resources",
        "tag",
        ("UntagResources",),
        (Need("tag:UntagResources", everything("")), *_tagging(1)),
        "",
        _TAG,
    ),
    Row(
        "rds-data",
        "rds-data",
        (
            "BatchExecuteStatement",
            "BeginTransaction",
            "CommitTransaction",
            "ExecuteSql",
            "ExecuteStatement",
            "RollbackTransaction",
        ),
        (
            Need("="),
            Need("secretsmanager:GetSecretValue", named(SECRET, "secretArn|awsSecretStoreArn"), skip_if_none=True),
        ),
        "The Data API reads the secret with the caller's permission.",
        "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html",
    ),
    Row(
        "efs-client-connection",
        "elasticfilesystem",
        ("NewClientConnection",),
        (),
        "made by the service itself when a client mounts the file system",
        "https://docs.aws.amazon.com/efs/latest/ug/logging-using-cloudtrail.html",
    ),
)
