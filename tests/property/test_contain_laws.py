"""The laws of containment, on random policies over a small alphabet.

`make fuzz` runs the first of them on a million pairs (scripts/fuzz_contain.py).
"""

import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secrets_cli.iam.contain import Contained, NotContained, contains
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.iam.request import PolicySet
from tests.brute_force import allows, difference
from tests.small_policies import Flavour, random_pair, random_statement, values_of

_LAW = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
_DICE = st.randoms(use_true_random=False, note_method_calls=False)


@_LAW
@given(_DICE)
def test_agrees_with_brute_force(dice: random.Random) -> None:
    flavour, old, new = random_pair(dice)
    answer = contains(old, new)
    if isinstance(answer, Contained):
        assert difference(old, new, values_of(flavour)) is None
    if isinstance(answer, NotContained):
        witness = answer.witness
        assert allows(new, witness.action, witness.resource, witness.context)
        assert not allows(old, witness.action, witness.resource, witness.context)


@_LAW
@given(_DICE)
def test_a_witness_is_a_request_that_the_evaluator_tells_apart(dice: random.Random) -> None:
    _, old, new = random_pair(dice)
    answer = contains(old, new)
    if isinstance(answer, NotContained):
        witness = answer.witness
        service, name = witness.action.split(":")
        assert service
        assert name
        assert not set("*?") & set(witness.action)
        assert witness.resource == "*" or (
            len(witness.resource.split(":", 5)) == 6 and not set("*?") & set(witness.resource)
        )
        assert evaluate(witness, PolicySet(identity=new)).allowed
        assert not evaluate(witness, PolicySet(identity=old)).allowed


@_LAW
@given(_DICE)
def test_reflexive(dice: random.Random) -> None:
    _, old, _ = random_pair(dice)
    assert contains(old, old) == Contained()


@_LAW
@given(_DICE)
def test_transitive(dice: random.Random) -> None:
    flavour, wide, middle = random_pair(dice)
    narrow = (Policy((*middle[0].statements, _deny(dice, flavour)), middle[0].version),)
    if isinstance(contains(wide, middle), Contained) and isinstance(contains(middle, narrow), Contained):
        assert not isinstance(contains(wide, narrow), NotContained)


@_LAW
@given(_DICE)
def test_an_allow_more_on_the_old_side_and_a_deny_more_on_the_new_keep_contained(dice: random.Random) -> None:
    flavour, old, new = random_pair(dice)
    if isinstance(contains(old, new), Contained):
        allow = replace(random_statement(dice, flavour), effect=Effect.ALLOW)
        assert not isinstance(contains(_with(old, allow), new), NotContained)
        assert not isinstance(contains(old, _with(new, _deny(dice, flavour))), NotContained)


@_LAW
@given(_DICE)
def test_a_deny_more_on_the_old_side_and_an_allow_more_on_the_new_keep_not_contained(dice: random.Random) -> None:
    flavour, old, new = random_pair(dice)
    if isinstance(contains(old, new), NotContained):
        allow = replace(random_statement(dice, flavour), effect=Effect.ALLOW)
        assert not isinstance(contains(_with(old, _deny(dice, flavour)), new), Contained)
        assert not isinstance(contains(old, _with(new, allow)), Contained)


@_LAW
@given(_DICE)
def test_order_and_form_do_not_matter(dice: random.Random) -> None:
    _, old, new = random_pair(dice)
    answer, other = contains(old, new), contains(_rewritten(dice, old), _rewritten(dice, new))
    assert {type(answer), type(other)} != {Contained, NotContained}


def _deny(dice: random.Random, flavour: Flavour) -> Statement:
    return replace(random_statement(dice, flavour), effect=Effect.DENY)


def _with(policies: tuple[Policy, ...], statement: Statement) -> tuple[Policy, ...]:
    first = policies[0]
    return (replace(first, statements=(*first.statements, statement)), *policies[1:])


def _rewritten(dice: random.Random, policies: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """The same policies with statements and values in another order, one policy for each statement, other letters in
    the actions, and `**` for `*`."""
    statements = [(statement, policy.version) for policy in policies for statement in policy.statements]
    dice.shuffle(statements)
    return tuple(Policy((_respelled(dice, statement),), version) for statement, version in statements)


def _respelled(dice: random.Random, statement: Statement) -> Statement:
    assert statement.resource is not None
    actions = [action.swapcase() for action in statement.action.values]
    resources = [
        resource if "${" in resource else resource.replace("*", "**") for resource in statement.resource.values
    ]
    terms = list(statement.conditions)
    for values in (actions, resources, terms):
        dice.shuffle(values)
    return replace(
        statement,
        action=Element((*actions, actions[0]), statement.action.negated),
        resource=Element((*resources, resources[0]), statement.resource.negated),
        conditions=tuple(terms),
    )
