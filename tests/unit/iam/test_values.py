"""Numbers, moments and networks as condition operators read them."""

from fractions import Fraction

import pytest

from secrets_cli.iam.instant import parse_instant
from secrets_cli.iam.network import Network, parse_network
from secrets_cli.iam.number import parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", Fraction(10)),
        (" -1.50 ", Fraction(-3, 2)),
        ("+.5", Fraction(1, 2)),
        ("1e3", Fraction(1000)),
        ("5.", Fraction(5)),
    ],
)
def test_numbers(text: str, value: Fraction) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "ten", "1,5", "0x10", "1e1000", "NaN", "\u0661", "1 2", "--1", "1/2"])
def test_no_numbers(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970", Fraction(0)),
        ("1970-02", Fraction(31 * 86400)),
        ("1970-01-02", Fraction(86400)),
        ("1970-01-01T01:00Z", Fraction(3600)),
        ("1970-01-01T01:00:01+01:00", Fraction(1)),
        ("1970-01-01T00:00:00-0030", Fraction(1800)),
        ("1970-01-01t00:00:00.25z", Fraction(1, 4)),
        ("1970-01-01T00:00:07", Fraction(7)),
        ("1969-12-31T23:59:59Z", Fraction(-1)),
        ("1577836800", Fraction(1577836800)),
        ("12345.5", Fraction(24691, 2)),
    ],
)
def test_moments(text: str, seconds: Fraction) -> None:
    assert parse_instant(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "now", "1970-13-01", "1970-02-30", "0000", "1970-01-01T25:00Z", "1970-01-01T00:00:00+24:00",
     "1970-01-01T00:00:00+00:60", "1970-1-1", "1970-01-01Z"],
)  # fmt: skip
def test_no_moments(text: str) -> None:
    assert parse_instant(text) is None


def test_networks() -> None:
    assert parse_network("10.1.2.3/8") == Network(4, 10 << 24, (11 << 24) - 1)
    assert parse_network("10.1.2.3") == Network(4, 0x0A010203, 0x0A010203)
    assert parse_network("::/0") == Network(6, 0, (1 << 128) - 1)


@pytest.mark.parametrize(
    "text", ["", "10.1.2", "10.0.0.0/33", "::/129", "10.0.0.0/255.0.0.0", "fe80::1%eth0", "010.0.0.1", "10.0.0.0/-1"]
)
def test_no_networks(text: str) -> None:
    assert parse_network(text) is None
