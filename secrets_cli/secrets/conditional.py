"""Requests asked while part of their context is not known: allowed, denied, or allowed under stated conditions.

A policy that asks for MFA, an address or a tag says neither yes nor no by itself. So every key that a statement in reach
looks at, and whose value is not known, is given each value that its terms can tell apart
(`secrets_cli.iam.contain_values`), absence included, and the evaluator is asked each time. Allowed in all of them is
*allowed*, in none is *denied*; else the answer is *conditional* and names what it rests on. Where there are too many
combinations to try, the answer is conditional too: it is never a guess.

Requests asked together are made by one caller: what is known of the caller (MFA, tags) is the same in all of them, what
is of a resource or of a service's own keys is each one's own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import product
from math import prod
from operator import ne
from typing import TypeAlias

from secrets_cli.iam.classes import Budget, OutOfBudget
from secrets_cli.iam.compiled import CompiledStatement, compiled_policy
from secrets_cli.iam.condition import compile_term
from secrets_cli.iam.consult import Asked, Layer, consult
from secrets_cli.iam.contain_values import Intractable, KeyTerm, representatives
from secrets_cli.iam.decision import Because, Decision, PolicyType
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import VERSION_2012, Effect, Policy
from secrets_cli.iam.principal import CallerKind, Closeness, caller_of, closeness
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.iam.variables import Variable, filled, has_variables, template
from secrets_cli.secrets.condition_words import value_words, without_repeats, words_of

_MOST_TRIED = 4096
_STEPS = 20_000

Limit: TypeAlias = Callable[[ContextValue], bool]
"""Whether a key whose value is not known can have this one; the empty tuple is absence."""


class Answer(Enum):
    """What is known of a request, from least to most access."""

    DENIED = "denied"
    CONDITIONAL = "conditional"
    ALLOWED = "allowed"

    @property
    def rank(self) -> int:
        """0 for denied to 2 for allowed."""
        return _RANKS[self]


_RANKS = {answer: rank for rank, answer in enumerate(Answer)}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, what is known of it, and the policies it meets."""

    request: Request
    """Its context holds the keys whose value is known."""
    policies: PolicySet
    absent: tuple[str, ...] = ()
    """Keys known to be absent, in lower case; one that ends in `:` or `/` stands for all that begin so."""
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """For keys (lower case) whose value is not known: what it can be."""
    by_service: bool = False
    """Whether a service makes it on the caller's behalf, from the service's own network."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of requests that must all be allowed."""

    answer: Answer
    needs: tuple[str, ...] = ()
    """For a conditional answer: what must hold beside the policies, each a phrase."""
    by: tuple[Because, ...] = ()
    """What allowed the requests, in their order: of each the statement that decided, and where that is not of the
    resource's policy, the statement there that lets it; empty where denied."""
    reason: str = ""
    """For a denial: why, and of which request."""
    denied_by: Because | None = None
    failed: int = 0
    """For a denial: the place of the first request that is denied."""
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    """Where conditional: values of unknown keys under which the requests were allowed."""


def best(told: Iterable[Told]) -> Told:
    """The one with most access; the first of equals. There is at least one."""
    return max(told, key=lambda one: (one.answer.rank, -len(one.needs)))


def ask_all(asks: tuple[Ask, ...]) -> Told:
    """What is known of the requests together. Never raises on parsed policies."""
    hopeless = next((number for number, ask in enumerate(asks) if not _may_be_allowed(ask)), None)
    if hopeless is not None:
        return _denied_for_sure(asks, hopeless)
    keys = _unknown_keys(asks)
    candidates = [_Unknown(key, looks).values(asks) for (_, key), looks in keys.items()]
    if prod(map(len, candidates)) > _MOST_TRIED:
        return _too_many(keys)
    return _Trial(asks, keys).run(product(*candidates))


_Place: TypeAlias = "tuple[int, str]"
"""A key in lower case, and the request it is of; -1 where all requests share it."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A statement looking at a key that is not known."""

    ask: int
    effect: Effect
    statement: CompiledStatement
    term: KeyTerm | None
    """None where a policy variable in the statement's Resource or in another term brings the key in."""


