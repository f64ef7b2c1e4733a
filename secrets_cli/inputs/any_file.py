"""A file of any kind that people keep policies in, read by the reader of its kind, which is loaded when it is needed."""

from typing import TYPE_CHECKING, assert_never

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonDocument, JsonObject
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.document_text import read_document, read_documents
from secrets_cli.inputs.file_kind import (
    FileKind,
    kind_by_name,
    kind_of_document,
    looks_like_terraform,
    policies_in,
    policy_kind_by_name,
)
from secrets_cli.inputs.found import Found, Supplied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from secrets_cli.inputs.zappa_settings import ZappaDefaults


def read_any(text: str, name: str, supplied: Supplied, defaults: "ZappaDefaults") -> Found | None:
    """What one file holds; None where it is no kind of file that holds policies.

    Raises MalformedInput where it is of a kind, and not well-formed.
    """
    read = read_as_found(text, name, supplied, lambda: defaults)
    return None if read is None else read[1]


def read_as_found(
    text: str,
    name: str,
    supplied: Supplied,
    defaults: "Callable[[], ZappaDefaults]",
    policy_kind: PolicyKind | None = None,
) -> tuple[FileKind, Found] | None:
    """The same with the kind it was read as; `policy_kind` says what a policy by itself is attached to.

    Of a file with several documents each is read by itself, and the kind is that of the first that has one.
    """
    named = kind_by_name(name) or (FileKind.TERRAFORM if name == "-" and looks_like_terraform(text) else None)
    if named is not None:
        return named, read_as(named, text, name, supplied, defaults)
    documents = read_documents(text, name)
    kinds = [kind_of_document(document, name) for document in documents]
    known = [kind for kind in kinds if kind is not None]
    if not known:
        return None
    if len(documents) == 1 and known[0] not in (FileKind.POLICY, FileKind.CLOUDFORMATION):
        return known[0], read_as(known[0], text, name, supplied, defaults)
    parts = (
        _of_document(document, kind, name, supplied, policy_kind)
        for document, kind in zip(documents, kinds, strict=True)
        if kind is not None
    )
    return known[0], joined(parts)


def read_as(
    kind: FileKind,
    text: str,
    name: str,
    supplied: Supplied,
    defaults: "Callable[[], ZappaDefaults]",
    policy_kind: PolicyKind | None = None,
) -> Found:
    """What a file holds that is known to be of a kind. Raises MalformedInput where it is not."""
    match kind:
        case FileKind.POLICY | FileKind.CLOUDFORMATION:
            return joined(_of_document(one, kind, name, supplied, policy_kind) for one in read_documents(text, name))
        case FileKind.SERVERLESS:
            from secrets_cli.inputs.serverless import read_serverless

            return read_serverless(text, name, supplied)
        case FileKind.ZAPPA:
            from secrets_cli.inputs.zappa_settings import read_zappa_settings

            return read_zappa_settings(text, name, supplied, defaults())
        case FileKind.TERRAFORM:
            from secrets_cli.inputs.terraform import read_terraform

            return read_terraform({name if name.endswith(".tf") else f"{name}.tf": text}, supplied)
        case FileKind.TERRAFORM_PLAN:
            from secrets_cli.inputs.terraform_plan import read_terraform_plan

            return read_terraform_plan(text, name, supplied)
        case FileKind.ACCOUNT_DETAILS:
            from secrets_cli.inputs.account_details import read_account_details

            return read_account_details(read_document(text, name), name, supplied)
        case FileKind.SAM_ENV:
            from secrets_cli.inputs.sam_env import read_sam_env

            return read_sam_env(text, name)
    assert_never(kind)


def joined(parts: "Iterable[Found]") -> Found:
    """What several parts of one file hold."""
    whole = Found()
    for part in parts:
        whole = Found(
            (*whole.policies, *part.policies),
            (*whole.unresolved, *part.unresolved),
            (*whole.functions, *part.functions),
            (*whole.parameters, *part.parameters),
        )
    return whole


def _of_document(
    document: JsonDocument, kind: FileKind, name: str, supplied: Supplied, policy_kind: PolicyKind | None
) -> Found:
    match kind:
        case FileKind.POLICY:
            from secrets_cli.inputs.policy_file import policy_of_document

            found = policies_in(document) or (document,)
            given = policy_kind or policy_kind_by_name(name)
            return joined(policy_of_document(one, name, given) for one in found)
        case FileKind.CLOUDFORMATION:
            from secrets_cli.inputs.cloudformation.read import policies_of_template

            if not isinstance(document.root, JsonObject) or document.root.get("Resources") is None:
                place = document.places.at(document.root.offset)
                raise MalformedInput(f"{place}: a template has `Resources`, and this has none")
            return policies_of_template(document, name, supplied)
        case _:
            place = document.places.at(document.root.offset)
            raise MalformedInput(f"{place}: a document of kind `{kind.value}` stands with others in one file")
