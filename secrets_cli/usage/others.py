"""The coverage of entries whose use nobody asked for: who, where, when and what kind, without judging any.

What a scan says of its coverage is of everybody, whoever was asked for. It needs only a few fields of a record, and these have
few distinct values: each value is looked at once.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from secrets_cli.catalog.visibility import event_data_type
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.entry import Entry, Identity, identity_fields, record_of, types_of
from secrets_cli.usage.identity import Principal, caller_of
from secrets_cli.usage.record import day_of, one_day
from secrets_cli.usage.trail_changes import CHANGING, may_change_trail
from secrets_cli.usage.usage import Fate

What = tuple[str, str, str | None, bool | None]
"""Event, and the category that the record gives it."""
identity_of = attrgetter("identity")
_issuer = attrgetter("identity.context.issuer.arn")
_what = attrgetter("source", "event", "category", "is_management")
_category = attrgetter("category", "is_management")
_event = attrgetter("event")
_region = attrgetter("region")
_recipient = attrgetter("recipient")
_MOST = 100_000
"""Values known at a time."""
_MANAGEMENT = frozenset({("Management", True), ("Management", False), ("Management", None), (None, True)})
"""Categories that are certainly no data event's."""


class Who(NamedTuple):
    """A caller, as far as coverage tells of it."""

    arn: str
    """Of a caller with policies of its own; empty for any other."""
    account: str
    is_asked: bool


class Known:
    """What identities mean where some principals are asked for; each is looked at once."""

    def __init__(self, principals: frozenset[str]) -> None:
        self._principals = principals
        self._who: dict[Identity, Who] = {}

    def who(self, identities: Iterable[Identity]) -> dict[Identity, Who]:
        """Who each of them is."""
        if len(self._who) > _MOST:
            self._who.clear()
        return {identity: self._who.get(identity) or self._look_at(identity) for identity in identities}

    def _look_at(self, identity: Identity) -> Who:
        caller = caller_of(record_of(("", "", identity, *(None,) * 7), identity_fields(identity)))
        arn, account = (caller.arn, caller.account) if isinstance(caller, Principal) else ("", "")
        who = self._who[identity] = Who(arn, account, arn in self._principals)
        return who


def where_of(entries: list[Entry], day: str) -> set[tuple[str, str]]:
    """The regions and UTC days of the entries; each is empty where an entry has none. `day` is that of all, or empty."""
    if day:
        return {(region or "", day) for region in set(map(_region, entries))}
    return {(entry.region or "", day_of(entry.time or "")) for entry in entries}


class Others:
    """Distinct values: as many as there are callers, data events' types, regions and days."""

    def __init__(self) -> None:
        self._count = 0
        self._first = ""
        self._last = ""
        self._who: set[Who] = set()
        self._recipients: set[str] = set()
        """Accounts that received records of callers without policies of their own."""
        self._typed: set[tuple[What, tuple[str, ...]]] = set()
        self._where: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return len(self._who) + len(self._recipients) + len(self._typed) + len(self._where)

    def add(self, entries: list[Entry], times: set[str], known: Known) -> list[Entry]:
        """Cover entries and their times, which are normal; those that must be judged are handed back, not counted here."""
        callers = known.who(set(map(identity_of, entries)))
        self._who.update(callers.values())
        if not all(who.arn for who in callers.values()):
            self._recipients |= _of_strangers(entries, callers)
        self._where |= where_of(entries, one_day(times))
        self._cover(min(filter(None, times), default=""), max(times))
        categories = list(map(_category, entries))
        is_clear = CHANGING.isdisjoint(map(_event, entries))
        others = set(categories) - _MANAGEMENT
        if others:
            is_clear = is_clear and all(category or is_management is not None for category, is_management in others)
            self._add_types([one for one, kind in zip(entries, categories, strict=True) if kind not in _MANAGEMENT])
        chosen = asked_of(entries, callers) if is_clear else _asked_or_unclear(entries, callers)
        self._count += len(entries) - len(chosen)
        return chosen

    def add_all(self, other: "Others") -> None:
        """Add others to these."""
        self._count += other._count
        self._cover(other._first, other._last)
        self._who |= other._who
        self._recipients |= other._recipients
        self._typed |= other._typed
        self._where |= other._where

    def cover(self, part: Aggregate) -> None:
        """Add them to a total."""
        part.fates[Fate.OTHER_PRINCIPAL] += self._count
        part.add_time(self._first)
        part.add_time(self._last)
        part.regions.update(region for region, _ in self._where if region)
        part.covered_days.update(where for where in self._where if where[1])
        part.principals.update(who.arn for who in self._who if who.arn)
        part.accounts.update(who.account for who in self._who if who.account)
        part.accounts |= self._recipients
        for (source, event, category, is_management), types in self._typed:
            kind = event_data_type(
                source, event, event_category=category or "", management_event=is_management, resource_types=types
            )
            if kind:
                part.data_event_types.add(kind)

    def _add_types(self, entries: list[Entry]) -> None:
        """Of which type data events are, their resources tell."""
        data = [entry for entry in entries if not _is_unclear(entry)]
        self._typed.update(zip(map(_what, data), types_of(data), strict=True))

    def _cover(self, first: str, last: str) -> None:
        if first:
            self._first = min(self._first, first) if self._first else first
            self._last = max(self._last, last)


def _of_strangers(entries: list[Entry], callers: dict[Identity, Who]) -> set[str]:
    """The accounts that received records of callers without policies of their own."""
    recipients = set(map(_recipient, entries))
    if len(recipients) > 1:
        recipients = {entry.recipient for entry in entries if not callers[entry.identity].arn}
    return {recipient for recipient in recipients if recipient}


def asked_of(entries: list[Entry], callers: dict[Identity, Who]) -> list[Entry]:
    """Those of callers that were asked for."""
    asked = {identity for identity, who in callers.items() if who.is_asked}
    if not asked:
        return []
    # Most are told apart by one text already, which costs less to look up than all that makes a caller.
    issuers = {one.context.issuer.arn for one in asked}
    alike = [entry for entry, issuer in zip(entries, map(_issuer, entries), strict=True) if issuer in issuers]
    return [entry for entry in alike if entry.identity in asked]


def _asked_or_unclear(entries: list[Entry], callers: dict[Identity, Who]) -> list[Entry]:
    """The same, and those that say of coverage what only a judgement tells."""
    return [entry for entry in entries if _is_unclear(entry) or callers[entry.identity].is_asked]


def _is_unclear(entry: Entry) -> bool:
    """Whether it says of coverage what only a judgement tells, or more than the values here do."""
    return may_change_trail(entry.source, entry.event) or (not entry.category and entry.is_management is None)