def _denied_for_sure(asks: tuple[Ask, ...], number: int) -> Told:
    """The answer where nothing allows one of the requests, whatever the context."""
    by = evaluate(asks[number].request, asks[number].policies).by
    return Told(Answer.DENIED, reason=by.reason, denied_by=by, failed=number)


def _may_be_allowed(ask: Ask) -> bool:
    """Whether some Allow of the identity or resource policies can match; the root user needs none."""
    if caller_of(ask.request.principal).kind is CallerKind.ROOT:
        return True
    asked = Asked.of(ask.request)
    return any(
        _can_match(ask, asked, statement, policy.version == VERSION_2012)
        for policy, of_resource in _granting_policies(ask.policies)
        for statement in compiled_policy(policy).about(asked.action).allows
        if not of_resource or _about(statement, asked)
    )


def _granting_policies(policies: PolicySet) -> Iterator[tuple[Policy, bool]]:
    for policy in policies.identity:
        yield policy, False
    if policies.resource is not None:
        yield policies.resource, True


def _unknown_keys(asks: tuple[Ask, ...]) -> dict[_Place, list[_Look]]:
    found: dict[_Place, list[_Look]] = {}
    for number, ask in enumerate(asks):
        for key, look in _looks(number, ask):
            found.setdefault((_owner(number, ask, key), key), []).append(look)
    return found


_NETWORK = ("aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:calledvia", "aws:useragent")


def _owner(number: int, ask: Ask, key: str) -> int:
    own = not key.startswith(("aws:", "secrets-cli:")) or key.startswith("aws:resource")
    return number if own or (ask.by_service and key.startswith(_NETWORK)) else -1


def _looks(number: int, ask: Ask) -> Iterator[tuple[str, _Look]]:
    asked = Asked.of(ask.request)
    for policy, of_resource in _policies(ask.policies):
        selection = compiled_policy(policy).about(asked.action)
        for statement in (*selection.denies, *selection.allows):
            if of_resource and not _about(statement, asked):
                continue
            yield from _looks_of(number, ask, asked, statement, policy.version == VERSION_2012)


def _policies(policies: PolicySet) -> Iterator[tuple[Policy, bool]]:
    for policy in policies.identity:
        yield policy, False
    for one in (policies.boundary, policies.session):
        if one is not None:
            yield one, False
    for level in (*policies.scps, *policies.rcps):
        for policy in level:
            yield policy, False
    if policies.resource is not None:
        yield policies.resource, True


def _about(statement: CompiledStatement, asked: Asked) -> bool:
    principal = statement.statement.principal
    found = closeness(principal, statement.statement.effect, asked.caller) if principal is not None else Closeness.NONE
    return found is not Closeness.NONE


def _looks_of(
    number: int, ask: Ask, asked: Asked, statement: CompiledStatement, variables: bool
) -> Iterator[tuple[str, _Look]]:
    """The unknown keys of a statement that can match; nothing where what is known keeps it from matching."""
    if not _can_match(ask, asked, statement, variables):
        return
    effect = statement.statement.effect
    resource = statement.statement.resource
    if variables and resource is not None:
        yield from ((key, _Look(number, effect, statement, None)) for key in _open_keys(resource.values, ask))
    for term, _ in statement.terms:
        if not _known(term.key.lower(), ask):
            yield term.key.lower(), _Look(number, effect, statement, KeyTerm(term, variables))
        if variables:
            yield from ((key, _Look(number, effect, statement, None)) for key in _open_keys(term.values, ask))


def _can_match(ask: Ask, asked: Asked, statement: CompiledStatement, variables: bool) -> bool:
    """Whether what is known leaves it open that the statement, which is about the action, matches."""
    resource = statement.statement.resource
    test = statement.resource_matches
    varies = variables and resource is not None and bool(_open_keys(resource.values, ask))
    if test is not None and not varies and not test(asked.resource, asked.context):
        return False
    for term, holds in statement.terms:
        settled = _known(term.key.lower(), ask) and not (variables and _open_keys(term.values, ask))
        if settled and not holds(asked.context):
            return False
    return True


