"""Resources in a project file's own words: where the file already says an ARN by variables or functions, it is said so again.

`arn:aws:dynamodb:eu-west-1:123456789012:table/orders-dev` becomes `${self:custom.table}` or `Fn::GetAtt: [Table, Arn]`, if that
is what it comes to. Whether it does for certain is proven by whoever reads the changed file again; what the file does not say
stays literal.
"""

from collections.abc import Iterator, Mapping, Sequence

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString
from secrets_cli.inputs.cloudformation.intrinsics import Resolver, World
from secrets_cli.inputs.cloudformation.template import Template, function_of, text_of
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.serverless_service import Service
from secrets_cli.json_value import JsonValue

_ELEMENTS = ("Resource", "NotResource")


def serverless_words(service: Service) -> Mapping[str, JsonValue]:
    """What each text with variables in the file comes to, where that is an ARN and known: ARN -> as it is written."""
    found: dict[str, JsonValue] = {}
    with service.variables.unlisted():
        for node in _nodes(service.variables.root):
            if isinstance(node, JsonString) and "${" in node.value:
                value = service.variables.value(node)
                if isinstance(value, JsonString) and _is_whole(value.value):
                    known = found.get(value.value)
                    # The shortest way to say it is the name that somebody gave it.
                    if not isinstance(known, str) or len(node.value) < len(known):
                        found[value.value] = node.value
    return found


def template_words(template: Template, values: Mapping[str, str]) -> Mapping[str, JsonValue]:
    """The same for the functions in the properties of a template's resources."""
    found: dict[str, JsonValue] = {}
    for resource in template.resources.values():
        for node in _nodes(resource.properties):
            called = function_of(node)
            if called is None or called[0] not in ("Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join"):
                continue
            resolver = Resolver(template, values, World())
            text = text_of(resolver.value(node)) or ""
            if not resolver.unresolved and _is_whole(text):
                found.setdefault(text, _plain(node))
    return found


def in_words(statements: Sequence[JsonValue], words: Mapping[str, JsonValue]) -> list[JsonValue]:
    """The statements, their resources in the file's words where it has some."""
    return [_statement(one, words) for one in statements]


def _statement(statement: JsonValue, words: Mapping[str, JsonValue]) -> JsonValue:
    assert isinstance(statement, Mapping)  # as statements are rendered
    return {key: _values(value, words) if key in _ELEMENTS else value for key, value in statement.items()}


def _values(value: JsonValue, words: Mapping[str, JsonValue]) -> JsonValue:
    if isinstance(value, str):
        return _said(value, words)
    assert isinstance(value, Sequence)  # one text or several
    return [_said(one, words) if isinstance(one, str) else one for one in value]


def _said(resource: str, words: Mapping[str, JsonValue]) -> JsonValue:
    if resource in words:
        return words[resource]
    longest = max((one for one in words if resource.startswith((f"{one}/", f"{one}:"))), key=len, default="")
    match words.get(longest):
        case str() as text:
            return text + resource[len(longest) :]
        case {"Fn::Sub": str() as text} if "${" not in resource:
            return {"Fn::Sub": text + resource[len(longest) :]}
        case _:
            return resource


def _is_whole(text: str) -> bool:
    return text.startswith("arn:") and UNKNOWN not in text and "${" not in text


def _nodes(node: JsonNode) -> Iterator[JsonNode]:
    """The node and all in it, without going into what YAML's aliases repeat more than once."""
    waiting, seen = [node], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        match one:
            case JsonArray(items):
                waiting += items
            case JsonObject(members):
                waiting += (member.value for member in members)
            case _:
                pass


def _plain(node: JsonNode) -> JsonValue:
    match node:
        case JsonArray(items):
            return [_plain(item) for item in items]
        case JsonObject(members):
            return {member.key.value: _plain(member.value) for member in members}
        case _:
            return text_of(node)
