"""Finding the policy document in what people keep it in: the JSON answers of the AWS CLI.

`aws iam get-role-policy`, `get-user-policy`, `get-group-policy` (PolicyDocument), `get-policy-version`
(PolicyVersion.Document), `get-role` (Role.AssumeRolePolicyDocument), and those that answer with the document as a
string: `aws kms get-key-policy`, `s3api get-bucket-policy`, `lambda get-policy` (Policy), `organizations
describe-policy` (Policy.Content), `secretsmanager get-resource-policy` (ResourcePolicy). IAM's API URL-encodes
documents (RFC 3986); the CLI decodes them, other clients do not.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
"""

import re

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonDocument, JsonNode, JsonObject, JsonString, read_json

_WRAPPERS: tuple[tuple[str, ...], ...] = (
    ("PolicyVersion", "Document"),
    ("PolicyDocument",),
    ("Role", "AssumeRolePolicyDocument"),
    ("AssumeRolePolicyDocument",),
    ("Policy", "Content"),
    ("Policy",),
    ("ResourcePolicy",),
    ("Document",),
)
WRAPPERS = frozenset(path[0] for path in _WRAPPERS)
"""The names under which an answer carries a document."""
_ESCAPED_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def find_document(answer: JsonDocument, name: str) -> JsonDocument:
    """The policy document in the answer, or the answer itself where nothing is wrapped around it.

    A document kept as a string is read by itself: places in it are counted from its own beginning, and its name says
    where the string stands. Raises MalformedInput where that string is no JSON or an answer names a policy without
    carrying its document.
    """
    root = answer.root
    if isinstance(root, JsonString):
        return _from_string(root, "", answer, name)
    if not isinstance(root, JsonObject) or root.get("Statement") is not None:
        return answer
    for path in _WRAPPERS:
        node = _at(root, path)
        if isinstance(node, JsonString):
            return _from_string(node, ".".join(path), answer, name)
        if isinstance(node, JsonObject) and (node.get("Statement") is not None or path[-1] != "Policy"):
            return JsonDocument(node, answer.places)
    policy = root.get("Policy")
    if isinstance(policy, JsonObject):
        raise MalformedInput(
            f"{answer.places.at(policy.offset)}: this describes a policy without its document",
            help="give the output of `aws iam get-policy-version`",
        )
    return answer


def _at(root: JsonObject, path: tuple[str, ...]) -> JsonNode | None:
    node: JsonNode | None = root
    for step in path:
        node = node.get(step) if isinstance(node, JsonObject) else None
    return node


def _from_string(node: JsonString, path: str, answer: JsonDocument, name: str) -> JsonDocument:
    text = node.value
    if text.lstrip()[:1] == "%":
        text = _percent_decoded(text, answer, node)
    inner = f"{name}[{path}]" if path else name
    document = read_json(text, inner)
    if isinstance(document.root, JsonString):
        raise MalformedInput(f"{inner}: a JSON string within a JSON string", help="give the policy document itself")
    return document


def _percent_decoded(text: str, answer: JsonDocument, node: JsonString) -> str:
    try:
        return _ESCAPED_BYTES.sub(lambda run: bytes.fromhex(run.group().replace("%", "")).decode(), text)
    except UnicodeDecodeError:
        raise MalformedInput(
            f"{answer.places.at(node.offset)}: the URL-encoded document is no UTF-8",
            help="give the policy document as JSON",
        ) from None
