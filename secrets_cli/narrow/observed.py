"""The distinct requests of one principal, with the evidence of all their records merged."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secrets_cli.iam.model import ConditionTerm
from secrets_cli.narrow.narrowing import DeniedEvent, Evidence, MappedCall
from secrets_cli.usage.usage import Outcome, Use

SAMPLES = 5
"""Event ids kept as evidence for one request."""

COUNTED = (Outcome.USED, Outcome.FAILED_AFTER_AUTHORIZATION)


@dataclass(frozen=True, slots=True)
class ObservedRequest:
    """What was asked for and authorised, however often."""

    action: str
    resource: str
    condition: tuple[ConditionTerm, ...]
    """Conditions that held in every one of the calls."""
    evidence: Evidence
    unscoped: str
    """Why the resource is `*` although the action takes resources; empty otherwise."""
    only_failed: bool = False
    """Every call failed after it was authorised."""


def observed_requests(uses: Iterable[Use], principal: str) -> tuple[ObservedRequest, ...]:
    """The counted requests of `principal`, one for each action, resource and condition, sorted."""
    groups: dict[tuple[str, str, tuple[ConditionTerm, ...]], list[Use]] = {}
    for use in uses:
        if use.principal == principal and use.outcome in COUNTED:
            groups.setdefault((use.action, use.resource, use.condition), []).append(use)
    return tuple(
        ObservedRequest(action, resource, condition, _evidence_of(group), _unscoped(group), _only_failed(group))
        for (action, resource, condition), group in sorted(groups.items(), key=lambda item: _order(item[0]))
    )


def denied_events(uses: Iterable[Use], principal: str) -> tuple[DeniedEvent, ...]:
    """What AWS refused the principal, one entry for each event id, action and resource that was kept."""
    return tuple(
        DeniedEvent(use.event_name, event_id, use.action, use.resource)
        for use in uses
        if use.principal == principal and use.outcome is Outcome.DENIED
        for event_id in use.event_ids or ("",)
    )


def merged(evidences: Iterable[Evidence]) -> Evidence:
    """The evidence of several requests as one: counts added, times widened, samples and notes joined."""
    items = tuple(evidences)
    firsts = [e.first_seen for e in items if e.first_seen]
    lasts = [e.last_seen for e in items if e.last_seen]
    ids = tuple(dict.fromkeys(i for e in items for i in e.event_ids))[:SAMPLES]
    notes = tuple(dict.fromkeys(n for e in items for n in e.notes))
    calls = _added_up(call for e in items for call in e.calls)
    return Evidence(sum(e.events for e in items), min(firsts, default=""), max(lasts, default=""), ids, notes, calls)


def late_resources(requests: Sequence[ObservedRequest]) -> frozenset[str] | None:
    """The resources first seen in the last third of the time from the first to the last of the requests.

    None where that time is shorter than an hour, or where records have no times: nothing can be said to grow then.
    """
    times = [moment for request in requests for moment in (_time(request.evidence.first_seen),) if moment is not None]
    ends = [moment for request in requests for moment in (_time(request.evidence.last_seen),) if moment is not None]
    if not times or not ends or max(ends) - min(times) < _SHORTEST:
        return None
    cut = max(ends) - (max(ends) - min(times)) / 3
    first_seen: dict[str, datetime.datetime] = {}
    for request in requests:
        moment = _time(request.evidence.first_seen)
        if moment is not None:
            first_seen[request.resource] = min(moment, first_seen.get(request.resource, moment))
    return frozenset(resource for resource, moment in first_seen.items() if moment >= cut)


_SHORTEST = datetime.timedelta(hours=1)


def _time(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def _evidence_of(uses: list[Use]) -> Evidence:
    in_time = sorted(uses, key=lambda use: use.first_seen)
    return merged(
        Evidence(
            u.count,
            u.first_seen,
            u.last_seen,
            u.event_ids,
            calls=(MappedCall(u.action, u.event_source, u.event_name, u.rule, u.count),),
        )
        for u in in_time
    )


def _added_up(calls: Iterable[MappedCall]) -> tuple[MappedCall, ...]:
    counts: dict[tuple[str, str, str, str], int] = {}
    for call in calls:
        key = (call.action, call.event_source, call.event_name, call.rule)
        counts[key] = counts.get(key, 0) + call.events
    return tuple(MappedCall(*key, events) for key, events in sorted(counts.items()))


def _only_failed(uses: list[Use]) -> bool:
    return all(use.outcome is Outcome.FAILED_AFTER_AUTHORIZATION for use in uses)


def _unscoped(uses: list[Use]) -> str:
    return next((use.unscoped for use in uses if use.unscoped), "")


def _order(key: tuple[str, str, tuple[ConditionTerm, ...]]) -> tuple[str, str, str]:
    return key[0], key[1], repr(key[2])