def _open_keys(values: Iterable[str], ask: Ask) -> tuple[str, ...]:
    """The unknown keys that policy variables in the values stand for."""
    return tuple(
        part.key
        for value in values
        if has_variables(value)
        for part in template(value)
        if isinstance(part, Variable) and not _known(part.key, ask)
    )


def _known(key: str, ask: Ask) -> bool:
    if any(key == one or (one.endswith((":", "/")) and key.startswith(one)) for one in ask.absent):
        return True
    return any(key == name.lower() for name in ask.request.context)


_TRUTH = ("true", "false")
_TRUE_OR_FALSE = frozenset(
    {"aws:multifactorauthpresent", "aws:viaawsservice", "aws:securetransport", "aws:principalisawsservice"}
)
"""Keys that hold `true` or `false` where they are present."""


@dataclass(frozen=True, slots=True)
class _Unknown:
    """One key whose value is not known."""

    key: str
    looks: list[_Look]

    def values(self, asks: tuple[Ask, ...]) -> list[ContextValue]:
        """What it can be, absence first."""
        terms = [look.term for look in self.looks if look.term is not None]
        closed = list(dict.fromkeys(term for term in terms if not term.open))
        found: list[ContextValue] = [(), *(_TRUTH if self.key in _TRUE_OR_FALSE else self._single(closed))]
        found += [value for look in self.looks for value in self._brought(look, asks[look.ask])]
        if any(term.term.operator.quantifier for term in closed):
            several = tuple(value for value in found if isinstance(value, str))
            found.append(several)
        limits = [ask.limits[self.key] for ask in asks if self.key in ask.limits]
        possible = [value for value in dict.fromkeys(found) if all(limit(value) for limit in limits)] or [()]
        every_look_is_closed = all(look.term is not None and not look.term.open for look in self.looks)
        return self._told_apart(possible, closed) if every_look_is_closed else possible

    def _told_apart(self, values: list[ContextValue], terms: list[KeyTerm]) -> list[ContextValue]:
        """One value of those that make the same terms true: no policy can tell them from each other."""
        tests = [compile_term(one.term, one.variables) for one in terms]
        found: dict[tuple[bool, ...], ContextValue] = {}
        for value in values:
            found.setdefault(tuple(test({self.key: value}) for test in tests), value)
        return list(found.values())

    def _single(self, terms: list[KeyTerm]) -> list[str]:
        try:
            return representatives(terms, Budget(_STEPS))[0]
        except (Intractable, OutOfBudget):
            return [value for term in terms for value in term.term.values if value] + ["x"]

    def _brought(self, look: _Look, ask: Ask) -> Iterator[str]:
        """Values by which a policy variable can make a difference: the parts of the resource's name, what the other
        side of a comparison holds, and one value that both sides can share."""
        if look.term is not None and not look.term.open:
            return
        yield "x"
        resource = ask.request.resource
        yield from dict.fromkeys((*resource.replace(":", "/").split("/"), resource.rpartition(":")[2]))
        if look.term is not None:
            context = {key.lower(): value for key, value in ask.request.context.items()}
            for value in look.term.term.values:
                parts = filled(template(value), context) if has_variables(value) else None
                if parts is not None and all(isinstance(part, str) for part in parts):
                    yield "".join(part for part in parts if isinstance(part, str))


