"""A shorter policy that means the same, proven.

Statements are merged, patterns and statements that others cover are dropped. No pattern is made up: a list of actions
stays the list it is, unless a wildcard that is already there covers some of it. The result is returned only when it is
proven to grant and to deny just what the policy does; else the policy is returned as it was, with the reason.

With the known actions given, prefix wildcards may stand for lists of actions where they match no other known action.
Such a policy grants just the same of every known action; what it would grant of actions that AWS adds later is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from secrets_cli.iam.contain import Contained, KnownRequests, contains
from secrets_cli.iam.difference import known_differences
from secrets_cli.iam.equality import denies_as_allows, unequal
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.iam.size import policy_size
from secrets_cli.iam.tidy import merged, without_covered_patterns, without_repeated_grants
from secrets_cli.iam.wildcards import with_wildcards

_MOST_STATEMENTS_TRIED = 100
"""Statements up to which each is tried for being covered by all others together."""


@dataclass(frozen=True, slots=True)
class Minimized:
    """What became of a policy."""

    policy: Policy
    """The shorter policy, or the policy as it was."""
    reason: str
    """Why the policy is as it was; empty where it is shorter."""
    wildcards: tuple[str, ...] = ()
    """Action patterns made up for lists of actions: they will match whatever AWS adds under such a name."""

    @property
    def is_shorter(self) -> bool:
        """Whether anything was shortened."""
        return not self.reason


def minimize(policy: Policy, known: KnownRequests | None = None) -> Minimized:
    """The policy, shorter where it can be.

    Without `known` the result is proven equal for all actions, resources and contexts. With it wildcards may stand for
    action lists, and the result is proven equal for all known actions.
    """
    shorter = _minimized(policy)
    reason = _refused(policy, shorter)
    exact = Minimized(policy if reason else shorter, reason)
    return exact if known is None else _with_wildcards(policy, exact, known)


def _minimized(policy: Policy) -> Policy:
    statements = without_repeated_grants(without_covered_patterns(policy.statements))
    statements = merged(_needed(statements, policy))
    return _of(policy, without_covered_patterns(statements))


def _refused(policy: Policy, shorter: Policy) -> str:
    """Why the shorter policy does not serve; empty where it does."""
    if policy_size(shorter) >= policy_size(policy):
        return "nothing in it can be left out"
    unproven = unequal((policy,), (shorter,))
    return "" if unproven is None else f"a shorter policy could not be proven to mean the same: {unproven.reason}"


def _needed(statements: tuple[Statement, ...], policy: Policy) -> tuple[Statement, ...]:
    """Without each statement that the others together make needless, tried from the last to the first."""
    if len(statements) > _MOST_STATEMENTS_TRIED:
        return statements
    kept = list(statements)
    for one in reversed(statements):
        others = [other for other in kept if other is not one]
        if others and _is_needless(one, others, policy):
            kept = others
    return tuple(kept)


def _is_needless(one: Statement, others: Sequence[Statement], policy: Policy) -> bool:
    if one.effect is Effect.DENY:
        without, alone = (denies_as_allows((_of(policy, part),)) for part in (others, (one,)))
        return isinstance(contains(without, alone), Contained)
    denies = [other for other in others if other.effect is Effect.DENY]
    return isinstance(contains((_of(policy, others),), (_of(policy, (one, *denies)),)), Contained)


def _with_wildcards(policy: Policy, exact: Minimized, known: KnownRequests) -> Minimized:
    """The minimized policy with wildcards for lists of actions, if that is shorter and nothing known tells it apart."""
    statements = tuple(_spelled_shorter(one, known) for one in exact.policy.statements)
    shorter = _of(policy, without_covered_patterns(merged(statements)))
    if policy_size(shorter) >= policy_size(exact.policy):
        return exact
    before, after = (policy,), (shorter,)
    if not isinstance(contains(after, before), Contained) or known_differences(before, after, known):
        return exact
    if unequal(denies_as_allows(before), denies_as_allows(after)) is not None:
        return exact
    had = {value for one in policy.statements for value in one.action.values}
    made_up = {value for one in shorter.statements for value in one.action.values} - had
    return Minimized(shorter, "", tuple(sorted(filter(_is_wild, made_up))))


def _spelled_shorter(statement: Statement, known: KnownRequests) -> Statement:
    """An Allow with wildcards for runs of its actions, which match no known action that it does not grant already."""
    if statement.effect is Effect.DENY or statement.action.negated:
        return statement
    values = statement.action.values
    matched = frozenset(action for value in values for action in known.matching(value))
    literal = [action for value in values if not _is_wild(value) for action in known.matching(value)]
    prefixes = [value for value in with_wildcards(literal, known.matching, matched) if _is_wild(value)]
    values = tuple(dict.fromkeys((*filter(_is_wild, values), *prefixes, *values)))
    (short,) = without_covered_patterns((replace(statement, action=Element(values)),))
    return short


def _of(policy: Policy, statements: Sequence[Statement]) -> Policy:
    return replace(policy, statements=tuple(replace(one, index=place) for place, one in enumerate(statements)))


def _is_wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern
