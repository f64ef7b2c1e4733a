"""Evaluates the expressions that policies are written with; everything else is unknown, with the reason.

What is evaluated: literals, templates, lists, objects, `var`, `local`, `each`, `data` and resource attributes that the
files tell, calls of the functions in `terraform_functions`, `==`, `!=`, `&&`, `||`, `!`, conditionals (both ways where the
condition is not known) and `for` over lists that are known. Work, size and depth are limited.

Source: https://developer.hashicorp.com/terraform/language/expressions
"""

from collections.abc import Callable
from itertools import product
from posixpath import normpath
from typing import Final

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.inputs.found import UNKNOWN, Supplied
from secrets_cli.inputs.terraform_functions import MAX_ITEMS, call_function, items_of
from secrets_cli.inputs.terraform_module import Module, Resource, Scope
from secrets_cli.inputs.terraform_parse import parse_expression, parse_template
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_syntax import (
    Access,
    Attr,
    Block,
    Call,
    Chunk,
    Conditional,
    Directive,
    Escape,
    Expression,
    ForList,
    Index,
    Item,
    Not,
    NumberLiteral,
    Operation,
    Other,
    Sequence,
    Splat,
    Step,
    Template,
    Word,
)
from secrets_cli.inputs.terraform_syntax import Mapping as MappingExpression
from secrets_cli.inputs.terraform_value import (
    MAX_WEIGHT,
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
    scalar_text,
    unknown,
    weight_of,
)

MAX_STEPS: Final = 1_000_000
"""Expressions evaluated for one configuration; a large value counts for several."""
_WEIGHT_PER_STEP: Final = 8
MAX_NESTING: Final = 60
"""Expressions within each other, references followed."""
MAX_OPTIONS: Final = 4
"""Values that one expression may have, depending on conditions that are not known."""

AttributeOf = Callable[["Evaluator", Resource, str, int], Value]
CallOutput = Callable[[Module, str, str, int], Value]


