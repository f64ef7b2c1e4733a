"""Conditions in Terraform's expressions: what holds, what does not, and what is not known."""

from abc import ABC, abstractmethod
from typing import Final

from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_module import Scope
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_syntax import Conditional, Expression, Not, Operation
from secrets_cli.inputs.terraform_value import (
    Boolean,
    Either,
    Null,
    Number,
    Text,
    Unresolvable,
    Value,
    causes_of,
    unknown,
)

MAX_OPTIONS: Final = 4
"""Values that one expression may have, depending on conditions that are not known."""


class Decisions(ABC):
    """Decides conditions; the class that derives from it evaluates their operands."""

    __slots__ = ()

    sources: Sources

    @abstractmethod
    def evaluate(self, expression: Expression, scope: Scope) -> Value:
        """What the expression stands for."""

    def conditional(self, conditional: Conditional, scope: Scope) -> Value:
        """One branch, or both where the condition is not known."""
        decided = self.truth(conditional.condition, scope)
        if not isinstance(decided, Unresolvable):
            return self.evaluate(conditional.yes if decided else conditional.no, scope)
        values = (self.evaluate(conditional.yes, scope), self.evaluate(conditional.no, scope))
        options: list[Value] = []
        for value in values:
            options.extend(value.options if isinstance(value, Either) else (value,))
        if len(options) > MAX_OPTIONS:
            return unknown(conditional.offset, "the value depends on more conditions than are followed")
        return Either(tuple(options), conditional.offset)

    def truth(self, expression: Expression, scope: Scope) -> bool | Unresolvable:
        """Whether the condition holds."""
        if isinstance(expression, Not):
            inner = self.truth(expression.operand, scope)
            return inner if isinstance(inner, Unresolvable) else not inner
        if isinstance(expression, Operation):
            return self._operation(expression, scope)
        match self.evaluate(expression, scope):
            case Boolean(value):
                return value
            case Text("true" | "false" as text):
                return text == "true"
            case value:
                return self._undecided(value, expression.offset)

    def _undecided(self, value: Value, offset: int) -> Unresolvable:
        causes = causes_of(value)
        return Unresolvable(causes, offset) if causes else unknown(offset, "the condition is not known")

    def _operation(self, operation: Operation, scope: Scope) -> bool | Unresolvable:
        for loosest in ("||", "&&"):
            if loosest in operation.operators:
                return self._all_or_any(_split(operation, loosest), scope, loosest == "||")
        if operation.operators in (("==",), ("!=",)):
            left, right = (self.evaluate(operand, scope) for operand in operation.operands)
            same = _same(left, right)
            if same is not None:
                return same if operation.operators == ("==",) else not same
            causes = (*causes_of(left), *causes_of(right))
            if causes:
                return Unresolvable(causes, operation.offset)
        text = self.sources.slice(operation.offset, operation.end)
        return unknown(operation.offset, f"`{short(text)}` is not evaluated")

    def _all_or_any(self, operands: tuple[Expression, ...], scope: Scope, any_of: bool) -> bool | Unresolvable:
        undecided: Unresolvable | None = None
        for operand in operands:
            decided = self.truth(operand, scope)
            if isinstance(decided, Unresolvable):
                undecided = undecided or decided
            elif decided is any_of:
                return any_of
        return undecided if undecided is not None else not any_of


def _split(operation: Operation, operator: str) -> tuple[Expression, ...]:
    """What stands between the operators of that name."""
    parts: list[Expression] = []
    start = 0
    for index in range(len(operation.operands)):
        if index < len(operation.operators) and operation.operators[index] != operator:
            continue
        operands, operators = operation.operands[start : index + 1], operation.operators[start:index]
        part = Operation(operands, operators, operation.offset, operation.end)
        parts.append(part if operators else operands[0])
        start = index + 1
    return tuple(parts)


def _same(left: Value, right: Value) -> bool | None:
    """Whether two values are equal, or None where that is not known."""
    if isinstance(left, Null) or isinstance(right, Null):
        unsure = isinstance(left, Unresolvable | Either) or isinstance(right, Unresolvable | Either)
        return None if unsure else isinstance(left, Null) and isinstance(right, Null)
    match left, right:
        case Text(), Text():
            return None if UNKNOWN in left.value + right.value else left.value == right.value
        case Boolean(), Boolean():
            return left.value == right.value
        case Number(), Number() if left.text.isdigit() and right.text.isdigit():
            return left.text == right.text
        case _:
            return None


def short(text: str) -> str:
    """The text as a message quotes it: one line, not longer than 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
