"""Places over several texts: one tree whose parts come from files that include each other.

A node knows where it stands by one offset only. The texts are laid end to end, so an offset also tells the text.
"""

from bisect import bisect_right
from dataclasses import replace

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString, Member, Places
from secrets_cli.iam.location import Location


class JoinedPlaces(Places):
    """The places of a first text (offsets from 0) and of every text added to it."""

    __slots__ = ("_bases", "_end", "_texts")

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text, name)
        self._bases = [0]
        self._texts = [Places(text, name)]
        self._end = len(text) + 1  # the place after the last character is one too

    def add(self, text: str, name: str) -> int:
        """Lay one more text behind the others; what is to be added to its nodes' offsets."""
        base = self._end
        self._bases.append(base)
        self._texts.append(Places(text, name))
        self._end += len(text) + 1
        return base

    def at(self, offset: int) -> Location:
        """Where the character at `offset` stands, in the text that holds it."""
        index = bisect_right(self._bases, offset) - 1
        return self._texts[index].at(offset - self._bases[index])


def moved(node: JsonNode, by: int) -> JsonNode:
    """The tree with every offset moved on. A node that stands in several places stays one node."""
    return _Mover(by).node(node)


class _Mover:
    __slots__ = ("by", "done")

    def __init__(self, by: int) -> None:
        self.by = by
        self.done: dict[int, JsonNode] = {}

    def node(self, node: JsonNode) -> JsonNode:
        known = self.done.get(id(node))
        if known is None:
            known = self.done[id(node)] = self.copy(node)
        return known

    def copy(self, node: JsonNode) -> JsonNode:
        match node:
            case JsonArray():
                return JsonArray(tuple(self.node(item) for item in node.items), node.offset + self.by)
            case JsonObject():
                members = tuple(
                    Member(JsonString(one.key.value, one.key.offset + self.by), self.node(one.value))
                    for one in node.members
                )
                return JsonObject(members, node.offset + self.by)
            case _:
                return placed(node, node.offset + self.by)


def placed(node: JsonNode, offset: int) -> JsonNode:
    """The node at another offset; what it holds stays where it stands."""
    return replace(node, offset=offset)
