"""A file of any kind that people keep policies in: its kind is recognised by what it says, not by its name alone."""

import enum
import posixpath

from secrets_cli.iam.json_text import JsonNode, JsonObject
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.cloudformation.read import policies_of_template
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.found import Found, Supplied
from secrets_cli.inputs.policy_file import read_policy_file
from secrets_cli.inputs.serverless import read_serverless
from secrets_cli.inputs.terraform import read_terraform
from secrets_cli.inputs.zappa_settings import ZappaDefaults, read_zappa_settings


class FileKind(enum.Enum):
    """What a file is; the values are what `--kind` takes."""

    POLICY = "policy"
    CLOUDFORMATION = "cloudformation"
    SERVERLESS = "serverless"
    ZAPPA = "zappa"
    TERRAFORM = "terraform"


def read_any(text: str, name: str, supplied: Supplied, defaults: ZappaDefaults) -> Found | None:
    """What one file holds; None where it is no kind of file that holds policies.

    Raises MalformedInput where it is of a kind, and not well-formed.
    """
    match kind_of(text, name):
        case FileKind.POLICY:
            return read_policy_file(text, name, _kind_in(name))
        case FileKind.CLOUDFORMATION:
            return policies_of_template(read_document(text, name), name, supplied)
        case FileKind.SERVERLESS:
            return read_serverless(text, name, supplied)
        case FileKind.ZAPPA:
            return read_zappa_settings(text, name, supplied, defaults)
        case FileKind.TERRAFORM:
            return read_terraform({name: text}, supplied)
        case None:
            return None


def kind_of(text: str, name: str) -> FileKind | None:
    """The kind of a file, or None."""
    base = posixpath.basename(name).lower()
    if base.endswith(".tf"):
        return FileKind.TERRAFORM
    if base.startswith("zappa_settings."):
        return FileKind.ZAPPA
    if not base.endswith((".json", ".yml", ".yaml")):
        return None
    return _kind_of_document(read_document(text, name).root)


def _kind_of_document(root: JsonNode) -> FileKind | None:
    if not isinstance(root, JsonObject):
        return None
    if isinstance(root.get("Resources"), JsonObject):
        return FileKind.CLOUDFORMATION
    if root.get("service") is not None and root.get("provider") is not None:
        return FileKind.SERVERLESS
    return FileKind.POLICY if root.get("Statement") is not None else None


def _kind_in(name: str) -> PolicyKind | None:
    """The kind that the name says: `bad.scp.json` is a service control policy."""
    parts = posixpath.basename(name).lower().split(".")
    return next((kind for kind in PolicyKind if kind.value in parts[1:-1]), None)
