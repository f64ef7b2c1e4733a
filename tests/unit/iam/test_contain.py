"""What the cases of tests/spec/contain/ cannot say: several policies, versions, limits of effort, odd input."""

import time
from itertools import pairwise

import pytest

from secrets_cli.iam import contain
from secrets_cli.iam.contain import Contained, NotContained, Undecided, contains
from secrets_cli.iam.model import (
    VERSION_2008,
    ConditionTerm,
    Effect,
    Element,
    Operator,
    Policy,
    Quantifier,
    Statement,
)


def _allow(action: str, resource: str = "*", *terms: ConditionTerm) -> Statement:
    return Statement(Effect.ALLOW, Element((action,)), Element((resource,)), conditions=terms)


def _deny(action: str, resource: str = "*", *terms: ConditionTerm) -> Statement:
    return Statement(Effect.DENY, Element((action,)), Element((resource,)), conditions=terms)


def _term(base: str, key: str, *values: str, quantifier: Quantifier | None = None) -> ConditionTerm:
    return ConditionTerm(Operator(base, quantifier=quantifier), key, values)


def _policy(*statements: Statement) -> Policy:
    return Policy(statements)


def test_no_policy_grants_nothing() -> None:
    some = _policy(_allow("s3:*"))
    assert contains((), ()) == Contained()
    assert contains((some,), ()) == Contained()
    assert isinstance(contains((), (some,)), NotContained)
    assert contains((), (_policy(_deny("s3:*")),)) == Contained()


def test_the_policies_of_a_side_count_together() -> None:
    reads, writes = _policy(_allow("s3:Get*")), _policy(_allow("s3:Put*"))
    both = _policy(_allow("s3:GetObject"), _allow("s3:PutObject"))
    assert contains((reads, writes), (both,)) == Contained()
    assert isinstance(contains((reads,), (both,)), NotContained)
    assert isinstance(contains((reads, writes, _policy(_deny("s3:PutObject"))), (both,)), NotContained)


def test_variables_are_plain_text_in_the_older_version() -> None:
    pattern = "arn:aws:s3:::b/${aws:username}"
    older = Policy((_allow("s3:*", pattern),), VERSION_2008)
    newer = Policy((_allow("s3:*", pattern),))
    assert contains((older,), (older,)) == Contained()
    assert isinstance(contains((older,), (newer,)), NotContained)
    # The older version's pattern is one text, which holds no wildcard.
    answer = contains((newer,), (older,))
    assert isinstance(answer, NotContained)
    assert answer.witness.resource == pattern


def test_the_witness_is_of_the_resource_s_own_account() -> None:
    answer = contains((), (_policy(_allow("sqs:*", "arn:aws-cn:sqs:cn-north-1:123456789012:q")),))
    assert isinstance(answer, NotContained)
    assert answer.witness.principal == "arn:aws-cn:iam::123456789012:user/witness"


def test_a_witness_leaves_out_the_keys_nobody_needs() -> None:
    old = _policy(_allow("s3:*", "*", _term("StringEquals", "aws:username", "a"), _term("Bool", "aws:mfa", "true")))
    new = _policy(_allow("s3:*", "*", _term("StringEquals", "aws:username", "a")))
    answer = contains((old,), (new,))
    assert isinstance(answer, NotContained)
    assert answer.witness.context == {"aws:username": "a"}


def test_a_text_that_only_literals_of_the_old_side_lack() -> None:
    # Names of one character after the colon: all but `a` and `b` are left, so there is a witness among them.
    old = _policy(_allow("s3:a"), _allow("s3:b"))
    answer = contains((old,), (_policy(_allow("s3:?")),))
    assert isinstance(answer, NotContained)
    assert answer.witness.action not in ("s3:a", "s3:b")


def test_characters_of_our_own_use_are_not_mistaken_for_wildcards() -> None:
    odd, plain = _policy(_allow("s3:*", "arn:aws:s3:::\ue000")), _policy(_allow("s3:*", "arn:aws:s3:::b"))
    assert contains((odd,), (plain,)) == Undecided("a pattern holds a private-use character")


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "?a*" * 30 + "b", "*" * 200 + "b", "*?" * 50])
def test_many_stars_are_no_work(pattern: str) -> None:
    policy = _policy(_allow(f"s3:{pattern}", f"arn:aws:s3:::{pattern}"))
    wide = _policy(_allow("s3:*a*", "arn:*"), _allow(f"s3:{pattern}", "*"))
    began = time.process_time()
    assert contains((policy,), (policy,)) == Contained()
    assert contains((wide,), (policy,)) == Contained()
    assert isinstance(contains((policy,), (wide,)), NotContained | Undecided)
    assert time.process_time() - began < 10


