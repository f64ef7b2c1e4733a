"""`usage scan --engine spark`: the aggregation on a Spark cluster, or on this machine's cores.

Files are listed here, as the local engine lists them, so that names, doubles and pruning are the same. Spark reads and groups
them, without any Python on its workers. What it cannot read surely as the local engine does - an odd record, a file that is
damaged, hidden to it or of another form - is read here by the local engine's code: so the result is the same, gaps included.

A worker that is lost costs time alone: Spark makes its part anew from the files.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import unquote

from secrets_cli.errors import ConfigurationError, EngineFailure
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.engines.groups import GroupRow, Groups, OddRowError, group_row
from secrets_cli.usage.engines.listing import Work, work_of
from secrets_cli.usage.engines.spark_session import require_spark, spark_session
from secrets_cli.usage.engines.texts import aggregation
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.one_file import read_file
from secrets_cli.usage.s3_scan import BatchTask, S3Ask, refuse_unfetched, settle_bystanders
from secrets_cli.usage.sources.content import FREE, LARGEST, RATIO
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.s3_layout import is_s3
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import EVERYTHING, Window

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PATTERN = frozenset("*?[]{}\\:")
"""What Hadoop reads in a path as a pattern, or as the end of a scheme."""
_POLL_SECONDS = 0.5
_MOST_LOST = 100
"""Files that no worker could read, up to which they are read here."""


@dataclass(frozen=True, slots=True)
class SparkAsk:
    """Where Spark runs."""

    master: str = "local[*]"
    """Or `spark://host:port`."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Spark's own, such as `spark.executor.memory`; they win over ours."""


@dataclass(frozen=True, slots=True)
class SparkProgress:
    """How far a job is."""

    done: int
    """Tasks, of the stages begun so far."""
    tasks: int


def scan_on_spark(
    sources: Sequence[str],
    ask: SparkAsk,
    meaning: Meaning,
    principals: frozenset[str] | None = None,
    window: Window = EVERYTHING,
    s3: S3Ask | None = None,
    progress: Callable[[SparkProgress], None] | None = None,
) -> Usage:
    """The usage in the sources, equal to what `secrets_cli.usage.engine.scan` says of them.

    Workers must see the files under the same paths; `s3://` sources are read by them as `s3a://`, which needs Hadoop's
    `hadoop-aws` and credentials of their own. Raises as `scan` does, and as `spark_session` for what Spark does.
    """
    require_spark()
    s3 = s3 or S3Ask()
    work = work_of(sources, window, s3)
    groups = Groups(principals, meaning, window)
    by_uri = {uri: file for file in work.files if (uri := _uri(file))}
    if by_uri:
        with spark_session(ask.master, ask.settings) as session, _watched(session, progress):
            try:
                groups.add_all(_named(_rows(session, sorted(by_uri), principals, window), by_uri))
            except OddRowError as error:
                raise EngineFailure(f"Spark answered with rows that are not ours: {error}") from None
    refuse_blind(len(by_uri), len(groups.files), ask.master)
    read = {by_uri[uri].path: size for uri, size in groups.files.items()}
    total = groups.total
    for size in read.values():
        if size is not None:
            total.files += 1
            total.bytes += size
    total.rejected += work.rejected
    left = [file for file in work.files if read.get(file.path) is None]
    total.add_all(_read_here(left, work, groups, s3))
    settle_bystanders(total, work.has_delivered)
    usage = total.usage()
    refuse_unfetched(usage.coverage)
    return replace(usage, coverage=replace(usage.coverage, not_opened=work.not_opened))


