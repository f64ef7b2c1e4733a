"""What the command of `secret exec` inherits, and whether the system takes it."""

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.child_environment import Inheritance, inherit, refuse_too_large, replaced
from secrets_cli.secrets.environment.collect import Variable

OURS = {
    "PATH": "/bin",
    "HOME": "/h",
    "LC_ALL": "C",
    "EDITOR": "vi",
    "AWS_SECRET_ACCESS_KEY": "k",
    "AWS_REGION": "r",
    "MY_AWS_": "x",
}


def variable(name: str, value: str = "cnry") -> Variable:
    return Variable(name, f"/p/{name}", SecretValue(value))


@pytest.mark.parametrize(
    ("rules", "kept", "left"),
    [
        (Inheritance(), {"PATH", "HOME", "LC_ALL", "EDITOR", "MY_AWS_"}, ("AWS_REGION", "AWS_SECRET_ACCESS_KEY")),
        (Inheritance(keep_aws=True), set(OURS), ()),
        (
            Inheritance(keep=frozenset({"AWS_REGION"})),
            set(OURS) - {"AWS_SECRET_ACCESS_KEY"},
            ("AWS_SECRET_ACCESS_KEY",),
        ),
        (Inheritance(pristine=True), {"PATH", "HOME", "LC_ALL"}, ()),
        (Inheritance(pristine=True, keep=frozenset({"EDITOR"})), {"PATH", "HOME", "LC_ALL", "EDITOR"}, ()),
        (
            Inheritance(pristine=True, keep_aws=True),
            {"PATH", "HOME", "LC_ALL", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"},
            (),
        ),
    ],
)
def test_what_is_kept_and_what_stays_behind(rules: Inheritance, kept: set[str], left: tuple[str, ...]) -> None:
    inherited = inherit(OURS, rules)
    assert set(inherited.kept) == kept
    assert inherited.left_aws == left


def test_a_variable_that_is_set_to_something_else_is_told() -> None:
    ours = {"A": "old", "B": "cnry", "C": "ssm"}
    told = replaced(ours, [variable(name) for name in "ABCD"], frozenset({"C"}))
    assert told == ("`A` comes from both the environment and `/p/A`; the parameter is used",)


def test_an_environment_the_system_does_not_take_is_refused_with_its_size() -> None:
    with pytest.raises(
        ConfigurationError, match=r"would have 1,4\d\d bytes, 1,003 of them from parameters, .* takes 1,400"
    ):
        refuse_too_large({"X": "é" * 200}, [variable("A", "é" * 500)], ["cmd"], 1_400)
    refuse_too_large({"X": "é" * 200}, [variable("A", "é" * 500)], ["cmd"], 1_500)
    refuse_too_large({"X": "é" * 200}, [variable("A", "é" * 500)], ["cmd"], -1)


def test_a_variable_that_is_replaced_counts_once() -> None:
    refuse_too_large({"A": "x" * 1_000}, [variable("A", "y" * 1_000)], ["cmd"], 1_100)


def test_one_value_longer_than_a_string_may_be_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="`/p/A` is longer than an environment variable can be"):
        refuse_too_large({}, [variable("A", "y" * 131_072)], ["cmd"], 10_000_000)
