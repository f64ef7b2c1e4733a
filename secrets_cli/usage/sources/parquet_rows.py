"""Rows of a Parquet export, batch by batch. Needs the extra `parquet` (pyarrow), loaded here alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.sources.exports_columns import (
    WHOLE_EVENT,
    Columns,
    RefusedExportError,
    columns_of,
    plain_name,
    record_of,
)

if TYPE_CHECKING:
    import pyarrow

_ROWS = 1024
"""Rows held at a time."""
_DOCUMENTS = ("requestparameters", "responseelements", "additionaleventdata")


def parquet_records(path: str, name: str) -> "Iterator[JsonValue | BadFileError]":
    """The records, one a row. Raises BadFileError for the file, ConfigurationError where pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ConfigurationError(
            f"`{name}` is Parquet, which needs the extra `parquet`: pip install 'secrets-cli[parquet]'",
            "or save the export as CSV",
        ) from None
    try:
        with parquet.ParquetFile(path, memory_map=False) as file:
            columns = columns_of(file.schema_arrow.names)
            _refuse_lossy(file.schema_arrow)
            asked = [name for name in columns.names if not columns.whole or plain_name(name) == columns.whole]
            for batch in file.iter_batches(batch_size=_ROWS, columns=asked):
                yield from _records(batch, columns)
    except (pyarrow.ArrowException, OSError) as error:
        text = " ".join(str(error).split())
        raise BadFileError(f"not to be read as Parquet: {text[:200]}") from None


def _records(batch: "pyarrow.RecordBatch", columns: Columns) -> "Iterator[JsonValue | BadFileError]":
    for row in batch.to_pylist():
        yield record_of({plain_name(name): value for name, value in row.items()}, columns)


def _refuse_lossy(schema: "pyarrow.Schema") -> None:
    """A map or struct has lost which values were texts, numbers or absent: judged from it, a request would be a guess."""
    from pyarrow import types

    for field in schema:
        is_document = plain_name(field.name) in (*_DOCUMENTS, *WHOLE_EVENT)
        if is_document and not (
            types.is_string(field.type) or types.is_large_string(field.type) or types.is_null(field.type)
        ):
            raise RefusedExportError(
                f"its column `{field.name}` is of the type `{field.type}`: save it as text that holds the JSON (VARCHAR)"
            )
