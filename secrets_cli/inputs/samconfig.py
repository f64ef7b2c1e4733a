"""samconfig.toml (or .yaml): what `sam deploy` is told for each environment, as far as names and parameters go.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
"""

import posixpath
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject
from secrets_cli.inputs.cloudformation.template import at, text_of
from secrets_cli.inputs.toml_text import read_toml
from secrets_cli.inputs.yaml_text import read_yaml

NAMES: Final = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
"""In the order that SAM looks for them."""
DEFAULT: Final = "default"
"""The environment of a command without `--config-env`."""
_SECTIONS: Final = (("deploy", "parameters"), ("global", "parameters"))
"""What a deployment is told, and what all commands are told."""


@dataclass(frozen=True, slots=True)
class SamEnvironment:
    """One environment."""

    name: str
    stack: str
    """Empty where it is not set."""
    region: str
    """Empty where it is not set."""
    template: str
    """As it is written; empty where it is not set."""
    parameters: Mapping[str, str]


def sam_environments(text: str, name: str) -> tuple[SamEnvironment, ...]:
    """The environments in the file's order. Raises MalformedInput where the file is not what its name says."""
    ending = posixpath.splitext(name)[1].lower()
    document = read_toml(text, name) if ending == ".toml" else read_yaml(text, name)
    if not isinstance(document.root, JsonObject):
        raise MalformedInput(f"{document.places.at(document.root.offset)}: the settings are no table of environments")
    return tuple(
        _environment(member.key.value, member.value, document)
        for member in document.root.members
        if isinstance(member.value, JsonObject)
    )


def _environment(name: str, node: JsonNode, document: JsonDocument) -> SamEnvironment:
    def setting(key: str) -> JsonNode | None:
        found = (at(node, *section, key) for section in _SECTIONS)
        return next((one for one in found if one is not None), None)

    template = setting("template_file") or setting("template")
    return SamEnvironment(
        name,
        text_of(setting("stack_name")) or "",
        text_of(setting("region")) or "",
        text_of(template) or "",
        dict(_parameters(setting("parameter_overrides"), document)),
    )


def _parameters(node: JsonNode | None, document: JsonDocument) -> Iterator[tuple[str, str]]:
    """A text of `Name=value` (or `ParameterKey=Name,ParameterValue=value`) parts, or a list or table of them."""
    if isinstance(node, JsonObject):
        yield from ((one.key.value, text_of(one.value) or "") for one in node.members)
        return
    parts = node.items if isinstance(node, JsonArray) else () if node is None else (node,)
    for part in parts:
        if isinstance(part, JsonObject):
            yield from _parameters(part, document)
            continue
        try:
            words = shlex.split(text_of(part) or "")
        except ValueError as error:
            place = document.places.at(part.offset)
            raise MalformedInput(f"{place}: the parameters are not quoted right: {error}", "close each quote") from None
        yield from (one for one in map(_parameter, words) if one is not None)


def _parameter(word: str) -> tuple[str, str] | None:
    if word.startswith("ParameterKey="):
        key, _, value = word.removeprefix("ParameterKey=").partition(",ParameterValue=")
        return key, value
    key, found, value = word.partition("=")
    return (key, value) if found else None