def refuse_blind(files: int, seen: int, master: str) -> None:
    """Raise EngineFailure where the workers did not see files by the hundred: a few are read here, not a trail."""
    lost = files - seen
    if lost > max(_MOST_LOST, files // 10):
        raise EngineFailure(
            f"the workers of `{master}` could not read {lost:,} of {files:,} files",
            "they must see a folder under the same path, and need credentials of their own for S3 "
            "(`--spark-conf spark.hadoop.fs.s3a.aws.credentials.provider=...`)",
        )


def _uri(file: LogFile) -> str:
    """What Spark calls the file; empty where it would read the path as something else."""
    if is_s3(file.path):
        place = file.path.partition("://")[2]
        return "" if _PATTERN & set(place) else f"s3a://{place}"
    path = os.path.abspath(file.path)  # noqa: PTH100 - `Path.absolute` leaves `..` in, and Hadoop does not
    has_bytes = not path.isascii() and not path.isprintable()
    return "" if _PATTERN & set(path) or has_bytes else f"file://{path}"


def _rows(
    session: "SparkSession", uris: Sequence[str], principals: frozenset[str] | None, window: Window
) -> Iterator[GroupRow]:
    """The rows of the aggregation, as partitions of it are done."""
    text = session.read.text(list(uris), wholetext=True)
    named = text.selectExpr("_metadata.file_path AS path", "_metadata.file_size AS size", "value")
    named.createOrReplaceTempView("log_files")
    view = (files(__package__) / "events.spark.sql").read_text(encoding="utf-8")
    filled = view.format(largest=LARGEST, free=FREE, ratio=RATIO, asked=_asked(principals), outside=_outside(window))
    session.sql(filled).createOrReplaceTempView("events")
    for row in session.sql(aggregation("spark")).toLocalIterator(prefetchPartitions=True):
        yield group_row(row)


def _named(rows: Iterable[GroupRow], by_uri: Mapping[str, LogFile]) -> Iterator[GroupRow]:
    """The rows with their places as reports call files; those of whole files as `by_uri` calls them."""
    for row in rows:
        if not row.place:
            yield row
            continue
        uri, mark, number = row.place.partition("#") if row.row_kind == "odd" else (row.place, "", "")
        uri = _plain(uri)
        if uri not in by_uri:
            raise OddRowError(f"a file that was not asked for: `{uri}`")
        yield row._replace(place=uri if row.row_kind == "file" else f"{by_uri[uri].name}{mark}{number}")


def _plain(uri: str) -> str:
    """Hadoop's way of writing a path, which escapes it and leaves slashes out, as `_uri` has it."""
    scheme, _, path = unquote(uri).partition(":")
    return f"{scheme}://{path.lstrip('/') if scheme != 'file' else '/' + path.lstrip('/')}"


def _asked(principals: frozenset[str] | None) -> str:
    if principals is None:
        return "TRUE"
    arns = ", ".join(_literal(arn) for arn in sorted(principals))
    return f"k.userIdentity.sessionContext.sessionIssuer.arn IN ({arns}) OR k.userIdentity.arn IN ({arns})"


def _outside(window: Window) -> str:
    """Of a time as CloudTrail writes it; others are looked at by the program."""
    limits = [f"r.eventTime < {_literal(window.since)}"] if window.since else []
    limits += [f"r.eventTime >= {_literal(window.until)}"] if window.until else []
    plain = "length(r.eventTime) = 20 AND r.eventTime RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$'"
    return f"{plain} AND ({' OR '.join(limits)})" if limits else "FALSE"


def _literal(text: str) -> str:
    """A text as Spark reads it: https://spark.apache.org/docs/3.5.0/sql-ref-literals.html"""
    if not text.isprintable():
        raise ConfigurationError("a principal's ARN holds a character that cannot be shown", "check `--principal`")
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _read_here(left: Sequence[LogFile], work: Work, groups: Groups, s3: S3Ask) -> Aggregate:
    """What the files add that Spark could not read."""
    total = Aggregate()
    objects = tuple(file for file in left if is_s3(file.path))
    for file in left:
        if file not in objects:
            is_bystander = work.has_delivered and not file.is_delivered
            total.add_all(
                read_file(file, groups.principals, groups.meaning, groups.window, may_be_other_json=is_bystander)
            )
    if objects:
        total.add_all(BatchTask(lambda: groups.meaning, groups.principals, groups.window, s3.access)(objects))
    return total


@contextmanager
def _watched(session: "SparkSession", progress: Callable[[SparkProgress], None] | None) -> Iterator[None]:
    """Tell `progress` how far the jobs are while the block runs."""
    if progress is None:
        yield
        return
    over = threading.Event()
    tracker = session.sparkContext.statusTracker()

    def watch() -> None:
        done: dict[int, tuple[int, int]] = {}
        while not over.wait(_POLL_SECONDS):
            for stage in tracker.getActiveStageIds():
                if (info := tracker.getStageInfo(stage)) is not None:
                    done[stage] = info.numCompletedTasks, info.numTasks
            progress(SparkProgress(sum(one for one, _ in done.values()), sum(all_ for _, all_ in done.values())))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
