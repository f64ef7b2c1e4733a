"""Which functions run as a role, and whether anything still does.

Only what is known is said: without a list of the functions of the account no role is called orphaned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from secrets_cli.errors import MalformedInput

_HELP = "give the output of `aws lambda list-functions`"


@dataclass(frozen=True, slots=True)
class Functions:
    """The functions of an account by the role they run as."""

    by_role: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """ARN of a role -> ARNs of its functions, sorted."""
    where: tuple[str, ...] = ()
    """What was asked: regions, or files."""
    gone_stacks: frozenset[str] = frozenset()
    """CloudFormation stacks that a role's tag names and that are not there any more."""


class _Function(msgspec.Struct):
    FunctionArn: str
    Role: str = ""


class _Answer(msgspec.Struct):
    Functions: list[_Function]


def functions_in(files: Iterable[tuple[str, str]]) -> Functions:
    """Of the answers of `aws lambda list-functions`, each with its file's name. Raises MalformedInput."""
    pairs: list[tuple[str, str]] = []
    names = []
    for text, name in files:
        try:
            answer = msgspec.json.decode(text, type=_Answer)
        except msgspec.MsgspecError as error:
            raise MalformedInput(f"`{name}` does not hold functions: {_plain(error)}", _HELP) from None
        pairs += [(one.Role, one.FunctionArn) for one in answer.Functions]
        names.append(name)
    return Functions(roles_of(pairs), tuple(names))


def roles_of(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Pairs of a role's and a function's ARN, by role."""
    found: dict[str, set[str]] = {}
    for role, function in pairs:
        found.setdefault(role, set()).add(function)
    return {role: tuple(sorted(own)) for role, own in sorted(found.items())}


def _plain(error: Exception) -> str:
    reason = str(error).removeprefix("JSON is malformed: ")
    return reason[:1].lower() + reason[1:]
