"""Calls that change what a trail logs: the selectors of today say nothing of the days before them.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html
"""

from collections.abc import Iterable

from secrets_cli.usage.record import Record, text_of
from secrets_cli.usage.usage import Coverage, TrailChange
from secrets_cli.wording import named

CHANGING = frozenset(("DeleteTrail", "PutEventSelectors", "StartLogging", "StopLogging", "UpdateTrail"))
_NAMED = 4


def may_change_trail(event_source: str, event_name: str) -> bool:
    """Whether the event is one that changes what a trail logs, where it succeeds."""
    return event_name in CHANGING and event_source == "cloudtrail.amazonaws.com"


def trail_change(record: Record) -> TrailChange | None:
    """The change a record shows; None for any other, and for one that failed."""
    if not may_change_trail(record.event_source, record.event_name) or record.error_code:
        return None
    parameters = record.parameters if isinstance(record.parameters, dict) else {}
    return TrailChange(
        record.event_time, record.event_name, text_of(parameters, "trailName") or text_of(parameters, "name")
    )


def change_warning(coverage: Coverage, trails: Iterable[str] = ()) -> str:
    """That one of `trails` (ARNs or names; none: any trail) was changed in the days of the logs; empty where none was."""
    names = {trail.rpartition("/")[2] for trail in trails if trail}
    changes = [change for change in coverage.trail_changes if not names or change.trail.rpartition("/")[2] in names]
    if not changes:
        return ""
    listed = ", ".join(
        f"{c.event_name} on {named(c.trail, 'a trail')} at {c.time or 'no time'}" for c in changes[:_NAMED]
    )
    more = f" and {len(changes) - _NAMED} more" if len(changes) > _NAMED else ""
    return f"what is logged was changed in the days of these logs: {listed}{more}; before, less may have been logged"
