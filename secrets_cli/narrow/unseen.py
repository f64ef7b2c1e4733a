"""What a reader must be told of an action that no record shows: that it is unused, or that the logs are blind for it."""

from collections.abc import Iterable, Iterator, Sequence

from secrets_cli.narrow.granted import GrantedAction
from secrets_cli.narrow.invisible import Evidences
from secrets_cli.narrow.narrowing import LogSight
from secrets_cli.usage.last_accessed import LastAccessed, seen_of
from secrets_cli.usage.trail_changes import change_warning
from secrets_cli.usage.usage import Coverage
from secrets_cli.usage.visibility import contradiction_warning, contradictions
from secrets_cli.usage.visibility_days import hole_warning
from secrets_cli.wording import days_covered, how_many

_MANY_REGIONS = 4
_NAMED = 8


def unused_reason(coverage: Coverage, last_accessed: LastAccessed | None, action: str) -> str:
    """Why a visible action goes: on how many days and in which regions it was not used, and what IAM says of earlier."""
    days = days_covered(coverage.first, coverage.last)
    period = how_many(days, "day") if days else "these logs"
    regions = (
        f"{len(coverage.regions)} regions" if len(coverage.regions) > _MANY_REGIONS else ", ".join(coverage.regions)
    )
    reason = f"unused: visible and not used in {period}" + (f" in {regions}" if regions else "")
    seen = seen_of(last_accessed, action, coverage.first, coverage.last) if last_accessed else None
    return f"{reason}; {seen.says}" if seen and seen.level == "action" else reason


def visibility_warnings(sight: LogSight, known: Evidences, granted: Sequence[GrantedAction]) -> Iterator[str]:
    """What of the evidence is not as it should be, the worst first."""
    if off := off_summary(sight):
        yield off
    for kind in contradictions(known.sight):
        yield f"{contradiction_warning(kind)}; what they leave out is kept"
    if hole := hole_warning(known.coverage):
        yield hole
    if change := change_warning(known.coverage, [selectors.trail for selectors in known.sight.selectors]):
        yield change
    if known.last_accessed is not None:
        yield from _last_accessed_warnings(known.last_accessed, known, granted)


def off_summary(sight: LogSight | None) -> str:
    """That data events are off, for which types and how many granted actions; empty where they are not."""
    if sight is None or not sight.data_events_off:
        return ""
    kinds = ", ".join(f"{off.type} ({how_many(off.actions, 'action')})" for off in sight.data_events_off[:_NAMED])
    rest = sight.data_events_off[_NAMED:]
    more = f" and {how_many(len(rest), 'more type')} ({sum(off.actions for off in rest)})" if rest else ""
    so = "DATA EVENTS ARE OFF" if sight.selectors else "NO DATA EVENTS IN THE LOGS"
    return f"{so} for {kinds}{more}: their use cannot be seen, so it is not narrowed"


def _last_accessed_warnings(report: LastAccessed, known: Evidences, granted: Sequence[GrantedAction]) -> Iterator[str]:
    if report.is_truncated:
        yield f"`{report.name}` is only the first page of IAM's report: services it does not list are unknown"
    seen = {action.partition(":")[0].lower() for action in known.used | known.denied}
    for service in _services(granted):
        found = report.services.get(service)
        if found is None or service in seen or not found.time:
            continue
        if known.coverage.first <= found.time <= known.coverage.last:
            yield (
                f"IAM last saw `{service}` used at {found.time}, in the days of these logs, which show no call of it "
                "that needs a permission"
            )


def _services(granted: Iterable[GrantedAction]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(action.action.partition(":")[0].lower() for action in granted))
