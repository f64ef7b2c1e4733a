"""Usage and explained events for a person: tables per principal, then what was not counted and not read."""

from collections import Counter
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from secrets_cli.usage.explain import Explained
from secrets_cli.usage.usage import Rejected, Usage, Use


def usage_report(usage: Usage) -> RenderableType:
    """The whole of a scan."""
    by_principal: dict[str, list[Use]] = {}
    for use in usage.uses:
        by_principal.setdefault(use.principal, []).append(use)
    tables = [part for principal, uses in by_principal.items() for part in (_principal_table(principal, uses), Text())]
    return Group(*tables, *_not_counted_lines(usage), *_rejected_lines(usage.coverage.rejected), _coverage_line(usage))


def explained_report(explained: Explained) -> RenderableType:
    """One line an event, with its grants."""
    table = _table("event", "principal", "counted", "action", "resource")
    for event in explained.events:
        who = event.principal.rpartition(":")[2] or "-"
        rows = [(g.action, r) for g in event.grants for r in g.resources] or [("-", event.why or "-")]
        for n, (action, resource) in enumerate(rows):
            first = (event.event_name, who, f"{'yes' if event.counted else 'no'}, {event.reason}")
            table.add_row(*(first if n == 0 else ("", "", "")), action, resource)
    return Group(table, *_rejected_lines(explained.rejected))


def _principal_table(principal: str, uses: list[Use]) -> Table:
    table = _table("action", "resource", "outcome", "count", "last seen", title=principal)
    merged: dict[tuple[str, str, str], tuple[int, str]] = {}
    for use in uses:
        key = (use.action, use.resource, use.outcome.value)
        count, last = merged.get(key, (0, ""))
        merged[key] = (count + use.count, max(last, use.last_seen))
    for (action, resource, outcome), (count, last) in merged.items():
        style = "red" if outcome == "denied" else ""
        table.add_row(action, resource, outcome, f"{count:,}", last, style=style)
    return table


def _not_counted_lines(usage: Usage) -> Iterable[Text]:
    counts: Counter[str] = Counter()
    for entry in usage.not_counted:
        counts[entry.reason.value] += entry.count
    for reason, count in sorted(counts.items()):
        yield Text(f"not counted: {count:,} records, {reason}")
    for entry in usage.not_counted:
        if entry.reason.value == "unknown-event":
            yield Text(f"    no rule for {entry.event_source} {entry.event_name} ({entry.count:,}x)", style="yellow")


def _rejected_lines(rejected: Iterable[Rejected]) -> Iterable[Text]:
    for item in rejected:
        yield Text(f"rejected: {item.where}: {item.reason}", style="red")


def _coverage_line(usage: Usage) -> Text:
    coverage = usage.coverage
    return Text(
        f"{coverage.records:,} records in {coverage.files:,} files, {len(coverage.rejected):,} rejected; "
        f"{len(usage.principals):,} principals; {coverage.first or 'no time'} to {coverage.last or 'no time'}; "
        f"data events: {', '.join(coverage.data_event_types) or 'none'}"
    )


def _table(*columns: str, title: str = "") -> Table:
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, padding=(0, 2))
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "count" else "left")
    return table
