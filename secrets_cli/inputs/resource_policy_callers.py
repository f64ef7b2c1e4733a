"""Whether the resource policy of an API names its callers."""

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString, read_json
from secrets_cli.inputs.found import UNKNOWN, Authorizer


def callers_named(policy: JsonNode | None) -> Authorizer:
    """SOME where a policy narrows down who may call; NONE where it lets everyone, or there is none.

    A policy with a Deny, or with an Allow that has a condition or names principals, narrows down.
    `policy` is a document, its text, or a list of statements, without functions; UNKNOWN for what is none of these.
    """
    match policy:
        case None:
            return Authorizer.NONE
        case JsonString(value) if UNKNOWN in value or not value.strip().startswith(("{", "[")):
            return Authorizer.UNKNOWN
        case JsonString(value):
            return _in_text(value)
        case JsonObject() if policy.get("Statement") is not None:
            return callers_named(policy.get("Statement"))
        case JsonObject():
            return Authorizer.NONE if _lets_everyone(policy) else Authorizer.SOME
        case JsonArray(items):
            statements = [one for one in items if isinstance(one, JsonObject)]
            if any(_text(one.get("Effect")) == "Deny" for one in statements) or not statements:
                return Authorizer.SOME
            return Authorizer.NONE if any(_lets_everyone(one) for one in statements) else Authorizer.SOME
        case _:
            return Authorizer.UNKNOWN


def _in_text(text: str) -> Authorizer:
    try:
        return callers_named(read_json(text, "the resource policy").root)
    except (MalformedInput, TooLarge):
        return Authorizer.UNKNOWN  # whoever reads the policy itself lists what is wrong with it


def _lets_everyone(statement: JsonObject) -> bool:
    if _text(statement.get("Effect")) == "Deny" or statement.get("Condition") is not None:
        return False
    principal = statement.get("Principal")
    if isinstance(principal, JsonObject):
        principal = principal.get("AWS")
    names = principal.items if isinstance(principal, JsonArray) else (principal,)
    return any(_text(name) == "*" for name in names)


def _text(node: JsonNode | None) -> str:
    return node.value if isinstance(node, JsonString) else ""
