"""When IAM last saw a principal use a service, or an action: a second source beside the logs, of less detail.

Read from the JSON of `aws iam get-service-last-accessed-details`. It tells the last attempt only, denied ones included,
never the resource; of actions it tracks management actions of some services alone, and `iam:PassRole` never. So it is
evidence beside the logs and takes nothing away.

Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html and, on what is tracked
and for how long (at least 400 days, less in a Region that began later),
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html, read 2026-11.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from secrets_cli.usage.json_place import JsonPlace, read_document

_EXPECTED = (
    "give the output of `aws iam get-service-last-accessed-details --job-id ID`, of a finished job that "
    "`aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL --arn ARN` began"
)


@dataclass(frozen=True, slots=True)
class LastAccess:
    """The last attempt to use a service or an action."""

    time: str
    """UTC, ISO 8601 with `Z`; empty: none in the tracking period."""
    region: str = ""


@dataclass(frozen=True, slots=True)
class LastAccessed:
    """One report of IAM."""

    name: str
    """What the reader knows the file by."""
    as_of: str
    """When the report was made, UTC; empty where it does not say."""
    services: Mapping[str, LastAccess]
    """By IAM prefix in lower case: each service that the principal's policies allowed."""
    actions: Mapping[str, LastAccess]
    """By `service:Name` in lower case: the actions that IAM tracks."""
    entities: frozenset[str]
    """ARNs that the report names as the ones who accessed."""
    is_truncated: bool = False
    """Whether there are more services than the report lists."""


def parse_last_accessed(text: str, name: str) -> LastAccessed:
    """The report in a document. Raises MalformedInput where it is none, or of a job that is not finished."""
    root = read_document(text, name, _EXPECTED)
    status = root.text("JobStatus")
    if status not in ("", "COMPLETED"):
        raise root.at("JobStatus").error(f"is `{status[:40]}`: there is no report yet")
    if root.at("ServicesLastAccessed").value is None:
        raise root.error("has no `ServicesLastAccessed`")
    services: dict[str, LastAccess] = {}
    actions: dict[str, LastAccess] = {}
    entities: set[str] = set()
    for item in root.items("ServicesLastAccessed"):
        prefix = item.text("ServiceNamespace").lower()
        if not prefix:
            raise item.error("has no `ServiceNamespace`")
        services[prefix] = _access(item, "LastAuthenticated", "LastAuthenticatedRegion")
        entities.add(item.text("LastAuthenticatedEntity"))
        for action in item.items("TrackedActionsLastAccessed"):
            actions[f"{prefix}:{action.text('ActionName')}".lower()] = _access(
                action, "LastAccessedTime", "LastAccessedRegion"
            )
            entities.add(action.text("LastAccessedEntity"))
    return LastAccessed(
        name,
        _time(root, "JobCompletionDate") or _time(root, "JobCreationDate"),
        services,
        actions,
        frozenset(entities - {""}),
        root.flag("IsTruncated", otherwise=False),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What the report says of one action within the days that the logs cover."""

    level: str
    """`action` or `service`: how fine the report is."""
    time: str
    """The last attempt; empty: none in the tracking period."""
    is_within: bool
    """Whether the last attempt lies in the days of the logs."""
    says: str
    """For people."""


def seen_of(report: LastAccessed, action: str, first: str, last: str) -> Seen | None:
    """What the report says of `service:Name`, the logs reaching from `first` to `last`; None where it says nothing."""
    tracked = report.actions.get(action.lower())
    prefix = action.partition(":")[0].lower()
    found = tracked or report.services.get(prefix)
    if found is None:
        return None
    level = "action" if tracked else "service"
    what = action if tracked else prefix
    if not found.time:
        as_of = f" before {report.as_of}" if report.as_of else ""
        return Seen(level, "", False, f"IAM saw no attempt to use {what} in its tracking period{as_of} ({level} level)")
    is_within = bool(first) and first <= found.time <= last
    where = "" if is_within else ", before these logs" if found.time < first else ", after these logs"
    return Seen(level, found.time, is_within, f"IAM last saw {what} used at {found.time}{where} ({level} level)")


def _access(item: JsonPlace, time: str, region: str) -> LastAccess:
    return LastAccess(_time(item, time), item.text(region))


def _time(item: JsonPlace, field: str) -> str:
    """A time as CloudTrail writes it, so that texts compare; empty where the field is absent."""
    written = item.text(field)
    if not written:
        return ""
    try:
        moment = datetime.datetime.fromisoformat(written)
    except ValueError:
        raise item.at(field).error("is no time") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
