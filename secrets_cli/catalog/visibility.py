"""How a use of an IAM action shows in CloudTrail: as a management event, as a data event of one type, or never.

Management events are logged wherever a trail is. Data events are off by default and chosen by resource type
(`AWS::S3::Object`); an action whose calls are data events is therefore *invisible*, not *unused*, where its type is not
logged. A few calls are never logged. What is not listed here counts as a management event.

Sources, read 2026-11:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html and the page each
service keeps on logging with CloudTrail.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from secrets_cli.catalog.data_events import ACTIONS_BY_TYPE, EVENT_NAMES, NEVER_LOGGED, SERVICE_TYPES


@dataclass(frozen=True, slots=True)
class ManagementEvent:
    """Calls are logged by every trail."""


@dataclass(frozen=True, slots=True)
class DataEvent:
    """Calls are logged only where a trail's selectors name the type."""

    type: str
    """Such as `AWS::S3::Object`."""


@dataclass(frozen=True, slots=True)
class NeverLogged:
    """No trail shows the calls."""

    reason: str


Visibility: TypeAlias = ManagementEvent | DataEvent | NeverLogged

_TYPE_OF_ACTION = MappingProxyType(
    {action.lower(): type_ for type_, actions in ACTIONS_BY_TYPE.items() for action in actions}
)
ALWAYS_INVISIBLE = MappingProxyType({action.lower(): reason for action, reason in NEVER_LOGGED.items()})
"""Action in lower case -> why no log shows it."""


def visibility_of(action: str) -> Visibility:
    """How calls of `service:Name` (any case) are logged. An unknown action counts as a management event."""
    folded = action.lower()
    reason = ALWAYS_INVISIBLE.get(folded)
    if reason is not None:
        return NeverLogged(reason)
    type_ = data_event_type(action)
    return DataEvent(type_) if type_ is not None else ManagementEvent()


def data_event_type(action: str) -> str | None:
    """The data-event type by which calls of the action are logged; None for management events and for what is never
    logged."""
    return _TYPE_OF_ACTION.get(action.lower())


def data_event_types() -> tuple[str, ...]:
    """Every type that some action is logged by, sorted."""
    return tuple(sorted(ACTIONS_BY_TYPE))


def event_data_type(
    event_source: str,
    event_name: str,
    *,
    event_category: str = "",
    management_event: bool | None = None,
    resource_types: tuple[str, ...] = (),
) -> str | None:
    """The data-event type a record belongs to, or None for one that is no data event.

    `event_category` and `management_event` are the record's own fields (empty and None where it lacks them; where it
    lacks both, the event's name decides). Of the record's `resources[].type`, the one that is a data-event type
    decides; else the source.
    """
    if event_category:
        is_data = event_category == "Data"
    elif management_event is not None:
        is_data = not management_event
    else:
        is_data = _named_type(event_source, event_name) is not None
    if not is_data:
        return None
    known = [type_ for type_ in resource_types if type_ in ACTIONS_BY_TYPE]
    if known:
        return _preferred(known, event_name)
    named = _named_type(event_source, event_name) or SERVICE_TYPES.get(_source(event_source))
    return named or next(iter(resource_types), None)


def _source(event_source: str) -> str:
    return event_source.lower().removesuffix(".cn").removesuffix(".amazonaws.com")


def _named_type(event_source: str, event_name: str) -> str | None:
    """The type whose events bear the name, from the service of the source."""
    from secrets_cli.catalog.events.sources import prefix_of  # with the map of all events, which few who ask need

    source = _source(event_source)
    return EVENT_NAMES.get((source, event_name)) or _TYPE_OF_ACTION.get(
        f"{prefix_of(event_source)}:{event_name}".lower()
    )


def _preferred(known: list[str], event_name: str) -> str:
    """A record of a table with a stream lists both types, one of an access point the objects too: the type that the
    event's name belongs to, else the first."""
    named = [type_ for type_ in known if any(action.endswith(f":{event_name}") for action in ACTIONS_BY_TYPE[type_])]
    return (named or known)[0]
