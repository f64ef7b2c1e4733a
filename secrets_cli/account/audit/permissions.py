"""What whoever runs `role audit` needs, and no more: reading alone.

Actions and resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html,
list_awslambda.html, list_awscloudformation.html, list_amazonec2.html. The list calls and DescribeRegions take no resource.
"""

from collections.abc import Sequence

from secrets_cli.account.permissions import permissions_for
from secrets_cli.iam.model import Effect, Element, Policy, Statement


def audit_permissions(roles: Sequence[str], *, functions: bool = True) -> Policy:
    """The policy for an audit of these roles, by ARN; of all roles of an account where there are none."""
    found: list[Statement] = []
    if roles:
        found += permissions_for(roles, managed=False, changes=False).statements
    else:
        everywhere = Element(("iam:GetAccountAuthorizationDetails",)), Element(("*",))
        found.append(Statement(Effect.ALLOW, *everywhere, sid="ReadAllRoles"))
        last_used = Element(("iam:GetRole",)), Element(("arn:*:iam::*:role/*",))
        found.append(Statement(Effect.ALLOW, *last_used, sid="ReadLastUse"))
    if functions:
        asked = ("cloudformation:ListStacks", "ec2:DescribeRegions", "lambda:ListFunctions")
        found.append(Statement(Effect.ALLOW, Element(asked), Element(("*",)), sid="ReadWhatRunsAsThem"))
    return Policy(tuple(found))
