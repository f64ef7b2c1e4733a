"""An option given twice to a command that takes one value of it."""

import pytest

from tests.conftest import RunCli

SECRET = "S3cr3tTwice"


@pytest.mark.parametrize(
    "words",
    [
        ("secret", "delete", "/a", "--region", "eu-west-1", "--region", "us-east-1", "--yes"),
        ("secret", "delete", "/a", "--region=eu-west-1", "--region", "us-east-1", "--yes"),
        ("key", "rotation", "on", "k", "--days", "90", "--days=180"),
        ("secret", "get", "/a", "--profile", SECRET, "--profile", SECRET),
    ],
)
def test_one_value_given_twice_is_refused_before_anything_is_done(cli: RunCli, words: tuple[str, ...]) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "is given twice" in ran.err
    assert SECRET not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("secret", "list", "--region", "eu-west-1", "--region", "us-east-1", "--help"),
        ("secret", "exec", "/a", "--prefix", "A", "--help", "--", "x", "--prefix", "B"),
        ("secret", "put", "/a", "--description", "--key", "--key", "k", "--help"),
    ],
)
def test_repeatable_options_values_and_the_childs_words_are_none(cli: RunCli, words: tuple[str, ...]) -> None:
    assert cli(*words).code == 0
