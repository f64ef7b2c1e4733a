"""The value of the Serverless Framework's variables, as far as the file and what the user gives decide them.

Resolved: `self:`, `opt:`, `env:`, `param:`, `file(x.yml|x.json|text):key`, `sls:stage`, `aws:region`, `strToBool()`,
fallbacks, variables within variables. Options and environment variables come from what the user gives, never from this
process; without a value the fallback counts, as in a deployment that gives none. What only a deployment knows (`ssm:`,
`cf:`, `s3:`, `aws:accountId`, `git:`, `sls:instanceId`, `vault:`, `terraform:`, programs in `file(x.js)`, ...) is unknown
whatever its fallback, unless the user gives it.

Every value that the user gives goes by the text of its source: `ssm:/app/key`, `env:TABLE`, `opt:stage`; options and
parameters also by their bare name.

Sources: https://www.serverless.com/framework/docs/guides/variables and
https://www.serverless.com/framework/docs/guides/parameters
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, assert_never

from secrets_cli.errors import TooLarge
from secrets_cli.iam.json_text import (
    JsonArray,
    JsonDocument,
    JsonNode,
    JsonNull,
    JsonObject,
    JsonString,
    Member,
    read_json,
)
from secrets_cli.inputs.found import UNKNOWN, Supplied, Unresolved
from secrets_cli.inputs.joined_places import JoinedPlaces, moved, placed
from secrets_cli.inputs.serverless_answers import (
    Absent,
    Answer,
    Hidden,
    as_text,
    at_deployment,
    key_of,
    shortened,
    to_bool,
)
from secrets_cli.inputs.serverless_syntax import Call, Literal, Malformed, Source, Template, Variable, parse_template
from secrets_cli.inputs.yaml_text import YamlVersion, read_yaml

MAX_STEPS: Final = 40
"""Variables that lead to variables, one within the other."""
MAX_LEVELS: Final = 64
"""Lists and objects within each other, once variables are replaced."""
MAX_NODES: Final = 200_000
"""Nodes of one resolved part: variables may repeat what they name."""
MAX_TEXT: Final = 65_536
"""Characters of one text, once variables are replaced."""

DEFAULT_STAGE: Final = "dev"
DEFAULT_REGION: Final = "us-east-1"


class Variables:
    """The variables of one file."""

    def __init__(self, document: JsonDocument, places: JoinedPlaces, name: str, supplied: Supplied) -> None:
        """`places` are those of the document; the files that variables include are added to them."""
        self.root = document.root
        self.places = places
        self._folder = posixpath.dirname(name)
        self._supplied = supplied
        self._shallow: dict[int, JsonNode] = {}
        self._names: dict[int, Mapping[str, JsonNode]] = {}
        self._deep: dict[int, tuple[JsonNode, int]] = {}
        self._files: dict[str, JsonNode | None] = {}
        self._final: set[int] = set()
        self._kept: list[JsonNode] = []  # INVARIANT: a node whose id is in one of the tables lives on
        self._active: list[int] = []
        self._open: list[int] = []
        self._unresolved: dict[Unresolved, None] = {}
        self._listing = True

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """What could not be resolved of the parts that were asked for, each once, in the order it was met."""
        return tuple(self._unresolved)

    def get(self, *path: str) -> JsonNode | None:
        """The value at the path, itself resolved, the parts in it not yet; None where there is none or it is null."""
        return self.within(self.root, *path)

    def within(self, node: JsonNode, *path: str) -> JsonNode | None:
        """As `get`, from another node on. A path into something unknown leads to something unknown."""
        value = self.value(node)
        for step in path:
            child = self._child(value, step)
            if child is None:
                return None
            value = self.value(child)
        return None if isinstance(value, JsonNull) else value

    def text(self, *path: str) -> str | None:
        """The value at the path as text, or None where there is none or it is no text."""
        value = self.get(*path)
        return None if value is None else as_text(value)

    def stage(self) -> str:
        """The stage: the option, else `provider.stage`, else `dev`."""
        return self._given("opt:stage", "stage") or self.text("provider", "stage") or DEFAULT_STAGE

    def region(self) -> str:
        """The region: the option, else `provider.region`, else `us-east-1`."""
        return self._given("opt:region", "region") or self.text("provider", "region") or DEFAULT_REGION

    def value(self, node: JsonNode) -> JsonNode:
        """A node of the file with its own variables replaced, those of its parts not yet. What came out of here
        once stays as it is."""
        if not isinstance(node, JsonString) or id(node) in self._final:
            return node
        known = self._shallow.get(id(node))
        if known is None:
            known = self._shallow[id(node)] = self._string(node)
            self._final.add(id(known))
            self._kept.append(node)
        return known

    def resolved(self, node: JsonNode) -> JsonNode:
        """A node of the file with every variable in it replaced.

        Raises TooLarge where that passes a limit.
        """
        return self._whole(node)[0]

    def note(self, offset: int, reason: str, supply: str = "") -> None:
        """Something at the offset is unknown."""
        if self._listing:
            self._unresolved[Unresolved(self.places.at(offset), reason, supply)] = None

    @contextmanager
    def unlisted(self) -> Iterator[None]:
        """What is met in here and is unknown is not listed. What was resolved so is not listed later either: to be used
        last."""
        self._listing = False
        try:
            yield
        finally:
            self._listing = True

    def _child(self, node: JsonNode, step: str) -> JsonNode | None:
        match node:
            case JsonObject():
                return self._names_of(node).get(step)
            case JsonArray() if _INDEX.fullmatch(step) and int(step) < len(node.items):
                return node.items[int(step)]
            case JsonString() if UNKNOWN in node.value:
                return node
            case _:
                return None

    def _names_of(self, node: JsonObject) -> Mapping[str, JsonNode]:
        """The values by name: a large `custom` section is asked for very often."""
        names = self._names.get(id(node))
        if names is None:
            names = self._names[id(node)] = {member.key.value: member.value for member in node.members}
            self._kept.append(node)
        return names

    # Whole trees ---------------------------------------------------------------------------------------------------

    def _whole(self, raw: JsonNode) -> tuple[JsonNode, int]:
        """The resolved tree and the number of its nodes."""
        node = self.value(raw)
        match node:
            case JsonArray() | JsonObject():
                return self._container(node)
            case _:
                return node, 1

    def _container(self, node: JsonArray | JsonObject) -> tuple[JsonNode, int]:
        known = self._deep.get(id(node))
        if known is not None:
            return known
        if id(node) in self._open:
            return self._unknown(node.offset, "a variable leads back to what it stands in"), 1
        if len(self._open) >= MAX_LEVELS:
            return self._unknown(node.offset, f"variables build more than {MAX_LEVELS} levels"), 1
        self._open.append(id(node))
        made = self._members(node) if isinstance(node, JsonObject) else self._items(node)
        self._open.pop()
        if made[1] > MAX_NODES:
            raise TooLarge(
                f"{self.places.at(node.offset)}: variables repeat more than {MAX_NODES} values",
                help="shorten what the variables here name",
            )
        self._deep[id(node)] = made
        self._kept.append(node)
        return made

    def _members(self, node: JsonObject) -> tuple[JsonNode, int]:
        members: list[Member] = []
        size = 1
        for member in node.members:
            value, more = self._whole(member.value)
            members.append(Member(member.key, value))
            size += more
        return JsonObject(tuple(members), node.offset), size

    def _items(self, node: JsonArray) -> tuple[JsonNode, int]:
        items: list[JsonNode] = []
        size = 1
        for item in node.items:
            value, more = self._whole(item)
            items.append(value)
            size += more
        return JsonArray(tuple(items), node.offset), size

    # One text ------------------------------------------------------------------------------------------------------

    def _string(self, node: JsonString) -> JsonNode:
        if UNKNOWN in node.value:
            return self._unknown(node.offset, "the character U+FFFC stands for what is unknown and may not be written")
        template = parse_template(node.value)
        if len(template.parts) == 1 and isinstance(template.parts[0], str):
            return node if template.parts[0] == node.value else JsonString(template.parts[0], node.offset)
        if id(node) in self._active:
            return self._unknown(node.offset, f"`{shortened(node.value)}` leads back to itself")
        if len(self._active) >= MAX_STEPS:
            return self._unknown(node.offset, f"more than {MAX_STEPS} variables lead to each other")
        with self._resolving(node):
            return self._template(template, node.offset)

    @contextmanager
    def _resolving(self, node: JsonString) -> Iterator[None]:
        self._active.append(id(node))
        try:
            yield
        finally:
            self._active.pop()

    def _template(self, template: Template, offset: int) -> JsonNode:
        """A text that is one variable has that variable's value, of whatever type; any other is a text."""
        if len(template.parts) == 1 and isinstance(template.parts[0], Variable):
            return self._variable(template.parts[0], offset)
        text = "".join(self._part(part, offset) for part in template.parts)
        if len(text) > MAX_TEXT:
            raise TooLarge(
                f"{self.places.at(offset)}: variables build a text of more than {MAX_TEXT} characters",
                help="shorten what the variables here name",
            )
        return JsonString(text, offset)

    def _part(self, part: str | Variable | Malformed, offset: int) -> str:
        match part:
            case str():
                return part
            case Malformed():
                self.note(offset, f"`{shortened(part.text)}` is no variable: {part.reason}")
                return UNKNOWN
            case Variable():
                text = as_text(self._variable(part, offset))
                if text is None:
                    self.note(offset, f"`{shortened(part.text)}` is a list or an object, where a text is built")
                    return UNKNOWN
                return text
            case _:
                assert_never(part)

    def _variable(self, variable: Variable, offset: int) -> JsonNode:
        answer: Answer = Absent("has no value")
        for source in variable.sources:
            answer = self._source(source, offset)
            if not isinstance(answer, Absent | JsonNull):
                break
        match answer:
            case Absent() | Hidden():
                return self._unknown(offset, f"`{shortened(variable.text)}` {answer.reason}", answer.supply)
            case _:
                return answer

    def _source(self, source: Source, offset: int) -> Answer:
        match source:
            case Literal():
                return placed(source.node, offset)
            case Variable():
                return self._variable(source, offset)
            case Call():
                return self._call(source, offset)
            case _:
                assert_never(source)

    def _call(self, call: Call, offset: int) -> Answer:
        parameters = tuple(self._argument(one, offset) for one in call.parameters or ())
        address = None if call.address is None else self._argument(call.address, offset)
        key = key_of(call, parameters, address)
        if UNKNOWN in key:
            return JsonString(UNKNOWN, offset)  # what it depends on is listed already
        given = self._given(key, *((address,) if call.name in ("opt", "param") and address else ()))
        if given is not None:
            return JsonString(given, offset)
        match call.name:
            case "self":
                return self._self(address)
            case "opt" | "env" | "param":
                return self._outside(call.name, address, key)
            case "file":
                return self._file(parameters, address, key)
            case "strToBool":
                return to_bool(parameters, offset)
            case "sls" | "aws":
                return self._framework(key, offset)
            case _:
                return at_deployment(key, offset)

    def _argument(self, template: Template, offset: int) -> str:
        value = self._template(template, offset)
        text = as_text(value)
        if text is None:
            self.note(offset, "a list or an object stands where a variable needs a name")
            return UNKNOWN
        return text

    def _given(self, *names: str) -> str | None:
        return next((self._supplied.values[name] for name in names if name in self._supplied.values), None)

    # Sources -------------------------------------------------------------------------------------------------------

    def _self(self, address: str | None) -> Answer:
        if address is None:
            return self.root
        return self.get(*address.split(".")) or Absent("names nothing that this file has")

    def _outside(self, name: str, address: str | None, key: str) -> Answer:
        if not address:
            return Hidden("names nothing")
        if name == "param":
            found = self._parameter(address)
            if found is not None:
                return found
        supply = "--param stage=STAGE" if key == "opt:stage" else f"--var {key}=VALUE"
        return Absent("has no value", supply)

    def _parameter(self, name: str) -> JsonNode | None:
        """`params.STAGE` and (from version 4 on) `stages.STAGE.params`, then the same of `default`."""
        for stage in (self.stage(), "default"):
            for path in (("params", stage, name), ("stages", stage, "params", name)):
                found = self.get(*path)
                if found is not None:
                    return found
        return None

    def _framework(self, key: str, offset: int) -> Answer:
        match key:
            case "sls:stage":
                return JsonString(self.stage(), offset)
            case "aws:region":
                return JsonString(self.region(), offset)
            case "sls:instanceId" | "aws:accountId":
                return at_deployment(key, offset)
            case _:
                # `${aws:username}` and its likes are variables of IAM: the policy holds them as they are.
                return JsonString(f"${{{key}}}", offset)

    def _file(self, parameters: tuple[str, ...], address: str | None, key: str) -> Answer:
        if not parameters:
            return Hidden("names no file")
        path = posixpath.normpath(parameters[0])
        if posixpath.splitext(path)[1] in _PROGRAMS:
            return Hidden("is the answer of a program, which is not run", f"--var '{key}=VALUE'")
        content = self._content(path)
        if content is None:
            return Absent(f"names the file `{path}`, which is not there", f"--var '{key}=VALUE'")
        found = self.within(content, *(address.split(".") if address else ()))
        return found or Absent(f"names nothing that the file `{path}` has")

    def _content(self, path: str) -> JsonNode | None:
        """A file's tree, its places added to ours; read once. Raises MalformedInput for one that is no YAML or JSON."""
        if path not in self._files:
            text = self._supplied.read(path)
            self._files[path] = None if text is None else self._parsed(text, path)
        return self._files[path]

    def _parsed(self, text: str, path: str) -> JsonNode:
        name = posixpath.normpath(posixpath.join(self._folder, path))
        match posixpath.splitext(path)[1]:
            case ".yml" | ".yaml":
                root = read_yaml(text, name, YamlVersion.V1_2).root
            case ".json" | ".tfstate":
                root = read_json(text, name).root
            case _:
                root = JsonString(text, 0)
        return moved(root, self.places.add(text, name))

    def _unknown(self, offset: int, reason: str, supply: str = "") -> JsonString:
        self.note(offset, reason, supply)
        return JsonString(UNKNOWN, offset)


_INDEX = re.compile(r"[0-9]{1,6}")
_PROGRAMS = (".js", ".cjs", ".mjs", ".ts")
