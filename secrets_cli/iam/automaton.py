"""Wildcard patterns as small automata: matching, coverage, and stepping many patterns at once.

A pattern is first written as a *glob*: a text in which three private-use characters stand for what is no plain
character, so that a literal `*` (from the escape `${*}`) stays a literal. Many globs are then run at once: the state of
all of them is one integer, a bit for each position in each glob, so one step is a few integer operations however many
patterns there are, and two equal states are equal integers.

Decides: what a glob matches; that one glob surely covers another (`covering`: sound, and for two globs over an open
alphabet also complete). Refuses nothing: every text is a pattern.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STAR = "\ue000"
"""Any run of characters, empty included."""
ANY = "\ue001"
"""Any one character."""
FIELD_STAR = "\ue002"
"""Any run of characters without a colon: a `*` in one of the first five fields of an Arn operator's value."""
FIELD_ANY = "\ue003"
"""Any one character but a colon."""
ONLY_FOLDED = "\ue004"
"""In front of a character: it is matched in either letter case."""
FIRST_VARIABLE = "\U000f0000"
"""From here on, a character stands for one policy variable, whatever it may hold."""

_WILD = (STAR, ANY)


def holds_reserved(text: str) -> bool:
    """Whether a text holds a character that means something else inside a glob."""
    return not text.isascii() and any(STAR <= one <= ONLY_FOLDED or one >= FIRST_VARIABLE for one in text)


def canonical(glob: str) -> str:
    """The glob with each run of wildcards in its one normal form: the `?`s first, then at most one `*`."""
    if STAR not in glob:
        return glob
    parts: list[str] = []
    position = 0
    while position < len(glob):
        end = position
        while end < len(glob) and glob[end] in _WILD:
            end += 1
        if end > position:
            run = glob[position:end]
            parts.append(ANY * run.count(ANY) + (STAR if STAR in run else ""))
            position = end
        else:
            parts.append(glob[position])
            position += 1
    return "".join(parts)


def is_literal(glob: str) -> bool:
    """Whether the glob matches exactly one text: itself."""
    return not any(character in _WILD or character >= FIRST_VARIABLE for character in glob)


def beginning(glob: str) -> str:
    """The plain text before the first wildcard or variable."""
    for position, character in enumerate(glob):
        if character in _WILD or character >= FIRST_VARIABLE:
            return glob[:position]
    return glob


def upper_bound(glob: str) -> str:
    """A glob without variables that matches whatever the glob can match, each variable being any text."""
    if has_variable(glob):
        return canonical("".join(STAR if character >= FIRST_VARIABLE else character for character in glob))
    return glob


def has_variable(glob: str) -> bool:
    """Whether a policy variable stands in the glob."""
    return any(character >= FIRST_VARIABLE for character in glob)


@dataclass(frozen=True, slots=True)
class Automata:
    """Globs compiled to run together. Bit positions are private; `accepted` turns a state into glob numbers."""

    size: int
    """How many globs."""
    start: int
    """The state before any character."""
    fields: tuple[int, ...]
    """For each glob the mask of its bits: a state that has none of them is one from which the glob cannot match."""
    accepting: int
    forever: int
    """Of the accepting bits those that, once set, stay: of globs that end in a `*`."""
    _literal: dict[str, int]
    _any: int
    _loop: int
    _colon_loop: int
    """The loops that a colon goes through too."""
    _below: dict[int, int]
    _settling: int
    _number: dict[int, int]

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The characters that some glob names."""
        return tuple(self._literal)

    def step(self, state: int, character: str) -> int:
        """The state after one more character; a character no glob names is any character outside `alphabet`."""
        moved = (state & self._literal.get(character, self._any)) << 1
        after = moved | (state & (self._colon_loop if character == ":" else self._loop))
        settled = moved & self._settling
        while settled:
            # A position before a `*` that is reached accepts nothing that the `*` does not. Once is enough: positions
            # before a `*` are only reached from positions before it.
            low = settled & -settled
            after &= ~self._below[low]
            settled ^= low
        return after

    def other(self, state: int) -> int:
        """The state after a character that no glob names."""
        return self.step(state, "")

    def run(self, state: int, text: str) -> int:
        """The state after all of `text`."""
        for character in text:
            state = self.step(state, character)
        return state

    def moves(self, state: int) -> list[str]:
        """The characters after which the state may differ from what any unnamed character gives."""
        return [character for character, mask in self._literal.items() if state & mask & ~self._any]

    def matched(self, state: int) -> list[int]:
        """The numbers of the globs that accept in this state."""
        accepting = state & self.accepting
        numbers: list[int] = []
        while accepting:
            low = accepting & -accepting
            numbers.append(self._number[low])
            accepting ^= low
        return numbers

    @property
    def cost(self) -> int:
        """What a step costs beside a short pattern's, which is 1: long states take longer."""
        return 1 + self.accepting.bit_length() // 2048

    def end(self, number: int) -> int:
        """The accepting bit of a glob."""
        return 1 << self.fields[number].bit_length() - 1

    def matching(self, text: str) -> list[int]:
        """The numbers of the globs that match `text`."""
        return self.matched(self.run(self.start, text))

    def covering(self, glob: str) -> list[int]:
        """The numbers of the globs that match everything `glob` matches, whatever its policy variables hold.

        The glob is read as a text in which `*` and policy variables are taken only by a `*` (a variable also by the
        same variable) and `?` only by `?` or `*`.
        """
        state = self.start
        for character in glob:
            if character == STAR or (character >= FIRST_VARIABLE and character not in self._literal):
                state &= self._loop
            elif character == ANY:
                state = self.step(state, "")
            else:
                state = self.step(state, character)
        return self.matched(state)


