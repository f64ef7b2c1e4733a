"""What a source of the Serverless Framework answers: a value, that it has none, or that nobody here can know it."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from secrets_cli.iam.json_text import JsonArray, JsonBool, JsonNode, JsonNull, JsonNumber, JsonObject, JsonString
from secrets_cli.inputs.serverless_syntax import Call


@dataclass(frozen=True, slots=True)
class Absent:
    """A source has no value: the fallback counts."""

    reason: str
    supply: str = ""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Nobody here can know the value."""

    reason: str
    supply: str = ""


Answer: TypeAlias = JsonNode | Absent | Hidden


def key_of(call: Call, parameters: tuple[str, ...], address: str | None) -> str:
    """The source's text, by which the user may give its value."""
    brackets = "" if call.parameters is None else f"({', '.join(parameters)})"
    return f"{call.name}{brackets}" if address is None else f"{call.name}{brackets}:{address}"


def at_deployment(key: str, offset: int) -> Answer:
    """The answer of a source that only a deployment can ask; a variable of IAM stays as it is written."""
    service = key.split(":", 1)[0]
    if "." in service:
        # `${cognito-identity.amazonaws.com:sub}` and its likes are variables of IAM; no source has a dot.
        return JsonString(f"${{{key}}}", offset)
    return Hidden("is known at deployment only", f"--var '{key}=VALUE'")


def to_bool(parameters: tuple[str, ...], offset: int) -> Answer:
    """The answer of `strToBool()`, which takes `true`, `1`, `false` and `0` in any letter case."""
    word = parameters[0].strip().lower() if parameters else ""
    if word in ("true", "1", "false", "0"):
        return JsonBool(word in ("true", "1"), offset)
    return Hidden("is neither true nor false")


def as_text(node: JsonNode) -> str | None:
    """A scalar as it stands within a text; None for null, a list or an object."""
    match node:
        case JsonString():
            return node.value
        case JsonNumber():
            return node.text
        case JsonBool():
            return "true" if node.value else "false"
        case JsonNull() | JsonArray() | JsonObject():
            return None
        case _:
            assert_never(node)


def shortened(text: str) -> str:
    """The text as messages show it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


_SHOWN = 120
