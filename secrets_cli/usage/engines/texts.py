"""The aggregation's SQL as it is packaged, put over an engine's own view of the records."""

from importlib.resources import files


def aggregation(dialect: str, events: str = "") -> str:
    """The aggregation in the dialect (`duckdb`, `spark`, `athena`) over a table `events`, or over the query `events`."""
    text = (files(__package__) / f"aggregate.{dialect}.sql").read_text(encoding="utf-8")
    start = text.index("WITH ")
    if not events:
        return text[start:]
    return f"WITH events AS (\n{events.rstrip()}\n), {text[start + len('WITH ') :]}"


def literal(text: str) -> str:
    """A text as an SQL literal where quotes are doubled (Athena, DuckDB)."""
    return "'" + text.replace("'", "''") + "'"
