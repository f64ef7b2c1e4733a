"""The file of environment variables that `sam local --env-vars` takes: `env.json`.

Two forms, which may stand in one file: variables of one function, `{"Function": {"VAR": "value"}}`, and of every function,
`{"Parameters": {"VAR": "value"}}`. Such a file is meant for one developer's computer and ends up in repositories; nothing
in it is deployed, and it holds no policy.

Files named `.env` are not read: they are no format of AWS's, belong out of the repository altogether, and
`secrets-cli secret audit` looks through those of a project, as it knows which of them git keeps out.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-invoke.html#serverless-sam-cli-using-invoke-environment-file
"""

import posixpath
import re
from typing import Final

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import (
    JsonBool,
    JsonDocument,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    Member,
    read_json,
)
from secrets_cli.inputs.found import Found, FunctionAt, VariableAt

SOURCE: Final = "sam-env"
_NAME: Final = re.compile(r"(?:.*[-_.])?env(?:[-_.].*)?\.json", re.IGNORECASE)


def names_sam_env(name: str) -> bool:
    """Whether a file is named as such files are: `env.json`, `local.env.json`, `env-dev.json`."""
    return _NAME.fullmatch(posixpath.basename(name)) is not None


def says_environments(root: JsonNode) -> bool:
    """Whether a document has the form: an object of objects of scalars, none of them empty."""
    return (
        isinstance(root, JsonObject)
        and bool(root.members)
        and all(_is_environment(member.value) for member in root.members)
    )


def read_sam_env(text: str, name: str) -> Found:
    """The environments of the file, each as a function of that name; `Parameters` is one, too.

    Raises MalformedInput where it is no JSON or is not of the form, TooLarge past the limits of the JSON reader.
    """
    return environments_of(read_json(text, name))


def environments_of(document: JsonDocument) -> Found:
    """The same of a document that was read already."""
    root = document.root
    if not isinstance(root, JsonObject) or not says_environments(root):
        place = document.places.at(root.offset)
        raise MalformedInput(
            f"{place}: this is no file of environment variables",
            help='write `{"FUNCTION": {"VARIABLE": "value"}}` or `{"Parameters": {"VARIABLE": "value"}}`',
        )
    return Found(functions=tuple(_environment(member, document) for member in root.members))


def _environment(member: Member, document: JsonDocument) -> FunctionAt:
    variables = member.value.members if isinstance(member.value, JsonObject) else ()
    return FunctionAt(
        member.key.value,
        document.places.at(member.key.offset),
        SOURCE,
        environment=tuple(
            VariableAt(one.key.value, _text(one.value), document.places.at(one.key.offset)) for one in variables
        ),
    )


def _is_environment(node: JsonNode) -> bool:
    return isinstance(node, JsonObject) and all(
        isinstance(member.value, JsonString | JsonNumber | JsonBool | JsonNull) for member in node.members
    )


def _text(node: JsonNode) -> str:
    match node:
        case JsonString(text) | JsonNumber(text):
            return text
        case JsonBool(value):
            return "true" if value else "false"
        case _:
            return ""
