"""Which statements of a principal grant what it was not granted before."""

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from secrets_cli.gate.bounded import bounded
from secrets_cli.gate.pairing import Pair, PrincipalOf
from secrets_cli.gate.partial_containment import KnownInPart, Written, contained_as_known
from secrets_cli.gate.resource_containment import Newly, newly_granted
from secrets_cli.iam.contain import Contained, Containment, Difference, NotContained, Undecided
from secrets_cli.iam.contain_known import KnownRequests
from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Effect, Policy, Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.request import PolicySet, Request
from secrets_cli.inputs.found import Found, PolicyAt

_MADE = ("the Serverless Framework", "SAM's default", "Zappa's default")
"""How the readers begin to say that a policy is a framework's own."""
_IDENTITY = frozenset({PolicyKind.IDENTITY, PolicyKind.SESSION})
_LIMITS = frozenset({PolicyKind.BOUNDARY, PolicyKind.SCP})
_WITH_PRINCIPALS = frozenset({PolicyKind.TRUST, PolicyKind.RESOURCE, PolicyKind.RCP})


class Newness(enum.Enum):
    """Whether a statement grants what was not granted before; from the best to the worst."""

    SAME = "same"
    """Proven: it grants nothing that was not granted."""
    UNDECIDED = "undecided"
    NEW = "new"

    @property
    def rank(self) -> int:
        """0 for SAME to 2 for NEW."""
        return list(Newness).index(self)


@dataclass(frozen=True, slots=True)
class Widened:
    """One statement of the head."""

    principal: str
    location: Location
    newness: Newness
    witness: Request | None = None
    """A request that becomes possible, where one shows it."""
    what: str = ""
    """What is new, or why it is undecided: lower-case, without a full stop."""
    only_unknown: bool = False
    """Whether all that is new are requests that no one is known to make."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the comparison depends on beside the principals."""

    base: Written
    head: Written
    known: KnownRequests | None
    same_unknown: Callable[[Found], bool]
    """Whether all that is unknown in what was found in the head was unknown in the base, for the same reasons."""


def widened_statements(pair: Pair, sources: Sources) -> tuple[Widened, ...]:
    """What is to be said of each statement of the head's principal; the worst where it was several."""
    if not pair.base:
        return tuple(_new_principal(pair.head))
    return tuple(found for base in pair.base for found in _compared(base, pair.head, sources))


def _new_principal(head: PrincipalOf) -> Iterable[Widened]:
    whose = f"`{head.principal.name}` is new" if head.principal.name else "the policy is new"
    for policy, statement in _statements(head.principal.policies):
        newness = Newness.NEW if statement.effect is Effect.ALLOW else Newness.SAME
        yield Widened(head.principal.name, statement.location or policy.location, newness, None, whose)


def _compared(base: PrincipalOf, head: PrincipalOf, sources: Sources) -> Iterable[Widened]:
    alike = sources.same_unknown(head.found)
    written_before = _besides_made(base.principal.policies, sources.base)
    written_now = _besides_made(head.principal.policies, sources.head)
    written = written_now if alike else lambda place: f"{written_now(place)} (new)"
    for kinds in (
        _IDENTITY,
        *(frozenset({kind}) for kind in sorted(_LIMITS | _WITH_PRINCIPALS, key=lambda k: k.value)),
    ):
        old = KnownInPart(_policies(base, kinds), written_before)
        new = KnownInPart(_policies(head, kinds), written)
        held = [one for one in head.principal.policies if one.kind in kinds]
        if not held:
            continue
        if kinds <= _WITH_PRINCIPALS:
            yield from _by_principals(held, head.principal.name, newly_granted(old, new, sources.known))
        elif kinds <= _LIMITS:
            yield from _each(held, head.principal.name, _Question(old, new, (), (), sources.known))
        else:
            limits = (_policies(base, {PolicyKind.BOUNDARY}), _policies(head, {PolicyKind.BOUNDARY}))
            yield from _each(held, head.principal.name, _Question(old, new, *limits, sources.known))


def _besides_made(policies: Sequence[PolicyAt], written: Written) -> Written:
    """As written, but for what a framework makes: it stands at a setting that says nothing of it, and what it leaves unknown
    is the account and the like."""
    made = {policy.location for policy in policies if policy.attached_by.startswith(_MADE)}
    return lambda place: "" if place in made else written(place)