def test_ten_thousand_statements_end() -> None:
    statements = [_allow(f"s{number % 50}:Do{number}*", f"arn:aws:s3:::b{number}/*") for number in range(10_000)]
    whole = _policy(*statements)
    assert contains((whole,), (whole,)) == Contained()
    answer = contains((_policy(*statements[:-1]),), (whole,))
    assert isinstance(answer, NotContained)
    assert answer.witness.resource.startswith("arn:aws:s3:::b9999/")


def test_more_work_than_allowed_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contain, "_STEPS", 20_000)
    denies = [_deny(f"s3:*w{number}q*", f"arn:aws:s3:::*x{number}y*") for number in range(200)]
    old = _policy(_allow("*"), *denies)
    answer = contains((old,), (_policy(_allow("*"), *denies[1:], _deny("s3:*", "*", _term("Null", "k", "true"))),))
    assert answer == Undecided("the comparison takes more steps than it is given")


def test_a_long_list_of_conditions_that_only_together_cover() -> None:
    values = [f"v{number}" for number in range(300)]
    split = _policy(*(_allow("s3:*", "*", _term("StringEquals", "aws:RequestTag/t", value)) for value in values))
    joined = _policy(_allow("s3:*", "*", _term("StringEquals", "aws:RequestTag/t", *values)))
    assert contains((split,), (joined,)) == Contained()
    assert contains((joined,), (split,)) == Contained()


def test_ranges_that_only_together_cover() -> None:
    bounds = [str(number) for number in range(0, 100, 10)]
    old = _policy(
        *(
            _allow("s3:*", "*", _term("NumericGreaterThanEquals", "n", low), _term("NumericLessThan", "n", high))
            for low, high in pairwise(bounds)
        )
    )
    inside = _policy(_allow("s3:*", "*", _term("NumericGreaterThan", "n", "3"), _term("NumericLessThan", "n", "88")))
    assert contains((old,), (inside,)) == Contained()
    answer = contains((_policy(*(one for place, one in enumerate(old.statements) if place != 4)),), (inside,))
    assert isinstance(answer, NotContained)
    assert 40 <= float(str(answer.witness.context["n"])) < 50


@pytest.mark.parametrize(
    "term",
    [
        _term("BinaryEquals", "k", "QmluYXJ5"),
        _term("Null", "k", "true", "false"),
        _term("StringEqualsIgnoreCase", "k", "É"),
        _term("StringEquals", "k"),
        _term("StringLike", "k", "\ue000*"),
        _term("DateEquals", "k", "no date"),
        _term("IpAddress", "k", "no address"),
    ],
)
def test_odd_terms_are_contained_in_themselves_and_in_no_condition(term: ConditionTerm) -> None:
    conditional, free = _policy(_allow("s3:*", "*", term)), _policy(_allow("s3:*"))
    assert contains((conditional,), (conditional,)) == Contained()
    assert contains((free,), (conditional,)) == Contained()
    if term.operator.base != "Null":
        assert not isinstance(contains((conditional,), (free,)), Contained)


def test_a_pattern_both_sides_have_is_not_lost_among_wider_ones_of_the_same_role() -> None:
    condition = _term("StringEquals", "k", "v")
    shared = "arn:aws:s3:::b/k?"
    old = _policy(
        _allow("s3:*", shared, condition),
        _allow("s3:*", "arn:aws:s3:::*", condition),
        # What a reader would be shown first is granted.
        _allow("s3:*", "arn:aws:s3:::b/kx"),
    )
    answer = contains((old,), (_policy(_allow("s3:*", shared)),))
    assert isinstance(answer, NotContained)
    assert answer.witness.resource.startswith("arn:aws:s3:::b/k")


def test_the_kelvin_sign_is_a_k_where_case_is_ignored() -> None:
    old = _policy(_allow("s3:*", "*", _term("StringEquals", "k", "k", "K")))
    new = _policy(_allow("s3:*", "*", _term("StringEqualsIgnoreCase", "k", "k")))
    answer = contains((old,), (new,))
    assert isinstance(answer, NotContained)
    assert answer.witness.context == {"k": "\u212a"}
