"""The table of parameters: what is drawn of expiry, age, plain strings and readers."""

import io
from datetime import UTC, datetime, timedelta

from rich.console import Console

from secrets_cli.aws.parameters import Described
from secrets_cli.report.secret_list import list_table
from secrets_cli.secrets.read_log import Read
from secrets_cli.secrets.store.listing import Listed

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
WRITER = "arn:aws:sts::123456789012:assumed-role/deploy/anna"


def _listed(
    name: str,
    age: timedelta,
    *,
    expires: timedelta | None = None,
    type_: str = "SecureString",
    read: Read | None = None,
) -> Listed:
    key = "alias/team" if type_ == "SecureString" else ""
    described = Described(name, "", type_, 3, NOW - age, WRITER, key, "Standard", "", "", (), "text")
    return Listed(described, NOW + expires if expires else None, read)


def _drawn(*parameters: Listed, has_usage: bool = False) -> list[list[str]]:
    stream = io.StringIO()
    Console(file=stream, width=200).print(list_table(parameters, NOW, is_flat=True, has_usage=has_usage))
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in stream.getvalue().splitlines()]


def test_ages_and_writers() -> None:
    ages = [timedelta(minutes=5), timedelta(hours=47), timedelta(days=400), timedelta(seconds=-5)]
    rows = _drawn(*(_listed(f"/a/{place}", age) for place, age in enumerate(ages)))
    assert rows[0] == ["name", "version", "key", "tier", "age", "modified by"]
    assert [row[4] for row in rows[1:]] == ["5 min", "47 h", "400 d", "0 min"]
    assert rows[1][5] == "assumed-role/deploy/anna"


def test_the_expiry_is_drawn_where_there_is_one() -> None:
    rows = _drawn(
        _listed("/a/1", timedelta(), expires=timedelta(days=90, hours=1)),
        _listed("/a/2", timedelta(), expires=timedelta(hours=3)),
        _listed("/a/3", timedelta(), expires=timedelta(hours=-3)),
        _listed("/a/4", timedelta()),
    )
    assert [row[5] for row in rows] == ["expires", "in 90 d", "today", "past", "-"]


def test_a_plain_string_is_told_to_be_none_of_a_secret() -> None:
    assert _drawn(_listed("/a/1", timedelta(), type_="String"))[1][2] == "none (String, readable as it is)"


def test_the_last_reader() -> None:
    certain = Read("arn:aws:iam::1:role/app", "i-1", "ssm:GetParameter", "arn:x", 1, "2026-10-01T00:00:00Z")
    maybe = Read("arn:aws:iam::1:user/ben", "", "ssm:GetParametersByPath", "arn:x", 1, "2026-10-01T00:00:00Z")
    rows = _drawn(
        _listed("/a/1", timedelta(), read=certain),
        _listed("/a/2", timedelta(), read=maybe),
        _listed("/a/3", timedelta()),
        has_usage=True,
    )
    assert [row[-1] for row in rows] == [
        "last read",
        "2026-10-01T00:00:00Z role/app (i-1)",
        "maybe, with its folder: 2026-10-01T00:00:00Z user/ben",
        "not seen",
    ]