class Evaluator:
    """Evaluates expressions of one configuration; remembers what names stand for, and in `merged` the offsets of the policy
    documents that became part of another."""

    __slots__ = (
        "_attribute_of",
        "_depth",
        "_remembered",
        "_running",
        "_steps",
        "call_output",
        "merged",
        "sources",
        "supplied",
    )

    def __init__(
        self, sources: Sources, supplied: Supplied, attribute_of: AttributeOf, call_output: CallOutput
    ) -> None:
        self.sources = sources
        self.supplied = supplied
        self.call_output = call_output
        self.merged: set[int] = set()
        self._attribute_of = attribute_of
        self._remembered: dict[tuple[int, str], Value] = {}
        self._running: set[tuple[int, str]] = set()
        self._steps = 0
        self._depth = 0

    def evaluate(self, expression: Expression, scope: Scope) -> Value:
        """What the expression stands for. Raises TooLarge past MAX_STEPS."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            place = self.sources.at(expression.offset)
            raise TooLarge(f"{place}: more than {MAX_STEPS} expressions to evaluate", help="split the configuration")
        if self._depth >= MAX_NESTING:
            return unknown(expression.offset, f"references are nested deeper than {MAX_NESTING} levels")
        self._depth += 1
        try:
            value = self._expression(expression, scope)
        finally:
            self._depth -= 1
        weight = weight_of(value)
        self._steps += weight // _WEIGHT_PER_STEP
        return value if weight <= MAX_WEIGHT else unknown(expression.offset, "the value is too large")

    def named(self, module: Module, name: str, offset: int, compute: Callable[[], Value]) -> Value:
        """What a name of a module stands for, computed once; a name that refers to itself is unknown."""
        key = (id(module), name)
        if key in self._remembered:
            return self._remembered[key]
        if key in self._running:
            return unknown(offset, f"`{name}` refers to itself")
        self._running.add(key)
        try:
            value = compute()
        finally:
            self._running.discard(key)
        self._remembered[key] = value
        return value

    def _expression(self, expression: Expression, scope: Scope) -> Value:
        match expression:
            case Word():
                return self._word(expression, scope)
            case Access():
                return self._access(expression, scope)
            case Template() | NumberLiteral() | Sequence() | MappingExpression():
                return self._literal(expression, scope)
            case Call():
                return self._call(expression, scope)
            case Conditional():
                return self._conditional(expression, scope)
            case ForList():
                return self._for_list(expression, scope)
            case Not() | Operation():
                decided = self._truth(expression, scope)
                return decided if isinstance(decided, Unresolvable) else Boolean(decided, expression.offset)
            case Other():
                text = self.sources.slice(expression.offset, expression.end)
                return unknown(expression.offset, f"`{_short(text)}` is not evaluated")

    def _literal(self, expression: Template | NumberLiteral | Sequence | MappingExpression, scope: Scope) -> Value:
        match expression:
            case Template():
                return self._template(expression, scope)
            case NumberLiteral():
                return Number(expression.text, expression.offset)
            case Sequence():
                return ListValue(tuple(self.evaluate(item, scope) for item in expression.items), expression.offset)
            case MappingExpression():
                return self._mapping(expression, scope)

    # Templates

    def _template(self, template: Template, scope: Scope) -> Value:
        if len(template.parts) == 1 and not isinstance(template.parts[0], Chunk | Escape | Directive):
            return self.evaluate(template.parts[0], scope)
        options: list[tuple[Text, ...]] = []
        count = 1
        for part in template.parts:
            texts = self._part(part, scope)
            if isinstance(texts, Unresolvable):
                return texts
            count *= len(texts)
            options.append(texts)
        if count > MAX_OPTIONS:
            causes = tuple(cause for texts in options for text in texts for cause in text.causes)
            reason = unknown(template.offset, "the string depends on more conditions than are followed").causes
            return Unresolvable((*causes, *reason), template.offset)
        made = tuple(joined(texts, template.offset) for texts in product(*options))
        return made[0] if len(made) == 1 else Either(made, template.offset)

    def _part(self, part: Chunk | Escape | Directive | Expression, scope: Scope) -> tuple[Text, ...] | Unresolvable:
        match part:
            case Chunk():
                return (Text(part.text, part.offset, (Piece(0, part.offset, True),)),)
            case Escape():
                return (Text(part.text, part.offset, (Piece(0, part.offset, False),)),)
            case Directive():
                return unknown(part.offset, "`%{ }` directives are not evaluated")
        value = self.evaluate(part, scope)
        values = value.options if isinstance(value, Either) else (value,)
        texts = tuple(scalar_text(one) for one in values)
        known = tuple(text for text in texts if text is not None)
        if len(known) != len(texts):
            return unknown(part.offset, "a list, a map or null in a string")
        return known

    # Collections

    def _mapping(self, mapping: MappingExpression, scope: Scope) -> Value:
        members: dict[str, tuple[Text, Value]] = {}
        for item in mapping.items:
            key = self._key(item, scope)
            if isinstance(key, Unresolvable):
                return key
            members[key.value] = (key, self.evaluate(item.value, scope))
        return MapValue(tuple(members.values()), mapping.offset)

    def _key(self, item: Item, scope: Scope) -> Text | Unresolvable:
        value = self.evaluate(item.key, scope)
        text = scalar_text(value)
        if text is None:
            return Unresolvable(
                (*causes_of(value), *unknown(item.key.offset, "a key that is no string").causes), value.offset
            )
        return text

    def _for_list(self, loop: ForList, scope: Scope) -> Value:
        collection = self.evaluate(loop.collection, scope)
        pairs = pairs_of(collection)
        if pairs is None:
            causes = causes_of(collection) or unknown(loop.offset, "`for` over what is no list or map").causes
            return Unresolvable(causes, loop.offset)
        items: list[Value] = []
        for key, value in pairs[: MAX_ITEMS + 1]:
            inner = scope.with_names(
                **dict(zip(loop.names, (key, value) if len(loop.names) > 1 else (value,), strict=False))
            )
            if loop.condition is not None and self._truth(loop.condition, inner) is False:
                continue
            items.append(self.evaluate(loop.value, inner))
        return ListValue(tuple(items), loop.offset)

    # Decisions

    def _conditional(self, conditional: Conditional, scope: Scope) -> Value:
        decided = self._truth(conditional.condition, scope)
        if not isinstance(decided, Unresolvable):
            return self.evaluate(conditional.yes if decided else conditional.no, scope)
        values = (self.evaluate(conditional.yes, scope), self.evaluate(conditional.no, scope))
        options: list[Value] = []
        for value in values:
            options.extend(value.options if isinstance(value, Either) else (value,))
        if len(options) > MAX_OPTIONS:
            return unknown(conditional.offset, "the value depends on more conditions than are followed")
        return Either(tuple(options), conditional.offset)

    def _truth(self, expression: Expression, scope: Scope) -> bool | Unresolvable:
        """Whether the condition holds."""
        if isinstance(expression, Not):
            inner = self._truth(expression.operand, scope)
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
        operators = set(operation.operators)
        if operators <= {"||"} or operators <= {"&&"}:
            return self._all_or_any(operation, scope, "||" in operators)
        if operation.operators in (("==",), ("!=",)):
            left, right = (self.evaluate(operand, scope) for operand in operation.operands)
            same = _same(left, right)
            if same is not None:
                return same if operation.operators == ("==",) else not same
            causes = (*causes_of(left), *causes_of(right))
            if causes:
                return Unresolvable(causes, operation.offset)
        text = self.sources.slice(operation.offset, operation.end)
        return unknown(operation.offset, f"`{_short(text)}` is not evaluated")

    def _all_or_any(self, operation: Operation, scope: Scope, any_of: bool) -> bool | Unresolvable:
        undecided: Unresolvable | None = None
        for operand in operation.operands:
            decided = self._truth(operand, scope)
            if isinstance(decided, Unresolvable):
                undecided = undecided or decided
            elif decided is any_of:
                return any_of
        return undecided if undecided is not None else not any_of

    # Calls

    def _call(self, call: Call, scope: Scope) -> Value:
        if call.name in ("file", "templatefile"):
            return self._file(call, scope)
        if call.name == "can":
            return unknown(call.offset, "`can()` is not evaluated")
        arguments = [self.evaluate(argument, scope) for argument in call.arguments]
        if call.spread and arguments:
            items = items_of(arguments.pop())
            if items is None:
                return unknown(call.offset, f"`{call.name}()` with `...` of what is no list")
            arguments.extend(items)
        return call_function(call.name, arguments, call.offset)

    def _file(self, call: Call, scope: Scope) -> Value:
        path = self.evaluate(call.arguments[0], scope) if call.arguments else Null(call.offset)
        if not isinstance(path, Text) or UNKNOWN in path.value:
            return Unresolvable(
                causes_of(path) or unknown(call.offset, "the file's name is not known").causes, call.offset
            )
        name = normpath(path.value)
        text = self.supplied.read(name)
        if text is None:
            return unknown(call.offset, f"`{name}` cannot be read")
        file = self.sources.add(self._beside(name), text)
        if call.name == "file":
            return Text(text, call.offset, (Piece(0, file.base, True),))
        inputs = self.evaluate(call.arguments[1], scope) if len(call.arguments) > 1 else MapValue((), call.offset)
        if not isinstance(inputs, MapValue):
            return Unresolvable(
                causes_of(inputs) or unknown(call.offset, "the template's variables").causes, call.offset
            )
        try:
            template = parse_template(self.sources, file)
        except MalformedInput as error:
            return unknown(call.offset, f"the template cannot be read: {error.message}")
        names = {key.value: value for key, value in inputs.members}
        return self.evaluate(template, Scope(scope.module, {**names, _CLOSED: Null(call.offset)}))

    def _beside(self, name: str) -> str:
        """The other file's name as the reader knows it: paths are relative to the root module, whose files stand first."""
        folder, slash, _ = self.sources.file_at(0).name.rpartition("/")
        return f"{folder}{slash}{name}"

    # Names

    def _word(self, word: Word, scope: Scope) -> Value:
        match word.name:
            case "true" | "false":
                return Boolean(word.name == "true", word.offset)
            case "null":
                return Null(word.offset)
            case name if name in scope.bindings:
                return scope.bindings[name]
            case name:
                return unknown(word.offset, f"`{name}` is not known")

    def _access(self, access: Access, scope: Scope) -> Value:
        if not isinstance(access.root, Word) or access.root.name in scope.bindings:
            return self._steps_of(self.evaluate(access.root, scope), access.steps, access, scope)
        if _CLOSED in scope.bindings:
            return unknown(access.offset, f"`{access.root.name}` is not given to the template")
        names = [access.root.name]
        for step in access.steps:
            if not isinstance(step, Attr):
                break
            names.append(step.name)
        return self._rooted(names, access, scope)

    def _rooted(self, names: list[str], access: Access, scope: Scope) -> Value:
        """What a name at the root of a module's names stands for: `var.x`, `data.type.name`, `type.name`."""
        module = scope.module
        match names:
            case ["var", name, *_]:
                return self._steps_of(self.variable(module, name, access.offset), access.steps[1:], access, scope)
            case ["local", name, *_]:
                return self._steps_of(self._local(module, name, access.offset), access.steps[1:], access, scope)
            case ["path", "module"]:
                return Text(module.folder or ".", access.offset)
            case ["path", "root" | "cwd"]:
                return Text(".", access.offset)
            case ["module", name, *_]:
                return self._output(module, name, access, scope)
            case ["data", type, name, *_]:
                return self._resource((False, type, name), 2, access, scope)
            case [type, name, *_]:
                return self._resource((True, type, name), 1, access, scope)
            case _:
                return self._unknown(access, "is not known")

    def _unknown(self, access: Access, why: str) -> Unresolvable:
        return unknown(access.offset, f"`{_short(self.sources.slice(access.offset, access.end))}` {why}")

    def _resource(self, key: tuple[bool, str, str], taken: int, access: Access, scope: Scope) -> Value:
        resource = scope.module.resources.get(key)
        if resource is None:
            if key[0]:
                return self._unknown(access, "is not known")
            return self._unknown(access, "is not declared in the module's files")
        return self._steps_of(Reference(resource, access.offset), access.steps[taken:], access, scope)

    def _output(self, module: Module, name: str, access: Access, scope: Scope) -> Value:
        steps = access.steps[1:]
        while steps and not isinstance(steps[0], Attr):
            steps = steps[1:]
        if not steps or not isinstance(steps[0], Attr):
            return self._unknown(access, "is a whole module")
        output = self.call_output(module, name, steps[0].name, access.offset)
        return self._steps_of(output, steps[1:], access, scope)

    def variable(self, module: Module, name: str, offset: int) -> Value:
        """The value given for the variable, or its default."""
        block = module.variables.get(name)
        given = module.call.body.attribute(name) if module.call is not None else None
        if given is not None and module.caller is not None:
            expression, caller = given.value, module.caller
            return self.named(module, f"var.{name}", offset, lambda: self.evaluate(expression, caller))
        if module.call is None and name in self.supplied.values:
            return self.named(module, f"var.{name}", offset, lambda: self._supplied(name, block))
        default = block.body.attribute("default") if block is not None else None
        if default is None:
            supply = "" if module.call is not None else f"--var {name}=..."
            return unknown(offset, f"`var.{name}` has no default", supply)
        value = default.value
        return self.named(module, f"var.{name}", offset, lambda: self.evaluate(value, Scope(module)))

    def _supplied(self, name: str, block: Block | None) -> Value:
        text = self.supplied.values[name]
        file = self.sources.add(f"--var {name}", text)
        kind = block.body.attribute("type") if block is not None else None
        simple = isinstance(kind.value, Word) and kind.value.name in ("string", "number", "bool") if kind else False
        if simple or not text.lstrip().startswith(("[", "{", '"')):
            return Text(text, file.base, (Piece(0, file.base, True),))
        return self.evaluate(parse_expression(self.sources, file), Scope(Module("", "")))

    def _local(self, module: Module, name: str, offset: int) -> Value:
        attribute = module.locals.get(name)
        if attribute is None:
            return unknown(offset, f"`local.{name}` is not declared")
        return self.named(module, f"local.{name}", offset, lambda: self.evaluate(attribute.value, Scope(module)))

    # Steps

    def _steps_of(self, value: Value, steps: tuple[Step, ...], access: Access, scope: Scope) -> Value:
        for index, step in enumerate(steps):
            match value:
                case Either():
                    rest = steps[index:]
                    return Either(
                        tuple(self._steps_of(one, rest, access, scope) for one in value.options), value.offset
                    )
                case Unresolvable():
                    return value
                case ListValue() if isinstance(step, Splat):
                    rest = steps[index + 1 :]
                    made = tuple(self._steps_of(item, rest, access, scope) for item in value.items)
                    return ListValue(made, access.offset)
                case Reference() if isinstance(step, Splat):
                    return ListValue((self._steps_of(value, steps[index + 1 :], access, scope),), access.offset)
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
                return self._attribute_of(self, value.resource, step.name, access.offset)
            case Reference():
                return value
            case MapValue():
                return self._member(value, key, access)
            case ListValue():
                return self._item(value, key, access)
            case _:
                return self._unknown(access, "is not known")

    def _member(self, value: MapValue, key: Value, access: Access) -> Value:
        text = scalar_text(key)
        if text is None or UNKNOWN in text.value:
            return Unresolvable(causes_of(key) or self._unknown(access, "is not known").causes, access.offset)
        found = value.get(text.value)
        return found if found is not None else self._unknown(access, "is not there")

    def _item(self, value: ListValue, key: Value, access: Access) -> Value:
        text = scalar_text(key)
        if text is None or not text.value.isdecimal() or len(text.value) > len(str(MAX_ITEMS)):
            return Unresolvable(causes_of(key) or self._unknown(access, "is not known").causes, access.offset)
        index = int(text.value)
        before = value.items[: index + 1]
        if len(before) <= index or any(isinstance(item, Unresolvable | Either) for item in before[:-1]):
            return Unresolvable(causes_of(value) or self._unknown(access, "is not there").causes, access.offset)
        return before[-1]


_CLOSED: Final = "\0template"
"""Bound in a file's template, which sees no names but those it is given."""


def pairs_of(value: Value) -> tuple[tuple[Value, Value], ...] | None:
    """Keys and values of a list (whose keys are its numbers) or a map; None for anything else."""
    match value:
        case MapValue(members):
            return members
        case ListValue(items):
            return tuple((Number(str(index), item.offset), item) for index, item in enumerate(items))
        case _:
            return None


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


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
