"""What the conditions of statements mean to a path: what the caller can choose, what is fixed, what depends.

Every condition key is one of three kinds here.

* Set: the request itself decides the key's value, and the witness carries it (`iam:PassedToService`, `iam:PolicyARN`,
  `iam:PermissionsBoundary` - absent, as a caller who wants more sends none - and the caller's own name and account). The
  evaluator decides these conditions.
* Free: the caller can choose the value, or whoever is meant to use the policy meets it (`aws:RequestedRegion`,
  `aws:RequestTag/...`, `aws:SecureTransport`, `aws:ResourceAccount`, addresses and networks, multi-factor authentication).
  Such a condition keeps strangers out; it does not keep the principal from going further.
* All others depend on what no policy file says, such as tags of resources and principals.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from secrets_cli.gate.condition_truth import Truth, truth_of_term
from secrets_cli.gate.escalation.specimen import CALLER
from secrets_cli.iam.model import ConditionTerm, Effect, Statement
from secrets_cli.iam.request import ContextValue

_SET = frozenset(
    {
        "iam:passedtoservice",
        "iam:policyarn",
        "iam:permissionsboundary",
        "aws:username",
        "aws:principalaccount",
    }
)
_FREE = frozenset(
    {
        "aws:requestedregion",
        "aws:tagkeys",
        "aws:securetransport",
        "aws:resourceorgid",
        "aws:principalorgid",
        "aws:useragent",
        "aws:referer",
        "aws:sourceip",
        "aws:vpcsourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
    }
)
_ISSUED = "aws:tokenissuetime"
_WHOSE = "aws:resourceaccount"
_WIDE_POLICIES = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")


def settled(statement: Statement, today: datetime.date) -> Statement | None:
    """The statement without the conditions that hinder nobody; None where it can never match, and for a Deny that the
    caller can avoid."""
    left: list[ConditionTerm] = []
    for term in statement.conditions:
        match _truth(term, today):
            case Truth.NEVER:
                return None
            case Truth.DEPENDS:
                left.append(term)
            case Truth.ALWAYS:
                pass
    hard = tuple(term for term in left if not _is_free(term))
    if statement.effect is Effect.DENY:
        return replace(statement, conditions=tuple(left)) if len(hard) == len(left) else None
    return replace(statement, conditions=hard)


def charitable(statement: Statement) -> Statement | None:
    """The statement as if all that depends were in the caller's favour; None for a Deny that may then not match."""
    doubtful = tuple(term for term in statement.conditions if term.key.lower() not in _SET)
    if doubtful and statement.effect is Effect.DENY:
        return None
    return replace(statement, conditions=tuple(term for term in statement.conditions if term not in doubtful))


def deciding_keys(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The keys of conditions that depend, as written, each once."""
    keys = (term.key for one in statements for term in one.conditions if term.key.lower() not in _SET)
    return tuple(dict.fromkeys(keys))


def contexts(action: str, service: str, account: str) -> Iterator[Mapping[str, ContextValue]]:
    """What a caller on the path would send, the most telling first."""
    own: dict[str, ContextValue] = {"aws:username": CALLER, "aws:PrincipalAccount": account}
    if action == "iam:PassRole":
        yield {**own, "iam:PassedToService": service}
    elif action in ("iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy"):
        for name in _WIDE_POLICIES:
            yield {**own, "iam:PolicyARN": f"arn:aws:iam::aws:policy/{name}"}
    else:
        yield own


def narrowing_keys(terms: Iterable[ConditionTerm]) -> tuple[str, ...]:
    """The keys of the conditions that narrow what a statement grants to its principal, as written.

    Exceptions (`StringNotEquals`) leave all but a few and do not count, nor does what is free or speaks of the caller.
    """
    return tuple(dict.fromkeys(term.key for term in terms if _narrows(term)))


def _narrows(term: ConditionTerm) -> bool:
    key = term.key.lower()
    if key == _WHOSE or "Not" in term.operator.base:
        return key == _WHOSE and "Not" in term.operator.base
    return not _is_free(term) and not key.startswith("aws:principal")


def _truth(term: ConditionTerm, today: datetime.date) -> Truth:
    key = term.key.lower()
    # Credentials last hours: "made before 2020" never holds again, "made after 2020" holds for all temporary ones.
    if key == _ISSUED:
        return truth_of_term(replace(term, key="aws:CurrentTime"), today)
    # What a path needs is in the principal's own account; elsewhere the owners would have to let it in.
    if key == _WHOSE:
        return Truth.NEVER if "Not" in term.operator.base else Truth.ALWAYS
    return truth_of_term(term, today)


def _is_free(term: ConditionTerm) -> bool:
    key = term.key.lower()
    return key in _FREE or key.startswith("aws:requesttag/")
