"""iam:PassRole, which CloudTrail never logs: it is read off the carrier event's parameters.

Every parameter that holds a role's ARN is a candidate (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html),
except in calls that read, and in services that name roles for other reasons than handing them to a service.
"""

import re
from collections.abc import Iterator

from secrets_cli.catalog.events.conditions import EQUALS
from secrets_cli.catalog.events.parameters import named_texts
from secrets_cli.catalog.grant import ApiCall, Grant
from secrets_cli.iam.model import ConditionTerm

ACTION = "iam:PassRole"
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
        "cloudtrail",
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
    "batch": "ecs-tasks.amazonaws.com",
    "bedrock": "bedrock.amazonaws.com",
    "cloudformation": "cloudformation.amazonaws.com",
    "codebuild": "codebuild.amazonaws.com",
    "codedeploy": "codedeploy.amazonaws.com",
    "codepipeline": "codepipeline.amazonaws.com",
    "config": "config.amazonaws.com",
    "datasync": "datasync.amazonaws.com",
    "dlm": "dlm.amazonaws.com",
    "ecs": "ecs-tasks.amazonaws.com",
    "eks": "eks.amazonaws.com",
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

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService and each
service's page on service roles. A carrier that is not listed gives the grant without the condition."""


def passed_roles(prefix: str, event_name: str, call: ApiCall) -> tuple[Grant, ...]:
    """One grant on exactly the roles that the request hands over, or none."""
    if prefix in NOT_CARRIERS or event_name.startswith(_READS):
        return ()
    roles = tuple(sorted(set(_roles(call))))
    if not roles:
        return ()
    service = PASSED_TO.get(prefix, "")
    condition = (ConditionTerm(EQUALS, "iam:PassedToService", (service,)),) if service else ()
    return (Grant(ACTION, roles, condition, rule="pass-role"),)


def _roles(call: ApiCall) -> Iterator[str]:
    for path, value in named_texts(call.parameters):
        if not path or _ROLE_ARN.fullmatch(value) is None:
            continue
        if _CARRIES.search(path[-1]) and not any(_NO_CARRIER_KEY.search(name) for name in path):
            yield value
