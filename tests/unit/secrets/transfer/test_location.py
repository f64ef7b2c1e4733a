"""Locations: what they say, what the options add, and what is refused."""

import pytest

from secrets_cli.aws.target import Target
from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.transfer.location import Location, location

DEFAULT = Target("dev", "us-east-1", "http://x")


def _parsed(word: str, profile: str | None = None, region: str | None = None) -> tuple[str | None, str | None, str]:
    found = location(word, DEFAULT, profile=profile, region=region, path=True)
    assert found.target.endpoint_url == "http://x"
    return found.target.profile, found.target.region, found.name


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("/billing/prod", ("dev", "us-east-1", "/billing/prod")),
        ("/billing/prod/", ("dev", "us-east-1", "/billing/prod")),
        ("/", ("dev", "us-east-1", "/")),
        ("prod:/billing", ("prod", "us-east-1", "/billing")),
        ("@eu-west-1:/billing", (None, "eu-west-1", "/billing")),
        ("prod@us-gov-west-1:/billing", ("prod", "us-gov-west-1", "/billing")),
        ("me@corp@eu-west-1:/billing", ("me@corp", "eu-west-1", "/billing")),
        ("me@corp:/billing", ("me@corp", "us-east-1", "/billing")),
    ],
)
def test_what_a_location_says(word: str, expected: tuple[str | None, str | None, str]) -> None:
    profile, region, name = _parsed(word)
    assert (profile, region, name) == (expected[0] or "dev", expected[1], expected[2])


def test_options_say_what_the_location_does_not() -> None:
    assert _parsed("/a", "prod", "eu-west-1") == ("prod", "eu-west-1", "/a")
    assert _parsed("prod:/a", "prod", "eu-west-1") == ("prod", "eu-west-1", "/a")


@pytest.mark.parametrize(("profile", "region"), [("other", None), (None, "us-east-2")])
def test_a_location_and_an_option_that_disagree_are_refused(profile: str | None, region: str | None) -> None:
    with pytest.raises(ConfigurationError, match="the location says"):
        _parsed("prod@eu-west-1:/a", profile, region)


@pytest.mark.parametrize("word", ["/a//b", "/a:3", "prod:/a:3", "", "/aws/x"])
def test_what_is_no_name_is_refused(word: str) -> None:
    with pytest.raises(ConfigurationError):
        _parsed(word)


def test_a_name_without_folders_is_a_name_where_no_path_is_meant() -> None:
    assert location("db", DEFAULT, profile=None, region=None, path=False).name == "db"
    with pytest.raises(ConfigurationError):
        location("/a/", DEFAULT, profile=None, region=None, path=False)


def test_it_is_shown_as_it_is_written() -> None:
    assert str(Location(Target("prod", "eu-west-1"), "/a")) == "prod@eu-west-1:/a"
    assert str(Location(Target("prod"), "/a")) == "prod:/a"
    assert str(Location(Target(region="eu-west-1"), "/a")) == "@eu-west-1:/a"
    assert str(Location(Target(), "/a")) == "/a"
