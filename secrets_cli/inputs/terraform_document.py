"""`data "aws_iam_policy_document"`: from its blocks to the document that the AWS provider makes of them.

Actions, resources and identifiers are sets to the provider, which sorts them; here they stay in the author's order. `&{`
becomes `${` in resources, identifiers and condition values. Documents merge in the order source, own, override: a
statement whose Sid is there already takes its place, the later Id and the higher Version win.

Sources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
and https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/policy_document_data_source.go
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonArray, JsonBool, JsonNode, JsonNumber, JsonObject, JsonString, Member
from secrets_cli.iam.model import VERSION_2012
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.terraform_blocks import Instance, instances_of
from secrets_cli.inputs.terraform_evaluate import Evaluator
from secrets_cli.inputs.terraform_json import Encoder, decoded, plain_of
from secrets_cli.inputs.terraform_module import Scope
from secrets_cli.inputs.terraform_syntax import Block
from secrets_cli.inputs.terraform_value import Either, ListValue, Null, Text, Unresolvable, Value, unknown

_ELEMENTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)
_PRINCIPALS = (("principals", "Principal"), ("not_principals", "NotPrincipal"))


def policy_document(evaluator: Evaluator, block: Block, scope: Scope) -> Text:
    """The document's JSON; its parts stand at the blocks and attributes they come from."""
    maker = _Maker(evaluator, scope)
    own = maker.own(block)
    merged = _Merged()
    for document in maker.documents(block, "source_policy_documents"):
        merged.take(document)
    merged.take(own)
    for document in maker.documents(block, "override_policy_documents"):
        merged.take(document)
    node = merged.node(block.offset)
    text = json.dumps(plain_of(node), separators=(",", ":"), ensure_ascii=False)
    return Text(text, block.offset, causes=maker.encoder.causes, encoded=node)


@dataclass(slots=True)
class _Merged:
    """The provider's way of merging documents."""

    statements: list[JsonNode] = field(default_factory=list)
    version: JsonString | None = None
    identifier: JsonNode | None = None

    def take(self, document: JsonObject) -> None:
        version = document.get("Version")
        if isinstance(version, JsonString) and (self.version is None or version.value > self.version.value):
            self.version = version
        identifier = document.get("Id")
        if isinstance(identifier, JsonString) and identifier.value:
            self.identifier = identifier
        statements = document.get("Statement")
        items = statements.items if isinstance(statements, JsonArray) else (statements,)
        for statement in items:
            if statement is not None:
                self.put(statement)

    def put(self, statement: JsonNode) -> None:
        sid = _sid(statement)
        for index, present in enumerate(self.statements):
            if sid and _sid(present) == sid:
                self.statements[index] = statement
                return
        self.statements.append(statement)

    def node(self, offset: int) -> JsonObject:
        version = self.version or JsonString(VERSION_2012, offset)
        members = [Member(JsonString("Version", version.offset), version)]
        if self.identifier is not None:
            members.append(Member(JsonString("Id", self.identifier.offset), self.identifier))
        members.append(Member(JsonString("Statement", offset), JsonArray(tuple(self.statements), offset)))
        return JsonObject(tuple(members), offset)


def _sid(statement: JsonNode) -> str:
    sid = statement.get("Sid") if isinstance(statement, JsonObject) else None
    return sid.value if isinstance(sid, JsonString) and UNKNOWN not in sid.value else ""


