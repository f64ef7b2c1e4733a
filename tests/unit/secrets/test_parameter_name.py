"""Names, paths and selectors as Parameter Store takes them."""

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.parameter_name import Place, Selected, checked_name, checked_path, selected


@pytest.mark.parametrize("name", ["db", "/db", "/team/prod/db.password_1-x", "/" + "/".join("abcdefghijklmno")])
def test_good_names(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "//a",
        "/a//b",
        "/a/",
        "a/b",
        "/a b",
        "/ä",
        "/aws/x",
        "AWSx",
        "/SSM-x",
        "/" + "x" * 1100,
        "/a" * 16,
        "/a\n",
    ],
)
def test_bad_names(name: str) -> None:
    with pytest.raises(ConfigurationError, match="not a parameter's name"):
        checked_name(name)


def test_the_arn_has_no_second_slash() -> None:
    place = Place("aws", "eu-west-1", "111122223333")
    assert place.parameter_arn("/a/b") == place.parameter_arn("a/b")
    assert place.parameter_arn("/a/b") == "arn:aws:ssm:eu-west-1:111122223333:parameter/a/b"


@pytest.mark.parametrize(
    ("word", "name", "selector"),
    [
        ("/a/b", "/a/b", ""),
        ("/a/b:3", "/a/b", "3"),
        ("db:current", "db", "current"),
        ("arn:aws:ssm:eu-west-1:111122223333:parameter/a/b:2", "/a/b", "2"),
        ("arn:aws:ssm:eu-west-1:111122223333:parameter/db", "db", ""),
    ],
)
def test_selectors(word: str, name: str, selector: str) -> None:
    assert selected(word) == Selected(name, selector)


@pytest.mark.parametrize("word", ["/a:", "/a:1x", "/a:b:c", "arn:aws:ssm:eu-west-1:1:parameter/a"])
def test_bad_selectors(word: str) -> None:
    with pytest.raises(ConfigurationError):
        selected(word)


def test_paths() -> None:
    assert checked_path("/") == "/"
    assert checked_path("/a/b/") == "/a/b"
    with pytest.raises(ConfigurationError, match="begins with"):
        checked_path("a")