_Values: TypeAlias = "tuple[ContextValue, ...]"
"""A value for each unknown key, in their order; the empty tuple is absence."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """The requests asked under each value of the unknown keys."""

    asks: tuple[Ask, ...]
    keys: Mapping[_Place, list[_Look]]

    def run(self, assignments: Iterable[_Values]) -> Told:
        allowed: list[_Values] = []
        denied: list[_Values] = []
        furthest = -1
        failure: Decision | None = None
        for values in assignments:
            failed, decision = self._failed(values)
            if decision is None:
                allowed.append(values)
                continue
            denied.append(values)
            if failed > furthest:
                furthest, failure = failed, decision
        if not allowed:
            # INVARIANT: there is at least one assignment, and each request was asked under it.
            assert failure is not None
            return Told(Answer.DENIED, reason=failure.by.reason, denied_by=failure.by, failed=furthest)
        simplest = min(allowed, key=lambda values: sum(value != () for value in values))
        by = tuple(because for number in range(len(self.asks)) for because in self._granting(number, simplest))
        if not denied:
            return Told(Answer.ALLOWED, by=by)
        context = {key: value for (_, key), value in zip(self.keys, simplest, strict=True) if value != ()}
        return Told(Answer.CONDITIONAL, self._needs(simplest, denied), by, context=context)

    def _failed(self, values: _Values) -> tuple[int, Decision | None]:
        for number, ask in enumerate(self.asks):
            decision = evaluate(self._request(number, values), ask.policies)
            if not decision.allowed:
                return number, decision
        return len(self.asks), None

    def _granting(self, number: int, values: _Values) -> Iterator[Because]:
        """What allows a request: the statement that decides, and that of the resource's policy which lets it decide."""
        request, policies = self._request(number, values), self.asks[number].policies
        decided = evaluate(request, policies).by
        yield decided
        alone = replace(policies, resource=None, resource_is_known=True)
        if policies.resource is not None and decided.policy_type is not PolicyType.RESOURCE:
            if evaluate(request, alone).allowed:
                return
            outcome = consult(Layer(PolicyType.RESOURCE, (policies.resource,)), Asked.of(request))
            if outcome.allow is not None:
                yield outcome.because(outcome.allow, "the resource's policy lets it")

    def _request(self, number: int, values: _Values) -> Request:
        request = self.asks[number].request
        given = {
            key: value
            for (place, key), value in zip(self.keys, values, strict=True)
            if value != () and place in (-1, number)
        }
        return replace(request, context={**request.context, **given}) if given else request

    def _needs(self, values: _Values, denied: list[_Values]) -> tuple[str, ...]:
        """What must hold: the terms that tell the simplest way to be allowed from the nearest ways to be denied."""
        distance = {other: sum(map(ne, values, other)) for other in denied}
        nearest = min(distance.values())
        needs: dict[str, None] = {}
        for other in (one for one, far in distance.items() if far == nearest):
            for place, ((_, key), looks) in enumerate(self.keys.items()):
                if values[place] != other[place]:
                    needs.update(dict.fromkeys(self._told_apart(key, looks, values, other)))
        return without_repeats(needs)

    def _told_apart(self, key: str, looks: list[_Look], values: _Values, other: _Values) -> Iterator[str]:
        found = False
        for look in looks:
            if look.term is None:
                continue
            term = look.term.term
            test = next(test for one, test in look.statement.terms if one is term)
            here, there = (test(self._asked(look.ask, one).context) for one in (values, other))
            wanted = look.effect is Effect.ALLOW
            if here is wanted and there is not wanted and (not wanted or self._matches(look, values)):
                found = True
                yield words_of(term, holds=wanted)
        if not found:
            value = dict(zip((name for _, name in self.keys), values, strict=True))[key]
            yield value_words(key, value)

    def _asked(self, number: int, values: _Values) -> Asked:
        return Asked.of(self._request(number, values))

    def _matches(self, look: _Look, values: _Values) -> bool:
        """Whether the statement's conditions all hold, so that it may be what allows."""
        return look.statement.conditions_hold(self._asked(look.ask, values).context)


def _too_many(keys: Iterable[_Place]) -> Told:
    """The answer where not every combination was tried: conditional on all the keys."""
    names = ", ".join(dict.fromkeys(key for _, key in keys))
    return Told(Answer.CONDITIONAL, (f"conditions on {names}, which are too many to try",))
