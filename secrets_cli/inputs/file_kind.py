"""What kind of file something is, told from its name where that says it, else from what its document says."""

import enum
import posixpath
import re
from typing import Final

from secrets_cli.iam.document import find_document
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString
from secrets_cli.iam.policy_kind import PolicyKind


class FileKind(enum.Enum):
    """What a file is; the values are what `--kind` takes."""

    POLICY = "policy"
    CLOUDFORMATION = "cloudformation"
    SERVERLESS = "serverless"
    ZAPPA = "zappa"
    TERRAFORM = "terraform"
    TERRAFORM_PLAN = "terraform-plan"


_PLAN: Final = ("planned_values", "resource_changes", "values")
_HCL: Final = re.compile(
    r'^[ \t]*(?:resource|data|module|variable|provider)[ \t]+"[^"\n]+"(?:[ \t]+"[^"\n]+")?[ \t]*\{', re.M
)


def kind_by_name(name: str) -> FileKind | None:
    """The kind that a file's name says by itself; None where its content must tell."""
    base = posixpath.basename(name).lower()
    if base.endswith(".tf"):
        return FileKind.TERRAFORM
    return FileKind.ZAPPA if base.startswith("zappa_settings.") else None


def looks_like_terraform(text: str) -> bool:
    """Whether a text without a name has blocks of Terraform's language."""
    return bool(_HCL.search(text))


def kind_of_document(document: JsonDocument) -> FileKind | None:
    """The kind of one document, or None: not one that holds policies."""
    root = document.root
    if isinstance(root, JsonArray):
        return FileKind.POLICY if any(_is_policy(item) for item in root.items) else None
    if isinstance(root, JsonString):
        return FileKind.POLICY if _speaks_of_statements(root) else None
    if not isinstance(root, JsonObject):
        return None
    if isinstance(root.get("Resources"), JsonObject):
        return FileKind.CLOUDFORMATION
    if root.get("service") is not None and root.get("provider") is not None:
        return FileKind.SERVERLESS
    if root.get("format_version") is not None and any(root.get(name) is not None for name in _PLAN):
        return FileKind.TERRAFORM_PLAN
    return FileKind.POLICY if policies_in(document, "") else None


def policies_in(document: JsonDocument, name: str) -> tuple[JsonDocument, ...]:
    """The policy documents that a document is, wraps (an answer of the AWS CLI, a list of policies, what `role narrow`
    writes) or holds as text; empty where there is none. Raises MalformedInput where such a text is no JSON."""
    root = document.root
    if isinstance(root, JsonObject):
        listed = root.get("policies")
        if root.get("Statement") is None and isinstance(listed, JsonArray):
            root = listed
    if isinstance(root, JsonArray):
        inner = (JsonDocument(item, document.places) for item in root.items if _is_policy(item))
        return tuple(inner)
    if not _may_wrap(root):
        return ()
    found = find_document(document, name)
    return (found,) if isinstance(found.root, JsonObject) and found.root.get("Statement") is not None else ()


def policy_kind_by_name(name: str) -> PolicyKind | None:
    """The kind that the name says: `bad.scp.json` is a service control policy."""
    parts = posixpath.basename(name).lower().split(".")
    return next((kind for kind in PolicyKind if kind.value in parts[1:-1]), None)


def _is_policy(node: JsonNode) -> bool:
    return isinstance(node, JsonObject) and node.get("Statement") is not None


def _may_wrap(root: JsonNode) -> bool:
    """Whether a policy may be in it, so that what is wrapped is worth unwrapping: other documents have a `Policy` too."""
    if isinstance(root, JsonObject):
        if root.get("Statement") is not None:
            return True
        values = [member.value for member in root.members]
        values += [member.value for value in values if isinstance(value, JsonObject) for member in value.members]
        return any(_is_policy(value) or _speaks_of_statements(value) for value in values)
    return _speaks_of_statements(root)


def _speaks_of_statements(node: JsonNode) -> bool:
    return isinstance(node, JsonString) and "Statement" in node.value and "Effect" in node.value
