"""The view over a trail's table, and the statement that makes one."""

import pytest
import trino_sql_validator

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.engines.athena_ddl import TrailPlace, table_statement
from secrets_cli.usage.engines.athena_table import View, events_view
from secrets_cli.usage.window import EVERYTHING, Window
from tests.athena_samples import IDENTITY, trail_table
from tests.sql_events import COLUMNS

ROLE = "arn:aws:iam::111122223333:role/app"


def view(principals: frozenset[str] | None = None, window: Window = EVERYTHING, **columns: str | None) -> View:
    """The view, checked to be Trino, with all columns that the aggregation reads."""
    found = events_view(trail_table(**columns), principals, window, "")
    assert trino_sql_validator.validate(found.query).valid
    for name in COLUMNS:
        assert f" AS {name}" in found.query
    return found


def test_a_whole_table_gives_no_warning() -> None:
    assert view().warnings == ()


def test_principals_are_asked_for_in_the_query() -> None:
    asked = f"useridentity.sessioncontext.sessionissuer.arn IN ('{ROLE}') OR useridentity.arn IN ('{ROLE}')"
    assert asked in view(frozenset({ROLE})).query
    assert "IN ('it''s')" in view(frozenset({"it's"})).query


def test_a_window_is_asked_for_record_by_record() -> None:
    query = view(window=Window("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")).query
    assert "eventtime < '2026-03-01T00:00:00Z' OR eventtime >= '2026-03-02T00:00:00Z'" in query
    assert "CASE WHEN row_kind = 'record' THEN request_parameters END" in query


def test_columns_that_are_missing_are_said() -> None:
    found = view(sharedeventid=None, eventcategory=None, managementevent=None, resources=None, eventtype=None)
    assert [warning.split("`")[1] for warning in found.warnings] == [
        "resources",
        "sharedeventid",
        "eventtype",
        "eventcategory",
    ]


@pytest.mark.parametrize("column", ["errorcode", "requestparameters", "useridentity", "eventtime"])
def test_a_table_without_what_judgement_reads_is_refused(column: str) -> None:
    with pytest.raises(ConfigurationError, match=f"`audit.trail` has no column `{column}`"):
        events_view(trail_table(**{column: None}), None, EVERYTHING, "")


@pytest.mark.parametrize("column", ["requestparameters", "useridentity"])
def test_a_column_of_another_type_is_refused(column: str) -> None:
    with pytest.raises(ConfigurationError, match=f"`{column}` is `map<string,string>`"):
        events_view(trail_table(**{column: "map<string,string>"}), None, EVERYTHING, "")


def test_texts_of_json_are_read_too() -> None:
    query = view(useridentity="string", resources="string").query
    assert "JSON_EXTRACT_SCALAR(useridentity, '$.sessionContext.sessionIssuer.arn') AS issuer_arn" in query


def test_a_struct_is_read_as_far_as_it_goes() -> None:
    query = view(
        useridentity="struct<type:string,arn:string,sessioncontext:struct<attributes:struct<accountid:string>>>"
    ).query
    assert "useridentity.accountid" not in query
    assert "sessionissuer" not in query
    assert "useridentity.accountid" in view(useridentity=IDENTITY).query


def test_an_arn_with_a_control_character_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="cannot be shown"):
        view(frozenset({"arn\n"}))


def place(**fields: str) -> TrailPlace:
    """Where a trail delivers."""
    made = {"bucket": "my-trail", "since": "2026-01-01", **fields}
    return TrailPlace(accounts=["111122223333", "222233334444"], regions=["eu-west-1"], **made)


def test_the_statement_projects_account_region_and_day() -> None:
    text = table_statement("audit.trail", place(organization="o-abcde12345", prefix="/p/"))
    assert text.startswith("CREATE EXTERNAL TABLE audit.trail (")
    assert "LOCATION 's3://my-trail/p/AWSLogs/o-abcde12345/'" in text
    assert "'s3://my-trail/p/AWSLogs/o-abcde12345/${account}/CloudTrail/${region}/${timestamp}'" in text
    assert "'projection.account.values' = '111122223333,222233334444'" in text
    assert "'projection.timestamp.range' = '2026/01/01,NOW+1DAYS'" in text


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("a b", {}),
        ("a.b.c", {}),
        ("t", {"bucket": "s3://b"}),
        ("t", {"organization": "abc"}),
        ("t", {"since": "2026/01/01"}),
        ("t", {"prefix": "a'b"}),
    ],
)
def test_what_no_statement_takes_is_refused(name: str, fields: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        table_statement(name, place(**fields))


def test_no_account_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no account or no region"):
        table_statement("t", TrailPlace("bucket", [], ["eu-west-1"], "2026-01-01"))
