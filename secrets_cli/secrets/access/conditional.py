"""Requests asked while part of their context is not known: allowed, denied, or allowed under stated conditions.

A policy that asks for MFA, an address or a tag says neither yes nor no by itself. So every key that a statement in reach
looks at, and whose value is not known, is given each value that its terms can tell apart
(`secrets_cli.iam.contain_values`), absence included, and the evaluator is asked each time. Allowed in all of them is
*allowed*, in none is *denied*; else the answer is *conditional* and names what it rests on. Where there are too many
combinations to try, the answer is conditional too: it is never a guess.

Requests asked together are made by one caller: what is known of the caller (MFA, tags) is the same in all of them, what
is of a resource or of a service's own keys is each one's own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import product
from math import prod
from operator import ne
from typing import TypeAlias

from secrets_cli.iam.consult import Asked, Layer, consult
from secrets_cli.iam.decision import Because, Decision, PolicyType
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Effect
from secrets_cli.iam.request import ContextValue, Request
from secrets_cli.secrets.access.condition_words import value_words, without_repeats, words_of
from secrets_cli.secrets.access.open_keys import Ask, Look, Place, Unknown, may_be_allowed, unknown_keys

_MOST_TRIED = 4096


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
    hopeless = next((number for number, ask in enumerate(asks) if not may_be_allowed(ask)), None)
    if hopeless is not None:
        return _denied_for_sure(asks, hopeless)
    keys = unknown_keys(asks)
    candidates = [Unknown(key, looks).values(asks) for (_, key), looks in keys.items()]
    if prod(map(len, candidates)) > _MOST_TRIED:
        return _too_many(keys)
    return _Trial(asks, keys).run(product(*candidates))


def _denied_for_sure(asks: tuple[Ask, ...], number: int) -> Told:
    """The answer where nothing allows one of the requests, whatever the context."""
    by = evaluate(asks[number].request, asks[number].policies).by
    return Told(Answer.DENIED, reason=by.reason, denied_by=by, failed=number)


_Values: TypeAlias = "tuple[ContextValue, ...]"
"""A value for each unknown key, in their order; the empty tuple is absence."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """The requests asked under each value of the unknown keys."""

    asks: tuple[Ask, ...]
    keys: Mapping[Place, list[Look]]

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

    def _told_apart(self, key: str, looks: list[Look], values: _Values, other: _Values) -> Iterator[str]:
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

    def _matches(self, look: Look, values: _Values) -> bool:
        """Whether the statement's conditions all hold, so that it may be what allows."""
        return look.statement.conditions_hold(self._asked(look.ask, values).context)


def _too_many(keys: Iterable[Place]) -> Told:
    """The answer where not every combination was tried: conditional on all the keys."""
    names = ", ".join(dict.fromkeys(key for _, key in keys))
    return Told(Answer.CONDITIONAL, (f"conditions on {names}, which are too many to try",))
