"""Condition blocks are joined only where the joined block holds for just the same requests."""

import pytest

from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.narrow.learned import generalized, is_weaker, joined, weakest

EQUALS = Operator("StringEquals")


def term(key: str, *values: str, operator: Operator = EQUALS) -> ConditionTerm:
    return ConditionTerm(operator, key, values)


def test_blocks_that_differ_in_one_term_are_joined() -> None:
    via = term("kms:ViaService", "ssm.eu-west-1.amazonaws.com")
    blocks = [(via, term("kms:EncryptionContext:PARAMETER_ARN", name)) for name in ("a", "b")]
    assert joined(blocks) == ((term("kms:EncryptionContext:PARAMETER_ARN", "a", "b"), via),)


def test_blocks_that_differ_in_two_terms_stay_apart() -> None:
    blocks = [(term("k1", "a"), term("k2", "x")), (term("k1", "b"), term("k2", "y"))]
    assert len(joined(blocks)) == 2


def test_an_unconditional_block_is_not_joined_with_a_condition() -> None:
    assert set(joined([(), (term("k", "a"),)])) == {(), (term("k", "a"),)}


def test_values_of_a_negated_operator_are_no_alternatives() -> None:
    blocks = [(term("k", v, operator=Operator("StringNotEquals")),) for v in ("a", "b")]
    assert len(joined(blocks)) == 2


def test_many_parameters_under_a_path_become_the_path() -> None:
    names = [f"arn:aws:ssm:eu-west-1:123456789012:parameter/app/{n}" for n in range(5)]
    (result,) = generalized((term("kms:EncryptionContext:PARAMETER_ARN", *names),))
    assert result == term(
        "kms:EncryptionContext:PARAMETER_ARN",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/app/*",
        operator=Operator("StringLike"),
    )


def test_few_parameters_stay_exact() -> None:
    block = (term("kms:EncryptionContext:PARAMETER_ARN", "arn:aws:ssm:eu-west-1:123456789012:parameter/app/a"),)
    assert generalized(block) == block


def test_a_bucket_listed_as_a_whole_needs_no_prefix() -> None:
    prefix = (term("s3:prefix", "in/"),)
    assert weakest([prefix, ()]) == ((),)
    assert weakest([prefix]) == (prefix,)


def test_a_block_covers_one_that_asks_for_more_or_for_fewer_values() -> None:
    via = term("kms:ViaService", "ssm.eu-west-1.amazonaws.com")
    assert is_weaker((via,), (term("k", "a"), via))
    assert is_weaker((term("K", "a", "b"),), (term("k", "a"),))
    assert not is_weaker((term("k", "a"),), (term("k", "a", "b"),))
    assert not is_weaker((term("k", "a"),), (term("k", "a", operator=Operator("StringLike")),))


def test_the_values_of_a_negated_operator_must_be_the_same_to_cover() -> None:
    differs = Operator("StringNotEquals")
    assert not is_weaker((term("k", "a", "b", operator=differs),), (term("k", "a", operator=differs),))


@pytest.mark.parametrize(
    ("prefixes", "operator", "values"),
    [
        (("in/", "out/"), "StringEquals", ("in/", "out/")),
        (("in/2026/09/14/",), "StringLike", ("in/*",)),
        (("in/2026-09-14", "in/2026-09-15", "out/"), "StringLike", ("in/*", "out/")),
        (("logs/app/dt=20260914/",), "StringLike", ("logs/app/*",)),
        (tuple(f"users/u{n}x/" for n in range(5)), "StringLike", ("users/*",)),
        (("2026/09/", "in/"), "StringLike", ("*",)),
    ],
)
def test_listed_prefixes(prefixes: tuple[str, ...], operator: str, values: tuple[str, ...]) -> None:
    (result,) = generalized((term("s3:prefix", *prefixes),))
    assert result == term("s3:prefix", *values, operator=Operator(operator))


def test_a_key_that_the_present_policies_limit_stays_exact() -> None:
    seen = (term("s3:prefix", "in/2026/09/14/"),)
    assert generalized(seen, frozenset({"s3:prefix"})) == seen
