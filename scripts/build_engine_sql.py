"""Make the aggregation's SQL for Spark and Athena out of the text for DuckDB: `make engine-sql`.

`--check` writes nothing and fails where a committed text is not the one that would be made.
"""

import argparse
import sys
from pathlib import Path

import sqlglot
from sqlglot import exp

_FOLDER = Path(__file__).parent.parent / "secrets_cli/usage/engines"
SOURCE = _FOLDER / "aggregate.duckdb.sql"
DIALECTS = ("spark", "athena")
_HEAD = "-- Made of aggregate.duckdb.sql by `make engine-sql` (sqlglot); do not edit.\n"


def target(dialect: str) -> Path:
    """Where the text of a dialect is kept."""
    return _FOLDER / f"aggregate.{dialect}.sql"


def made(source: str, dialect: str) -> str:
    """The text for Spark or Athena. Raises sqlglot's errors for what has no counterpart there."""
    tree = sqlglot.parse_one(source, read="duckdb")
    if dialect == "athena":
        tree = tree.transform(_json_of_trino)
    for node in tree.walk():
        node.comments = None
    return f"{_HEAD}{tree.sql(dialect=dialect, pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)}\n"


def _json_of_trino(node: exp.Expression) -> exp.Expression:
    """`TO_JSON(x)` is `JSON_FORMAT(CAST(x AS JSON))` there: https://trino.io/docs/current/functions/json.html"""
    if node.sql(dialect="duckdb").startswith("TO_JSON(") and isinstance(node, exp.Func):
        inner = node.this if isinstance(node.this, exp.Expression) else node.expressions[0]
        return exp.Anonymous(this="JSON_FORMAT", expressions=[exp.cast(inner.copy(), "json")])
    return node


def main(arguments: list[str]) -> int:
    """Write the texts, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    asked = parser.parse_args(arguments)
    source = SOURCE.read_text()
    stale = [dialect for dialect in DIALECTS if not _is_there(dialect, made(source, dialect))]
    if asked.check:
        for dialect in stale:
            print(f"{target(dialect).name} is not what `make engine-sql` makes", file=sys.stderr)
        return 1 if stale else 0
    for dialect in DIALECTS:
        target(dialect).write_text(made(source, dialect))
        print(f"{target(dialect).name}: {'written' if dialect in stale else 'as it was'}")
    return 0


def _is_there(dialect: str, text: str) -> bool:
    return target(dialect).exists() and target(dialect).read_text() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
