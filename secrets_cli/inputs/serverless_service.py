"""What a serverless.yml says about its service: the parts that decide roles, with variables replaced."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonBool, JsonNode, JsonNull, JsonNumber, JsonObject, JsonString
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.serverless_names import function_name
from secrets_cli.inputs.serverless_variables import Variables

PLUGIN: Final = "serverless-iam-roles-per-function"
_EVENTS: Final = ("cloudFront", "msk", "schedule", "sqs", "stream", "websocket")


@dataclass(frozen=True, slots=True)
class Function:
    """One of `functions`."""

    key: str
    node: JsonNode
    """Its settings; null where it has none."""
    offset: int
    """Of its key."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that is there: its value, resolved, and where its key stands."""

    value: JsonNode
    offset: int


class Service:
    """One file's service."""

    def __init__(self, variables: Variables) -> None:
        self.variables = variables
        self.functions = tuple(self._functions())
        self.stage = variables.stage()
        self.region = variables.region()
        self.name = variables.text("service") or variables.text("service", "name") or UNKNOWN
        provider = self.outline(variables.root, "provider")
        self.provider: JsonNode = JsonNull(0) if provider is None else provider.value
        self.provider_offset = 0 if provider is None else provider.offset

    @property
    def is_aws(self) -> bool:
        """Whether the provider is AWS, which it is also where the file does not say or it is unknown."""
        name = self.get(self.provider, "name") if isinstance(self.provider, JsonObject) else self.provider
        return not isinstance(name, JsonString) or UNKNOWN in name.value or name.value == "aws"

    @property
    def uses_plugin(self) -> bool:
        """Whether the plugin for functions' own roles is listed, which version 4 then leaves them to."""
        return self.lists_plugin(PLUGIN)

    def lists_plugin(self, plugin: str) -> bool:
        """Whether `plugins` names it."""
        listed = self.get(self.variables.root, "plugins", "modules") or self.get(self.variables.root, "plugins")
        names = listed.items if isinstance(listed, JsonArray) else ()
        return any(isinstance(name, JsonString) and name.value == plugin for name in names)

    def function_name(self, function: Function) -> str:
        """The function's name: its own, else the framework's."""
        named = self.get(function.node, "name")
        return named.value if isinstance(named, JsonString) else function_name(self.name, self.stage, function.key)

    def get(self, node: JsonNode, *path: str) -> JsonNode | None:
        """The value at a path from the node on, its variables replaced throughout; None where there is none or it is
        null."""
        found = self.setting(node, *path)
        return None if found is None else found.value

    def setting(self, node: JsonNode, *path: str) -> Setting | None:
        """As `get`, with the place of the key."""
        found = self.outline(node, *path)
        return None if found is None else Setting(self.variables.resolved(found.value), found.offset)

    def outline(self, node: JsonNode, *path: str) -> Setting | None:
        """As `setting`, with the variables of its parts not yet replaced: what is not asked for is not unresolved."""
        around = self.variables.within(node, *path[:-1])
        if around is None:
            return None
        value = self.variables.within(around, path[-1])
        return None if value is None else Setting(value, _key_offset(around, path[-1], value))

    def has(self, node: JsonNode, name: str) -> bool:
        """Whether the node has the setting, even if null."""
        value = self.variables.value(node)
        return isinstance(value, JsonObject) and value.get(name) is not None

    def events(self, function: Function) -> Iterator[tuple[str, Setting]]:
        """The function's events by kind, those that bring a role something; as `outline`."""
        listed = self.variables.within(function.node, "events")
        for item in listed.items if isinstance(listed, JsonArray) else ():
            event = self.variables.value(item)
            for member in event.members if isinstance(event, JsonObject) else ():
                if member.key.value in _EVENTS:
                    yield member.key.value, Setting(self.variables.value(member.value), member.key.offset)

    def _functions(self) -> Iterator[Function]:
        """`functions` is an object, or a list of objects that are taken together."""
        listed = self.variables.get("functions")
        items = listed.items if isinstance(listed, JsonArray) else (listed,)
        seen: set[str] = set()
        for item in items:
            group = None if item is None else self.variables.value(item)
            for member in group.members if isinstance(group, JsonObject) else ():
                if member.key.value not in seen:
                    seen.add(member.key.value)
                    yield Function(member.key.value, self.variables.value(member.value), member.key.offset)


def _key_offset(node: JsonNode, name: str, value: JsonNode) -> int:
    members = node.members if isinstance(node, JsonObject) else ()
    return next((member.key.offset for member in members if member.key.value == name), value.offset)


def truthy(node: JsonNode | None) -> bool:
    """What JavaScript takes as true; what is unknown counts as true."""
    match node:
        case None | JsonNull():
            return False
        case JsonBool():
            return node.value
        case JsonNumber():
            return node.text.strip("+-0.") != ""
        case JsonString():
            return node.value != ""
        case JsonArray() | JsonObject():
            return True


def text_in(node: JsonNode | None) -> str:
    """The text of a resolved scalar, empty for None and null; UNKNOWN for a list or an object: an intrinsic function."""
    match node:
        case None | JsonNull():
            return ""
        case JsonString(text) | JsonNumber(text):
            return text
        case JsonBool(value):
            return "true" if value else "false"
        case JsonArray() | JsonObject():
            return UNKNOWN
