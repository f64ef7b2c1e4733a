"""A policy by itself, in JSON or YAML, or within an answer of the AWS CLI.

JSON with comments is refused, as AWS refuses it; YAML is the form to keep comments in.
"""

from typing import Final

from secrets_cli.iam.document import find_document
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString
from secrets_cli.iam.parse import parse_document
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.found import Found, PolicyAt
from secrets_cli.inputs.made_nodes import standing_at

_TRUST_ACTIONS: Final = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext")
"""How the actions of a trust policy begin, in lower case."""


def read_policy_file(text: str, name: str, kind: PolicyKind | None = None) -> Found:
    """The one policy that the file holds.

    Where the kind is not given it is inferred: without a principal an identity policy, with principals, no resources and
    only actions of assuming a role a trust policy, else a resource policy. A boundary or an organization's policy reads
    as an identity policy unless it is said to be one.

    Raises MalformedInput at the first thing that AWS would refuse, and TooLarge past a limit of the readers.
    """
    return policy_of_document(read_document(text, name), name, kind)


def policy_of_document(answer: JsonDocument, name: str, kind: PolicyKind | None = None) -> Found:
    """The same for a document that was read already. A policy that stands in it as text, as in the answer of `aws kms
    get-key-policy`, has every part of it where the text stands."""
    document = find_document(answer, name)
    found = kind or inferred_kind(document)
    policy = parse_document(document, name, found)
    if document.places is answer.places:
        return Found((PolicyAt(policy, found, document.places.at(document.root.offset), "", "policy"),))
    place = answer.places.at(_text_offset(answer.root))
    return Found((PolicyAt(standing_at(policy, place), found, place, "", "policy"),))


def _text_offset(root: JsonNode) -> int:
    """Where the text stands that holds a policy: the answer itself, or a value of it or of an object in it."""
    level: list[JsonNode] = [root]
    for _ in range(3):
        for node in level:
            if isinstance(node, JsonString) and "Statement" in node.value:
                return node.offset
        level = [one.value for node in level if isinstance(node, JsonObject) for one in node.members]
    return root.offset


def inferred_kind(document: JsonDocument) -> PolicyKind:
    """The kind that the elements of the statements speak for."""
    root = document.root
    node = root.get("Statement") if isinstance(root, JsonObject) else None
    items = node.items if isinstance(node, JsonArray) else (node,)
    statements = [item for item in items if isinstance(item, JsonObject)]
    if not any(_has(one, "Principal") for one in statements):
        return PolicyKind.IDENTITY
    if all(not _has(one, "Resource") and _assumes(one.get("Action")) for one in statements):
        return PolicyKind.TRUST
    return PolicyKind.RESOURCE


def _has(statement: JsonObject, element: str) -> bool:
    return statement.get(element) is not None or statement.get(f"Not{element}") is not None


def _assumes(node: JsonNode | None) -> bool:
    items = node.items if isinstance(node, JsonArray) else (node,)
    return all(
        isinstance(item, JsonString) and item.value.lower().startswith((*_TRUST_ACTIONS, "sts:*")) for item in items
    )
