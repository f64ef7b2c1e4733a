"""`usage scan --engine athena`: the aggregation as a query over a trail's own table, what it costs said before and after.

What Athena's reader does not tell is not in the result: bytes of JSON, the place of a record in its file, and fields of another
type than the table says, which it writes as text. A file it cannot read ends the query; the local engine and Spark name it.
"""

import datetime
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from secrets_cli.aws.athena import AthenaService, QueryState, Table, refuse_failed
from secrets_cli.errors import AwsFailure, ConfigurationError, EngineFailure, NothingToRead
from secrets_cli.usage.engines.athena_partitions import Pruning, pruning
from secrets_cli.usage.engines.athena_table import View, events_view
from secrets_cli.usage.engines.groups import Groups, OddRowError, group_row
from secrets_cli.usage.engines.texts import aggregation
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.sources.s3_layout import Choice, S3Place, s3_place
from secrets_cli.usage.sources.s3_listing import Listing, listed
from secrets_cli.usage.sources.s3_reading import Objects, S3Access
from secrets_cli.usage.usage import NotOpened, Usage
from secrets_cli.usage.window import Window

PRICE_PER_TB = 5.00
"""US dollars per terabyte scanned, in most regions: https://aws.amazon.com/athena/pricing/ (as of 2026-11)."""
_LONGEST = 262_144
"""Bytes of a query: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html"""
_TERABYTE = 10**12
_SMALLEST = 10_000_000
"""Bytes that a query is charged for at least, by the same page."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a query would read."""

    bytes: int | None
    """Of the objects that the partitions hold, as they are stored; None where they could not be listed."""
    objects: int
    why_unknown: str = ""
    not_opened: tuple[NotOpened, ...] = ()


def dollars(scanned: int, price_per_tb: float = PRICE_PER_TB) -> float:
    """What a query that reads so many bytes is charged with, a terabyte taken as 10^12 bytes: the higher reading."""
    return max(scanned, _SMALLEST) * price_per_tb / _TERABYTE


@dataclass(frozen=True, slots=True)
class AthenaPlan:
    """One query, ready to be run."""

    table: Table
    query: str
    principals: frozenset[str] | None
    window: Window
    estimate: Estimate
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AthenaAnswer:
    """The usage, and what it took."""

    usage: Usage
    query_id: str
    state: QueryState
    groups: int


def plan_query(
    table: Table,
    principals: frozenset[str] | None,
    window: Window,
    choice: Choice,
    access: S3Access,
    today: datetime.date,
) -> AthenaPlan:
    """The query, and an estimate of what it reads. Raises ConfigurationError as `events_view` and `pruning` do."""
    pruned: Pruning = pruning(table, choice, today)
    view: View = events_view(table, principals, window, pruned.condition)
    query = aggregation("athena", view.query)
    if len(query.encode()) > _LONGEST:
        raise ConfigurationError(
            f"the query is longer than the {_LONGEST:,} bytes that Athena takes", "ask for fewer principals at a time"
        )
    return AthenaPlan(
        table,
        query,
        principals,
        window,
        _estimate(table, choice, access),
        pruned.warnings + view.warnings,
    )


def _estimate(table: Table, choice: Choice, access: S3Access) -> Estimate:
    """By listing what lies where the table's files are: Athena reads them as they are stored, and whole."""
    place = _place(table)
    if place is None:
        return Estimate(None, 0, "the catalog does not say where the table's files are")
    listing = Listing()
    try:
        with closing(listed([place], Objects(access).bucket, choice, listing)) as found:
            for _ in found:
                pass
    except NothingToRead as error:
        return Estimate(0, 0, error.message, listing.not_opened(choice))
    except AwsFailure as error:
        return Estimate(None, 0, error.message)
    if listing.unlisted:
        return Estimate(None, 0, f"`{listing.unlisted[0].name}`: {listing.unlisted[0].reason}")
    return Estimate(listing.bytes, listing.objects, not_opened=listing.not_opened(choice))


def _place(table: Table) -> S3Place | None:
    """The folder that all partitions lie in: the fixed part of the projection's template, or the table's location."""
    template = table.parameters.get("storage.location.template", "")
    where = template.partition("${")[0] if template else table.location
    if not where.startswith("s3://"):
        return None
    return s3_place(where if where.endswith("/") else f"{where}/")


def run_query(
    service: AthenaService,
    plan: AthenaPlan,
    meaning: Meaning,
    progress: Callable[[QueryState], None] | None = None,
    max_bytes: int | None = None,
) -> AthenaAnswer:
    """Run the query and read its rows.

    An interruption, and reading beyond `max_bytes`, stop the query. Raises EngineFailure where it fails or is stopped.
    """
    query_id = service.start(plan.query, plan.table.database)
    try:
        state = _ended(service, query_id, progress, max_bytes)
    except BaseException:
        service.stop(query_id)
        raise
    refuse_failed(query_id, state)
    groups = Groups(plan.principals, meaning, plan.window)
    try:
        groups.add_all(group_row(row) for row in service.rows(query_id))
    except OddRowError as error:
        raise EngineFailure(f"Athena's query `{query_id}` answered with rows that are not ours: {error}") from None
    groups.total.files = plan.estimate.objects
    usage = groups.total.usage()
    whole = replace(usage, coverage=replace(usage.coverage, not_opened=plan.estimate.not_opened))
    return AthenaAnswer(whole, query_id, state, groups.groups)


def _ended(
    service: AthenaService, query_id: str, progress: Callable[[QueryState], None] | None, max_bytes: int | None
) -> QueryState:
    for state in service.states(query_id):
        if progress:
            progress(state)
        if max_bytes is not None and state.scanned_bytes > max_bytes and state.state in ("QUEUED", "RUNNING"):
            raise EngineFailure(
                f"Athena's query `{query_id}` was stopped: it had read {state.scanned_bytes:,} bytes of at most {max_bytes:,}",
                "ask for fewer days, accounts or regions, or raise `--max-bytes`",
            )
    return state
