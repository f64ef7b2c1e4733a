"""What the logs of a narrowing could not show, at the top of its report: data events that are off shout."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.panel import Panel
from rich.text import Text

from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.narrowing import InvisibleAction, LogSight, Narrowing
from secrets_cli.wording import how_many

_MANY = 8


def off_lines(sight: LogSight | None) -> Iterable[RenderableType]:
    """A red panel where data events are off that the present policy grants actions of; nothing else."""
    if sight is None or not sight.data_events_off:
        return
    lines = Text()
    for off in sight.data_events_off[:_MANY]:
        lines.append(f"{off.type}: {how_many(off.actions, 'granted action')} whose use cannot be seen\n")
    if rest := sight.data_events_off[_MANY:]:
        lines.append(
            f"and {how_many(len(rest), 'more type')} with {how_many(sum(off.actions for off in rest), 'action')}\n"
        )
    lines.append(
        "Nothing of it is narrowed. Off is CloudTrail's default; switch them on for some weeks, or say what may go"
    )
    lines.append(" with --drop-invisible SERVICE.")
    title = "DATA EVENTS ARE OFF" if sight.selectors else "NO DATA EVENTS OF THESE TYPES IN THE LOGS"
    yield Panel(lines, title=title, title_align="left", style="bold red", padding=(0, 1), expand=False)


def sight_line(sight: LogSight | None) -> Iterable[RenderableType]:
    """By what the logs' visibility was decided."""
    if sight is None:
        return
    by = f"the selectors of {', '.join(sight.selectors)}" if sight.selectors else "what the logs hold"
    yield Text(f"What can be seen was decided by {by}; {how_many(sight.days, 'day')} are covered.")


def last_accessed_lines(result: Narrowing) -> Iterable[Text]:
    """IAM's word on the services that stay because they are invisible."""
    if result.sight is None or not result.sight.last_accessed:
        return
    by_words: dict[str, list[str]] = {}
    for item in result.invisible:
        if item.kept and item.last_accessed:
            by_words.setdefault(item.last_accessed, []).append(item.action)
    if by_words:
        yield Text("What IAM itself says of the actions that cannot be seen", style="italic")
    for words, actions in by_words.items():
        yield Text(f"  {words}: {_some(actions)}")
    if idle := _idle_services(result.invisible):
        yield Text(f"  not accessed, so likely safe to drop: --drop-invisible {' --drop-invisible '.join(idle)}")


def sight_json(sight: LogSight) -> dict[str, JsonValue]:
    """The field `visibility` of a narrowing document."""
    return {
        "basis": "selectors" if sight.selectors else "logs",
        "selectors": list(sight.selectors),
        "last_accessed": sight.last_accessed or None,
        "first": sight.first or None,
        "last": sight.last or None,
        "days": sight.days,
        "regions": list(sight.regions),
        "data_events_off": [{"type": off.type, "actions": off.actions} for off in sight.data_events_off],
    }


def _idle_services(invisible: Sequence[InvisibleAction]) -> tuple[str, ...]:
    kept = [item for item in invisible if item.kept]
    services = dict.fromkeys(item.action.partition(":")[0] for item in kept)
    used = {item.action.partition(":")[0] for item in kept if not item.last_accessed.startswith("IAM saw no attempt")}
    return tuple(service for service in services if service not in used)


def _some(actions: Sequence[str]) -> str:
    more = f" and {len(actions) - _MANY} more" if len(actions) > _MANY else ""
    return ", ".join(actions[:_MANY]) + more
