"""Readers that somebody else can act as: a role assumed, a role's trust rewritten, a user's keys made, a function's code.

A function is named by what the principal's own policies say of functions, as none is listed here: such an answer is
conditional on there being one that runs as the role.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html,
https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from secrets_cli.iam.compiled import compiled_policy
from secrets_cli.iam.model import Effect, Element, Policy, PrincipalElement, PrincipalEntry, Statement
from secrets_cli.iam.parse_element import EVERYONE
from secrets_cli.iam.request import ContextValue
from secrets_cli.secrets.access import Access, Row
from secrets_cli.secrets.account_details import IdentityKind
from secrets_cli.secrets.caller import Call, Caller, asked, known_policy
from secrets_cli.secrets.conditional import Answer, Ask, Told, ask_all
from secrets_cli.secrets.parameter_name import Place


@dataclass(frozen=True, slots=True)
class TakeOver:
    """One reader that can be acted as."""

    reader: Row
    action: str
    told: Told


def take_overs(row: Row, found: Access) -> Iterator[TakeOver]:
    """The readers of the account that the principal can act as, and how."""
    caller, place = row.caller, found.question.target.place
    readers = [one for one in found.rows if one.caller.identity is not None and one.reads.answer is not Answer.DENIED]
    may = _Actions(caller)
    for reader in readers:
        if reader.caller.arn == caller.arn:
            continue
        for action, asks, needs in _ways(caller, reader, place, may):
            told = ask_all(asks)
            if told.answer is Answer.DENIED:
                continue
            combined = _both(told, reader.reads, needs)
            if combined.answer.rank > row.reads.answer.rank or combined.answer is Answer.CONDITIONAL:
                yield TakeOver(reader, action, combined)


def _both(told: Told, reads: Told, needs: tuple[str, ...]) -> Told:
    """The way and what the reader can do, which must both hold."""
    every = tuple(dict.fromkeys((*told.needs, *reads.needs, *needs)))
    answer = Answer.CONDITIONAL if every else Answer.ALLOWED
    return replace(told, answer=answer, needs=every)


_Way = tuple[str, tuple[Ask, ...], tuple[str, ...]]


class _Actions:
    """Which actions some Allow of the principal's is about: the rest need not be asked."""

    __slots__ = ("caller", "known")

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.known: dict[str, bool] = {}

    def __call__(self, action: str) -> bool:
        if action not in self.known:
            lower = action.lower()
            self.known[action] = any(compiled_policy(one).about(lower).allows for one in self.caller.policies.identity)
        return self.known[action]


def _ways(caller: Caller, reader: Row, place: Place, may: _Actions) -> Iterator[_Way]:
    identity = reader.caller.identity
    # INVARIANT: readers are identities of the account.
    assert identity is not None
    if identity.kind is IdentityKind.USER:
        for action in ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"):
            if may(action):
                yield action, (asked(caller, Call(action, identity.arn, None, {})),), ()
        return
    if identity.kind is IdentityKind.SERVICE_LINKED_ROLE or identity.trust is None:
        return
    trust = known_policy(identity.trust)
    if may("sts:AssumeRole") or _names(trust, caller):
        yield "sts:AssumeRole", (_assume(caller, identity.arn, trust, place),), ()
    if may("iam:UpdateAssumeRolePolicy"):
        update = asked(caller, Call("iam:UpdateAssumeRolePolicy", identity.arn, None, {}))
        yield "iam:UpdateAssumeRolePolicy", (update, _assume(caller, identity.arn, _trusting(caller), place)), ()
    if _runs_functions(trust):
        yield from _by_function(caller, identity.arn, place, may)


def _assume(caller: Caller, role: str, trust: Policy, place: Place) -> Ask:
    return asked(caller, Call("sts:AssumeRole", role, trust, {"aws:RequestedRegion": place.region}))


def _names(trust: Policy, caller: Caller) -> bool:
    """Whether the trust policy may let the caller in by itself, without a policy of the caller's."""
    for statement in trust.statements:
        principal = statement.principal
        if statement.effect is Effect.DENY or principal is None:
            continue
        if principal.negated or any(entry.value in (caller.arn, EVERYONE) for entry in principal.entries):
            return True
    return False


def _trusting(caller: Caller) -> Policy:
    principal = PrincipalElement((PrincipalEntry("AWS", caller.arn),))
    return Policy((Statement(Effect.ALLOW, Element(("sts:AssumeRole",)), None, principal, sid="Given"),), name="trust")


_LAMBDA = "lambda.amazonaws.com"


def _runs_functions(trust: Policy) -> bool:
    return any(
        entry.value == _LAMBDA
        for statement in trust.statements
        if statement.effect is Effect.ALLOW and statement.principal is not None
        for entry in statement.principal.entries
    )


def _by_function(caller: Caller, role: str, place: Place, may: _Actions) -> Iterator[_Way]:
    if may("lambda:UpdateFunctionCode"):
        for function in _functions(caller, "lambda:UpdateFunctionCode", place):
            update = asked(caller, Call("lambda:UpdateFunctionCode", function, None, _at(place)))
            if ask_all((update,)).answer is not Answer.DENIED:
                yield "lambda:UpdateFunctionCode", (update,), (f"a function like `{function}` that runs as the role",)
                break
    if may("lambda:CreateFunction") and may("iam:PassRole") and may("lambda:InvokeFunction"):
        passes = asked(caller, Call("iam:PassRole", role, None, {"iam:PassedToService": _LAMBDA}))
        if ask_all((passes,)).answer is Answer.DENIED:
            return
        for function in _functions(caller, "lambda:CreateFunction", place):
            calls = [asked(caller, Call(f"lambda:{one}", function, None, _at(place))) for one in _MAKE_AND_RUN]
            if ask_all((passes, *calls)).answer is not Answer.DENIED:
                yield "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction", (passes, *calls), ()
                break


_MAKE_AND_RUN = ("CreateFunction", "InvokeFunction")


def _at(place: Place) -> Mapping[str, ContextValue]:
    return {"aws:RequestedRegion": place.region, "aws:ResourceAccount": place.account}


def _functions(caller: Caller, action: str, place: Place) -> tuple[str, ...]:
    """ARNs of functions that the caller's Allows of the action are about, wildcards filled in."""
    first = f"arn:{place.partition}:lambda:{place.region}:{place.account}:function:"
    found: dict[str, None] = {}
    for policy in caller.policies.identity:
        for statement in compiled_policy(policy).about(action.lower()).allows:
            element = statement.statement.resource
            for pattern in element.values if element is not None and not element.negated else ("*",):
                name = pattern.rpartition(":function:")[2] if ":function:" in pattern else "any"
                found[first + name.replace("*", "any").replace("?", "x")] = None
    return tuple(found)
