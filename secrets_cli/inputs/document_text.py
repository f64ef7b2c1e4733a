"""Documents of JSON or YAML, whichever the text is."""

import re

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.json_text import JsonDocument, read_json
from secrets_cli.inputs.yaml_text import YamlVersion, read_yaml, read_yaml_documents

_JSON = re.compile(r'\ufeff?[ \t\r\n]*(?:[{\["]|//|/\*)')
_COMMENT = re.compile(r"^[ \t]*(?://|/\*)|[,{\[][ \t]*(?://|/\*)", re.MULTILINE)


def read_document(text: str, name: str, version: YamlVersion = YamlVersion.V1_1) -> JsonDocument:
    """The document. A text that begins with `{`, `[`, `"` or a comment of JavaScript is JSON, and any other YAML; where
    the name ends in `.yml` or `.yaml`, what is no JSON is YAML however it begins.

    JSON with comments is refused with that said: neither IAM nor CloudFormation takes it.
    Raises MalformedInput and TooLarge as the two readers do.
    """
    if not _JSON.match(text):
        return read_yaml(text, name, version)
    try:
        return read_json(text, name)
    except TooLarge:
        raise
    except MalformedInput as error:
        if name.lower().endswith((".yml", ".yaml")):
            return read_yaml(text, name, version)
        if _COMMENT.search(text):
            error.help = "JSON has no comments, and AWS takes none: remove them, or keep the document as YAML"
        raise


def read_documents(text: str, name: str) -> tuple[JsonDocument, ...]:
    """The documents of a text that may hold several: YAML divided by `---`. Raises as `read_document`; an empty text holds
    none."""
    if _JSON.match(text) and not _DIVIDED.search(text):
        return (read_document(text, name),)
    return read_yaml_documents(text, name)


_DIVIDED = re.compile(r"^---(?:\s|$)", re.MULTILINE)
