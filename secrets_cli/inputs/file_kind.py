"""What kind of file something is, told from its name where that says it, else from what its document says."""

import enum
import posixpath
import re
from typing import Final

from secrets_cli.iam.document import WRAPPERS
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonString
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.sam_env import names_sam_env, says_environments


class FileKind(enum.Enum):
    """What a file is; the values are what `--kind` takes."""

    POLICY = "policy"
    CLOUDFORMATION = "cloudformation"
    SERVERLESS = "serverless"
    ZAPPA = "zappa"
    TERRAFORM = "terraform"
    TERRAFORM_PLAN = "terraform-plan"
    ACCOUNT_DETAILS = "account-details"
    SAM_ENV = "sam-env"


_PLAN: Final = ("planned_values", "resource_changes", "values")
_ACCOUNT: Final = ("UserDetailList", "GroupDetailList", "RoleDetailList")
_HCL: Final = re.compile(
    r'^[ \t]*(?:resource|data|module|variable|provider)[ \t]+"[^"\n]+"(?:[ \t]+"[^"\n]+")?[ \t]*\{', re.M
)


def kind_by_name(name: str) -> FileKind | None:
    """The kind that a file's name says by itself; None where its content must tell."""
    base = posixpath.basename(name).lower()
    if base.endswith(".tf"):
        return FileKind.TERRAFORM
    return FileKind.ZAPPA if base.startswith("zappa_settings.") or ".zappa_settings." in base else None


def looks_like_terraform(text: str) -> bool:
    """Whether a text without a name has blocks of Terraform's language."""
    return bool(_HCL.search(text))


def kind_of_document(document: JsonDocument, name: str = "") -> FileKind | None:
    """The kind of one document, or None: not one that the gate judges. The name counts where the content says too little."""
    root = document.root
    if names_sam_env(name) and says_environments(root):
        return FileKind.SAM_ENV
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
    if any(isinstance(root.get(name), JsonArray) for name in _ACCOUNT):
        return FileKind.ACCOUNT_DETAILS
    return FileKind.POLICY if policies_in(document) else None


def policies_in(document: JsonDocument) -> tuple[JsonDocument, ...]:
    """The parts of a document that are, or wrap, one policy each: itself, or the members of a list of policies, as `role
    narrow` writes one; empty where there is none."""
    root = document.root
    listed = root.get("policies") if isinstance(root, JsonObject) and root.get("Statement") is None else root
    if isinstance(listed, JsonArray):
        return tuple(JsonDocument(item, document.places) for item in listed.items if _is_policy(item))
    return (document,) if _holds_policy(root) else ()


def policy_kind_by_name(name: str) -> PolicyKind | None:
    """The kind that the name says: `bad.scp.json` is a service control policy."""
    parts = posixpath.basename(name).lower().split(".")
    return next((kind for kind in PolicyKind if kind.value in parts[1:-1]), None)


def _is_policy(node: JsonNode) -> bool:
    return isinstance(node, JsonObject) and node.get("Statement") is not None


def _holds_policy(root: JsonNode) -> bool:
    """Whether it is a policy, or an answer of the AWS CLI that carries one: other documents have a `Policy` too."""
    if not isinstance(root, JsonObject):
        return _speaks_of_statements(root)
    if root.get("Statement") is not None:
        return True
    values = [member.value for member in root.members if member.key.value in WRAPPERS]
    values += [one.value for value in values if isinstance(value, JsonObject) for one in value.members]
    return any(_is_policy(value) or _speaks_of_statements(value) for value in values)


def _speaks_of_statements(node: JsonNode) -> bool:
    return isinstance(node, JsonString) and "Statement" in node.value and "Effect" in node.value
