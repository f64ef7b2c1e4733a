"""The stages of a Zappa settings file, each with its settings over those it extends: JSON, TOML or YAML.

Source: https://github.com/zappa/Zappa (0.63.0), `zappa/cli.py` (load_settings_file, stage_config)
"""

import posixpath
import re
from typing import NoReturn

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonDocument, JsonNode, JsonObject, JsonString, Member, Places, read_json
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.toml_text import read_toml
from secrets_cli.inputs.yaml_text import read_yaml
from secrets_cli.inputs.zappa_functions import is_true

MAX_STAGES_EXTENDED = 50
"""Stages that extend each other, one after the other."""

_STAGE_NAME = re.compile(r"[A-Za-z0-9_]+")


def settings_document(text: str, name: str) -> JsonDocument:
    """The file's document; the format goes by the name's ending: `.toml`, `.yml`/`.yaml`, else JSON. Raises MalformedInput
    and TooLarge as the readers of the formats do."""
    match posixpath.splitext(name)[1].lower():
        case ".toml":
            return read_toml(text, name)
        case ".yml" | ".yaml":
            return read_yaml(text, name)
        case _ if text.lstrip("\ufeff \t\r\n").startswith("{"):
            return read_document(text, name)  # says what to do where there are comments
        case _:
            return read_json(text, name)


class SettingsSyntax:
    """One settings file, taken apart. Raises MalformedInput where it is no object."""

    def __init__(self, document: JsonDocument) -> None:
        self.places: Places = document.places
        self.root = self.object(document.root, "the settings are")

    def stages(self) -> tuple[Member, ...]:
        """The stages that can be deployed. Other names cannot: YAML's templates for `<<`, say."""
        return tuple(member for member in self.root.members if _STAGE_NAME.fullmatch(member.key.value))

    def settings(self, stage: Member) -> dict[str, Member]:
        """The stage's own settings over those it extends; a setting is taken over whole."""
        chain: list[JsonObject] = []
        names = [stage.key.value]
        value = self.object(stage.value, f"the stage `{names[0]}` is")
        while True:
            chain.append(value)
            extends = value.get("extends")
            if extends is None or not is_true(extends):
                break
            value = self.extended(extends, names)
        return {member.key.value: member for one in reversed(chain) for member in one.members}

    def extended(self, extends: JsonNode, names: list[str]) -> JsonObject:
        """The stage that `extends` names; `names` are the stages so far, to which its name is added."""
        name = self.string(extends, "`extends` names a stage and is")
        base = self.root.get(name)
        if base is None:
            self.refuse(extends, f"`extends` names the stage `{name}`, which is not there", "name a stage of this file")
        if name in names or len(names) >= MAX_STAGES_EXTENDED:
            self.refuse(extends, f"the stage `{name}` extends itself", "end the chain of `extends`")
        names.append(name)
        return self.object(base, f"the stage `{name}` is")

    def object(self, node: JsonNode, what: str) -> JsonObject:
        """The node as an object. Raises MalformedInput at its place where it is none."""
        if not isinstance(node, JsonObject):
            self.refuse(node, f"{what} no object", 'write `{"STAGE": {"SETTING": ...}}`')
        return node

    def string(self, node: JsonNode, what: str) -> str:
        """The node as a text. Raises MalformedInput at its place where it is none."""
        if not isinstance(node, JsonString):
            self.refuse(node, f"{what} no text", "put it in quotes")
        return node.value

    def refuse(self, node: JsonNode, what: str, help: str) -> NoReturn:
        """Raise MalformedInput at the node's place."""
        raise MalformedInput(f"{self.places.at(node.offset)}: {what}", help=help)
