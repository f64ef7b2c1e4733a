"""The functions of Terraform's language that policies are written with; no other is ever evaluated.

An unknown item of a list stays one item of the result, and an unknown part of a string stays in the string, so that
what is known of a policy is still seen.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from secrets_cli.errors import MalformedInput
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_json import decoded, encoded, value_of
from secrets_cli.inputs.terraform_value import (
    MAX_TEXT,
    Boolean,
    Either,
    ListValue,
    MapValue,
    Null,
    Number,
    Piece,
    Reference,
    Text,
    Unresolvable,
    Value,
    causes_of,
    joined,
    merged,
    scalar_text,
    unknown,
)

Function: TypeAlias = Callable[[Sequence[Value], int], Value | None]
"""From the arguments and the place of the call to the result; None where the arguments are not what it takes."""

MAX_ITEMS = 4096
"""Of one list."""
_VERB = re.compile(r"%[%sdvq]")


def call_function(name: str, arguments: Sequence[Value], offset: int) -> Value:
    """The result, or an unknown value that says why."""
    function = _FUNCTIONS.get(name)
    causes = merged(causes_of(argument) for argument in arguments)
    if function is None:
        return Unresolvable((*causes, *unknown(offset, f"`{name}()` is not evaluated").causes), offset)
    result = function(arguments, offset)
    if result is None or (isinstance(result, ListValue) and len(result.items) > MAX_ITEMS):
        if causes:
            return Unresolvable(causes, offset)
        return unknown(offset, f"`{name}()` is not evaluated with these arguments")
    return result


def items_of(value: Value) -> tuple[Value, ...] | None:
    """The items of a list; an unknown value is one unknown item; None for what is no list."""
    match value:
        case ListValue():
            return value.items
        case Unresolvable():
            return (value,)
        case Either():
            return _both(value)
        case _:
            return None


def in_order(value: MapValue) -> tuple[tuple[Text, Value], ...]:
    """The members in the order in which Terraform walks through a map."""
    return tuple(sorted(value.members, key=lambda member: member[0].value))


def _both(value: Either) -> tuple[Value, ...] | None:
    """A list that is one of several stands for one item that is one of those lists."""
    return (value,) if all(isinstance(option, ListValue) for option in value.options) else None


def _map_text(text: Text, change: Callable[[str], str]) -> Text:
    """The text changed character by character."""
    return replace(text, value=change(text.value), encoded=None)


def _changed(change: Callable[[str], str]) -> Function:
    def apply(arguments: Sequence[Value], _offset: int) -> Value | None:
        text = scalar_text(arguments[0]) if len(arguments) == 1 else None
        return None if text is None else _at(_map_text(text, change))

    return apply


def _at(text: Text) -> Text:
    """Where characters were taken away or put in, all stand where the text stands."""
    return replace(text, pieces=(Piece(0, text.place(0), False),))


def _join(arguments: Sequence[Value], offset: int) -> Value | None:
    separator, *lists = arguments
    between = scalar_text(separator)
    items = _all_items(lists)
    if between is None or items is None:
        return None
    texts: list[Text] = []
    for item in items:
        text = scalar_text(item)
        if text is None:
            return None
        texts.extend((between, text) if texts else (text,))
    return joined(texts, offset)


def _all_items(lists: Sequence[Value]) -> tuple[Value, ...] | None:
    result: list[Value] = []
    for one in lists:
        items = items_of(one)
        if items is None:
            return None
        result.extend(items)
        if len(result) > MAX_ITEMS:
            return None
    return tuple(result)


def _concat(arguments: Sequence[Value], offset: int) -> Value | None:
    items = _all_items(arguments)
    return None if items is None else ListValue(items, offset)


def _distinct(arguments: Sequence[Value], offset: int) -> Value | None:
    items = _all_items(arguments)
    if items is None:
        return None
    seen: dict[object, Value] = {}
    for item in items:
        seen.setdefault(item.value if isinstance(item, Text) else item, item)
    return ListValue(tuple(seen.values()), offset)


def _set(arguments: Sequence[Value], offset: int) -> Value | None:
    """The items each once, in the order in which Terraform walks through a set of strings."""
    found = _distinct(arguments, offset)
    if not isinstance(found, ListValue) or not all(isinstance(item, Text) for item in found.items):
        return found
    texts = sorted((item for item in found.items if isinstance(item, Text)), key=lambda text: text.value)
    return ListValue(tuple(texts), offset)


def _compact(arguments: Sequence[Value], offset: int) -> Value | None:
    items = _all_items(arguments)
    if items is None:
        return None
    kept = (item for item in items if not isinstance(item, Null) and not (isinstance(item, Text) and not item.value))
    return ListValue(tuple(kept), offset)


def _flatten(arguments: Sequence[Value], offset: int) -> Value | None:
    if len(arguments) != 1:
        return None
    result: list[Value] = []
    waiting = [arguments[0]]
    while waiting:
        value = waiting.pop()
        if isinstance(value, ListValue):
            waiting.extend(reversed(value.items))
        else:
            result.append(value)
        if len(result) + len(waiting) > MAX_ITEMS:
            return None
    return ListValue(tuple(result), offset)


def _merge(arguments: Sequence[Value], offset: int) -> Value | None:
    members: dict[str, tuple[Text, Value]] = {}
    for argument in arguments:
        if isinstance(argument, Null):
            continue
        if not isinstance(argument, MapValue):
            return None
        members.update((key.value, (key, value)) for key, value in argument.members)
    return MapValue(tuple(members.values()), offset)


def _same(arguments: Sequence[Value], _offset: int) -> Value | None:
    return arguments[0] if len(arguments) == 1 else None


def _text(arguments: Sequence[Value], _offset: int) -> Value | None:
    return scalar_text(arguments[0]) if len(arguments) == 1 else None


def _replace(arguments: Sequence[Value], _offset: int) -> Value | None:
    texts = [scalar_text(argument) for argument in arguments]
    match texts:
        case [Text() as text, Text() as old, Text() as new] if UNKNOWN not in old.value and old.value:
            if len(old.value) > 1 and old.value.startswith("/") and old.value.endswith("/"):
                return None
            if len(text.value) + text.value.count(old.value) * len(new.value) > MAX_TEXT:
                return None
            changed = text.value.replace(old.value, new.value)
            return joined([_at(replace(text, value=changed, causes=merged((text.causes, new.causes))))], text.offset)
        case _:
            return None


def _format(arguments: Sequence[Value], offset: int) -> Value | None:
    if not arguments or not isinstance(arguments[0], Text):
        return None
    layout, rest = arguments[0], list(arguments[1:])
    if "%" in _VERB.sub("", layout.value):
        return None
    texts: list[Text] = []
    position = 0
    for match in _VERB.finditer(layout.value):
        texts.append(_part(layout, position, match.start()))
        position = match.end()
        if match.group() == "%%":
            texts.append(Text("%", layout.place(match.start())))
            continue
        filled = scalar_text(rest.pop(0)) if rest else None
        if filled is None:
            return None
        quote = [Text('"', filled.offset)] if match.group() == "%q" else []
        texts.extend((*quote, filled, *quote))
    texts.append(_part(layout, position, len(layout.value)))
    return None if rest else joined(texts, offset)


def _part(text: Text, start: int, end: int) -> Text:
    return Text(text.value[start:end], text.offset, (Piece(0, text.place(start), True),), text.causes)


def _keys(arguments: Sequence[Value], offset: int) -> Value | None:
    match arguments:
        case [MapValue() as value]:
            return ListValue(tuple(key for key, _ in in_order(value)), offset)
        case _:
            return None


def _values(arguments: Sequence[Value], offset: int) -> Value | None:
    match arguments:
        case [MapValue() as value]:
            return ListValue(tuple(item for _, item in in_order(value)), offset)
        case _:
            return None


def _lookup(arguments: Sequence[Value], _offset: int) -> Value | None:
    match arguments:
        case [MapValue() as value, Text() as key, *default] if UNKNOWN not in key.value:
            found = value.get(key.value)
            return found if found is not None else (default[0] if default else None)
        case _:
            return None


def _element(arguments: Sequence[Value], _offset: int) -> Value | None:
    match arguments:
        case [ListValue() as value, Number() as index] if value.items and index.text.isdigit() and len(index.text) < 9:
            known = not any(isinstance(item, Unresolvable | Either) for item in value.items)
            return value.items[int(index.text) % len(value.items)] if known or len(value.items) == 1 else None
        case _:
            return None


def _length(arguments: Sequence[Value], offset: int) -> Value | None:
    match arguments:
        case [ListValue(items)] if not any(isinstance(item, Unresolvable | Either) for item in items):
            return Number(str(len(items)), offset)
        case [MapValue(members)]:
            return Number(str(len(members)), offset)
        case [Text() as text] if UNKNOWN not in text.value:
            return Number(str(len(text.value)), offset)
        case _:
            return None


def _coalesce(arguments: Sequence[Value], _offset: int) -> Value | None:
    for argument in arguments:
        if isinstance(argument, Unresolvable | Either | Reference):
            return None
        if isinstance(argument, Null) or (isinstance(argument, Text) and not argument.value):
            continue
        return argument
    return None


def _try(arguments: Sequence[Value], _offset: int) -> Value | None:
    return arguments[0] if arguments and not isinstance(arguments[0], Unresolvable) else None


def _one(arguments: Sequence[Value], offset: int) -> Value | None:
    match arguments:
        case [ListValue((item,))]:
            return item
        case [ListValue(())]:
            return Null(offset)
        case _:
            return None


def _split(arguments: Sequence[Value], offset: int) -> Value | None:
    match arguments:
        case [Text() as separator, Text() as text] if separator.value and UNKNOWN not in text.value:
            parts = text.value.split(separator.value)
            return ListValue(tuple(Text(part, text.place(0)) for part in parts), offset)
        case _:
            return None


def _contains(arguments: Sequence[Value], offset: int) -> Value | None:
    match arguments:
        case [ListValue(items), Text() as wanted] if UNKNOWN not in wanted.value:
            texts = [item.value for item in items if isinstance(item, Text) and UNKNOWN not in item.value]
            found = wanted.value in texts
            return Boolean(found, offset) if found or len(texts) == len(items) else None
        case _:
            return None


def _trimmed(change: Callable[[str, str], str]) -> Function:
    def apply(arguments: Sequence[Value], _offset: int) -> Value | None:
        match arguments:
            case [Text() as text, Text() as end] if UNKNOWN not in end.value:
                return _at(replace(text, value=change(text.value, end.value), encoded=None))
            case _:
                return None

    return apply


def _jsonencode(arguments: Sequence[Value], offset: int) -> Value | None:
    match arguments:
        case [Either() as either]:
            return Either(tuple(encoded(option, offset) for option in either.options), offset)
        case [Unresolvable() | Reference()]:
            return None
        case [value]:
            return encoded(value, offset)
        case _:
            return None


def _jsondecode(arguments: Sequence[Value], _offset: int) -> Value | None:
    match arguments:
        case [Text() as text]:
            try:
                return value_of(decoded(text, "the string"), text.causes)
            except MalformedInput:
                return None
        case _:
            return None


_FUNCTIONS: dict[str, Function] = {
    "chomp": _changed(lambda text: text.rstrip("\r\n")),
    "coalesce": _coalesce,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "format": _format,
    "join": _join,
    "jsondecode": _jsondecode,
    "jsonencode": _jsonencode,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "lower": _changed(str.lower),
    "merge": _merge,
    "nonsensitive": _same,
    "one": _one,
    "replace": _replace,
    "sensitive": _same,
    "setunion": _set,
    "split": _split,
    "tolist": _concat,
    "tomap": _same,
    "toset": _set,
    "tostring": _text,
    "trimprefix": _trimmed(str.removeprefix),
    "trimspace": _changed(str.strip),
    "trimsuffix": _trimmed(str.removesuffix),
    "try": _try,
    "upper": _changed(str.upper),
    "values": _values,
}
