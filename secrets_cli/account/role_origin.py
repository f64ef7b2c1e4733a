"""Which framework made a role, told from its name, its path and its tags: a guess by conventions, said with what it rests on.

Sources: `zappa/cli.py` (0.63.0); the Serverless Framework's `lib/plugins/aws/lib/naming.js`; aws-sam-translator
(`samtranslator/model/sam_resources.py`: `lambda:createdBy`);
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (paths)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made a role."""

    framework: str
    """`zappa`, `serverless`, `sam`, `cloudformation`, `console`, `service-linked`, `identity-center`, or empty: nothing tells."""
    because: str = ""
    """What tells it, as the rest of a sentence."""
    application: str = ""
    """The function (Zappa), `<service>-<stage>` (Serverless) or stack that it belongs to; empty where that is not known."""


_ZAPPA: Final = re.compile(r"(?P<function>.+)-ZappaLambdaExecutionRole")
_SERVERLESS: Final = re.compile(r"(?P<service>.+)-(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9])-lambdaRole")
_STACK: Final = re.compile(
    r"(?P<stack>[A-Za-z][A-Za-z0-9-]*?)-(?P<id>[A-Za-z0-9]+)-(?:[A-Z0-9]{12,13}|[A-Za-z0-9]{12})"
)
_PATHS: Final[Mapping[str, tuple[str, str]]] = {
    "/aws-service-role/": ("service-linked", "AWS keeps service-linked roles under this path"),
    "/aws-reserved/sso.amazonaws.com/": ("identity-center", "IAM Identity Center keeps its roles under this path"),
    "/service-role/": ("console", "the console makes execution roles under this path"),
}


def origin_of(name: str, path: str, tags: Mapping[str, str]) -> Origin:
    """The framework by the strongest sign there is: a path that is reserved, a tag, a name."""
    for prefix, (framework, because) in _PATHS.items():
        if path.startswith(prefix):
            return Origin(framework, because)
    stack = tags.get("aws:cloudformation:stack-name", "")
    if tags.get("lambda:createdBy") == "SAM":
        return Origin("sam", "the tag `lambda:createdBy` is `SAM`", stack or _stack(name))
    return _by_name(name) or _by_stack(name, stack)


def _by_name(name: str) -> Origin | None:
    if found := _ZAPPA.fullmatch(name):
        return Origin("zappa", "the name ends in `-ZappaLambdaExecutionRole`", found["function"])
    if found := _SERVERLESS.fullmatch(name):
        return Origin("serverless", "the name ends in a region and `-lambdaRole`", found["service"])
    return None


def _by_stack(name: str, stack: str) -> Origin:
    if stack:
        return Origin("cloudformation", "the tag `aws:cloudformation:stack-name` names a stack", stack)
    made_up = _stack(name)
    if made_up:
        return Origin("cloudformation", "the name ends as CloudFormation makes names up", made_up)
    return Origin("")


def _stack(name: str) -> str:
    found = _STACK.fullmatch(name)
    return found["stack"] if found else ""
