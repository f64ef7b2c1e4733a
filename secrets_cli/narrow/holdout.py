"""Whether a narrowing lasts: made from the earlier part of the log, it is asked for the requests of the later part.

A later request that the present policies do not allow either (a resource policy grants it) says nothing and is left out.
What the narrowed policy denies of the rest is what would have failed, had it been applied at the cut.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Blocked, Narrowing
from secrets_cli.narrow.observed import ObservedRequest, observed_requests
from secrets_cli.narrow.prove import NOT_ALLOWED_NOW, ToProve, prove
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import text_of

_SHARE = re.compile(r"(\d{1,2})\s*%")
_HELP = "give a share of the time (`20%`) or a day (`2026-09-01`)"


@dataclass(frozen=True, slots=True)
class LaterDenied:
    """What of one statement's work would have been denied after the cut."""

    sid: str
    """The statement that grants the same action on something else, or (where none does) something in the same service; empty
    where the narrowed policy has nothing of the service."""
    action: str
    requests: int
    """Distinct."""
    events: int
    examples: tuple[str, ...]
    """Up to three resources."""


@dataclass(frozen=True, slots=True)
class Holdout:
    """The measure."""

    cut: str
    """UTC; what was recorded from then on is later."""
    earlier_events: int
    later_events: int
    """Counted events after the cut that the present policies allow."""
    later_requests: int
    denied_requests: int
    denied_events: int
    denied: tuple[LaterDenied, ...]
    """The most events first."""

    @property
    def denied_rate(self) -> float:
        """The share of the later events that would have been denied; 0 where there are none."""
        return self.denied_events / self.later_events if self.later_events else 0.0


def refuse_no_holdout(asked: str) -> None:
    """Raise ConfigurationError for what is neither a share nor a day."""
    share = _SHARE.fullmatch(asked.strip())
    if share is None:
        _moment(asked)
    elif not 1 <= int(share[1]) <= 90:
        raise ConfigurationError("`--holdout` takes 1% to 90%", _HELP)


def cut_at(asked: str, usage: Usage, principal: str) -> str:
    """The moment that `--holdout` asks for: a day, or that share of the principal's time before its end.

    Raises ConfigurationError for anything else, and where the principal was seen at one moment only.
    """
    refuse_no_holdout(asked)
    share = _SHARE.fullmatch(asked.strip())
    if share is None:
        return text_of(_moment(asked))
    counted = [r.evidence for r in observed_requests(usage.uses, principal) if r.evidence.first_seen]
    first, last = min((e.first_seen for e in counted), default=""), max((e.last_seen for e in counted), default="")
    if first == last:
        raise ConfigurationError(f"`{principal}` was seen at one moment only: there is no later part", "read more days")
    begin, end = datetime.datetime.fromisoformat(first), datetime.datetime.fromisoformat(last)
    return text_of(end - (end - begin) * int(share[1]) / 100)


def _moment(asked: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(asked)
    except ValueError:
        raise ConfigurationError(f"`--holdout` is no share and no day: `{asked}`", _HELP) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def measured(ask: Ask, cut: str, earlier: Usage, later: Usage, catalog: Catalog) -> Holdout | Blocked:
    """The measure of `ask` with the cut; `earlier` and `later` are the usage before it and from it on.

    Blocked where the earlier part cannot be narrowed.
    """
    result = narrow(replace(ask, usage=earlier), catalog)
    if isinstance(result, Blocked):
        return replace(result, reason=f"the part before {cut} cannot be narrowed: {result.reason}")
    requests = observed_requests(later.uses, ask.principal)
    present = _denied(ToProve(ask.principal, ask.policies, result.policies, requests), catalog)
    asked = [request for request in requests if present.get(_key(request)) not in NOT_ALLOWED_NOW]
    refused = [request for request in asked if _key(request) in present]
    return Holdout(
        cut=cut,
        earlier_events=sum(r.evidence.events for r in observed_requests(earlier.uses, ask.principal)),
        later_events=sum(r.evidence.events for r in asked),
        later_requests=len(asked),
        denied_requests=len(refused),
        denied_events=sum(r.evidence.events for r in refused),
        denied=_by_action(refused, result),
    )


def _denied(claim: ToProve, catalog: Catalog) -> dict[tuple[str, str], str]:
    return {(one.action, one.resource): one.reason for one in prove(claim, catalog).denied}


def _key(request: ObservedRequest) -> tuple[str, str]:
    return request.action, request.resource


def _by_action(refused: Sequence[ObservedRequest], result: Narrowing) -> tuple[LaterDenied, ...]:
    by_action: dict[str, list[ObservedRequest]] = {}
    for request in refused:
        by_action.setdefault(request.action, []).append(request)
    found = [
        LaterDenied(
            _nearest(action, result),
            action,
            len(requests),
            sum(r.evidence.events for r in requests),
            tuple(r.resource for r in requests[:3]),
        )
        for action, requests in by_action.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.events, one.action)))


def _nearest(action: str, result: Narrowing) -> str:
    service = action.partition(":")[0]
    of_service = ""
    for sid, actions in _statements(result):
        if action in actions:
            return sid
        if not of_service and any(one.partition(":")[0] == service for one in actions):
            of_service = sid
    return of_service


def _statements(result: Narrowing) -> Iterable[tuple[str, tuple[str, ...]]]:
    for policy in result.policies:
        for statement in policy.statements:
            yield statement.sid or "", statement.action.values