class _Maker:
    """Evaluates the parts of one document; `encoder` gathers what is unknown."""

    __slots__ = ("encoder", "evaluator", "scope")

    def __init__(self, evaluator: Evaluator, scope: Scope) -> None:
        self.evaluator = evaluator
        self.scope = scope
        self.encoder = Encoder()

    def documents(self, block: Block, name: str) -> Iterator[JsonObject]:
        """The documents that a list attribute names."""
        attribute = block.body.attribute(name)
        if attribute is None:
            return
        waiting = [self.evaluator.evaluate(attribute.value, self.scope)]
        while waiting:
            match waiting.pop(0):
                case ListValue(items) | Either(items):
                    waiting[:0] = items
                case Text() as text if text.value.strip():
                    document = self.read(text)
                    if document is not None:
                        yield document
                case Unresolvable() as value:
                    self.encoder.note(value.causes)
                case _:
                    pass

    def read(self, text: Text) -> JsonObject | None:
        try:
            node = decoded(text, "the document")
        except MalformedInput as error:
            self.encoder.note(unknown(text.offset, f"{error.message}").causes)
            return None
        self.encoder.note(text.causes)
        self.evaluator.merged.add(text.offset)
        return node if isinstance(node, JsonObject) else None

    def own(self, block: Block) -> JsonObject:
        members: list[Member] = []
        version = self.text(block, self.scope, "version")
        if version is not None:
            members.append(version.named("Version"))
        else:
            members.append(Member(JsonString("Version", block.offset), JsonString(VERSION_2012, block.offset)))
        identifier = self.text(block, self.scope, "policy_id")
        if identifier is not None:
            members.append(identifier.named("Id"))
        statements = []
        for instance in instances_of(self.evaluator, block.body, "statement", self.scope):
            self.encoder.note(instance.causes)
            statement = self.statement(instance)
            if statement is not None:
                statements.append(statement)
        members.append(Member(JsonString("Statement", block.offset), JsonArray(tuple(statements), block.offset)))
        return JsonObject(tuple(members), block.offset)

    def statement(self, instance: Instance) -> JsonObject | None:
        """The statement; None for a Deny of which it is not known whether it is there."""
        block, scope = instance.block, instance.scope
        effect = self.text(block, scope, "effect")
        allow = effect is None or effect.node.value != "Deny"
        if not allow and instance.causes:
            return None
        sid = self.text(block, scope, "sid")
        members: list[Member] = [sid.named("Sid")] if sid is not None and sid.node.value else []
        default = Member(JsonString("Effect", block.offset), JsonString("Allow", block.offset))
        members.append(effect.named("Effect") if effect is not None else default)
        for name, element in _PRINCIPALS:
            members.extend(self.principals(block, scope, name, element, allow))
        for name, element in _ELEMENTS:
            members.extend(self.element(block, scope, name, element, allow))
        members.extend(self.conditions(block, scope, allow))
        return JsonObject(tuple(members), block.offset)

    def text(self, block: Block, scope: Scope, name: str) -> "_Named | None":
        attribute = block.body.attribute(name)
        if attribute is None:
            return None
        value = self.evaluator.evaluate(attribute.value, scope)
        if isinstance(value, Null):
            return None
        node = _as_text(self.encoder.node(value))
        return _Named(attribute.offset, node if isinstance(node, JsonString) else JsonString(UNKNOWN, attribute.offset))

    def strings(self, value: Value, both: bool, variables: bool) -> tuple[JsonNode, ...]:
        """The strings of a list attribute, each once."""
        if isinstance(value, Null):
            return ()
        node = self.encoder.node(value, both)
        nodes: list[JsonNode] = []
        waiting = [node]
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, JsonArray):
                waiting[:0] = one.items
            else:
                nodes.append(_as_text(one))
        if variables:
            nodes = [_with_variables(one) for one in nodes]
        return tuple({one.value if isinstance(one, JsonString) else one: one for one in reversed(nodes)}.values())[::-1]

    def element(self, block: Block, scope: Scope, name: str, element: str, allow: bool) -> Iterator[Member]:
        attribute = block.body.attribute(name)
        if attribute is None:
            return
        both = allow and not element.startswith("Not")
        nodes = self.strings(self.evaluator.evaluate(attribute.value, scope), both, element.endswith("Resource"))
        if nodes:
            yield Member(JsonString(element, attribute.offset), JsonArray(nodes, attribute.value.offset))

    def principals(self, block: Block, scope: Scope, name: str, element: str, allow: bool) -> Iterator[Member]:
        kinds: dict[str, tuple[int, list[JsonNode]]] = {}
        first: int | None = None
        for instance in instances_of(self.evaluator, block.body, name, scope):
            self.encoder.note(instance.causes)
            kind = self.text(instance.block, instance.scope, "type")
            identifiers = instance.block.body.attribute("identifiers")
            if kind is None or identifiers is None:
                continue
            value = self.evaluator.evaluate(identifiers.value, instance.scope)
            nodes = self.strings(value, allow and name == "principals", True)
            first = instance.block.offset if first is None else first
            kinds.setdefault(kind.node.value, (kind.offset, []))[1].extend(nodes)
        if first is not None:
            yield Member(JsonString(element, first), _principal(kinds, first))

    def conditions(self, block: Block, scope: Scope, allow: bool) -> Iterator[Member]:
        tests: dict[str, tuple[int, dict[str, tuple[int, list[JsonNode]]]]] = {}
        first: int | None = None
        for instance in instances_of(self.evaluator, block.body, "condition", scope):
            self.encoder.note(instance.causes)
            if instance.causes and allow:
                continue  # a condition that may not be there restricts nothing for sure
            test = self.text(instance.block, instance.scope, "test")
            variable = self.text(instance.block, instance.scope, "variable")
            values = instance.block.body.attribute("values")
            if test is None or variable is None or values is None:
                continue
            nodes = self.strings(self.evaluator.evaluate(values.value, instance.scope), False, True)
            first = instance.block.offset if first is None else first
            keys = tests.setdefault(test.node.value, (instance.block.offset, {}))[1]
            keys.setdefault(variable.node.value, (instance.block.offset, []))[1].extend(nodes)
        if first is not None:
            yield Member(JsonString("Condition", first), _condition(tests, first))


@dataclass(frozen=True, slots=True)
class _Named:
    """A string attribute: the place of its name, and its value."""

    offset: int
    node: JsonString

    def named(self, element: str) -> Member:
        return Member(JsonString(element, self.offset), self.node)


def _as_text(node: JsonNode) -> JsonNode:
    """A number or boolean where a string is expected becomes one, as Terraform converts it."""
    match node:
        case JsonNumber():
            return JsonString(node.text, node.offset)
        case JsonBool():
            return JsonString("true" if node.value else "false", node.offset)
        case _:
            return node


def _with_variables(node: JsonNode) -> JsonNode:
    return JsonString(node.value.replace("&{", "${"), node.offset) if isinstance(node, JsonString) else node


def _principal(kinds: dict[str, tuple[int, list[JsonNode]]], offset: int) -> JsonNode:
    everyone = kinds.get("*")
    if len(kinds) == 1 and everyone is not None:
        match everyone[1]:
            case [JsonString("*", place)]:
                return JsonString("*", place)
    members = (
        Member(JsonString(kind, place), JsonArray(tuple(nodes), place)) for kind, (place, nodes) in kinds.items()
    )
    return JsonObject(tuple(members), offset)


def _condition(tests: dict[str, tuple[int, dict[str, tuple[int, list[JsonNode]]]]], offset: int) -> JsonObject:
    blocks: list[Member] = []
    for test, (place, keys) in tests.items():
        terms = (Member(JsonString(key, at), JsonArray(tuple(nodes), at)) for key, (at, nodes) in keys.items())
        blocks.append(Member(JsonString(test, place), JsonObject(tuple(terms), place)))
    return JsonObject(tuple(blocks), offset)
