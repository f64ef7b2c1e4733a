"""SAM's policy templates: a name and parameters in, a policy document out.

The data is aws-sam-translator's (Apache-2.0); its header in `data/sam_policy_templates.json` gives version and hash.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, Member, read_json
from secrets_cli.inputs.cloudformation.template import at, function_of, text_of
from secrets_cli.inputs.cloudformation.written import moved


@dataclass(frozen=True, slots=True)
class PolicyTemplate:
    """One template."""

    parameters: tuple[str, ...]
    definition: JsonNode
    """A policy document with `Ref` of its parameters in it."""

    def filled(self, values: JsonObject, offset: int) -> JsonNode:
        """The document with the given values, one for each parameter, all but those at one place."""
        return _filled(moved(self.definition, offset), self.parameters, values)


@cache
def policy_templates() -> Mapping[str, PolicyTemplate]:
    """Every template by its name."""
    resource = files("secrets_cli.inputs") / "data" / "sam_policy_templates.json"
    table = at(read_json(resource.read_text(encoding="utf-8"), resource.name).root, "templates")
    assert isinstance(table, JsonObject)
    return {member.key.value: _template(member.value) for member in table.members}


def _template(node: JsonNode) -> PolicyTemplate:
    names, definition = at(node, "Parameters"), at(node, "Definition")
    assert isinstance(names, JsonArray)
    assert definition is not None
    return PolicyTemplate(tuple(text_of(name) or "" for name in names.items), definition)


def _filled(node: JsonNode, parameters: tuple[str, ...], values: JsonObject) -> JsonNode:
    called = function_of(node)
    if called is not None and called[0] == "Ref" and text_of(called[1]) in parameters:
        return values.get(text_of(called[1]) or "") or node
    match node:
        case JsonArray(items, offset):
            return JsonArray(tuple(_filled(item, parameters, values) for item in items), offset)
        case JsonObject(members, offset):
            filled = (Member(one.key, _filled(one.value, parameters, values)) for one in members)
            return JsonObject(tuple(filled), offset)
        case _:
            return node
