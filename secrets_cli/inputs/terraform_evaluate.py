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
from secrets_cli.inputs.terraform_decide import MAX_OPTIONS, Decisions, short
from secrets_cli.inputs.terraform_functions import MAX_ITEMS, call_function, in_order, items_of
from secrets_cli.inputs.terraform_module import Module, Resource, Scope
from secrets_cli.inputs.terraform_parse import parse_expression, parse_template
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_steps import Steps
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
    Item,
    Not,
    NumberLiteral,
    Operation,
    Other,
    Sequence,
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
WORKSPACE: Final = "terraform.workspace"
"""The supplied value that is the workspace's name."""
AttributeOf = Callable[["Evaluator", Resource, str, int], Value]
CallOutput = Callable[[Module, str, str, int], Value]


class Evaluator(Decisions, Steps):
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

    def attribute(self, resource: Resource, name: str, offset: int) -> Value:
        """What the attribute of the resource is, as far as the files tell."""
        return self._attribute_of(self, resource, name, offset)

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
                return self.conditional(expression, scope)
            case ForList():
                return self._for_list(expression, scope)
            case Not() | Operation():
                decided = self.truth(expression, scope)
                return decided if isinstance(decided, Unresolvable) else Boolean(decided, expression.offset)
            case Other():
                text = self.sources.slice(expression.offset, expression.end)
                return unknown(expression.offset, f"`{short(text)}` is not evaluated")

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
            if loop.condition is not None and self.truth(loop.condition, inner) is False:
                continue
            items.append(self.evaluate(loop.value, inner))
        return ListValue(tuple(items), loop.offset)

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
        return normpath(f"{folder}{slash}{name}")

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
            return self.steps_of(self.evaluate(access.root, scope), access.steps, access, scope)
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
                return self.steps_of(self.variable(module, name, access.offset), access.steps[1:], access, scope)
            case ["local", name, *_]:
                return self.steps_of(self._local(module, name, access.offset), access.steps[1:], access, scope)
            case ["path", "module"]:
                return Text(module.folder or ".", access.offset)
            case ["path", "root" | "cwd"]:
                return Text(".", access.offset)
            case ["terraform", "workspace"] if WORKSPACE in self.supplied.values:
                return Text(self.supplied.values[WORKSPACE], access.offset)
            case ["module", name, *_]:
                return self._output(module, name, access, scope)
            case ["data", type, name, *_]:
                return self._resource((False, type, name), 2, access, scope)
            case [type, name, *_]:
                return self._resource((True, type, name), 1, access, scope)
            case _:
                return self.unknown_access(access, "is not known")

    def _resource(self, key: tuple[bool, str, str], taken: int, access: Access, scope: Scope) -> Value:
        resource = scope.module.resources.get(key)
        if resource is None:
            if key[0]:
                return self.unknown_access(access, "is not known")
            return self.unknown_access(access, "is not declared in the module's files")
        return self.steps_of(Reference(resource, access.offset), access.steps[taken:], access, scope)

    def _output(self, module: Module, name: str, access: Access, scope: Scope) -> Value:
        steps = access.steps[1:]
        while steps and not isinstance(steps[0], Attr):
            steps = steps[1:]
        if not steps or not isinstance(steps[0], Attr):
            return self.unknown_access(access, "is a whole module")
        output = self.call_output(module, name, steps[0].name, access.offset)
        return self.steps_of(output, steps[1:], access, scope)

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


_CLOSED: Final = "\0template"
"""Bound in a file's template, which sees no names but those it is given."""


def pairs_of(value: Value) -> tuple[tuple[Value, Value], ...] | None:
    """Keys and values of a list (whose keys are its numbers) or a map; None for anything else."""
    match value:
        case MapValue():
            return in_order(value)
        case ListValue(items):
            return tuple((Number(str(index), item.offset), item) for index, item in enumerate(items))
        case _:
            return None
