"""Which tool made a role, told from its tags, its name and its policies, and what that tool does to a change made by hand.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html,
https://github.com/zappa/Zappa (zappa/core.py: `create_iam_roles` writes `zappa-permissions` anew on each update),
https://github.com/serverless/serverless (lib/plugins/aws/lib/naming.js: `getRoleName`)
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from secrets_cli.aws.roles import LivePrincipal

STACK_TAG = "aws:cloudformation:stack-name"
LOGICAL_TAG = "aws:cloudformation:logical-id"


class Framework(enum.Enum):
    """What makes and remakes roles."""

    ZAPPA = "Zappa"
    SAM = "AWS SAM"
    SERVERLESS = "Serverless Framework"
    CDK = "AWS CDK"
    CLOUDFORMATION = "CloudFormation"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who manages a role."""

    framework: Framework
    told_by: str
    """How that was seen: a phrase."""
    stack: str = ""
    """CloudFormation stack, where there is one."""

    @property
    def warning(self) -> str:
        """What happens at the next deployment, and what to do: two sentences, the last without its full stop."""
        match self.framework:
            case Framework.ZAPPA:
                return (
                    "the next `zappa update` writes `zappa-permissions` anew and puts the old grants back. Set `attach_policy`"
                    " to a file with the narrowed policy, or `manage_roles: false` with `role_name`"
                )
            case Framework.SERVERLESS:
                return (
                    f"a deployment that touches the role puts the old grants back, and the stack `{self.stack}` drifts until"
                    " then. Write the narrowed statements to `provider.iam.role.statements`"
                )
            case Framework.SAM:
                return (
                    f"a deployment that touches the role puts the old grants back, and the stack `{self.stack}` drifts until"
                    " then. Write the narrowed policy to the function's `Policies`"
                )
            case Framework.CDK | Framework.CLOUDFORMATION:
                return (
                    f"a deployment that touches the role puts the old grants back, and the stack `{self.stack}` drifts until"
                    " then. Write the narrowed policy into what the stack is made from"
                )


def origin_of(live: LivePrincipal) -> Origin | None:
    """The framework, or None where nothing tells of one."""
    tags = dict(live.tags)
    stack = tags.get(STACK_TAG, "")
    if live.name.endswith("-ZappaLambdaExecutionRole"):
        return Origin(Framework.ZAPPA, "its name ends in `-ZappaLambdaExecutionRole`", stack)
    if any(policy.name == "zappa-permissions" for policy in live.inline):
        return Origin(Framework.ZAPPA, "it has an inline policy `zappa-permissions`", stack)
    if not stack:
        return None
    return _of_stack(live, stack, tags.get(LOGICAL_TAG, ""), tags)


def _of_stack(live: LivePrincipal, stack: str, logical: str, tags: dict[str, str]) -> Origin:
    if tags.get("lambda:createdBy") == "SAM":
        return Origin(Framework.SAM, "its tag `lambda:createdBy` says SAM", stack)
    if logical.endswith("IamRoleLambdaExecution"):
        return Origin(Framework.SERVERLESS, f"it is `{logical}` in the stack `{stack}`", stack)
    if _any_starts(tags, "aws-cdk:") or (
        "ServiceRole" in logical and logical[-8:].isalnum() and logical[-8:].isupper()
    ):
        return Origin(Framework.CDK, f"it is `{logical}` in the stack `{stack}`", stack)
    return Origin(Framework.CLOUDFORMATION, f"it is `{logical or live.name}` in the stack `{stack}`", stack)


def _any_starts(names: Iterable[str], prefix: str) -> bool:
    return any(name.startswith(prefix) for name in names)
