"""Which partitions a query reads: every layout that AWS's documents show, and what is not understood."""

import datetime

import pytest
import sqlglot

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.engines.athena_partitions import pruning
from secrets_cli.usage.sources.s3_layout import Choice
from tests.athena_samples import trail_table

TODAY = datetime.date(2026, 11, 20)
DAYS = Choice(first_day="2026/08/30", last_day="2026/10/02")


def condition(keys: dict[str, str], parameters: dict[str, str] | None = None, choice: Choice = DAYS) -> str:
    """The condition; checked to be SQL."""
    found = pruning(trail_table(keys, parameters), choice, TODAY)
    assert not found.warnings
    assert sqlglot.parse_one(f"SELECT 1 FROM t WHERE {found.condition}", read="athena") is not None
    return found.condition


def projected(name: str, form: str, kind: str = "date") -> dict[str, str]:
    """Properties of a projected column."""
    return {"projection.enabled": "true", f"projection.{name}.type": kind, f"projection.{name}.format": form}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("yyyy/MM/dd", "(\"timestamp\" BETWEEN '2026/08/30' AND '2026/10/02')"),
        ("yyyy-MM-dd", "(\"timestamp\" BETWEEN '2026-08-30' AND '2026-10-02')"),
        ("yyyyMMdd", "(\"timestamp\" BETWEEN '20260830' AND '20261002')"),
        ("yyyy/MM/dd/HH", "(\"timestamp\" BETWEEN '2026/08/30/00' AND '2026/10/02/23')"),
        ("yyyy-MM-dd'T'HH", "(\"timestamp\" BETWEEN '2026-08-30T00' AND '2026-10-02T23')"),
    ],
)
def test_a_projected_day_is_compared_as_it_is_written(form: str, expected: str) -> None:
    assert condition({"timestamp": "string"}, projected("timestamp", form)) == expected


def test_days_that_do_not_sort_are_listed() -> None:
    choice = Choice(first_day="2026/08/31", last_day="2026/09/01")
    parameters = projected("date", "dd-MM-yyyy")
    assert condition({"date": "string"}, parameters, choice) == "(\"date\" IN ('31-08-2026', '01-09-2026'))"


def test_a_column_of_dates_is_compared_with_dates() -> None:
    assert condition({"day": "date"}) == "(\"day\" BETWEEN DATE '2026-08-30' AND DATE '2026-10-02')"


def test_an_open_window_ends_tomorrow() -> None:
    found = condition({"dt": "date"}, choice=Choice(first_day="2026/11/01"))
    assert found == "(\"dt\" BETWEEN DATE '2026-11-01' AND DATE '2026-11-21')"


def test_year_month_and_day_apart() -> None:
    keys = {"region": "string", "year": "string", "month": "string", "day": "string"}
    assert condition(keys) == (
        "((\"year\" IN ('2026') AND \"month\" IN ('09', '9')) OR "
        "(\"year\" IN ('2026') AND \"month\" IN ('08', '8') AND \"day\" IN ('30', '31')) OR "
        "(\"year\" IN ('2026') AND \"month\" IN ('10') AND \"day\" IN ('01', '1', '02', '2')))"
    )
    years = Choice(first_day="2024/12/31", last_day="2026/01/01")
    numbers = condition({"year": "int", "month": "int", "day": "int"}, choice=years)
    assert numbers == (
        '(("year" IN (2024) AND "month" IN (12) AND "day" IN (31)) OR ("year" IN (2025)) OR '
        '("year" IN (2026) AND "month" IN (1) AND "day" IN (1)))'
    )


def test_accounts_and_regions() -> None:
    choice = Choice(frozenset({"111122223333", "222233334444"}), frozenset({"eu-west-1"}))
    keys = {"account_id": "string", "region": "string", "timestamp": "string"}
    found = condition(keys, projected("timestamp", "yyyy/MM/dd"), choice)
    assert found == "(\"account_id\" IN ('111122223333', '222233334444')) AND (\"region\" IN ('eu-west-1'))"
    assert (
        condition({"account": "bigint"}, choice=Choice(frozenset({"011122223333"}))) == '("account" IN (11122223333))'
    )


def test_a_table_without_partitions_reads_all_and_says_so() -> None:
    found = pruning(trail_table(), Choice(frozenset({"1"}), frozenset({"r"}), "2026/08/30", ""), TODAY)
    assert found.condition == ""
    assert [warning.partition(":")[0] for warning in found.warnings] == [
        "the table has no partition column for `--log-account`",
        "the table has no partition column for `--log-region`",
        "the table has no partition column for days that is understood",
    ]


@pytest.mark.parametrize("form", ["", "yyyy/MM", "EEE dd MM yyyy", "yyyy/MM/dd/HH/mm", "yy/MM/dd"])
def test_a_form_that_is_not_understood_prunes_nothing(form: str) -> None:
    found = pruning(trail_table({"timestamp": "string"}, projected("timestamp", form)), DAYS, TODAY)
    assert found.condition == ""
    assert "all days are read" in found.warnings[0]


def test_a_template_tells_the_form_of_plain_partitions() -> None:
    parameters = {"storage.location.template": "s3://b/AWSLogs/1/CloudTrail/eu-west-1/${timestamp}/"}
    assert "'2026/08/30'" in condition({"timestamp": "string"}, parameters)


def test_an_injected_column_needs_values() -> None:
    parameters = {"projection.enabled": "true", "projection.account.type": "injected"}
    with pytest.raises(ConfigurationError, match="`account` takes values of the query alone"):
        pruning(trail_table({"account": "string"}, parameters), Choice(), TODAY)
    found = condition({"account": "string"}, parameters, Choice(frozenset({"111122223333"})))
    assert found == "(\"account\" IN ('111122223333'))"
