"""Usage and explained events for a person: tables per principal, then what was not counted and not read.

What comes from a log is shown as it is: never read as markup, its control characters made visible.
"""

from collections import Counter
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from secrets_cli.report.coverage_words import digest_words, event_history_words, not_opened_words
from secrets_cli.usage.explain import Explained
from secrets_cli.usage.usage import Fate, NotCountedReason, Outcome, Rejected, Usage, Use


def usage_report(usage: Usage) -> RenderableType:
    """The whole of a scan."""
    by_principal: dict[str, list[Use]] = {}
    for use in usage.uses:
        by_principal.setdefault(use.principal, []).append(use)
    tables = [part for principal, uses in by_principal.items() for part in (_principal_table(principal, uses), Text())]
    return Group(
        *tables, *_not_counted_lines(usage), *_rejected_lines(usage.coverage.rejected), *_coverage_lines(usage)
    )


def explained_report(explained: Explained) -> RenderableType:
    """One line an event and resource, with what was needed."""
    table = _table("event", "principal", "counted", "action", "resource")
    for event in explained.events:
        who = event.principal.rpartition(":")[2] or "-"
        rows = [(g.action, r) for g in event.grants for r in g.resources] or [("-", event.why or "-")]
        for n, (action, resource) in enumerate(rows):
            first = (event.event_name, who, f"{'yes' if event.counted else 'no'}, {event.reason}")
            table.add_row(*(_shown(text) for text in (*(first if n == 0 else ("", "", "")), action, resource)))
    counted = sum(event.counted for event in explained.events)
    line = f"{len(explained.events):,} events, {counted:,} counted; {len(explained.rejected):,} records rejected"
    return Group(table, *_rejected_lines(explained.rejected), Text(line))


def _principal_table(principal: str, uses: list[Use]) -> Table:
    table = _table("action", "resource", "outcome", "count", "last seen", title=principal)
    merged: dict[tuple[str, str, Outcome], tuple[int, str]] = {}
    for use in uses:
        key = (use.action, use.resource, use.outcome)
        count, last = merged.get(key, (0, ""))
        merged[key] = (count + use.count, max(last, use.last_seen))
    for (action, resource, outcome), (count, last) in merged.items():
        cells = (action, resource, outcome.value, f"{count:,}", last or "no time")
        table.add_row(*map(_shown, cells), style="red" if outcome is Outcome.DENIED else "")
    return table


def _not_counted_lines(usage: Usage) -> Iterable[Text]:
    counts: Counter[str] = Counter()
    unknown: Counter[tuple[str, str]] = Counter()
    for entry in usage.not_counted:
        counts[entry.reason.value] += entry.count
        if entry.reason is NotCountedReason.UNKNOWN_EVENT:
            unknown[entry.event_source, entry.event_name] += entry.count
    for reason, count in sorted(counts.items()):
        yield Text(f"not counted: {_records(count)}, {reason}")
    for (source, name), count in sorted(unknown.items()):
        yield _shown(f"    no rule for {source} {name} ({count:,}x)", "yellow")


def _rejected_lines(rejected: Iterable[Rejected]) -> Iterable[Text]:
    for item in rejected:
        yield _shown(f"rejected: {item.where}: {item.reason}", "red")


def _coverage_lines(usage: Usage) -> Iterable[Text]:
    coverage = usage.coverage
    fates = dict(coverage.fates)
    said = [f"{count:,} {fate.value}" for fate, count in fates.items() if count or fate is Fate.USED]
    files = "1 file" if coverage.files == 1 else f"{coverage.files:,} files"
    if coverage.event_history:
        files = f"{files} and event history" if coverage.files else "event history"
    yield Text(f"{_records(coverage.records)} in {files}: {', '.join(said)}")
    yield Text(
        f"{len(usage.principals):,} principals; {coverage.first or 'no time'} to {coverage.last or 'no time'}; "
        f"{len(coverage.rejected):,} files or records rejected"
    )
    if coverage.is_of_asked:
        yield Text("all of this is of the principals asked for alone: what others did was passed over")
    yield _shown(f"data events: {', '.join(coverage.data_event_types) or 'none'}")
    for one in coverage.not_opened:
        yield _shown(f"not opened in {one.where}: {not_opened_words(one)}")
    if coverage.event_history:
        yield _shown(event_history_words(coverage.event_history))
    for verified in coverage.digests:
        yield _shown(digest_words(verified))


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count:,} records"


def _shown(text: str, style: str = "") -> Text:
    """Text of a log as a cell or line: a control character could move the cursor or hide a line."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return Text(text, style)


def _table(*columns: str, title: str = "") -> Table:
    table = Table(
        title=_shown(title) if title else None, title_justify="left", box=None, pad_edge=False, padding=(0, 2)
    )
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "count" else "left")
    return table