@dataclass(frozen=True, slots=True)
class _Question:
    """Identity policies of both sides, each under its boundaries."""

    old: KnownInPart
    new: KnownInPart
    old_limits: tuple[Policy, ...]
    new_limits: tuple[Policy, ...]
    known: KnownRequests | None

    def of(self, policy: Policy, statement: Statement) -> Containment:
        """Whether one Allow statement of the new side, less what that side denies, is within the old side."""
        alone = (_alone(policy, (statement,)), *_denies(self.new.policies))
        before = bounded(self.old.policies, self.old_limits)
        after = bounded(alone, self.new_limits)
        if before is not None and after is not None:
            return self._contained(before, after)
        within = self._contained(self.old.policies, alone)
        limited = self._contained(self.old_limits, alone) if self.old_limits else Contained()
        for answer in (within, limited):
            if not isinstance(answer, Contained):
                return self._under_limits(answer)
        return within

    def _contained(self, old: Sequence[Policy], new: Sequence[Policy]) -> Containment:
        return contained_as_known(
            KnownInPart(tuple(old), self.old.written), KnownInPart(tuple(new), self.new.written), self.known
        )

    def _under_limits(self, answer: Containment) -> Containment:
        """A witness counts where the new side's boundary lets it through too."""
        if not isinstance(answer, NotContained):
            return answer
        for limit in self.new_limits:
            asked = PolicySet(identity=self.new.policies, boundary=limit)
            if evaluate(answer.witness, asked).verdict is not Verdict.ALLOWED:
                return Undecided("it may lie beyond the boundary")
        return answer


def _each(held: Sequence[PolicyAt], principal: str, question: _Question) -> Iterable[Widened]:
    for policy, statement in _statements(held):
        place = statement.location or policy.location
        if statement.effect is Effect.DENY:
            yield Widened(principal, place, Newness.SAME)
            continue
        yield _said(principal, place, question.of(policy.policy, statement))


def _said(principal: str, place: Location, answer: Containment) -> Widened:
    match answer:
        case Contained():
            return Widened(principal, place, Newness.SAME)
        case NotContained(witness, difference):
            what = f"newly allows `{witness.action}` on `{witness.resource}`"
            return Widened(principal, place, Newness.NEW, witness, what, difference is not Difference.WIDENING)
        case Undecided(reason):
            return Widened(principal, place, Newness.UNDECIDED, None, reason)
        case never:
            assert_never(never)


def _by_principals(held: Sequence[PolicyAt], principal: str, newly: Sequence[Newly]) -> Iterable[Widened]:
    """A change of who may do it is new wherever it is not proven to be none."""
    for policy, statement in _statements(held):
        place = statement.location or policy.location
        found = next((one for one in newly if one.statement is statement), None)
        if found is None:
            yield Widened(principal, place, Newness.SAME)
            continue
        witness = found.containment.witness if isinstance(found.containment, NotContained) else None
        yield Widened(principal, place, Newness.NEW, witness, _newly(found))


def _newly(newly: Newly) -> str:
    who = f"`{newly.entry.value}`" if newly.entry is not None else "principals"
    match newly.containment:
        case NotContained(witness):
            return f"newly lets {who} do `{witness.action}`"
        case Undecided(reason):
            return reason
        case Contained():
            return ""
        case never:
            assert_never(never)


def _policies(one: PrincipalOf, kinds: Iterable[PolicyKind]) -> tuple[Policy, ...]:
    wanted = frozenset(kinds)
    return tuple(policy.policy for policy in one.principal.policies if policy.kind in wanted)


def _statements(policies: Iterable[PolicyAt]) -> Iterable[tuple[PolicyAt, Statement]]:
    return ((policy, statement) for policy in policies for statement in policy.policy.statements)


def _alone(policy: Policy, statements: tuple[Statement, ...]) -> Policy:
    return Policy(statements, policy.version, name=policy.name)


def _denies(policies: Iterable[Policy]) -> Iterable[Policy]:
    for policy in policies:
        denies = tuple(one for one in policy.statements if one.effect is Effect.DENY)
        if denies:
            yield _alone(policy, denies)
