"""Which tool made a role, told from its path, its tags, its policies and its name, and what that tool does to a change made
by hand. A guess by conventions, said with what it rests on.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html,
https://github.com/zappa/Zappa (zappa/core.py: `create_iam_roles` writes `zappa-permissions` anew on each update),
https://github.com/serverless/serverless (lib/plugins/aws/lib/naming.js: `getRoleName`),
aws-sam-translator (`samtranslator/model/sam_resources.py`: `lambda:createdBy`),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (paths)
"""

import enum
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

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
    CONSOLE = "the console"
    IDENTITY_CENTER = "IAM Identity Center"
    SERVICE_LINKED = "an AWS service"

    @property
    def slug(self) -> str:
        """As JSON has it: `zappa`, `identity-center`."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who manages a role."""

    framework: Framework
    told_by: str
    """How that was seen: a phrase."""
    stack: str = ""
    """CloudFormation stack, where a tag names one."""
    application: str = ""
    """The function (Zappa), `<service>-<stage>` (Serverless) or stack that it belongs to; empty where that is not known."""

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
            case _:
                return (
                    f"a deployment that touches the role puts the old grants back, and the stack `{self.stack}` drifts until"
                    " then. Write the narrowed policy into what the stack is made from"
                )


def origin_of(live: LivePrincipal) -> Origin | None:
    """The framework that puts a change made by hand back, or None where nothing tells of one for sure: by its name alone only
    Zappa is told."""
    found = role_origin(live.name, live.path, dict(live.tags), [policy.name for policy in live.inline])
    return found if found and (found.stack or found.framework is Framework.ZAPPA) else None


_ZAPPA: Final = re.compile(r"(?P<function>.+)-ZappaLambdaExecutionRole")
_SERVERLESS: Final = re.compile(r"(?P<service>.+)-(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9])-lambdaRole")
_STACK: Final = re.compile(
    r"(?P<stack>[A-Za-z][A-Za-z0-9-]*?)-(?P<id>[A-Za-z0-9]+)-(?:[A-Z0-9]{12,13}|[A-Za-z0-9]{12})"
)
_PATHS: Final[Mapping[str, tuple[Framework, str]]] = {
    "/aws-service-role/": (Framework.SERVICE_LINKED, "AWS keeps service-linked roles under this path"),
    "/aws-reserved/sso.amazonaws.com/": (
        Framework.IDENTITY_CENTER,
        "IAM Identity Center keeps its roles under this path",
    ),
}
_CONSOLE: Final = "/service-role/"


def role_origin(name: str, path: str, tags: Mapping[str, str], inline: Collection[str] = ()) -> Origin | None:
    """The framework by the strongest sign there is: a path that is reserved, a tag, the name of an inline policy, the role's
    own name; None where nothing tells."""
    for prefix, (framework, told_by) in _PATHS.items():
        if path.startswith(prefix):
            return Origin(framework, told_by)
    stack = tags.get(STACK_TAG, "")
    if found := _ZAPPA.fullmatch(name):
        return Origin(Framework.ZAPPA, "its name ends in `-ZappaLambdaExecutionRole`", stack, found["function"])
    if "zappa-permissions" in inline:
        return Origin(Framework.ZAPPA, "it has an inline policy `zappa-permissions`", stack)
    if tags.get("lambda:createdBy") == "SAM":
        return Origin(Framework.SAM, "its tag `lambda:createdBy` says SAM", stack, stack or _stack_in(name))
    if stack:
        return _of_stack(name, stack, tags.get(LOGICAL_TAG, ""), tags)
    return _by_name(name, path)


def _of_stack(name: str, stack: str, logical: str, tags: Mapping[str, str]) -> Origin:
    said = f"it is `{logical or name}` in the stack `{stack}`"
    if logical.endswith("IamRoleLambdaExecution"):
        return Origin(Framework.SERVERLESS, said, stack, stack)
    if found := _SERVERLESS.fullmatch(name):
        return Origin(Framework.SERVERLESS, "its name ends in a region and `-lambdaRole`", stack, found["service"])
    if _any_starts(tags, "aws-cdk:") or (
        "ServiceRole" in logical and logical[-8:].isalnum() and logical[-8:].isupper()
    ):
        return Origin(Framework.CDK, said, stack, stack)
    return Origin(Framework.CLOUDFORMATION, said, stack, stack)


def _by_name(name: str, path: str) -> Origin | None:
    if found := _SERVERLESS.fullmatch(name):
        return Origin(Framework.SERVERLESS, "its name ends in a region and `-lambdaRole`", application=found["service"])
    if path.startswith(_CONSOLE):
        return Origin(Framework.CONSOLE, "the console makes execution roles under this path")
    if stack := _stack_in(name):
        return Origin(Framework.CLOUDFORMATION, "its name ends as CloudFormation makes names up", application=stack)
    return None


def _stack_in(name: str) -> str:
    found = _STACK.fullmatch(name)
    return found["stack"] if found else ""


def _any_starts(names: Iterable[str], prefix: str) -> bool:
    return any(name.startswith(prefix) for name in names)
