"""Declared variables: all of them, and no others."""

import pytest

from secrets_cli.errors import ConfigurationError, MalformedInput, NothingToRead
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.collect import Collision, Variable
from secrets_cli.secrets.environment.strict import Declared, declared_in, held_to, placeholders_in, refuse_collisions


def variable(name: str) -> Variable:
    return Variable(name, f"/p/{name.lower()}", SecretValue("cnry"))


def test_names_come_from_templates_and_lists() -> None:
    text = (
        "# the app needs:\nDB_URL=postgres://...\nexport API_KEY='x y'\n\n  PLAIN  \nNOTED # why\nEMPTY=\nSPACED = 1\n"
    )
    assert declared_in(text, "t").names == {"DB_URL", "API_KEY", "PLAIN", "NOTED", "EMPTY", "SPACED"}


def test_every_line_that_is_none_is_named_and_not_quoted() -> None:
    with pytest.raises(MalformedInput) as refused:
        declared_in("A=1\ncnry hunter\n9X=cnry\nB\n- cnry\n", "t")
    assert refused.value.message.startswith("`t:2:1`, `t:3:1`, `t:5:1`:")
    assert "cnry" not in refused.value.message


def test_a_file_that_declares_nothing_is_refused() -> None:
    with pytest.raises(NothingToRead):
        declared_in("# nothing\n\n", "t")


def test_placeholders_are_the_variables_that_hold_the_marker() -> None:
    assert placeholders_in({"A": "ssm", "B": "ssm ", "C": "x"}, "ssm").names == {"A"}
    with pytest.raises(NothingToRead):
        placeholders_in({"A": "x"}, "ssm")


def test_all_that_are_missing_are_listed_with_what_declares_them() -> None:
    declared = (Declared(frozenset({"A", "X", "Y"}), "`one`"), Declared(frozenset({"Z", "B"}), "`two`"))
    with pytest.raises(NothingToRead) as missing:
        held_to(declared, [variable("A"), variable("B")])
    assert missing.value.message.startswith("3 declared variables have no parameter:")
    assert "`X`, `Y` (declared by `one`)" in missing.value.message
    assert "`Z` (declared by `two`)" in missing.value.message


def test_a_name_is_there_if_any_of_the_paths_has_it_and_the_others_are_left_out() -> None:
    strict = held_to((Declared(frozenset({"A"}), "`t`"),), [variable("A"), variable("LD_PRELOAD")])
    assert [one.name for one in strict.variables] == ["A"]
    assert strict.left_out == ("/p/ld_preload",)


def test_a_declared_name_has_one_source() -> None:
    refuse_collisions(())
    with pytest.raises(ConfigurationError, match="`A` comes from both `/p/a` and `/q/a`"):
        refuse_collisions((Collision("A", used="/q/a", dropped="/p/a"),))
