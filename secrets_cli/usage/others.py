"""The coverage of entries whose use nobody asked for: who, where, when and what kind, without judging any.

What a scan says of its coverage is of everybody, whoever was asked for. It needs only a few fields of a record, and these have
few distinct values: each value is looked at once.
"""

from operator import attrgetter

from secrets_cli.catalog.visibility import event_data_type
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.entry import Entry, Identity, identity_fields, record_of, types_of
from secrets_cli.usage.identity import Principal, caller_of
from secrets_cli.usage.record import day_of, one_day
from secrets_cli.usage.trail_changes import may_change_trail
from secrets_cli.usage.usage import Fate

Who = tuple[Identity, str | None]
"""Caller and the account that received the record."""
What = tuple[str, str, str | None, bool | None, str | None]
"""Event, the category that the record gives it, and the region."""
_who = attrgetter("identity", "recipient")
_what = attrgetter("source", "event", "category", "is_management", "region")
_issuer = attrgetter("identity.context.issuer.arn")
_MOST = 100_000
"""Values known at a time."""


class Known:
    """What values mean where some principals are asked for; each is looked at once."""

    def __init__(self, principals: frozenset[str]) -> None:
        self._principals = principals
        self._who: set[Who] = set()
        self._asked: set[Who] = set()
        self._what: set[What] = set()
        self._unclear: set[What] = set()
        self._data: set[What] = set()

    def asked(self, who: set[Who]) -> set[Who]:
        """Those that are one of the principals."""
        if len(self._who) > _MOST:
            self._who.clear()
            self._asked.clear()
        for one in who - self._who:
            self._who.add(one)
            if _principal(one[0])[0] in self._principals:
                self._asked.add(one)
        return who & self._asked

    def unclear(self, what: set[What]) -> set[What]:
        """Those that say of coverage what only a judgement tells, or more than these values do."""
        self._look_at(what)
        return what & self._unclear

    def data(self, what: set[What]) -> set[What]:
        """Data events: of which type, their resources tell."""
        self._look_at(what)
        return what & self._data

    def _look_at(self, what: set[What]) -> None:
        if len(self._what) > _MOST:
            self._what.clear()
            self._unclear.clear()
            self._data.clear()
        for one in what - self._what:
            source, event, category, is_management, _ = one
            self._what.add(one)
            if may_change_trail(source, event) or (not category and is_management is None):
                self._unclear.add(one)
            elif category == "Data" or (not category and not is_management):
                self._data.add(one)


class Others:
    """Distinct values: as many as there are sessions, data events' types, regions and days."""

    def __init__(self) -> None:
        self._count = 0
        self._first = ""
        self._last = ""
        self._who: set[Who] = set()
        self._typed: set[tuple[What, tuple[str, ...]]] = set()
        self._where: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return len(self._who) + len(self._typed) + len(self._where)

    def add(self, entries: list[Entry], times: set[str], known: Known) -> list[Entry]:
        """Cover entries and their times, which are normal; those that must be judged are handed back, not counted here."""
        whats = list(map(_what, entries))
        who, what = set(map(_who, entries)), set(whats)
        asked, unclear, data = known.asked(who), known.unclear(what), known.data(what)
        self._who |= who
        if data:
            typed = [(one, entry) for one, entry in zip(whats, entries, strict=True) if one in data]
            self._typed.update(zip((one for one, _ in typed), types_of(entry for _, entry in typed), strict=True))
        if day := one_day(times):
            self._where |= {(one[4] or "", day) for one in what}
        else:
            self._where |= {(entry.region or "", day_of(entry.time or "")) for entry in entries}
        self._cover(min(filter(None, times), default=""), max(times))
        chosen: list[Entry] = []
        if unclear:
            chosen = [entry for entry in entries if _who(entry) in asked or _what(entry) in unclear]
        elif asked:
            # Most are told apart by one text already, which costs less to look up than all that makes a caller.
            issuers = {one[0].context.issuer.arn for one in asked}
            alike = [entry for entry, issuer in zip(entries, map(_issuer, entries), strict=True) if issuer in issuers]
            chosen = [entry for entry in alike if _who(entry) in asked]
        self._count += len(entries) - len(chosen)
        return chosen

    def add_all(self, other: "Others") -> None:
        """Add others to these."""
        self._count += other._count
        self._cover(other._first, other._last)
        self._who |= other._who
        self._typed |= other._typed
        self._where |= other._where

    def cover(self, part: Aggregate) -> None:
        """Add them to a total."""
        part.fates[Fate.OTHER_PRINCIPAL] += self._count
        part.add_time(self._first)
        part.add_time(self._last)
        part.regions.update(region for region, _ in self._where if region)
        part.covered_days.update(where for where in self._where if where[1])
        for identity, recipient in self._who:
            arn, account = _principal(identity)
            if arn:
                part.principals.add(arn)
            if found := account if arn else recipient:
                part.accounts.add(found)
        for (source, event, category, is_management, _), types in self._typed:
            kind = event_data_type(
                source, event, event_category=category or "", management_event=is_management, resource_types=types
            )
            if kind:
                part.data_event_types.add(kind)

    def _cover(self, first: str, last: str) -> None:
        if first:
            self._first = min(self._first, first) if self._first else first
            self._last = max(self._last, last)


def _principal(identity: Identity) -> tuple[str, str]:
    """ARN and account of a caller with policies of its own; empty for any other."""
    caller = caller_of(record_of(("", "", identity, *(None,) * 7), identity_fields(identity)))
    return (caller.arn, caller.account) if isinstance(caller, Principal) else ("", "")
