"""The whole table, by event source and event name."""

import functools
from collections.abc import Mapping
from types import MappingProxyType

from secrets_cli.catalog.events.row import Row
from secrets_cli.catalog.events.rows import (
    dynamodb,
    functions,
    identity,
    kms,
    logs,
    messaging,
    renamed,
    renamed_with_more,
    s3,
    s3_buckets,
    ssm,
    unsigned,
)


@functools.cache
def rows() -> tuple[Row, ...]:
    """Every row, in the order in which they are tried."""
    return (
        *s3.ROWS,
        *s3_buckets.ROWS,
        *dynamodb.ROWS,
        *functions.ROWS,
        *ssm.ROWS,
        *kms.ROWS,
        *logs.ROWS,
        *messaging.ROWS,
        *identity.ROWS,
        *renamed.ROWS,
        *renamed_with_more.ROWS,
        *unsigned.ROWS,
    )


@functools.cache
def rows_by_event() -> Mapping[tuple[str, str], tuple[Row, ...]]:
    """The rows of each (IAM prefix of the source, event name without date), in order."""
    found: dict[tuple[str, str], tuple[Row, ...]] = {}
    for row in rows():
        for event in row.events:
            found[row.source, event] = (*found.get((row.source, event), ()), row)
    return MappingProxyType(found)
