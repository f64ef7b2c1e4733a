"""What logs say about use, as the gate takes it: the output of `usage scan`, or of `role narrow` for one principal."""

from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString, read_json
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_document
from secrets_cli.usage.usage import Usage

NARROWING = "secrets-cli/narrowing/1"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A `usage scan`: what every principal in the logs did."""

    name: str
    """The file's."""
    usage: Usage

    @property
    def principals(self) -> tuple[str, ...]:
        """ARNs of the principals it knows."""
        return self.usage.principals


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A `role narrow`: what would replace one principal's policies."""

    name: str
    principal: str
    policies: tuple[Policy, ...]
    """Empty where nothing was narrowed."""
    removed: tuple[str, ...]
    """Actions that the policies before granted and these do not."""
    invisible: tuple[str, ...]
    """Actions whose use the logs could not show."""
    blocked: str
    """Why nothing was narrowed; empty where it was."""

    @property
    def principals(self) -> tuple[str, ...]:
        """The one principal."""
        return (self.principal,)


Evidence: TypeAlias = Scanned | Narrowed


def read_evidence(text: str, name: str) -> Evidence:
    """The evidence, whichever of the two the text is. Raises MalformedInput where it is neither."""
    if f'"{NARROWING}"' in text[:200]:
        return _narrowed(read_json(text, name), name)
    from secrets_cli.usage.document import read_usage  # it loads a decoder, which a gate without usage does not need

    return Scanned(name, read_usage(text, name))


def _narrowed(document: JsonDocument, name: str) -> Narrowed:
    root = document.root
    if not isinstance(root, JsonObject):
        raise _wrong(document, root, "an object is expected")
    policies = _items(document, root, "policies")
    blocked = root.get("blocked")
    return Narrowed(
        name,
        _text(document, root, "principal"),
        tuple(parse_document(JsonDocument(one, document.places), name) for one in policies),
        _actions(document, root, "removed"),
        _actions(document, root, "invisible"),
        _why(blocked, policies),
    )


def _why(blocked: JsonNode | None, policies: tuple[JsonNode, ...]) -> str:
    if isinstance(blocked, JsonString):
        return blocked.value
    return "" if policies else "its proof failed"


def _actions(document: JsonDocument, root: JsonObject, key: str) -> tuple[str, ...]:
    return tuple(_text(document, one, "action") for one in _items(document, root, key))


def _items(document: JsonDocument, root: JsonObject, key: str) -> tuple[JsonNode, ...]:
    node = root.get(key)
    if not isinstance(node, JsonArray):
        raise _wrong(document, root, f"a list `{key}` is expected")
    return node.items


def _text(document: JsonDocument, node: JsonNode, key: str) -> str:
    value = node.get(key) if isinstance(node, JsonObject) else None
    if not isinstance(value, JsonString):
        raise _wrong(document, node, f"a text `{key}` is expected")
    return value.value


def _wrong(document: JsonDocument, node: JsonNode, what: str) -> MalformedInput:
    place = document.places.at(node.offset)
    return MalformedInput(f"{place}: {what}", "write it with `secrets-cli role narrow ... --format json`")
