"""iam:PassRole, which CloudTrail never logs: it is read off the carrier event's parameters.

Every parameter that holds a role's ARN is a candidate (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html),
except in calls that read, and in services that name roles for other reasons than handing them to a service.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from secrets_cli.catalog.events.conditions import EQUALS
from secrets_cli.catalog.events.kinds import ROLE
from secrets_cli.catalog.events.names import fill
from secrets_cli.catalog.events.parameters import named_texts, text
from secrets_cli.catalog.grant import ApiCall, Grant
from secrets_cli.iam.model import ConditionTerm

_Texts: TypeAlias = list[tuple[tuple[str, ...], str]]
"""As `named_texts` gives them."""
ACTION = "iam:PassRole"
RULE = "pass-role"
_ROLE_ARN = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+")
_READS = (
    "Describe",
    "Get",
    "List",
    "Search",
    "Lookup",
    "Query",
    "Scan",
    "BatchGet",
    "Simulate",
    "Validate",
    "Test",
    "Delete",
    "Untag",
    "Tag",
)
NOT_CARRIERS = frozenset(
    {
        "sts",
        "iam",
        "access-analyzer",
        "ram",
        "organizations",
        "health",
        "kms",
        "secretsmanager",
        "sso",
        "signin",
    }
)
"""Services in which a role's ARN is the object of the call or a principal, not a role handed over."""
_CARRIES = re.compile(r"role|^credentials$", re.IGNORECASE)
_NO_CARRIER_KEY = re.compile(r"principal|grantee|resourcearn|polic(y|ies)|tags?$", re.IGNORECASE)

PASSED_TO = {
    "apigateway": "apigateway.amazonaws.com",
    "appsync": "appsync.amazonaws.com",
    "backup": "backup.amazonaws.com",
    "bedrock": "bedrock.amazonaws.com",
    "budgets": "budgets.amazonaws.com",
    "cloudformation": "cloudformation.amazonaws.com",
    "codebuild": "codebuild.amazonaws.com",
    "codedeploy": "codedeploy.amazonaws.com",
    "codepipeline": "codepipeline.amazonaws.com",
    "config": "config.amazonaws.com",
    "datasync": "datasync.amazonaws.com",
    "dlm": "dlm.amazonaws.com",
    "events": "events.amazonaws.com",
    "firehose": "firehose.amazonaws.com",
    "glue": "glue.amazonaws.com",
    "iot": "iot.amazonaws.com",
    "kinesisanalytics": "kinesisanalytics.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
    "pipes": "pipes.amazonaws.com",
    "rolesanywhere": "rolesanywhere.amazonaws.com",
    "s3": "s3.amazonaws.com",
    "sagemaker": "sagemaker.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
    "ssm": "ssm.amazonaws.com",
    "states": "states.amazonaws.com",
    "transfer": "transfer.amazonaws.com",
}
"""Carrier service -> the service principal of iam:PassedToService.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService
and each service's page on service roles. A carrier that is not listed gives the grant without the condition."""


PASSED_TO_BY_PARAMETER = {
    ("ecs", "taskrolearn"): "ecs-tasks.amazonaws.com",
    ("ecs", "executionrolearn"): "ecs-tasks.amazonaws.com",
    ("eks", "rolearn"): "eks.amazonaws.com",
    ("batch", "servicerole"): "batch.amazonaws.com",
    ("batch", "jobrolearn"): "ecs-tasks.amazonaws.com",
    ("batch", "executionrolearn"): "ecs-tasks.amazonaws.com",
    ("cloudtrail", "cloudwatchlogsrolearn"): "cloudtrail.amazonaws.com",
    ("rds", "monitoringrolearn"): "monitoring.rds.amazonaws.com",
}
"""Carrier service and parameter (lower case) -> service principal, where one carrier passes roles to several
services."""

NAMED_ROLES = {
    ("elasticmapreduce", "servicerole"): "elasticmapreduce.amazonaws.com",
    ("elasticmapreduce", "autoscalingrole"): "application-autoscaling.amazonaws.com",
    ("glue", "role"): "glue.amazonaws.com",
}
"""Carrier service and parameter (lower case) in which a caller may write a role's bare name -> service principal.

Source: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-role-for-ec2.html,
https://docs.aws.amazon.com/glue/latest/dg/create-an-iam-role.html. The name lacks the role's path, which is taken to be
`/`."""

