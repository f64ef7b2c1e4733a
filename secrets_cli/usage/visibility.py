"""What some logs can show of an action: all of its use, a part, or nothing. *Not seen* is *unused* only where all of it
could be seen.

Management actions are visible where the logs hold records of the region. Data actions are visible where the trail's selectors
log their type; where no selectors are known, where the logs hold at least one data event of the type, by anybody. A few
calls are never logged. Whatever is not certain counts as hidden.

Sources: `secrets_cli.usage.selectors`, `secrets_cli.catalog.visibility`.
"""

import enum
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.visibility import DataEvent, ManagementEvent, NeverLogged, visibility_of
from secrets_cli.usage.selectors import Category, Selection, Selectors
from secrets_cli.usage.visibility_arns import event_arns
from secrets_cli.usage.visibility_calls import calls_behind
from secrets_cli.usage.visibility_match import Trace, may_take, takes, why_not

Grants: TypeAlias = Callable[[str], Sequence[str]]
"""Action -> the resource patterns on which the principal may use it; none where it may not."""

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of what some logs can show."""

    data_event_types: frozenset[str] = frozenset()
    """Types of which the logs hold a data event."""
    selectors: tuple[Selectors, ...] = ()
    """Of the trails whose logs they are; empty: unknown."""
    regions: frozenset[str] = frozenset()
    """Regions of which the logs hold a record; empty: unknown, and no region is held against an action."""
    caller: str = "*"
    """Pattern of the principal's `userIdentity.arn`."""

    @property
    def selections(self) -> tuple[Selection, ...]:
        """The selections of all trails: an event is in the logs where one of them takes it."""
        return tuple(selection for selectors in self.selectors for selection in selectors.selections)


class State(enum.Enum):
    """How much of an action's use the logs can show."""

    VISIBLE = "visible"
    PARTLY = "partly"
    INVISIBLE = "invisible"


@dataclass(frozen=True, slots=True)
class ActionVisibility:
    """What the logs can show of one action, whatever its resource."""

    action: str
    state: State
    type: str = ""
    """Its data-event type; empty for a management action and one that is never logged."""
    why: str = ""
    """Why not all of it is visible; empty where it is."""


def caller_pattern(principal: str) -> str:
    """The `userIdentity.arn` of calls by a role or user: a role's calls bear the session's ARN, without the role's path.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    """
    fields = principal.split(":", 5)
    if len(fields) < 6 or not fields[5].startswith("role/"):
        return principal
    return f"arn:{fields[1]}:sts::{fields[4]}:assumed-role/{fields[5].rpartition('/')[2]}/*"


def hidden(sight: Sight, action: str, resource: str, grants: Grants | None, catalog: Catalog) -> str:
    """Why some use of the action on the resource pattern could be missing in the logs; empty where none could.

    `resource` has `*` for each policy variable. `grants` tells what else the principal may do, as a call such as a copy
    needs two actions; None: anything.
    """
    if catalog.action(action) is None:
        return "the catalog does not know the action, so it cannot be told whether logs would show it"
    if missing := missing_region(sight, resource):
        return missing
    kind = visibility_of(action)
    match kind:
        case NeverLogged(reason=reason):
            return reason
        case ManagementEvent():
            if not sight.selectors:
                return ""
            return _unselected(sight, "", _traces(sight, action, "", resource, grants, catalog))
        case DataEvent(type=type_):
            if not sight.selectors:
                return "" if type_ in sight.data_event_types else f"the logs hold no data events of type {type_}"
            return _unselected(sight, type_, _traces(sight, action, type_, resource, grants, catalog))
        case unreachable:
            assert_never(unreachable)


def missing_region(sight: Sight, resource: str) -> str:
    """Why nothing can be said of a resource pattern that names a region: the logs hold no record of it; else empty."""
    fields = resource.split(":", 5)
    region = fields[3] if len(fields) == 6 and _REGION.fullmatch(fields[3]) else ""
    is_missing = region and sight.regions and region not in sight.regions
    return f"the logs hold no record of region {region}" if is_missing else ""


def action_visibility(sight: Sight, action: str, catalog: Catalog) -> ActionVisibility:
    """How much of an action's use, on any resource, the logs can show."""
    kind = visibility_of(action)
    type_ = kind.type if isinstance(kind, DataEvent) else ""
    why = hidden(sight, action, "*", None, catalog)
    if not why:
        return ActionVisibility(action, State.VISIBLE, type_)
    can_be_logged = sight.selectors and catalog.action(action) and not isinstance(kind, NeverLogged)
    traces = _traces(sight, action, type_, "*", None, catalog) if can_be_logged else ()
    is_partly = any(may_take(selection, trace) for trace in traces for selection in _candidates(sight, type_))
    return ActionVisibility(action, State.PARTLY if is_partly else State.INVISIBLE, type_, why)


def types_off(sight: Sight, types: Iterable[str]) -> tuple[str, ...]:
    """Those of the data-event types of which the logs can show nothing at all, sorted."""
    logged = {s.type for s in sight.selections} if sight.selectors else sight.data_event_types
    return tuple(sorted(set(types) - set(logged)))


def contradiction_warning(type_: str) -> str:
    """What one contradiction means."""
    return (
        f"the logs hold {type_} data events, which the selectors do not log: they are of another trail, or were changed "
        "since"
    )


def contradictions(sight: Sight) -> tuple[str, ...]:
    """Data-event types that the logs hold although no selector logs them, sorted: the selectors are of another trail, or
    were changed."""
    return types_off(sight, sight.data_event_types) if sight.selectors else ()


def _unselected(sight: Sight, type_: str, traces: Iterable[Trace]) -> str:
    """Why one of the traces is not certainly logged; empty where all are."""
    candidates = _candidates(sight, type_)
    for trace in traces:
        if not any(takes(selection, trace) for selection in candidates):
            return why_not(candidates, type_, trace)
    return ""


def _candidates(sight: Sight, type_: str) -> tuple[Selection, ...]:
    category = Category.DATA if type_ else Category.MANAGEMENT
    return tuple(s for s in sight.selections if s.category is category and s.type == type_)


def _traces(
    sight: Sight, action: str, type_: str, resource: str, grants: Grants | None, catalog: Catalog
) -> Iterator[Trace]:
    """Every sort of record that a use of the action on the resource pattern can leave."""
    prefix = action.partition(":")[0].lower()
    for call in calls_behind(action, catalog):
        if call.made_on and grants is not None:
            arns = [a for r in grants(call.made_on) for a in event_arns(call.made_on, type_, r, catalog)]
        else:
            arns = list(event_arns(action, type_, resource, catalog)) if type_ else ["*"]
        for arn in arns:
            if call.may_be_read:
                yield Trace(call.name, True, prefix, sight.caller, arn)
            if call.may_be_write:
                yield Trace(call.name, False, prefix, sight.caller, arn)
