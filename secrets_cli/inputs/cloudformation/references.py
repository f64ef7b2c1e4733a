"""What the functions in a node of a template name."""

import re
from typing import Final

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString
from secrets_cli.inputs.cloudformation.template import function_of, text_of

_HOLE: Final = re.compile(r"\$\{([^!}][^}]*)\}")


def references(node: JsonNode | None) -> tuple[str, ...]:
    """The logical ids (and parameters) that the functions in a node name, in the order of the text."""
    found: dict[str, None] = {}
    waiting = [] if node is None else [node]
    while waiting:
        one = waiting.pop()
        match function_of(one):
            case "Ref", target:
                found[text_of(target) or ""] = None
                continue
            case "Fn::GetAtt", JsonString(path):
                found[path.partition(".")[0]] = None
                continue
            case "Fn::GetAtt", JsonArray((first, *_)):
                found[text_of(first) or ""] = None
                continue
            case "Fn::Sub", JsonString(text):
                found |= dict.fromkeys(hole.partition(".")[0] for hole in _HOLE.findall(text))
                continue
            case "Fn::Sub", JsonArray((JsonString(text), *_)):
                found |= dict.fromkeys(hole.partition(".")[0] for hole in _HOLE.findall(text))
            case _:
                pass
        match one:
            case JsonObject(members):
                waiting += (member.value for member in reversed(members))
            case JsonArray(items):
                waiting += reversed(items)
            case _:
                continue
    return tuple(found)
