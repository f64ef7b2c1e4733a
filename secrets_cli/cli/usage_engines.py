"""`usage scan --engine`, and `usage athena-ddl`: which engine reads the logs, and what it needs to be told."""

import enum
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.athena import QueryState
    from secrets_cli.cli.log_source_options import S3Options
    from secrets_cli.usage.engines.athena import AthenaAnswer, AthenaPlan
    from secrets_cli.usage.engines.spark import SparkProgress
    from secrets_cli.usage.judge import Meaning
    from secrets_cli.usage.usage import Usage
    from secrets_cli.usage.window import Window


class Engine(enum.Enum):
    """What reads and groups the records."""

    LOCAL = "local"
    SPARK = "spark"
    ATHENA = "athena"


EngineOption = Annotated[
    Engine,
    typer.Option(
        "--engine", help="What reads the logs: this machine, a Spark cluster, or Athena over a trail's table."
    ),
]
MasterOption = Annotated[
    str | None, typer.Option("--master", metavar="URL", help="Spark: `local[*]` (the default) or spark://HOST:PORT.")
]
SparkConfOption = Annotated[
    list[str] | None, typer.Option("--spark-conf", metavar="NAME=VALUE", help="Spark: one of its settings. Repeatable.")
]
DatabaseOption = Annotated[str | None, typer.Option("--database", metavar="D", help="Athena: the table's database.")]
TableOption = Annotated[
    str | None, typer.Option("--table", metavar="T", help="Athena: the trail's table; `usage athena-ddl` makes one.")
]
WorkgroupOption = Annotated[
    str | None, typer.Option("--workgroup", metavar="W", help="Athena: the workgroup. Default: primary.")
]
OutputOption = Annotated[
    str | None,
    typer.Option("--output", metavar="S3-URL", help="Athena: where results go; the workgroup's place otherwise."),
]
MaxBytesOption = Annotated[
    str | None,
    typer.Option("--max-bytes", metavar="N", help="Athena: read up to this (`50GB`) without asking, and never more."),
]
PriceOption = Annotated[
    float | None, typer.Option("--price-per-tb", metavar="USD", help="Athena: the region's price. Default: 5.00.")
]
AthenaYesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="Athena: run the query without asking, whatever it costs.")
]
AthenaDryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Athena: print the query and what it would read, and run nothing.")
]


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """The options as they were given."""

    engine: Engine
    master: str | None = None
    spark_conf: Sequence[str] = ()
    database: str | None = None
    table: str | None = None
    workgroup: str | None = None
    output: str | None = None
    max_bytes: str | None = None
    price_per_tb: float | None = None
    yes: bool = False
    dry_run: bool = False

    def scan(
        self,
        sources: Sequence[str],
        principals: frozenset[str] | None,
        window: "Window",
        s3: "S3Options",
        here: "Callable[[], Usage]",
        *,
        quiet: bool,
    ) -> "Usage":
        """The usage, by the engine asked for; `here` reads it on this machine. Ends the command (exit 0) after the plan of a dry
        run.

        Raises ConfigurationError for options of another engine, and as the engine does.
        """
        self._refuse_strangers(sources)
        match self.engine:
            case Engine.LOCAL:
                return here()
            case Engine.SPARK:
                return self._on_spark(sources, principals, window, s3, quiet=quiet)
            case Engine.ATHENA:
                return self._by_athena(principals, window, s3, quiet=quiet)

    def refuse_local(self, options: "Mapping[str, object]") -> None:
        """Raise ConfigurationError for an option that only the local engine has: those that are not None were given."""
        given = next((name for name, value in options.items() if value is not None), None)
        if given and self.engine is not Engine.LOCAL:
            raise ConfigurationError(
                f"`{given}` is of the engine `local`, and `{self.engine.value}` was asked for",
                f"leave `{given}` out, or `--engine`",
            )

    def _refuse_strangers(self, sources: Sequence[str]) -> None:
        of_spark: dict[str, object] = {"--master": self.master, "--spark-conf": self.spark_conf}
        of_athena: dict[str, object] = {
            "--database": self.database,
            "--table": self.table,
            "--workgroup": self.workgroup,
            "--output": self.output,
            "--max-bytes": self.max_bytes,
            "--price-per-tb": self.price_per_tb,
            "--yes": self.yes,
            "--dry-run": self.dry_run,
        }
        for engine, options in ((Engine.SPARK, of_spark), (Engine.ATHENA, of_athena)):
            given = next((name for name, value in options.items() if value), None)
            if given and engine is not self.engine:
                raise ConfigurationError(
                    f"`{given}` is of the engine `{engine.value}`, and `{self.engine.value}` was asked for",
                    f"give `--engine {engine.value}`, or leave it out",
                )
        if self.engine is Engine.ATHENA and sources:
            raise ConfigurationError(
                f"Athena reads a table, not `{sources[0]}`", "leave the sources out, and name the table"
            )
        if self.engine is not Engine.ATHENA and not sources:
            raise ConfigurationError(
                "no source was named", "name folders or files of CloudTrail logs, or s3://BUCKET/PREFIX"
            )

    def _on_spark(
        self,
        sources: Sequence[str],
        principals: frozenset[str] | None,
        window: "Window",
        s3: "S3Options",
        *,
        quiet: bool,
    ) -> "Usage":
        from secrets_cli.usage.engines.spark import SparkAsk, scan_on_spark

        ask = SparkAsk(self.master or "local[*]", _settings(self.spark_conf))
        with _spark_bar(quiet=quiet) as show:
            return scan_on_spark(
                sources, ask, _meaning(), principals, window, s3.ask(sources, principals or ()), progress=show
            )

    def _by_athena(
        self, principals: frozenset[str] | None, window: "Window", s3: "S3Options", *, quiet: bool
    ) -> "Usage":
        import datetime

        from secrets_cli.aws.athena import AthenaService
        from secrets_cli.aws.target import Connection
        from secrets_cli.cli.terminal import hint, warn, write_text
        from secrets_cli.usage.engines.athena import plan_query, run_query
        from secrets_cli.usage.sources.s3_layout import choice_of

        if not self.database or not self.table:
            raise ConfigurationError("Athena needs the trail's table", "give `--database` and `--table`")
        limit = None if self.max_bytes is None else _bytes(self.max_bytes)
        ask = s3.ask(["s3://table"], principals or ())
        service = AthenaService(Connection(s3.target), self.workgroup or "primary", self.output or "")
        choice = choice_of(window, ask.accounts, ask.regions, ask.late_days)
        table = service.table(self.database, self.table)
        today = datetime.datetime.now(datetime.UTC).date()
        plan = plan_query(table, principals, window, choice, ask.access, today)
        for warning in plan.warnings:
            warn(warning)
        hint(self._price_said(plan), quiet)
        if self.dry_run:
            write_text(plan.query)
            raise typer.Exit
        self._agree(plan, limit)
        with _athena_bar(quiet=quiet) as show:
            answer = run_query(service, plan, _meaning(), show, limit)
        hint(self._cost_said(answer), quiet)
        return answer.usage

    def _price_said(self, plan: "AthenaPlan") -> str:
        from secrets_cli.usage.engines.athena import PRICE_PER_TB

        price = self.price_per_tb or PRICE_PER_TB
        estimate = plan.estimate
        where = f"{plan.table.database}.{plan.table.name}"
        if estimate.bytes is None:
            return f"athena: what `{where}` would read is not known: {estimate.why_unknown}; ${price:.2f} a TB"
        return (
            f"athena: a query of `{where}` would read {_size(estimate.bytes)} in {estimate.objects:,} objects, about "
            f"${self._dollars(estimate.bytes):.2f} (${price:.2f} a TB, https://aws.amazon.com/athena/pricing/ as of 2026-11)"
        )

    def _cost_said(self, answer: "AthenaAnswer") -> str:
        state = answer.state
        return (
            f"athena: query {answer.query_id} read {_size(state.scanned_bytes)} in {state.seconds:.0f} s, about "
            f"${self._dollars(state.scanned_bytes):.2f}; {answer.groups:,} groups came back"
        )

    def _dollars(self, scanned: int) -> float:
        from secrets_cli.usage.engines.athena import PRICE_PER_TB, dollars

        return dollars(scanned, self.price_per_tb or PRICE_PER_TB)

    def _agree(self, plan: "AthenaPlan", limit: int | None) -> None:
        """Go on where it is agreed to. Raises ConfigurationError where the estimate is over the limit."""
        from secrets_cli.cli.asking import confirm

        known = plan.estimate.bytes
        if limit is not None:
            if known is not None and known > limit:
                raise ConfigurationError(
                    f"the query would read {_size(known)}, more than `--max-bytes {self.max_bytes}`",
                    "ask for fewer days, accounts or regions, or raise the limit",
                )
            return
        if not confirm("Run the query", yes=self.yes):
            raise typer.Exit


