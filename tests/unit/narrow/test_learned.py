"""Condition blocks are joined only where the joined block holds for just the same requests."""

from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.narrow.learned import generalized, joined

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
