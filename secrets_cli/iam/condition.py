"""Condition terms as tests of a request's context.

A statement's terms must all hold. Within a term, one value of the policy suffices; a negated operator needs that none
fits. A key that is absent, or that has no values at all, makes a positive operator false and a negated one true; with
`IfExists` any operator is true.

Keys with several values: `ForAllValues` needs each value of the request to fit (true where there are none),
`ForAnyValue` one (false where there are none); under both, a single empty string counts as no value. Without either,
which AWS leaves open, one value that fits makes a positive operator true, and a negated one false.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from secrets_cli.iam.model import ConditionTerm, Quantifier
from secrets_cli.iam.operator_name import POSITIVE_OF, VARIABLES_IN
from secrets_cli.iam.operators import ValueTest, value_test
from secrets_cli.iam.pattern import tokens
from secrets_cli.iam.request import ContextValue
from secrets_cli.iam.variables import filled, has_variables, template

Context: TypeAlias = Mapping[str, ContextValue]
"""The request's keys in lower case."""

TermTest: TypeAlias = Callable[[Context], bool]

_Tests: TypeAlias = Callable[[Context], tuple[ValueTest, ...]]


def compile_term(term: ConditionTerm, variables: bool) -> TermTest:
    """The term as a test; `variables` says whether the policy's version knows policy variables."""
    key = term.key.lower()
    if term.operator.base == "Null":
        return _null_test(key, term.values)
    if_absent = _if_absent(term)
    tests = _value_tests(term, variables)
    combine = _combination(term)

    def holds(context: Context) -> bool:
        given = context.get(key)
        values = (given,) if isinstance(given, str) else given
        if not values:
            return if_absent
        return combine(values, tests(context))

    return holds


def context_of(given: Mapping[str, ContextValue]) -> Context:
    """The request's context with keys in lower case; of keys that differ by case alone the last counts."""
    return {key.lower(): value for key, value in given.items()}


def _null_test(key: str, values: tuple[str, ...]) -> TermTest:
    wanted = frozenset(value.lower() for value in values)
    when_absent, when_present = "true" in wanted, "false" in wanted
    return lambda context: when_present if context.get(key, ()) != () else when_absent


def _if_absent(term: ConditionTerm) -> bool:
    operator = term.operator
    if operator.if_exists or operator.quantifier is Quantifier.FOR_ALL_VALUES:
        return True
    return operator.quantifier is None and operator.base in POSITIVE_OF


def _value_tests(term: ConditionTerm, variables: bool) -> _Tests:
    """The tests of the term's values, made once where no value holds a variable."""
    base = POSITIVE_OF.get(term.operator.base, term.operator.base)
    with_variables = variables and base in VARIABLES_IN
    if not (with_variables and any(has_variables(value) for value in term.values)):
        fixed = tuple(value_test(base, tuple(tokens(value))) for value in term.values)
        return lambda _: fixed
    templates = tuple(template(value) for value in term.values)

    def tests(context: Context) -> tuple[ValueTest, ...]:
        expected = (filled(parts, context) for parts in templates)
        return tuple(value_test(base, one) for one in expected if one is not None)

    return tests


def _combination(term: ConditionTerm) -> Callable[[tuple[str, ...], tuple[ValueTest, ...]], bool]:
    negated = term.operator.base in POSITIVE_OF

    def fits(value: str, tests: tuple[ValueTest, ...]) -> bool:
        return any(test(value) for test in tests) is not negated

    match term.operator.quantifier:
        case Quantifier.FOR_ALL_VALUES:
            return lambda values, tests: not any(values) or all(fits(value, tests) for value in values)
        case Quantifier.FOR_ANY_VALUE:
            return lambda values, tests: any(values) and any(fits(value, tests) for value in values)
        case None if negated:
            return lambda values, tests: all(fits(value, tests) for value in values)
        case None:
            return lambda values, tests: any(fits(value, tests) for value in values)
