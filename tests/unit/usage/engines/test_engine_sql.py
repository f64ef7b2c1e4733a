"""The SQL texts: made of one source, known to their engines, without the traps that were met."""

from pathlib import Path

import pytest
import sqlglot
import trino_sql_validator

from scripts.build_engine_sql import DIALECTS, SOURCE, made, main, target
from secrets_cli.usage.engines.athena_table import events_view
from secrets_cli.usage.engines.groups import GroupRow
from secrets_cli.usage.engines.texts import aggregation
from secrets_cli.usage.window import Window
from tests.athena_samples import trail_table


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_committed_text_is_the_one_that_is_made(dialect: str) -> None:
    assert target(dialect).read_text() == made(SOURCE.read_text(), dialect)


def test_a_stale_text_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "aggregate.spark.sql"
    stale.write_text("SELECT 1")
    monkeypatch.setattr("scripts.build_engine_sql.target", lambda dialect: stale)
    assert main(["--check"]) == 1
    assert "aggregate.spark.sql is not what `make engine-sql` makes" in capsys.readouterr().err


@pytest.mark.parametrize("dialect", ["duckdb", *DIALECTS])
def test_the_columns_are_those_of_a_row(dialect: str) -> None:
    tree = sqlglot.parse_one(aggregation(dialect), read=dialect)
    assert tuple(one.alias_or_name for one in tree.expressions) == GroupRow._fields


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_form_is_flat(dialect: str) -> None:
    text = aggregation(dialect).upper()
    # Trino caps SEQUENCE at 10,000, and a file may hold 41,000 records.
    assert "SEQUENCE(" not in text
    assert "UNNEST(" not in text
    assert "GROUP BY ALL" not in text


@pytest.mark.parametrize("window", [Window(), Window("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")])
def test_the_whole_query_is_trino(window: Window) -> None:
    view = events_view(
        trail_table(), frozenset({"arn:aws:iam::111122223333:role/o'neill"}), window, "\"region\" IN ('a')"
    )
    query = aggregation("athena", view.query)
    assert trino_sql_validator.validate(query).valid
    assert sqlglot.parse_one(query, read="athena") is not None


def test_what_is_no_trino_is_told_apart() -> None:
    assert not trino_sql_validator.validate(aggregation("duckdb").replace("FROM minutes", "FROM FROM")).valid
