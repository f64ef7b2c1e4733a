"""The names of condition operators."""

import pytest

from secrets_cli.iam.model import Operator, Quantifier
from secrets_cli.iam.operator_name import BASE_OPERATORS, parse_operator


def test_there_are_27() -> None:
    assert len(set(BASE_OPERATORS)) == 27


@pytest.mark.parametrize("base", BASE_OPERATORS)
@pytest.mark.parametrize("quantifier", [None, *Quantifier])
def test_every_operator_is_read_as_it_is_written(base: str, quantifier: Quantifier | None) -> None:
    for if_exists in (False, True):
        operator = Operator(base, if_exists, quantifier)
        expected = None if base == "Null" and if_exists else operator
        assert parse_operator(str(operator)) == expected


@pytest.mark.parametrize("text", ["", "String", "IfExists", "ForAnyValue:", ":Bool", "For:Bool", "Bool:ForAnyValue"])
def test_no_operators(text: str) -> None:
    assert parse_operator(text) is None
