"""From a value to its parts: `.name`, `[key]`, `[*]`."""

from abc import ABC, abstractmethod

from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_decide import short
from secrets_cli.inputs.terraform_functions import MAX_ITEMS
from secrets_cli.inputs.terraform_module import Resource, Scope
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_syntax import Access, Attr, Expression, Index, Splat, Step
from secrets_cli.inputs.terraform_value import (
    Either,
    ListValue,
    MapValue,
    Reference,
    Text,
    Unresolvable,
    Value,
    causes_of,
    scalar_text,
    unknown,
)


class Steps(ABC):
    """Follows the steps of an expression; the class that derives from it evaluates what stands in brackets."""

    __slots__ = ()

    sources: Sources

    @abstractmethod
    def evaluate(self, expression: Expression, scope: Scope) -> Value:
        """What the expression stands for."""

    @abstractmethod
    def attribute(self, resource: Resource, name: str, offset: int) -> Value:
        """What the attribute of the resource is."""

    def steps_of(self, value: Value, steps: tuple[Step, ...], access: Access, scope: Scope) -> Value:
        """The value that the steps lead to."""
        for index, step in enumerate(steps):
            match value:
                case Either():
                    rest = steps[index:]
                    return Either(tuple(self.steps_of(one, rest, access, scope) for one in value.options), value.offset)
                case Unresolvable():
                    return value
                case ListValue() if isinstance(step, Splat):
                    rest = steps[index + 1 :]
                    made = tuple(self.steps_of(item, rest, access, scope) for item in value.items)
                    return ListValue(made, access.offset)
                case Reference() if isinstance(step, Splat):
                    return ListValue((self.steps_of(value, steps[index + 1 :], access, scope),), access.offset)
                case _:
                    value = self._step(value, step, access, scope)
        return value

    def _step(self, value: Value, step: Step, access: Access, scope: Scope) -> Value:
        key: Value
        match step:
            case Attr():
                key = Text(step.name, step.offset)
            case Index():
                key = self.evaluate(step.key, scope)
            case Splat():
                return ListValue((value,), access.offset)
        match value:
            case Reference() if isinstance(step, Attr) and not step.name.isdigit():
                return self.attribute(value.resource, step.name, access.offset)
            case Reference():
                return value
            case MapValue():
                return self._member(value, key, access)
            case ListValue():
                return self._item(value, key, access)
            case _:
                return self.unknown_access(access, "is not known")

    def _member(self, value: MapValue, key: Value, access: Access) -> Value:
        text = scalar_text(key)
        if text is None or UNKNOWN in text.value:
            return Unresolvable(causes_of(key) or self.unknown_access(access, "is not known").causes, access.offset)
        found = value.get(text.value)
        return found if found is not None else self.unknown_access(access, "is not there")

    def _item(self, value: ListValue, key: Value, access: Access) -> Value:
        text = scalar_text(key)
        if text is None or not text.value.isdecimal() or len(text.value) > len(str(MAX_ITEMS)):
            return Unresolvable(causes_of(key) or self.unknown_access(access, "is not known").causes, access.offset)
        index = int(text.value)
        before = value.items[: index + 1]
        if len(before) <= index or any(isinstance(item, Unresolvable | Either) for item in before[:-1]):
            return Unresolvable(causes_of(value) or self.unknown_access(access, "is not there").causes, access.offset)
        return before[-1]

    def unknown_access(self, access: Access, why: str) -> Unresolvable:
        """An unknown value, with the expression and what is the matter with it."""
        return unknown(access.offset, f"`{short(self.sources.slice(access.offset, access.end))}` {why}")
