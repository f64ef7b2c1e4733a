"""Which resource an expression refers to, followed through locals, variables of a module, and a module's outputs."""

from collections.abc import Iterator, Sequence
from typing import Final

from secrets_cli.inputs.terraform_module import Module, Resource
from secrets_cli.inputs.terraform_syntax import (
    Access,
    Attr,
    Call,
    Chunk,
    Conditional,
    Directive,
    Escape,
    Expression,
    ForList,
    Mapping,
    Template,
    Word,
)
from secrets_cli.inputs.terraform_syntax import Sequence as SequenceExpression

MAX_HOPS: Final = 12
"""Names that lead to names."""


class References:
    """Of one configuration."""

    __slots__ = ("_by_prefix",)

    def __init__(self, modules: Sequence[Module]) -> None:
        self._by_prefix = {one.prefix: one for one in modules}

    def first(self, expression: Expression | None, module: Module, *types: str) -> Resource | None:
        """The first resource of one of the types that the expression refers to; None where there is none."""
        return next((one for one in self._all(expression, module, 0) if one.type in types), None)

    def all(self, expression: Expression | None, module: Module) -> Iterator[Resource]:
        """Every resource that the expression refers to, in the order of the text."""
        return self._all(expression, module, 0)

    def _all(self, expression: Expression | None, module: Module, hops: int) -> Iterator[Resource]:
        if expression is None or hops > MAX_HOPS:
            return
        for access in _accesses(expression):
            names = [access.root.name] if isinstance(access.root, Word) else []
            names += [step.name for step in access.steps if isinstance(step, Attr)]
            match names:
                case ["local", name, *_] if name in module.locals:
                    yield from self._all(module.locals[name].value, module, hops + 1)
                case ["var", name, *_] if module.call is not None and module.caller is not None:
                    given = module.call.body.attribute(name)
                    yield from self._all(None if given is None else given.value, module.caller.module, hops + 1)
                case ["module", call, output, *_]:
                    yield from self._output(module, call, output, hops + 1)
                case [type, name, *_] if (True, type, name) in module.resources:
                    yield module.resources[True, type, name]
                case _:
                    continue

    def _output(self, module: Module, call: str, output: str, hops: int) -> Iterator[Resource]:
        child = self._by_prefix.get(f"{module.prefix}module.{call}.")
        block = None if child is None else child.outputs.get(output)
        written = None if block is None else block.body.attribute("value")
        if child is not None and written is not None:
            yield from self._all(written.value, child, hops)


def _accesses(expression: Expression) -> Iterator[Access]:
    """Every `a.b` in the expression, in the order of the text."""
    waiting: list[Expression] = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Access):
            yield one
        waiting += reversed(_within(one))


def _within(expression: Expression) -> tuple[Expression, ...]:
    """The expressions that it is made of and that may give its value, in the order of the text."""
    match expression:
        case Access():
            return (expression.root,)
        case Template(parts):
            return tuple(part for part in parts if not isinstance(part, Chunk | Escape | Directive))
        case SequenceExpression(items):
            return items
        case Mapping(items):
            return tuple(part for item in items for part in (item.key, item.value))
        case Call():
            return expression.arguments
        case Conditional():
            return (expression.yes, expression.no)
        case ForList():
            return (expression.collection, expression.value)
        case _:
            return ()
