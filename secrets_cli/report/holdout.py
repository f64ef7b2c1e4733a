"""What a narrowing made of the earlier part of a log would have denied in the later part."""

from typing import TYPE_CHECKING

from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.holdout import Holdout
from secrets_cli.narrow.narrowing import Blocked
from secrets_cli.report.narrowing_words import holdout_sentence

if TYPE_CHECKING:
    from rich.console import RenderableType


def holdout_json(measure: Holdout | Blocked) -> dict[str, JsonValue]:
    """The measure, or why there is none."""
    if isinstance(measure, Blocked):
        return {"blocked": measure.reason}
    return {
        "cut": measure.cut,
        "earlier_events": measure.earlier_events,
        "later_events": measure.later_events,
        "later_requests": measure.later_requests,
        "denied_requests": measure.denied_requests,
        "denied_events": measure.denied_events,
        "denied": [
            {
                "sid": one.sid or None,
                "action": one.action,
                "requests": one.requests,
                "events": one.events,
                "examples": list(one.examples),
            }
            for one in measure.denied
        ],
    }


def holdout_report(measure: Holdout | Blocked) -> "RenderableType":
    """For people."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    if isinstance(measure, Blocked):
        return Text(holdout_sentence(measure), style="yellow")
    head = Text(holdout_sentence(measure), style="yellow" if measure.denied_events else "green")
    if not measure.denied:
        return head
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("statement", "action", "events", "requests", "such as"):
        table.add_column(title, overflow="fold", justify="right" if title in ("events", "requests") else "left")
    for one in measure.denied:
        cells = (one.sid or "-", one.action, f"{one.events:,}", f"{one.requests:,}", one.examples[0])
        table.add_row(*(Text(cell) for cell in cells))
    return Group(head, table)