def compile_globs(globs: Sequence[str]) -> Automata:
    """The automata of canonical globs, numbered as given. A policy variable in a glob is one literal symbol."""
    builder = _Builder()
    for glob in globs:
        builder.add(glob)
    return builder.build()


class _Builder:
    """Lays globs side by side: each has a bit for every position between its tokens."""

    __slots__ = ("any", "below", "bit", "colon_loop", "ends", "field_any", "fields", "literal", "loop", "start")

    def __init__(self) -> None:
        self.literal: dict[str, int] = {}
        self.below: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self.fields: list[int] = []
        self.any = self.field_any = self.loop = self.colon_loop = self.start = 0
        self.bit = 1

    def add(self, glob: str) -> None:
        """Lay the next glob."""
        first = self.bit
        folded = False
        for token in glob:
            if token == STAR:
                self.loop |= self.bit
                self.colon_loop |= self.bit
                if self.bit != first:
                    self.below[self.bit] = self.bit - first
            elif token == FIELD_STAR:
                self.loop |= self.bit
            elif token == ONLY_FOLDED:
                folded = True
            else:
                self._consuming(token, folded)
                folded = False
                self.bit <<= 1
        self.start |= first
        self.ends[self.bit] = len(self.fields)
        self.fields.append((self.bit << 1) - first)
        self.bit <<= 1

    def _consuming(self, token: str, folded: bool) -> None:
        if token == ANY:
            self.any |= self.bit
        elif token == FIELD_ANY:
            self.field_any |= self.bit
        else:
            for character in _same_letter(token) if folded else (token,):
                self.literal[character] = self.literal.get(character, 0) | self.bit

    def build(self) -> Automata:
        """The automata of all globs laid so far."""
        one = self.any | self.field_any
        literal = {
            # A `?` is one character, a variable any number: only its own symbol, or a `*`, takes a variable.
            character: mask if character >= FIRST_VARIABLE else mask | one
            for character, mask in self.literal.items()
        }
        if self.field_any or self.loop != self.colon_loop:
            literal[":"] = self.literal.get(":", 0) | self.any
        return Automata(
            size=len(self.fields),
            start=self.start,
            fields=tuple(self.fields),
            accepting=sum(self.ends),
            forever=sum(self.ends) & self.colon_loop,
            _literal=literal,
            _any=one,
            _loop=self.loop,
            _colon_loop=self.colon_loop,
            _below=self.below,
            _settling=sum(self.below),
            _number=self.ends,
        )


def _same_letter(character: str) -> tuple[str, ...]:
    """The characters whose lower case is this character's: for ASCII letters two, and the Kelvin sign for k."""
    lower = character.lower()
    found = tuple(dict.fromkeys((lower, lower.upper())))
    return (*found, "\u212a") if lower == "k" else found


def covers(wide: str, narrow: str) -> bool:
    """Whether one canonical glob surely matches everything the other matches."""
    return wide in (STAR, narrow) or bool(compile_globs((wide,)).covering(narrow))


def may_overlap(one: str, other: str) -> bool:
    """False only where no text can match both: their plain beginnings, or endings, differ."""
    return _begins_alike(one, other) and _begins_alike(one[::-1], other[::-1])


def _begins_alike(one: str, other: str) -> bool:
    for left, right in zip(one, other, strict=False):
        if left == STAR or right == STAR or left >= FIRST_VARIABLE or right >= FIRST_VARIABLE:
            return True
        if left != right and ANY not in (left, right):
            return False
    if len(one) == len(other):
        return True
    following = max(one, other, key=len)[min(len(one), len(other))]
    return following == STAR or following >= FIRST_VARIABLE