UNNAMED_ROLES = {
    ("autoscaling", "CreateLaunchConfiguration"): ("iamInstanceProfile", "ec2.amazonaws.com"),
    ("ec2", "RequestSpotInstances"): (
        "launchSpecification.iamInstanceProfile.name|launchSpecification.iamInstanceProfile.arn",
        "ec2.amazonaws.com",
    ),
    ("elasticmapreduce", "RunJobFlow"): ("jobFlowRole|instances.ec2InstanceProfile", "ec2.amazonaws.com"),
    ("ec2", "RunInstances"): ("iamInstanceProfile.name|iamInstanceProfile.arn", "ec2.amazonaws.com"),
    ("ec2", "AssociateIamInstanceProfile"): (
        "AssociateIamInstanceProfileRequest.IamInstanceProfile.Name"
        "|AssociateIamInstanceProfileRequest.IamInstanceProfile.Arn|iamInstanceProfile.name|iamInstanceProfile.arn",
        "ec2.amazonaws.com",
    ),
    ("ec2", "ReplaceIamInstanceProfileAssociation"): (
        "ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Name"
        "|ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Arn|iamInstanceProfile.name",
        "ec2.amazonaws.com",
    ),
    ("ecs", "RunTask"): ("taskDefinition", "ecs-tasks.amazonaws.com"),
    ("ecs", "StartTask"): ("taskDefinition", "ecs-tasks.amazonaws.com"),
}
"""Calls that hand over roles which another resource names (an instance profile, a task definition): parameter and
service. The role is `role/*` of the account then, restricted to the service."""


def passed_roles(prefix: str, event_name: str, call: ApiCall) -> tuple[Grant, ...]:
    """Grants on exactly the roles that the request hands over, one for each service they are passed to, or none."""
    if prefix in NOT_CARRIERS or event_name.startswith(_READS):
        return ()
    by_service: dict[str, set[str]] = {}
    texts = named_texts(call.parameters)
    for service, role in (*_roles(prefix, texts), *_bare_roles(prefix, call, texts)):
        by_service.setdefault(service, set()).add(role)
    for service, role in _unnamed(prefix, event_name, call):
        by_service.setdefault(service, {role})
    return tuple(_grant(service, roles) for service, roles in sorted(by_service.items()))


def _grant(service: str, roles: set[str]) -> Grant:
    condition = (ConditionTerm(EQUALS, "iam:PassedToService", (service,)),) if service else ()
    return Grant(ACTION, tuple(sorted(roles)), condition, rule=RULE)


def _unnamed(prefix: str, event_name: str, call: ApiCall) -> Iterator[tuple[str, str]]:
    """Service and `role/*` of a call that names a profile or a task definition."""
    known = UNNAMED_ROLES.get((prefix, event_name))
    if known is not None and text(call.parameters, known[0]):
        yield known[1], fill(ROLE.form, call, "*")


def _bare_roles(prefix: str, call: ApiCall, texts: _Texts) -> Iterator[tuple[str, str]]:
    """Service and ARN of each role that the call hands over by its bare name."""
    for path, value in texts:
        service = NAMED_ROLES.get((prefix, path[-1].lower())) if path else None
        if service is not None and not value.startswith("arn:"):
            yield service, fill(ROLE.form, call, value)


def _roles(prefix: str, texts: _Texts) -> Iterator[tuple[str, str]]:
    """Service and ARN of each role that the call hands over by its ARN."""
    for path, value in texts:
        if not path or not value.startswith("arn:") or _ROLE_ARN.fullmatch(value) is None:
            continue
        if _CARRIES.search(path[-1]) and not any(_NO_CARRIER_KEY.search(name) for name in path):
            place = (prefix, path[-1].lower())
            service = PASSED_TO_BY_PARAMETER.get(place) or NAMED_ROLES.get(place) or PASSED_TO.get(prefix, "")
            yield service, value
