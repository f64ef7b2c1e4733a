"""Classes of texts that the same patterns match: the finite space in which containment is searched.

All texts of a *universe* (the names of a service's actions, or resources) fall into classes by the set of wildcard
patterns that match them. `explore` finds every class that is not empty, by walking the automata of all patterns at once
over the characters they name and one character that stands for all others. Texts that a policy names literally are
points, which the caller looks at one by one; `Classes.words` finds a text of a class that is no such point, if there is
one.

Refuses: more work than its budget, by `OutOfBudget`.
"""

import enum
import itertools
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from secrets_cli.iam.automaton import Automata

_READABLE = "xyzqwvujkabcdefghilmnoprst0123456789"
_RARE = "-_.+,=@/~!#%&'();<>[]^`|"
_BEYOND_ASCII = range(0x4E00, 0xE000)


class OutOfBudget(Exception):
    """The search passed the number of steps it was given: the answer is not known."""


@dataclass(slots=True)
class Budget:
    """Steps that may still be made; one step is one transition or one combination tried."""

    left: int

    def spend(self, steps: int = 1) -> None:
        """Take steps off; raises OutOfBudget below zero."""
        self.left -= steps
        if self.left < 0:
            raise OutOfBudget


class Universe(enum.Enum):
    """Which texts there are after the beginning that the caller has run already."""

    NAME = "name"
    """An action's name after `service:`: one or more characters, no colon."""
    TEXT = "text"
    """Any text, the empty one included: the values of condition keys."""
    ARN = "arn"
    """An ARN's rest after `arn:`: partition, service, region and account without colons, then a resource; only region
    and account may be empty."""


# A universe's own state is a small number; None ends the walk. For ARN: 0 and 1 stand in the partition (empty so far or
# not), 2 and 3 in the service, 4 in the region, 5 in the account, 6 and 7 in the resource.
_ARN_COLON: tuple[int | None, ...] = (None, 2, None, 4, 5, 6, 7, 7)
_ARN_OTHER: tuple[int | None, ...] = (1, 1, 3, 3, 4, 5, 7, 7)
_NAME_COLON: tuple[int | None, ...] = (None, None)
_NAME_OTHER: tuple[int | None, ...] = (1, 1)
_TEXT_ANY: tuple[int | None, ...] = (0,)
_TABLES = {
    Universe.TEXT: (_TEXT_ANY, _TEXT_ANY, 0),
    Universe.NAME: (_NAME_COLON, _NAME_OTHER, 1),
    Universe.ARN: (_ARN_COLON, _ARN_OTHER, 7),
}


def is_arn(text: str) -> bool:
    """Whether a text is in the universe of ARNs: six fields, of which only region and account may be empty."""
    parts = text.split(":", 5)
    return len(parts) == 6 and parts[0] == "arn" and bool(parts[1] and parts[2] and parts[5])


def other_character(used: Collection[str]) -> str:
    """A character outside `used`, readable where possible. Beyond ASCII one without case is taken."""
    for character in _READABLE + _RARE:
        if character not in used:
            return character
    return next(character for code in _BEYOND_ASCII if (character := chr(code)) not in used)


Node = tuple[int, int]
"""A state of the automata and a place in the universe."""


