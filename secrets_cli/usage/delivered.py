"""One delivered file being read: its records judged and waiting, those of another shape kept aside."""

from collections.abc import Iterable, Iterator
from typing import cast

from secrets_cli.usage.chunks import NotDeliveredError, Span, chunks, spans
from secrets_cli.usage.entry import Entry, entries_of, one_by_one, time_of
from secrets_cli.usage.judgements import Judgements
from secrets_cli.usage.others import Known, Others, asked_of, identity_of, where_of
from secrets_cli.usage.record import are_normal, day_of, normal_time, one_day
from secrets_cli.usage.slices import Slices
from secrets_cli.usage.sources.json_text import ERRORS
from secrets_cli.usage.tally import Tally, Waiting
from secrets_cli.usage.window import EVERYTHING, Window

_NONE = b"[]"


class DeliveredFile:
    """What a file adds, of which nothing counts where it turns out to be damaged.

    Its text is looked at a part at a time, while that is in the processor's cache: of what was read, only times and ids stay.
    """

    def __init__(
        self,
        judgements: Judgements,
        window: Window,
        known: Known | None,
        slices: Slices | None = None,
        *,
        with_days: bool,
    ) -> None:
        """`slices`: nothing is told of others than the principals that `known` asks for, and their records are cut out."""
        self.records = 0
        self.bytes = 0
        self.outside = 0
        """Records outside the window."""
        self.odd: list[tuple[int, bytes]] = []
        """Place (from 1) and text of each record of another shape."""
        self.others = Others()
        """What others than the principals that are asked for did; empty where everybody is."""
        self._waiting = Waiting()
        self._judgements = judgements
        self._window = window
        self._known = known
        self._slices = slices
        self._with_days = with_days
        self.covered_days: set[tuple[str, str]] = set()
        """Regions and days, where the days are not kept apart otherwise."""

    def add_all(self, pieces: Iterable[bytes]) -> None:
        """Add the file. Raises NotDeliveredError where it is in another form - or where others are left out, and some record is
        of another shape, as its place is not known then -, what decoding raises (`json_text.ERRORS`), and what `pieces` does."""
        if self._slices:
            for span in spans(self._measured(pieces)):
                self._add_own(span, self._slices)
        else:
            for text in chunks(self._measured(pieces)):
                self._add_list(text)

    def _measured(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.bytes += len(piece)
            yield piece

    def _add_list(self, text: bytes) -> None:
        entries = _decoded(text)
        if entries is None:
            entries = self._usual(text)
        else:
            self.records += len(entries)
        if entries:
            self._add(entries)

    def _add_own(self, span: Span, slices: Slices) -> None:
        """Add the records of those that were asked for."""
        assert self._known is not None, "there are principals to cut out"
        cut = slices.cut(span) if slices.can_cut else None
        if cut == _NONE:
            return
        try:
            entries = _decoded(cut or span.listed())
        except ERRORS:
            if cut is None:
                raise
            entries = _decoded(span.listed())
        if entries is None:
            raise NotDeliveredError
        entries = asked_of(entries, self._known.who(set(map(identity_of, entries))))
        if entries:
            self._add(entries)

    def count(self, tally: Tally) -> None:
        """All was read and is right: it counts."""
        self._waiting.count(tally)

    def _usual(self, text: bytes) -> list[Entry]:
        """The records of the usual shape; the others are kept aside."""
        entries: list[Entry] = []
        for item in one_by_one(text):
            self.records += 1
            if isinstance(item, Entry):
                entries.append(item)
            else:
                self.odd.append((self.records, bytes(item)))
        return entries

    def _add(self, entries: list[Entry]) -> None:
        times = _normalized(entries)
        if self._window != EVERYTHING:
            entries, times = self._inside(entries)
        if self._known and not self._slices and entries:
            entries = self.others.add(entries, times, self._known)
        if not entries:
            return
        day = one_day(times)
        if not self._with_days:
            self.covered_days |= where_of(entries, day)
            self._waiting.add("", entries, self._judgements.of(entries))
            return
        if day:
            self._waiting.add(day, entries, self._judgements.of(entries))
            return
        by_day: dict[str, list[Entry]] = {}
        for entry in entries:
            by_day.setdefault(day_of(entry.time or ""), []).append(entry)
        for day, of_day in by_day.items():
            self._waiting.add(day, of_day, self._judgements.of(of_day))

    def _inside(self, entries: list[Entry]) -> tuple[list[Entry], set[str]]:
        inside = [entry for entry in entries if self._window.holds(entry.time or "")]
        self.outside += len(entries) - len(inside)
        return inside, set(map(time_of, inside))


def _decoded(text: bytes) -> list[Entry] | None:
    """As `entries_of`. Raises where some text is not UTF-8, also in a field that nobody reads."""
    if not text.isascii():
        str(text, "utf-8")
    return entries_of(text)


def _normalized(entries: list[Entry]) -> set[str]:
    """The distinct times of the entries, which are made normal; an absent one is empty."""
    times = set(map(time_of, entries))
    if None not in times and are_normal(cast(set[str], times)):
        return times
    for entry in entries:
        entry.time = normal_time(entry.time or "")
    return set(map(time_of, entries))
