"""Policies made ready for many requests: patterns and conditions as tests, statements found by action.

INVARIANT: a compiled policy answers exactly as its policy does; it only remembers what follows from the policy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.iam.condition import Context, TermTest, compile_term
from secrets_cli.iam.model import VERSION_2012, ConditionTerm, Effect, Element, Policy, Statement
from secrets_cli.iam.pattern import Matcher, ascii_lower, compiled, matcher_of, matches
from secrets_cli.iam.variables import filled, has_variables, template

ResourceTest: TypeAlias = Callable[[str, Context], bool]

_ACTIONS_REMEMBERED = 4096
_POLICIES_REMEMBERED = 2048


@dataclass(frozen=True, slots=True)
class CompiledStatement:
    """One statement as tests."""

    statement: Statement
    action_matches: Matcher
    """Of the action in ASCII lower case."""
    resource_matches: ResourceTest | None
    """None where the statement has no Resource element."""
    terms: tuple[tuple[ConditionTerm, TermTest], ...]

    def conditions_hold(self, context: Context) -> bool:
        """Whether all condition terms hold."""
        return all(test(context) for _, test in self.terms)


@dataclass(frozen=True, slots=True)
class Selection:
    """The statements of a policy that are about one action."""

    denies: tuple[CompiledStatement, ...]
    allows: tuple[CompiledStatement, ...]
    nearest_by_action: CompiledStatement | None
    """Where no Allow is about the action: one about its service, else the first Allow there is."""


class CompiledPolicy:
    """A policy with its statements compiled."""

    __slots__ = ("_selections", "policy", "statements")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        variables = policy.version == VERSION_2012
        self.statements = tuple(_statement(one, variables) for one in policy.statements)
        self._selections: dict[str, Selection] = {}

    def about(self, action: str) -> Selection:
        """The statements whose Action covers the action (given in ASCII lower case)."""
        selection = self._selections.get(action)
        if selection is None:
            if len(self._selections) >= _ACTIONS_REMEMBERED:
                self._selections.clear()
            selection = self._selections[action] = self._select(action)
        return selection

    def _select(self, action: str) -> Selection:
        about = [one for one in self.statements if one.action_matches(action)]
        allows = tuple(one for one in about if one.statement.effect is Effect.ALLOW)
        denies = tuple(one for one in about if one.statement.effect is Effect.DENY)
        return Selection(denies, allows, None if allows else self._nearest(action))

    def _nearest(self, action: str) -> CompiledStatement | None:
        allows = [one for one in self.statements if one.statement.effect is Effect.ALLOW]
        service = action.partition(":")[0]
        same = (
            one
            for one in allows
            if any(matches(ascii_lower(value.partition(":")[0]), service) for value in one.statement.action.values)
        )
        return next(same, allows[0] if allows else None)


class _Remembered:
    """Compiled policies by the identity of the policy, which is kept alive so that its id stays its own."""

    policies: dict[int, CompiledPolicy] = {}  # noqa: RUF012 - one cache for the process; its entries never change


def compiled_policy(policy: Policy) -> CompiledPolicy:
    """The policy compiled; remembered for the policies seen last."""
    found = _Remembered.policies.get(id(policy))
    if found is None or found.policy is not policy:
        if len(_Remembered.policies) >= _POLICIES_REMEMBERED:
            _Remembered.policies.clear()
        found = _Remembered.policies[id(policy)] = CompiledPolicy(policy)
    return found


def _statement(statement: Statement, variables: bool) -> CompiledStatement:
    resource = statement.resource
    return CompiledStatement(
        statement,
        _action_test(statement.action),
        None if resource is None else _resource_test(resource, variables),
        tuple((term, compile_term(term, variables)) for term in statement.conditions),
    )


def _any_of(values: list[str]) -> Matcher:
    """Whether any of the patterns matches."""
    exact = frozenset(value for value in values if "*" not in value and "?" not in value)
    tests = tuple(compiled(value) for value in values if value not in exact)
    if "*" in values:
        return lambda _: True
    if not tests:
        return exact.__contains__
    if len(tests) == 1 and not exact:
        return tests[0]
    return lambda text: text in exact or any(test(text) for test in tests)


def _action_test(element: Element) -> Matcher:
    test = _any_of([ascii_lower(value) for value in element.values])
    return (lambda action: not test(action)) if element.negated else test


def _resource_test(element: Element, variables: bool) -> ResourceTest:
    negated = element.negated
    varying = [value for value in element.values if variables and has_variables(value)]
    fixed = _any_of([value for value in element.values if value not in varying])
    if not varying:
        return lambda resource, _: fixed(resource) is not negated
    templates = tuple(template(value) for value in varying)

    def test(resource: str, context: Context) -> bool:
        # An unresolved variable makes its pattern match nothing.
        patterns = (filled(parts, context) for parts in templates)
        found = fixed(resource) or any(one is not None and matcher_of(one)(resource) for one in patterns)
        return found is not negated

    return test
