"""Editing a list of strings in a text, without touching anything else: its layout, its comments, its other items."""

import enum
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CannotEdit:
    """Why a text is left as it is: lower-case, without a full stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters `start` to `end` (not included) give way to a text."""

    start: int
    end: int
    text: str = ""


class Style(enum.Enum):
    """How a list is written."""

    FLOW = "flow"
    """`[a, b]`, on one line or several."""
    BLOCK = "block"
    """YAML's `- a` on a line of its own each."""
    SINGLE = "single"
    """One value without a list."""


@dataclass(frozen=True, slots=True)
class ItemAt:
    """One string of the list."""

    value: str
    start: int
    end: int
    """Behind its last character, its closing quote included."""


@dataclass(frozen=True, slots=True)
class ListAt:
    """A list of strings in a text."""

    style: Style
    items: tuple[ItemAt, ...]
    """At least one."""
    quoted: Callable[[str, str], str]
    """How a value is written here; the second argument is how the item that it replaces is written."""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with the splices made; they must not overlap."""
    for one in sorted(splices, key=lambda splice: splice.start, reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    return text


def replace_items(text: str, listed: ListAt, old: Sequence[str], new: Sequence[str]) -> str | CannotEdit:
    """The text with the values `new` in the place of the first of `old`, and without the others of `old`."""
    values = [item.value for item in listed.items]
    missing = next((value for value in old if value not in values), None)
    if missing is not None or not old:
        return CannotEdit(f"`{missing}` is not written there" if missing else "nothing is to be replaced")
    gone = [number for number, value in enumerate(values) if value in old]
    kept = [value for value in values if value not in old]
    coming = [value for value in dict.fromkeys(new) if value not in kept]
    if not kept and not coming:
        return CannotEdit("nothing would be left of the list")
    match listed.style:
        case Style.SINGLE:
            return spliced(text, [_single(text, listed, coming)])
        case Style.FLOW:
            return spliced(text, _flow(text, listed, gone, coming))
        case Style.BLOCK:
            return _block(text, listed, gone, coming)


def _single(text: str, listed: ListAt, coming: Sequence[str]) -> Splice:
    (item,) = listed.items
    written = [listed.quoted(value, text[item.start : item.end]) for value in coming]
    return Splice(item.start, item.end, written[0] if len(written) == 1 else f"[{', '.join(written)}]")


def _flow(text: str, listed: ListAt, gone: Sequence[int], coming: Sequence[str]) -> Iterator[Splice]:
    items, last = listed.items, len(listed.items) - 1
    removed = list(gone)
    if coming:
        first = items[removed.pop(0)]
        written = (listed.quoted(value, text[first.start : first.end]) for value in coming)
        yield Splice(first.start, first.end, _separator(text, listed).join(written))
    run = last
    while run in removed:
        run -= 1
    trailing = _comma(text, items[last].end) is not None
    if run < last and not trailing:  # the last item has no comma behind it that could go: the one before the run goes
        comma = _comma(text, items[run].end)
        if comma is not None:
            yield Splice(comma, comma + 1)
    for number in removed:
        end = items[number].end
        comma = _comma(text, end) if number < last or trailing else None
        yield _widened(text, items[number].start, end if comma is None else comma + 1)


def _comma(text: str, position: int) -> int | None:
    found = re.compile(r"\s*,").match(text, position)
    return None if found is None else found.end() - 1


def _separator(text: str, listed: ListAt) -> str:
    """What stands between two items: a line end and the items' indentation where each has a line of its own."""
    first = listed.items[0]
    before = text[text.rfind("\n", 0, first.start) + 1 : first.start]
    return f",{_line_end(text)}{before}" if not before.strip() else ", "


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _widened(text: str, start: int, end: int) -> Splice:
    """A deletion with the line where nothing else stands on it, else with the blanks that it leaves."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end + 1
    if not text[line_start:start].strip() and not text[end:line_end].strip():
        return Splice(line_start, line_end)
    blank = re.compile(r"[ \t]*").match(text, end)
    assert blank is not None  # it matches nothing at least
    if text[blank.end() : blank.end() + 1] in ("]", ""):
        while text[start - 1] in " \t":
            start -= 1
    return Splice(start, blank.end())


def _block(text: str, listed: ListAt, gone: Sequence[int], coming: Sequence[str]) -> str | CannotEdit:
    splices: list[Splice] = []
    for number in gone:
        item = listed.items[number]
        line_start = text.rfind("\n", 0, item.start) + 1
        prefix = text[line_start : item.start]
        if not re.fullmatch(r"[ \t]*-[ \t]+", prefix):
            return CannotEdit("the list is not written with each value on a line of its own")
        if number == gone[0] and coming:
            written = (listed.quoted(value, text[item.start : item.end]) for value in coming)
            splices.append(Splice(item.start, item.end, f"{_line_end(text)}{prefix}".join(written)))
            continue
        line_end = text.find("\n", item.end)
        splices.append(Splice(line_start, len(text) if line_end < 0 else line_end + 1))
    return spliced(text, splices)
