"""Minimizing and splitting keep the meaning, and the difference is exact: judged by brute force over a small alphabet.

The oracle shares no code with the evaluator, the matcher or the automata.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.iam.contain import Contained
from secrets_cli.iam.difference import difference, granted_actions
from secrets_cli.iam.minimize import minimize
from secrets_cli.iam.model import Effect, Element, Policy
from secrets_cli.iam.size import policy_size
from secrets_cli.iam.split import split
from tests import brute_force
from tests.brute_force import ACTIONS, Value
from tests.small_policies import Flavour, random_flavour, random_pair, random_policy, values_of

SEEDS = st.integers(0, 2**32 - 1)
MANY = settings(max_examples=150, deadline=None)


def several(seed: int) -> tuple[Flavour, Policy]:
    """A policy with statements that often cover each other."""
    dice = random.Random(seed)
    flavour = random_flavour(dice)
    first, second = random_policy(dice, flavour), random_policy(dice, flavour)
    statements = [*first.statements, *second.statements, dice.choice(first.statements)]
    dice.shuffle(statements)
    return flavour, Policy(tuple(statements), first.version)


def denied(policies: Sequence[Policy]) -> list[Policy]:
    return [
        replace(
            one, statements=tuple(replace(s, effect=Effect.ALLOW) for s in one.statements if s.effect is Effect.DENY)
        )
        for one in policies
    ]


def assert_same(one: Sequence[Policy], other: Sequence[Policy], values: Mapping[str, Sequence[Value]]) -> None:
    for before, after in ((one, other), (denied(one), denied(other))):
        assert brute_force.difference(before, after, values) is None
        assert brute_force.difference(after, before, values) is None


@MANY
@given(SEEDS)
def test_a_minimized_policy_means_the_same(seed: int) -> None:
    flavour, whole = several(seed)
    result = minimize(whole)
    assert_same([whole], [result.policy], values_of(flavour))
    assert result.is_shorter == (policy_size(result.policy) < policy_size(whole))


@MANY
@given(SEEDS)
def test_minimizing_is_idempotent(seed: int) -> None:
    once = minimize(several(seed)[1]).policy
    assert minimize(once).policy == once


@MANY
@given(SEEDS, st.integers(90, 400))
def test_the_parts_of_a_policy_mean_the_same(seed: int, limit: int) -> None:
    flavour, whole = several(seed)
    parts = split(whole, limit)
    assert_same([whole], parts.policies, values_of(flavour))
    large = [one for one in parts.policies if policy_size(one) > limit]
    assert len(large) == len(parts.too_large)


def matched(pattern: str) -> frozenset[str]:
    """The actions of the alphabet that an action pattern matches."""
    text = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return frozenset(action for action in ACTIONS if re.fullmatch(text, action, re.IGNORECASE))


class _SmallWorld:
    """The actions of the oracle's alphabet, as what is known."""

    def matching(self, pattern: str) -> Sequence[str]:
        return sorted(matched(pattern))

    def resource_patterns(self, action: str) -> tuple[str, ...] | None:
        return ("*", "arn:*:*:*") if action in ACTIONS else None


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_difference_of_each_action_is_that_of_brute_force(seed: int) -> None:
    dice = random.Random(seed)
    flavour, old, new = random_pair(dice)
    values = values_of(flavour)
    found = {one.action: one for one in difference(old, new, _SmallWorld()).actions}
    for action in dice.sample(ACTIONS, 12):
        only = [_restricted(side, action) for side in (old, new)]
        one = found.get(action)
        if one is None or isinstance(one.new_in_old, Contained):
            assert brute_force.difference(only[0], only[1], values) is None
        if one is None or isinstance(one.old_in_new, Contained):
            assert brute_force.difference(only[1], only[0], values) is None


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_no_action_that_brute_force_sees_granted_is_missing(seed: int) -> None:
    dice = random.Random(seed)
    flavour = random_flavour(dice)
    whole = (random_policy(dice, flavour),)
    granted = set(granted_actions(whole, _SmallWorld()))
    for action in dice.sample(ACTIONS, 12):
        if brute_force.difference((), _restricted(whole, action), values_of(flavour)) is not None:
            assert action in granted


def _restricted(policies: Sequence[Policy], action: str) -> list[Policy]:
    """The policies for one action alone, by the oracle's own matching."""
    return [
        replace(
            policy,
            statements=tuple(
                replace(one, action=Element((action,)))
                for one in policy.statements
                if any(action in matched(value) for value in one.action.values) != one.action.negated
            ),
        )
        for policy in policies
    ]
