"""Actions that could be limited to resources, and for which AWS itself writes `*`: reviewed by hand, each with its source.

Whoever copies AWS's own policy is not told to do better in the default persona; in the strict one he is.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_LAMBDA_ROLES = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
_AGENT = "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html"
_METRICS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/permissions-reference-cw.html"
_LINKED_ROLES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html"
_LOG_DELIVERY = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-service-specific.html"
)
_ECS_AGENT = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html"
_RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html"
_SHARING = "https://docs.aws.amazon.com/ram/latest/userguide/working-with-shared-invitations.html"
_OWN_MFA = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html"
)
_SENDING = "https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html"

DOCUMENTED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ec2:AssignPrivateIpAddresses": ("Lambda in a VPC manages interfaces that do not exist yet", _LAMBDA_ROLES),
        "ec2:CreateNetworkInterface": ("Lambda in a VPC manages interfaces that do not exist yet", _LAMBDA_ROLES),
        "ec2:DeleteNetworkInterface": ("Lambda in a VPC manages interfaces that do not exist yet", _LAMBDA_ROLES),
        "ec2:UnassignPrivateIpAddresses": ("Lambda in a VPC manages interfaces that do not exist yet", _LAMBDA_ROLES),
        "logs:CreateLogGroup": ("every Lambda function writes its own log", _LAMBDA_ROLES),
        "logs:CreateLogStream": ("every Lambda function writes its own log", _LAMBDA_ROLES),
        "logs:PutLogEvents": ("every Lambda function writes its own log", _LAMBDA_ROLES),
        "xray:PutTelemetryRecords": ("traces belong to no resource", _LAMBDA_ROLES),
        "xray:PutTraceSegments": ("traces belong to no resource", _LAMBDA_ROLES),
        "cloudwatch:PutMetricData": ("metrics are limited by `cloudwatch:namespace`, not by resource", _METRICS),
        "ecs:Poll": ("the agent of a container instance speaks for itself", _ECS_AGENT),
        "ecs:RegisterContainerInstance": ("the agent of a container instance speaks for itself", _ECS_AGENT),
        "ecs:StartTelemetrySession": ("the agent of a container instance speaks for itself", _ECS_AGENT),
        "ecs:SubmitAttachmentStateChanges": ("the agent of a container instance speaks for itself", _ECS_AGENT),
        "ecs:SubmitContainerStateChange": ("the agent of a container instance speaks for itself", _ECS_AGENT),
        "ecs:SubmitTaskStateChange": ("the agent of a container instance speaks for itself", _ECS_AGENT),
        "iam:CreateServiceLinkedRole": (
            "the role's policy is AWS's own; limited by `iam:AWSServiceName`",
            _LINKED_ROLES,
        ),
        "iam:CreateVirtualMFADevice": ("a device is nobody's until `iam:EnableMFADevice`", _OWN_MFA),
        "iam:DeleteServiceLinkedRole": ("AWS deletes none that is in use", _LINKED_ROLES),
        "ram:AcceptResourceShareInvitation": ("an invitation has no id before it comes", _SHARING),
        "rds:CrossRegionCommunication": ("no call: RDS asks for it between its regions", _RDS),
        "ses:SendEmail": ("AWS's own examples limit by sender address, not by identity", _SENDING),
        "ses:SendRawEmail": ("AWS's own examples limit by sender address, not by identity", _SENDING),
        "ssm:PutComplianceItems": ("the agent of a managed node reports on itself", _AGENT),
        "ssm:PutConfigurePackageResult": ("the agent of a managed node reports on itself", _AGENT),
        "ssm:PutInventory": ("the agent of a managed node reports on itself", _AGENT),
        "ssm:UpdateAssociationStatus": ("the agent of a managed node reports on itself", _AGENT),
        "ssm:UpdateInstanceAssociationStatus": ("the agent of a managed node reports on itself", _AGENT),
        "ssm:UpdateInstanceInformation": ("the agent of a managed node reports on itself", _AGENT),
        "ssmmessages:CreateControlChannel": ("the agent of a managed node opens its own channels", _AGENT),
        "ssmmessages:CreateDataChannel": ("the agent of a managed node opens its own channels", _AGENT),
        "ssmmessages:OpenControlChannel": ("the agent of a managed node opens its own channels", _AGENT),
        "ssmmessages:OpenDataChannel": ("the agent of a managed node opens its own channels", _AGENT),
        "ec2messages:AcknowledgeMessage": ("the agent of a managed node answers messages to itself", _AGENT),
        "ec2messages:DeleteMessage": ("the agent of a managed node answers messages to itself", _AGENT),
        "ec2messages:FailMessage": ("the agent of a managed node answers messages to itself", _AGENT),
        "ec2messages:SendReply": ("the agent of a managed node answers messages to itself", _AGENT),
    }
)
"""Action -> why AWS writes `*`, and where it says so."""

_LOG_DELIVERY_NAME = ":AllowVendedLogDeliveryForResource"


def documented(action: str) -> tuple[str, str] | None:
    """The reason and the source, or None; `action` in the catalog's spelling."""
    if action.endswith(_LOG_DELIVERY_NAME):
        return ("lets a service deliver logs of its own resources", _LOG_DELIVERY)
    return DOCUMENTED.get(action)
