"""A reader of JSON and YAML files that hold one flat mapping of names to strings.

Anything else in it is refused with its place: a number or a bare `yes` is not taken for the text it looks like, as readers
differ in which text that is. What a parser says of a document may quote it, so its words are left out of the messages.
"""

import json
from typing import TYPE_CHECKING, Final

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonDocument, JsonObject, JsonString, Places, read_json
from secrets_cli.iam.location import Location
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.entries import Entry, Problem, refuse_problems

if TYPE_CHECKING:
    import yaml

_HELP: Final = 'expected one flat mapping of names to strings, as `{"DB_URL": "..."}`; nothing was written to AWS'
_NO_MAPPING: Final = "not a mapping of names to strings"
_NO_STRING: Final = "is no string: put it in quotes, or write a folder into the name (`db/password`)"
_STRING_TAG: Final = "tag:yaml.org,2002:str"


def read_json_entries(text: str, file: str) -> tuple[Entry, ...]:
    """The members of a JSON object. Raises MalformedInput with the places of what is not as it should be."""
    document = _checked_json(text, file)
    if not isinstance(document.root, JsonObject):
        raise MalformedInput(f"`{document.places.at(document.root.offset)}`: {_NO_MAPPING}", _HELP)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for member in document.root.members:
        where = document.places.at(member.key.offset)
        if isinstance(member.value, JsonString):
            entries.append(Entry(member.key.value, SecretValue(member.value.value), where))
        else:
            problems.append(Problem(where, f"the value of `{member.key.value[:80]}` {_NO_STRING}"))
    refuse_problems(problems, _HELP)
    return tuple(entries)


def _checked_json(text: str, file: str) -> JsonDocument:
    """The document, read by our reader (which keeps places) only once the standard library's has taken it: the message of
    the former may quote a word of a document that is no JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        where = Places(text, file).at(error.pos)
        raise MalformedInput(f"`{where}`: this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", _HELP) from None
    except RecursionError:
        raise MalformedInput(f"`{file}` is nested too deeply", _HELP) from None
    return read_json(text, file)


def read_yaml_entries(text: str, file: str) -> tuple[Entry, ...]:
    """The entries of a YAML mapping, a repeated name included. Raises MalformedInput with the places of what is not as it
    should be."""
    import yaml

    root = _composed(text, file)
    if not isinstance(root, yaml.MappingNode):
        raise MalformedInput(f"`{_place(root, file)}`: {_NO_MAPPING}", _HELP)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for key, value in root.value:
        where = _place(key, file)
        if not _is_string(key):
            problems.append(Problem(where, "a name that is no string: put it in quotes"))
        elif _is_string(value):
            entries.append(Entry(key.value, SecretValue(value.value), where))
        else:
            problems.append(Problem(where, f"the value of `{key.value[:80]}` {_NO_STRING}"))
    refuse_problems(problems, _HELP)
    return tuple(entries)


def _composed(text: str, file: str) -> "yaml.Node | None":
    import yaml

    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file, 1, 1)
    except yaml.reader.ReaderError as error:
        where = Places(text, file).at(error.position)
    except RecursionError:
        raise MalformedInput(f"`{file}` is nested too deeply", _HELP) from None
    raise MalformedInput(f"`{where}`: this is not YAML", f"put values with odd characters in quotes; {_HELP}")


def _is_string(node: "yaml.Node") -> bool:
    import yaml

    return isinstance(node, yaml.ScalarNode) and node.tag == _STRING_TAG


def _place(node: "yaml.Node | None", file: str) -> Location:
    if node is None:
        return Location(file, 1, 1)
    return Location(file, node.start_mark.line + 1, node.start_mark.column + 1)
