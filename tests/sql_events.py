"""The aggregation's SQL run by DuckDB over records made in a test: the view is filled here, row by row."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import duckdb
import sqlglot

from secrets_cli.usage.engines.groups import GroupRow, group_row
from secrets_cli.usage.engines.texts import aggregation
from secrets_cli.usage.window import EVERYTHING, Window

COLUMNS = tuple(
    sqlglot.parse_one(aggregation("duckdb"), read="duckdb").find(sqlglot.exp.CTE).this.named_selects  # type: ignore[union-attr]  # its first CTE is there
)
"""Of the view: those that the text reads first."""
Written = Callable[[Any], str]


def compact(value: Any) -> str:
    """JSON as one engine writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def view_row(
    raw: dict[str, Any], principals: frozenset[str] | None, window: Window = EVERYTHING, written: Written = compact
) -> tuple[str | None, ...]:
    """A record, whose fields are of the types that AWS writes, as a row of the view."""
    identity = raw.get("userIdentity")
    known = identity or {}
    issuer = ((known.get("sessionContext") or {}).get("sessionIssuer") or {}).get("arn")
    time = raw.get("eventTime") or ""
    is_plain = len(time) == 20 and time.endswith("Z") and time[10] == "T"
    flag = raw.get("managementEvent")
    resources = raw.get("resources")
    values = {
        "row_kind": "outside" if is_plain and not window.holds(time) else "record",
        "place": None,
        "content": None,
        "is_asked": "yes" if principals is None or {issuer, known.get("arn")} & principals else None,
        "event_time": raw.get("eventTime"),
        "event_id": raw.get("eventID"),
        "event_source": raw["eventSource"],
        "event_name": raw["eventName"],
        "event_type": raw.get("eventType"),
        "event_category": raw.get("eventCategory"),
        "aws_region": raw.get("awsRegion"),
        "error_code": raw.get("errorCode"),
        "error_message": raw.get("errorMessage"),
        "recipient_account_id": raw.get("recipientAccountId"),
        "shared_event_id": raw.get("sharedEventID"),
        "management_event": None if flag is None else str(flag).lower(),
        "has_identity": "yes" if known else None,
        "identity_type": known.get("type"),
        "identity_arn": known.get("arn"),
        "identity_principal_id": known.get("principalId"),
        "identity_account_id": known.get("accountId"),
        "identity_invoked_by": known.get("invokedBy"),
        "issuer_arn": issuer,
        **{
            name: None if raw.get(field) is None else written(raw[field])
            for name, field in (("request_parameters", "requestParameters"), ("response_elements", "responseElements"))
        },
        "resources": None if resources is None else written(resources),
        "resource_types": None if resources is None else written([one.get("type") or "" for one in resources]),
    }
    return tuple(values[name] for name in COLUMNS)


def grouped(rows: Sequence[tuple[str | None, ...]]) -> Iterator[GroupRow]:
    """The rows of the aggregation over rows of the view."""
    with duckdb.connect(":memory:", config={"threads": 1}) as database:
        database.execute(f"CREATE TABLE events ({', '.join(f'{name} VARCHAR' for name in COLUMNS)})")
        if rows:
            database.executemany(f"INSERT INTO events VALUES ({', '.join('?' * len(COLUMNS))})", rows)
        for row in database.execute(aggregation("duckdb")).fetchall():
            yield group_row(row)


def groups_of(
    raws: Iterable[dict[str, Any]],
    principals: frozenset[str] | None = None,
    window: Window = EVERYTHING,
    written: Written = compact,
) -> list[GroupRow]:
    """The groups of some records."""
    return list(grouped([view_row(raw, principals, window, written) for raw in raws]))