@dataclass(slots=True)
class Classes:
    """The classes found, each by the accepting bits of its texts' state."""

    automata: Automata
    universe: Universe
    prefix: str
    other: str
    """The character written for `any other`."""
    _edges: dict[Node, list[tuple[str, Node]]] = field(default_factory=dict)
    _start: Node = (0, 0)
    ends: list[Node] = field(default_factory=list)
    """The nodes where a text of the universe may end."""

    def by_bits(self, needed: Collection[int]) -> dict[int, set[Node]]:
        """The classes of texts that all globs numbered in `needed` match: accepting bits -> where such texts end."""
        found: dict[int, set[Node]] = {}
        for node in self.ends:
            if set(needed).issubset(self.automata.matched(node[0])):
                found.setdefault(node[0] & self.automata.accepting, set()).add(node)
        return found

    def words(self, goals: Collection[Node], avoid: Collection[str], budget: Budget) -> Iterator[str]:
        """Texts that end in one of `goals`, shortest first, and are not in `avoid`.

        Two texts that differ only by the choice among unnamed characters count as one, written with `other`: no text of
        `avoid` may hold that character. So a class is known to have no text outside `avoid` when this yields none.
        """
        left = self._steps_left(goals)
        if self._start not in left:
            return
        # Best first by the length of the shortest word that a beginning can become; of equals the longest beginning.
        counter = itertools.count()
        queue = [(left[self._start], 0, next(counter), self._start, "")]
        while queue:
            _, _, _, node, word = heappop(queue)
            if node in goals and self.prefix + word not in avoid:
                yield self.prefix + word
            longer = len(word) + 1
            for character, following in self._edges[node]:
                if following in left:
                    budget.spend()
                    heappush(queue, (longer + left[following], -longer, next(counter), following, word + character))

    def _steps_left(self, goals: Collection[Node]) -> dict[Node, int]:
        """For each node that leads to a goal, in how few steps."""
        before: dict[Node, list[Node]] = {}
        for node, edges in self._edges.items():
            for _, following in edges:
                before.setdefault(following, []).append(node)
        left = dict.fromkeys(goals, 0)
        todo = deque(goals)
        while todo:
            reached = todo.popleft()
            for node in before.get(reached, ()):
                if node not in left:
                    left[node] = left[reached] + 1
                    todo.append(node)
        return left


@dataclass(slots=True)
class Merging:
    """Which globs play the same role, so that a text that one of them matches need not be told from others.

    A glob's roles are a mask, one bit for each group of statements that answer alike. Once some glob that ends in `*`
    matches for good, all its roles are taken: other globs that have no role beside these tell nothing more, and are
    counted as matching, where they end in `*`, or as not, where they do not.
    """

    roles: tuple[int, ...]
    """For each glob its roles; globs beyond have none and are never merged."""
    deadly: int
    """Roles that, once taken, leave nothing to look for."""
    _known: dict[int, tuple[int, int] | None] = field(default_factory=dict)

    def merged(self, automata: Automata, state: int) -> int | None:
        """The state that stands for all that tell the same; None where nothing is left to look for."""
        taken = state & automata.forever
        if not taken or not self.roles:
            return state
        if taken not in self._known:
            self._known[taken] = self._masks(automata, taken)
        masks = self._known[taken]
        return None if masks is None else (state & masks[0]) | masks[1]

    def _masks(self, automata: Automata, taken: int) -> tuple[int, int] | None:
        """What to keep of a state, and what to set in it."""
        roles = 0
        for number in automata.matched(taken):
            roles |= self.roles[number] if number < len(self.roles) else 0
        if roles & self.deadly:
            return None
        keep, put = -1, 0
        for number, own in enumerate(self.roles):
            if own and not own & ~roles:
                keep &= ~automata.fields[number]
                put |= automata.end(number) & automata.forever
        return keep, put


NO_MERGING = Merging((), 0)


def explore(
    automata: Automata,
    prefix: str,
    universe: Universe,
    needed: tuple[int, ...],
    other: str,
    budget: Budget,
    merging: Merging = NO_MERGING,
) -> Classes:
    """The classes of texts `prefix + rest` in the universe from which no glob numbered in `needed` has turned away.

    `prefix` is the part before the universe's first character, with its colon. With `merging`, classes that differ only
    by globs of the same role are one, and dead ones are left out.
    """
    colon, plain, final = _TABLES[universe]
    fields = [automata.fields[number] for number in needed]
    start = (automata.run(automata.start, prefix), 0)
    found = Classes(automata, universe, prefix, other, _start=start)
    todo: deque[Node] = deque([start] if _alive(start[0], fields) else [])
    found._edges[start] = []
    while todo:
        node = todo.popleft()
        state, place = node
        if place == final:
            found.ends.append(node)
        for character in _moves(automata, state, other):
            budget.spend(automata.cost)
            following_place = (colon if character == ":" else plain)[place]
            if following_place is None:
                continue
            after = merging.merged(automata, automata.step(state, character))
            if after is None or not _alive(after, fields):
                continue
            following = (after, following_place)
            found._edges[node].append((character, following))
            if following not in found._edges:
                found._edges[following] = []
                todo.append(following)
    return found


def _alive(state: int, fields: list[int]) -> bool:
    return all(state & mask for mask in fields)


def _moves(automata: Automata, state: int, other: str) -> list[str]:
    """The characters to try: one for all others, those named here, the colon."""
    characters = [other, *automata.moves(state)]
    if ":" not in characters:
        characters.append(":")
    return characters
