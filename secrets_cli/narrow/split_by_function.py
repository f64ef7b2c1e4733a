"""One role that several functions share, as one policy for each of them, by session name.

Lambda names the session in which a function runs after the function, so a record says which function made the call. Each
function gets what its own sessions used and what its own configuration implies; what the logs could not show belongs to no
session and stays in every policy. What a pattern is made of, and what the logs could show, is decided by all sessions of the
role: so the policies together grant what the unsplit policy grants, which is proven both ways, or the difference is said.

Which sessions are a function's: where configurations are given, those named after their functions; else each one whose name
could be a function's (`CreateFunction` allows letters, digits, hyphens and underscores) and is not made by a tool. All other
sessions - people, other services - share one policy, `other-sessions`.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html (the credentials of a function are
of a session of its execution role), https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html (names).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.known_requests import KnownToCatalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.contain import Contained, Difference, NotContained, Undecided, contains
from secrets_cli.iam.model import Policy
from secrets_cli.narrow.configuration import Configuration
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Blocked, Containment, Narrowing
from secrets_cli.narrow.statements import NOTHING
from secrets_cli.wording import how_many

OTHER_SESSIONS = "other-sessions"
"""Names the policy of sessions that are no function's."""

_FUNCTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MADE_NAME = re.compile(
    r"i-[0-9a-f]{8,17}"  # an instance of EC2 runs in a session of its id
    r"|[0-9]+|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a time, a task of ECS, a UUID
    r"|.*[-_]?session[-_]?[0-9]*",  # AWSCLI-Session, AssumeRoleSession1, botocore-session-1700000000
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """The policy of one function, or of all sessions that are no function's."""

    name: str
    """The function's, or `other-sessions`."""
    is_function: bool
    sessions: tuple[str, ...]
    """Names seen in the logs, sorted; none for a function that was not seen."""
    narrowing: Narrowing
    """Of the sessions alone, proven against the present policies and replayed on the sessions' own requests."""


class UnionVerdict(Enum):
    """How the policies together compare with the unsplit one."""

    EQUAL = "equal"
    NARROWER = "narrower"
    WIDER = "wider"
    DIFFERENT = "different"
    """Each grants something that the other does not."""
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Union:
    """The comparison of all parts together with the unsplit policy."""

    no_more: Containment
    """Whether the parts grant nothing that the unsplit policy does not."""
    no_less: Containment
    """Whether the unsplit policy grants nothing that no part grants."""

    @property
    def verdict(self) -> UnionVerdict:
        """Both answers in one word."""
        match self.no_more, self.no_less:
            case (Undecided(), _) | (_, Undecided()):
                return UnionVerdict.UNDECIDED
            case Contained(), Contained():
                return UnionVerdict.EQUAL
            case Contained(), NotContained():
                return UnionVerdict.NARROWER
            case NotContained(), Contained():
                return UnionVerdict.WIDER
            case _:
                return UnionVerdict.DIFFERENT

    @property
    def only_where_no_request_is_known(self) -> bool:
        """There is a difference, and it lies on actions or resources alone that no request is known to have."""
        answers = [one.difference for one in (self.no_more, self.no_less) if isinstance(one, NotContained)]
        return bool(answers) and all(one is Difference.ONLY_WHERE_NO_REQUEST_IS_KNOWN for one in answers)


@dataclass(frozen=True, slots=True)
class Split:
    """A narrowing, split."""

    parts: tuple[Part, ...]
    """Functions by name, then the other sessions."""
    union: Union
    notes: tuple[str, ...]
    """What could not be attributed to one function, and how functions were told."""


def split_by_function(ask: Ask, whole: Narrowing, catalog: Catalog) -> Split:
    """The narrowing `whole` of `ask`, split. Raises ConfigurationError for a principal without sessions."""
    refuse_without_sessions(ask.principal)
    own = tuple(c for c in ask.configurations if c.role in ("", ask.principal))
    seen = frozenset(use.session_name for use in ask.usage.uses if use.principal == ask.principal)
    named = frozenset(c.function for c in own if c.function)
    functions = named or frozenset(name for name in seen if could_be_function(name))
    parts = [_part(ask, name, True, (name,), seen, catalog) for name in sorted(functions)]
    if others := seen - functions:
        parts.append(_part(ask, _free_name(functions), False, sorted(others), seen, catalog))
    return Split(tuple(parts), _union(whole, parts, catalog), tuple(_notes(whole, parts, own, bool(named))))


def refuse_without_sessions(principal: str) -> None:
    """Raise ConfigurationError for a principal that has no sessions, such as a user."""
    if ":role/" not in principal:
        raise ConfigurationError(
            f"`{principal}` is no role, and only a role has sessions", "leave out `--split-by-function` for it"
        )


def could_be_function(session: str) -> bool:
    """Whether the name of a session could be a function's and is not one that AWS or a tool makes up."""
    return bool(_FUNCTION_NAME.fullmatch(session)) and not _MADE_NAME.fullmatch(session)


def _part(
    ask: Ask, name: str, is_function: bool, sessions: Sequence[str], seen: frozenset[str], catalog: Catalog
) -> Part:
    result = narrow(replace(ask, sessions=frozenset(sessions)), catalog)
    # INVARIANT: what blocks (gaps, a principal never seen) is the same for all sessions, and the whole was narrowed.
    assert not isinstance(result, Blocked), result.reason
    return Part(name, is_function, tuple(one for one in sessions if one in seen), result)


def _free_name(functions: frozenset[str]) -> str:
    if OTHER_SESSIONS not in functions:
        return OTHER_SESSIONS
    return next(
        f"{OTHER_SESSIONS}-{n}" for n in range(2, len(functions) + 3) if f"{OTHER_SESSIONS}-{n}" not in functions
    )


def _union(whole: Narrowing, parts: Sequence[Part], catalog: Catalog) -> Union:
    together, unsplit = (_joined(part.narrowing for part in parts),), (_joined([whole]),)
    known = KnownToCatalog(catalog)
    return Union(contains(unsplit, together, known), contains(together, unsplit, known))


def _joined(narrowings: Iterable[Narrowing]) -> Policy:
    """All statements in one policy, each once whatever its Sid; the one that stands for nothing is left out, as it would
    deny what others grant. INVARIANT: every part that grants anything has all Deny statements of the present policies."""
    statements = (s for one in narrowings for policy in one.policies for s in policy.statements if s != NOTHING)
    return Policy(tuple(dict.fromkeys(replace(s, sid=None) for s in statements)))


def _notes(
    whole: Narrowing, parts: Sequence[Part], own: Sequence[Configuration], has_configurations: bool
) -> Iterator[str]:
    if not has_configurations:
        yield (
            "no function's configuration was given, so each session whose name could be a function's counts as one;"
            " --function-config says which they are"
        )
    kept = sum(item.kept for item in whole.invisible)
    if kept and len(parts) > 1:
        yield (
            f"{how_many(kept, 'action')} that the logs could not show stay in each policy: whose they are cannot be told;"
            " --drop-invisible SERVICE|all takes them away"
        )
    for configuration in own:
        if configuration.implied and not configuration.function and len(parts) > 1:
            yield f"`{configuration.name}` is of no single function: what it implies stays in each policy"
    unseen = [part.name for part in parts if part.is_function and not part.sessions]
    if unseen:
        yield f"no session of {', '.join(unseen)} in the logs: the policy holds what its configuration implies"