def _settings(given: Sequence[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.startswith("spark."):
            raise ConfigurationError("`--spark-conf` takes NAME=VALUE", "give one such as `spark.executor.memory=4g`")
        found[name] = value
    return found


_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?B?)", text.strip().upper())
    unit = found[2] if found else ""
    factor = _UNITS.get(unit if unit.endswith("B") or not unit else f"{unit}B")
    if found is None or factor is None:
        raise ConfigurationError(f"`--max-bytes` is no size: `{text}`", "give one such as `50GB`")
    return int(float(found[1]) * factor)


def _size(count: int) -> str:
    for unit in ("TB", "GB", "MB", "KB"):
        if count >= _UNITS[unit]:
            return f"{count / _UNITS[unit]:,.1f} {unit}"
    return f"{count:,} bytes"


def _meaning() -> "Meaning":
    from secrets_cli.catalog.events import meaning_of
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.usage.remembered import remembered

    catalog = load_catalog()
    return remembered(lambda call: meaning_of(call, catalog))


@contextmanager
def _spark_bar(*, quiet: bool) -> "Iterator[Callable[[SparkProgress], None] | None]":
    """What to tell of a job's progress: a bar of its tasks where somebody is looking, and None elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from secrets_cli.cli.terminal import console

    columns = (TextColumn("spark"), BarColumn(), MofNCompleteColumn(), TextColumn("tasks"), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("spark", total=None)

        def show(now: "SparkProgress") -> None:
            bar.update(task, completed=now.done, total=now.tasks or None)

        yield show


@contextmanager
def _athena_bar(*, quiet: bool) -> "Iterator[Callable[[QueryState], None] | None]":
    """What to tell of a query's progress, where somebody is looking."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from secrets_cli.cli.terminal import console

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("athena: queued")

        def show(now: "QueryState") -> None:
            bar.update(task, description=f"athena: {now.state.lower()}, {_size(now.scanned_bytes)} read")

        yield show


def athena_ddl_command(
    bucket: Annotated[str, typer.Option("--bucket", metavar="NAME", help="The bucket that the trail delivers to.")],
    log_account: Annotated[
        list[str], typer.Option("--log-account", metavar="ACCOUNT", help="An account whose logs are there. Repeatable.")
    ],
    log_region: Annotated[
        list[str], typer.Option("--log-region", metavar="REGION", help="A region whose logs are there. Repeatable.")
    ],
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="The first day that there are logs of.")],
    prefix: Annotated[str, typer.Option("--prefix", metavar="PREFIX", help="The trail's key prefix.")] = "",
    organization: Annotated[
        str, typer.Option("--organization", metavar="o-ID", help="The organisation's id, for an organisation's trail.")
    ] = "",
    table: Annotated[str, typer.Option("--table", metavar="T", help="What to call the table.")] = "cloudtrail_logs",
) -> None:
    """Print the statement that makes a table of a trail in Athena, partitioned by account, region and day.

    Nothing is called. Run the statement once, in Athena; partitions are projected, so none is ever to be added.
    """
    from secrets_cli.cli.terminal import write_text
    from secrets_cli.usage.engines.athena_ddl import TrailPlace, table_statement

    place = TrailPlace(bucket, log_account, log_region, since, prefix, organization)
    write_text(table_statement(table, place))
