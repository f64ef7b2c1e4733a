"""Readers that somebody else can act as: a role assumed, a role's trust rewritten, a user's keys made, a function's code.

A function is named by what the principal's own policies say of functions, as none is listed here: such an answer is
conditional on there being one that runs as the role.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html,
https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from secrets_cli.iam.compiled import compiled_policy
from secrets_cli.iam.model import Effect, Element, Policy, PrincipalElement, PrincipalEntry, Statement
from secrets_cli.iam.parse_element import EVERYONE
from secrets_cli.iam.request import ContextValue
from secrets_cli.secrets.access.account_details import IdentityKind
from secrets_cli.secrets.access.caller import Call, Caller, asked, known_policy
from secrets_cli.secrets.access.conditional import Answer, Told, ask_all
from secrets_cli.secrets.access.open_keys import Ask
from secrets_cli.secrets.access.who_reads import Access, Row
from secrets_cli.secrets.parameter_name import Place

_MOST = 20
"""Readers that are named for one action of one principal: that there are more is said."""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Readers that can be acted as in one way, under the same conditions."""

    action: str
    readers: tuple[Row, ...]
    told: Told
    more: bool
    """Whether there may be further readers for the action, which were not asked for."""


class Readers:
    """Who can be worth taking over: the users and roles of an account that can read, found once for all principals."""

    __slots__ = ("place", "roles", "trusted", "users")

    def __init__(self, found: Access) -> None:
        self.place = found.question.target.place
        self.users: list[Row] = []
        self.roles: list[Row] = []
        self.trusted: dict[str, list[Row]] = {}
        """Roles by the principals that their trust policies name, EVERYONE among them."""
        for row in found.rows:
            identity = row.caller.identity
            if identity is None or row.reads.answer is Answer.DENIED:
                continue
            if identity.kind is IdentityKind.USER:
                self.users.append(row)
            elif identity.kind is IdentityKind.ROLE and identity.trust is not None:
                self.roles.append(row)
                for name in _named_in(known_policy(identity.trust)):
                    self.trusted.setdefault(name, []).append(row)

    def for_(self, caller: Caller, may: "_Actions") -> Iterator[Row]:
        """Those that the caller may come to act as, as far as the actions his policies are about tell."""
        if any(map(may, _ON_USERS)):
            yield from self.users
        if any(map(may, _ON_ROLES)):
            yield from self.roles
        else:
            trusting = (*self.trusted.get(caller.arn, ()), *self.trusted.get(EVERYONE, ()))
            yield from {row.caller.arn: row for row in trusting}.values()


_ON_USERS = ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile")
_ON_ROLES = ("sts:AssumeRole", "iam:UpdateAssumeRolePolicy", "lambda:UpdateFunctionCode", "lambda:CreateFunction")


def take_overs(row: Row, readers: Readers) -> Iterator[TakeOver]:
    """The readers of the account that the principal can act as, and how."""
    caller = row.caller
    may = _Actions(caller)
    taken: dict[tuple[str, tuple[str, ...]], list[tuple[Row, Told]]] = {}
    counts: Counter[str] = Counter()
    for reader in readers.for_(caller, may):
        if reader.caller.arn == caller.arn or not _worth(reader, row):
            continue
        for action, asks, needs in _ways(caller, reader, readers.place, may):
            if counts[action] >= _MOST:
                counts[action] += 1
                continue
            told = ask_all(asks)
            if told.answer is not Answer.DENIED:
                counts[action] += 1
                combined = _both(told, reader.reads, needs)
                taken.setdefault((action, combined.needs), []).append((reader, combined))
    for (action, needs), found in taken.items():
        if needs and (action, ()) in taken:
            continue
        yield TakeOver(action, tuple(reader for reader, _ in found), found[0][1], counts[action] > _MOST)


def _worth(reader: Row, row: Row) -> bool:
    """Whether the reader can read in cases in which the principal cannot."""
    return reader.reads.answer.rank > row.reads.answer.rank or reader.reads.answer is Answer.CONDITIONAL


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
        for action in _ON_USERS:
            if may(action):
                yield action, (asked(caller, Call(action, identity.arn, None, {})),), ()
        return
    if identity.kind is IdentityKind.SERVICE_LINKED_ROLE or identity.trust is None:
        return
    trust = known_policy(identity.trust)
    if may("sts:AssumeRole") or not {caller.arn, EVERYONE}.isdisjoint(_named_in(trust)):
        yield "sts:AssumeRole", (_assume(caller, identity.arn, trust, place),), ()
    if may("iam:UpdateAssumeRolePolicy"):
        update = asked(caller, Call("iam:UpdateAssumeRolePolicy", identity.arn, None, {}))
        yield "iam:UpdateAssumeRolePolicy", (update, _assume(caller, identity.arn, _trusting(caller), place)), ()
    if _runs_functions(trust):
        yield from _by_function(caller, identity.arn, place, may)


def _assume(caller: Caller, role: str, trust: Policy, place: Place) -> Ask:
    return asked(caller, Call("sts:AssumeRole", role, trust, {"aws:RequestedRegion": place.region}))


def _named_in(trust: Policy) -> Iterator[str]:
    """The principals that the trust policy may let in by itself, without a policy of theirs; EVERYONE for all."""
    for statement in trust.statements:
        if statement.effect is Effect.DENY:
            continue
        if statement.principal is None or statement.principal.negated:
            yield EVERYONE
        else:
            yield from (entry.value for entry in statement.principal.entries)


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
