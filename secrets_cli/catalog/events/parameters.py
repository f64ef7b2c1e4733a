"""Reading `requestParameters` and `responseElements`, whose shape is open.

CloudTrail writes parameter names with a lower-case first letter, but not always (`DeleteFlowLogsRequest.FlowLogId`,
`sSHPublicKey`), puts EC2's lists into `{"items": [...]}` and its newer calls into `{"content": ..., "tag": 1}`. So
names are compared without case and these wrappers are seen through. Nothing here raises, whatever the JSON: what is not
there, hidden or of an odd type reads as nothing.
"""

from collections.abc import Iterator, Mapping
from types import NoneType

from secrets_cli.json_value import JsonValue

_WRAPPERS = frozenset({"items", "item", "member", "content"})
_HIDDEN = frozenset({"", "***", "HIDDEN_DUE_TO_SECURITY_REASONS", "Value hidden due to security reasons."})
_PLAIN = (str, int, float, NoneType)
_DEEPEST = 12
"""Nesting below this depth is not read: no AWS request goes there, a hostile file may."""


def texts(value: JsonValue, path: str) -> tuple[str, ...]:
    """Every text found at `path`, in order, without repeats.

    A path is dot-separated names; lists and CloudTrail's wrappers on the way need no mention. `a|b` tries `a`, then
    `b`, and answers with the first that holds anything.
    """
    for alternative in path.split("|"):
        found = tuple(dict.fromkeys(_texts_of(nodes(value, alternative))))
        if found:
            return found
    return ()


def text(value: JsonValue, path: str) -> str:
    """The first text at `path`, or an empty string."""
    found = texts(value, path)
    return found[0] if found else ""


def present(value: JsonValue, path: str) -> bool:
    """Whether anything but null, false, an empty text, list or object stands at `path`."""
    return any(
        node not in (None, False, "", "false") and node != [] and node != {}
        for alternative in path.split("|")
        for node in nodes(value, alternative)
    )


def nodes(value: JsonValue, path: str) -> tuple[JsonValue, ...]:
    """Every value at `path`, lists and wrappers opened."""
    found: tuple[JsonValue, ...] = (value,)
    for name in path.split("."):
        found = tuple(inner for node in found for part in _parts(node, 0) for inner in _named(part, name))
    return tuple(part for node in found for part in _parts(node, 0))


def named_texts(value: JsonValue) -> list[tuple[tuple[str, ...], str]]:
    """Every text of the value with the names that lead to it, wrappers left out."""
    found: list[tuple[tuple[str, ...], str]] = []
    _walk(value, (), 0, found)
    return found


def keys(value: JsonValue, path: str) -> tuple[str, ...]:
    """The names inside the objects at `path`."""
    return tuple(name for node in nodes(value, path) if isinstance(node, Mapping) for name in node)


def _named(node: JsonValue, name: str) -> Iterator[JsonValue]:
    if not isinstance(node, Mapping):
        return
    if name in node:
        yield node[name]
        return
    folded = name.lower()
    for key, inner in node.items():
        if key.lower() == folded:
            yield inner


def _parts(node: JsonValue, depth: int) -> Iterator[JsonValue]:
    """The node itself, or what its lists and wrappers hold."""
    if depth > _DEEPEST:
        return
    if isinstance(node, _PLAIN):
        yield node
    elif isinstance(node, Mapping):
        wrapper = _wrapper_of(node)
        if wrapper is None:
            yield node
        else:
            yield from _parts(node[wrapper], depth + 1)
    else:
        for inner in node:
            yield from _parts(inner, depth + 1)


def _wrapper_of(node: Mapping[str, JsonValue]) -> str | None:
    """The name of the wrapper the object is, if it is one: `{"items": ..}`, `{"content": .., "tag": 1}`."""
    rest = [name for name in node if name != "tag"]
    return rest[0] if len(rest) == 1 and rest[0] in _WRAPPERS else None


def _texts_of(found: tuple[JsonValue, ...]) -> Iterator[str]:
    for node in found:
        plain = _plain(node)
        if plain is not None:
            yield plain


def _plain(node: JsonValue) -> str | None:
    if isinstance(node, str):
        return None if node in _HIDDEN else node
    if isinstance(node, int) and not isinstance(node, bool):
        return str(node)
    return None


def _walk(node: JsonValue, path: tuple[str, ...], depth: int, found: list[tuple[tuple[str, ...], str]]) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(node, _PLAIN):
        plain = _plain(node)
        if plain is not None:
            found.append((path, plain))
    elif isinstance(node, Mapping):
        for name, inner in node.items():
            _walk(inner, path if name in _WRAPPERS else (*path, name), depth + 1, found)
    else:
        for inner in node:
            _walk(inner, path, depth + 1, found)
