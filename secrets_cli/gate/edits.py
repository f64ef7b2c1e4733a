"""From a change of what a statement says to a text that says it, whichever format the file has."""

import json
import re
from typing import assert_never

from secrets_cli.errors import MalformedInput
from secrets_cli.gate.fix import Change, RemoveStatement, ReplacePolicies, ReplaceValues, SetVersion
from secrets_cli.iam.location import Location
from secrets_cli.iam.render import policy_document
from secrets_cli.inputs import document_edit, terraform_edit
from secrets_cli.inputs.list_edit import CannotEdit


def file_of(change: Change) -> str:
    """The one file that a change is about, by the name that locations have."""
    match change:
        case ReplaceValues(statement) | RemoveStatement(statement):
            return statement.file
        case SetVersion(document):
            return document.file
        case ReplacePolicies(documents):
            return documents[0].file
        case never:
            assert_never(never)


def edited(text: str, name: str, change: Change) -> str | CannotEdit:
    """The text of the file with the change made, and nothing else touched; or why it cannot be made."""
    try:
        if name.lower().endswith(".tf"):
            return _in_terraform(terraform_edit.open_terraform(text, name), change)
        if name.lower().endswith((".json", ".yml", ".yaml")):
            return _in_document(document_edit.open_document(text, name), change, name)
    except MalformedInput as error:
        return CannotEdit(f"the file cannot be read: {error.message}")
    return CannotEdit("files of this kind are not edited")


def _in_document(opened: document_edit.DocumentText, change: Change, name: str) -> str | CannotEdit:
    match change:
        case ReplaceValues(statement, element, old, new):
            return document_edit.replace_values(opened, statement, element, old, new)
        case RemoveStatement(statement):
            return document_edit.remove_statement(opened, statement, name)
        case SetVersion(place, version):
            return document_edit.set_version(opened, place, version)
        case ReplacePolicies():
            return _replaced(opened, change)
        case never:
            assert_never(never)


def _in_terraform(opened: terraform_edit.TerraformText, change: Change) -> str | CannotEdit:
    place: Location
    match change:
        case ReplaceValues(place, element, old, new):
            made = terraform_edit.replace_values(opened, place, element, old, new)
        case RemoveStatement(place):
            made = terraform_edit.remove_statement(opened, place)
        case SetVersion(place):
            made = CannotEdit("the Version is not set in a Terraform document")
        case ReplacePolicies():
            return CannotEdit("whole policies are replaced in JSON files only")
        case never:
            assert_never(never)
    heredoc = terraform_edit.heredoc_at(opened, place) if isinstance(made, CannotEdit) else None
    return (
        made if heredoc is None else heredoc.put_back(_in_document(heredoc.document, change, opened.name), opened.text)
    )


def _replaced(opened: document_edit.DocumentText, change: ReplacePolicies) -> str | CannotEdit:
    """A file that is one policy, as JSON, in the indentation that it has."""
    root = opened.document.places.at(opened.document.root.offset)
    if not opened.is_json or change.documents != (root,) or len(change.policies) != 1:
        return CannotEdit("whole policies are replaced one for one, in files that hold one policy as JSON")
    (policy,) = change.policies
    indent = re.search(r"\n([ \t]+)\S", opened.text)
    written = json.dumps(policy_document(policy), indent=indent[1] if indent else None, ensure_ascii=False)
    return written + ("\n" if opened.text.endswith("\n") else "")
