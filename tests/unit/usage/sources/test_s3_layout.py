"""What the folders of a bucket are, and which of them are opened."""

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.sources.s3_layout import Choice, Level, S3Place, choice_of, s3_place, spot_of
from secrets_cli.usage.usage import LeftOut
from secrets_cli.usage.window import EVERYTHING, Window

ORG = "AWSLogs/o-abcdefghij/111122223333/"


@pytest.mark.parametrize(
    ("prefix", "level", "fields"),
    [
        ("", Level.ABOVE, ()),
        ("trails/prod/", Level.ABOVE, ()),
        ("AWSLogs/", Level.LOGS, ()),
        ("trails/AWSLogs/o-abcdefghij/", Level.LOGS, ()),
        ("AWSLogs/111122223333/", Level.ACCOUNT, ("111122223333",)),
        (ORG, Level.ACCOUNT, ("111122223333",)),
        (f"{ORG}CloudTrail/", Level.TRAIL, ("111122223333",)),
        (f"{ORG}CloudTrail/us-gov-west-1/", Level.REGION, ("111122223333", "us-gov-west-1")),
        (f"{ORG}CloudTrail/eu-west-1/2026/", Level.YEAR, ("111122223333", "eu-west-1", "2026")),
        (f"{ORG}CloudTrail/eu-west-1/2026/09/", Level.MONTH, ("111122223333", "eu-west-1", "2026/09")),
        (f"x/{ORG}CloudTrail/eu-west-1/2026/09/01/", Level.BELOW_MONTH, ("111122223333", "eu-west-1", "2026/09/01")),
        (f"{ORG}CloudTrail/eu-west-1/2026/09/01/more/", Level.BELOW_MONTH, ("111122223333", "eu-west-1", "2026/09/01")),
        (f"{ORG}CloudTrail/Europe/", Level.STRANGE, ("111122223333",)),
        (f"{ORG}CloudTrail/eu-west-1/latest/", Level.STRANGE, ("111122223333",)),
        ("AWSLogs/old/", Level.STRANGE, ()),
        (f"{ORG}CloudTrail-Digest/eu-west-1/", Level.NOT_LOGS, ("111122223333", "", "", "CloudTrail-Digest")),
        (f"{ORG}Config/", Level.OTHER_SERVICE, ("111122223333", "", "", "Config")),
        ("AWSLogs/copy/AWSLogs/111122223333/", Level.ACCOUNT, ("111122223333",)),
    ],
)
def test_a_folder_is_known_by_its_path(prefix: str, level: Level, fields: tuple[str, ...]) -> None:
    spot = spot_of(prefix)
    assert spot.level is level
    assert (spot.account, spot.region, spot.day, spot.service) == (*fields, *[""] * (4 - len(fields)))


def test_days_are_left_out_with_a_margin() -> None:
    choice = choice_of(Window("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z"))
    assert (choice.first_day, choice.last_day) == ("2026/08/31", "2026/10/01")
    later = choice_of(Window("2026-09-01T12:00:00Z", "2026-09-30T12:00:00Z"), late_days=30)
    assert (later.first_day, later.last_day) == ("2026/08/31", "2026/10/30")
    assert choice_of(EVERYTHING) == Choice()
    assert choice_of(Window("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")) == Choice()


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [
        ("2025", False),
        ("2026", True),
        ("2027", False),
        ("2026/07", False),
        ("2026/08", True),
        ("2026/10", True),
        ("2026/11", False),
        ("2026/08/30", False),
        ("2026/08/31", True),
        ("2026/10/01", True),
        ("2026/10/02", False),
    ],
)
def test_a_month_or_year_is_opened_where_a_day_of_it_is(day: str, is_taken: bool) -> None:
    assert Choice(first_day="2026/08/31", last_day="2026/10/01").takes_day(day) is is_taken


def test_why_a_folder_is_left_out() -> None:
    choice = Choice(frozenset({"444455556666"}), frozenset({"us-east-1"}), "2026/08/31", "2026/10/01")
    assert choice.leaves_out(spot_of(ORG)) is LeftOut.ACCOUNT
    other = "AWSLogs/444455556666/CloudTrail/"
    assert choice.leaves_out(spot_of(f"{other}eu-west-1/")) is LeftOut.REGION
    assert choice.leaves_out(spot_of(f"{other}us-east-1/2025/")) is LeftOut.DAYS
    assert choice.leaves_out(spot_of("AWSLogs/444455556666/CloudTrail-Insight/")) is LeftOut.NO_LOGS
    assert choice.leaves_out(spot_of("AWSLogs/444455556666/vpcflowlogs/")) is LeftOut.OTHER_SERVICE
    assert [choice.leaves_out(spot_of(p)) for p in ("", "AWSLogs/", other, f"{other}us-east-1/2026/09/")] == [None] * 4
    assert choice.reason(LeftOut.DAYS).startswith("keys of days before 2026/08/31 and after 2026/10/01 (")
    assert Choice(last_day="2026/10/01").reason(LeftOut.DAYS).startswith("keys of days after 2026/10/01 (")


def test_a_source_names_a_bucket() -> None:
    assert s3_place("s3://logs") == S3Place("logs", "")
    assert s3_place("s3://logs/a/b/") == S3Place("logs", "a/b/")
    assert str(s3_place("s3://logs/a")) == "s3://logs/a"
    for wrong in ("s3://", "s3:///a", "s3://-x/a", "s3://a b/c"):
        with pytest.raises(ConfigurationError, match="names no bucket"):
            s3_place(wrong)
