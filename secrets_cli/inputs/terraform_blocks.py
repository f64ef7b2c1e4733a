"""Nested blocks with the `dynamic` blocks that stand for them, and the instances of a resource."""

from collections.abc import Iterator
from dataclasses import dataclass

from secrets_cli.inputs.terraform_evaluate import Evaluator, pairs_of
from secrets_cli.inputs.terraform_module import Scope
from secrets_cli.inputs.terraform_syntax import Block, Body, Word
from secrets_cli.inputs.terraform_value import (
    Cause,
    Either,
    MapValue,
    Text,
    Unresolvable,
    Value,
    causes_of,
    unknown,
)

MAX_INSTANCES = 64
"""Of one `dynamic` block or resource."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One block as it will be."""

    block: Block
    scope: Scope
    causes: tuple[Cause, ...] = ()
    """Why it is not known whether, or how often, it is there; empty where it certainly is."""


def instances_of(evaluator: Evaluator, body: Body, kind: str, scope: Scope) -> Iterator[Instance]:
    """The blocks of a type, written out or made by `dynamic`, in the order of the file."""
    for block in body.blocks:
        if block.type == kind:
            yield Instance(block, scope)
        elif block.type == "dynamic" and block.labels == (kind,):
            yield from _dynamic(evaluator, block, kind, scope)


def _dynamic(evaluator: Evaluator, block: Block, kind: str, scope: Scope) -> Iterator[Instance]:
    content = next(block.body.blocks_of("content"), None)
    for_each = block.body.attribute("for_each")
    if content is None or for_each is None:
        return
    iterator = block.body.attribute("iterator")
    name = iterator.value.name if iterator is not None and isinstance(iterator.value, Word) else kind
    value = evaluator.evaluate(for_each.value, scope)
    for element, causes in elements_of(value, for_each.offset):
        yield Instance(content, scope.with_names(**{name: element}), causes)


def elements_of(value: Value, offset: int) -> Iterator[tuple[MapValue, tuple[Cause, ...]]]:
    """What `each` (or an iterator) stands for, once for each element, and why it may not be there."""
    if isinstance(value, Either):
        causes = (
            causes_of(value) or unknown(value.offset, "which branch of the conditional applies is not known").causes
        )
        for option in value.options:
            for element, _ in elements_of(option, offset):
                yield element, causes
        return
    pairs = pairs_of(value)
    if pairs is None or len(pairs) > MAX_INSTANCES:
        causes = causes_of(value) or unknown(offset, "`for_each` is not known").causes
        yield _element(Unresolvable(causes, offset), Unresolvable(causes, offset), offset), causes
        return
    for key, item in pairs:
        causes = item.causes if isinstance(item, Unresolvable) and not isinstance(value, MapValue) else ()
        yield _element(key if isinstance(value, MapValue) else item, item, offset), causes


def _element(key: Value, value: Value, offset: int) -> MapValue:
    return MapValue(((Text("key", offset), key), (Text("value", offset), value)), offset)
