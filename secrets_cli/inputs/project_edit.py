"""A narrowed policy written into the file of a project, in the framework's own form; texts in, texts out.

Each function answers the changed text, or why the file is left as it is. That the changed file says what was meant is for the
caller to prove, by reading it again.
"""

import posixpath
from collections.abc import Sequence

from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString
from secrets_cli.iam.model import VERSION_2012, Policy
from secrets_cli.iam.render import policy_document
from secrets_cli.inputs.cloudformation.template import at, open_template
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.found import Supplied
from secrets_cli.inputs.list_edit import CannotEdit
from secrets_cli.inputs.project_style import in_words, serverless_words, template_words
from secrets_cli.inputs.serverless import service_of
from secrets_cli.inputs.serverless_roles import INHERITED, PROVIDER, role_parts
from secrets_cli.inputs.serverless_service import Service
from secrets_cli.inputs.setting_edit import set_value
from secrets_cli.inputs.toml_edit import set_toml_value
from secrets_cli.inputs.zappa_functions import is_true
from secrets_cli.inputs.zappa_syntax import SettingsSyntax, settings_document
from secrets_cli.json_value import JsonValue


def statements_of(policies: Sequence[Policy]) -> list[JsonValue]:
    """The statements of all of them, as one document holds them."""
    found: list[JsonValue] = []
    for policy in policies:
        listed = policy_document(policy)["Statement"]
        assert isinstance(listed, list)  # as it is rendered
        found += listed
    return found


# Zappa


def zappa_policy_file(text: str, name: str, stage: str) -> str:
    """The file that the stage's policy is to be kept in, as the settings name it: the one of its own `attach_policy`, where no
    other stage has the same one, else a new one. Raises MalformedInput as the reader of settings."""
    file = SettingsSyntax(settings_document(text, name))
    used: dict[str, str] = {}
    for member in file.stages():
        setting = file.settings(member).get("attach_policy")
        if setting is not None and isinstance(setting.value, JsonString):
            used[member.key.value] = posixpath.normpath(setting.value.value)
    own = used.get(stage, "")
    is_shared = any(path == own for other, path in used.items() if other != stage)
    return own if own and not is_shared else f"zappa_policy_{stage}.json"


def zappa_attached(text: str, name: str, stage: str, policy_file: str) -> str | CannotEdit:
    """The settings with the policy file as the stage's only source of grants: `attach_policy`, and no `extra_permissions`."""
    file = SettingsSyntax(settings_document(text, name))
    member = next(one for one in file.stages() if one.key.value == stage)
    settings = file.settings(member)
    present = settings.get("attach_policy")
    changes: dict[str, JsonValue] = {}
    if present is None or file.string(present.value, "`attach_policy` names a file and is") != policy_file:
        changes["attach_policy"] = policy_file
    extra = settings.get("extra_permissions")
    if extra is not None and is_true(extra.value):
        changes["extra_permissions"] = []
    return _zappa_set(text, name, stage, changes)


def zappa_left_alone(text: str, name: str, stage: str, role_name: str) -> str | CannotEdit:
    """The settings with which Zappa takes the role as it is, and changes no policy of it."""
    return _zappa_set(text, name, stage, {"manage_roles": False, "role_name": role_name})


def _zappa_set(text: str, name: str, stage: str, changes: dict[str, JsonValue]) -> str | CannotEdit:
    for key, value in changes.items():
        if name.lower().endswith(".toml"):
            edited = set_toml_value(text, stage, key, value)
        else:
            edited = set_value(text, name, (stage, key), value)
        if isinstance(edited, CannotEdit):
            return edited
        text = edited
    return text


# Serverless


def serverless_written(
    text: str,
    name: str,
    supplied: Supplied,
    principal: str,
    statements: list[JsonValue],
    *,
    in_file_words: bool = False,
) -> str | CannotEdit:
    """The service file with the statements in the place of those that the principal has: `provider`, `function KEY`, or `role ID`
    for one of its `resources`. Managed policies that the file lists for it go, and statements inherited from the provider too.
    `in_file_words`: ARNs as the file says them elsewhere."""
    service = service_of(text, name, supplied)
    if in_file_words:
        statements = in_words(statements, serverless_words(service))
    if principal.startswith("role "):
        return _of_resources(service, text, name, principal.partition(" ")[2], statements)
    changes = _of_provider(service) if principal == PROVIDER else _of_function(service, principal)
    if isinstance(changes, CannotEdit):
        return changes
    path, more = changes
    for place, value in ((path, statements), *more):
        edited = set_value(text, name, place, value)
        if isinstance(edited, CannotEdit):
            return edited
        text = edited
    return text


_Changes = tuple[tuple[str, ...], list[tuple[tuple[str, ...], JsonValue]]]


def _of_provider(service: Service) -> _Changes:
    provider = service.provider
    managed = (("iam", "role", "managedPolicies"), ("iamManagedPolicies",))
    more: list[tuple[tuple[str, ...], JsonValue]] = [
        (("provider", *path), []) for path in managed if service.outline(provider, *path) is not None
    ]
    has_new = service.outline(provider, "iam", "role", "statements") is not None
    if not has_new and service.outline(provider, "iamRoleStatements") is not None:
        return ("provider", "iamRoleStatements"), more
    return ("provider", "iam", "role", "statements"), more


def _of_function(service: Service, principal: str) -> _Changes | CannotEdit:
    kind, _, key = principal.partition(" ")
    function = next((one for one in service.functions if one.key == key), None)
    if kind != "function" or function is None:
        return CannotEdit(f"the role of {principal} is not written in the file")
    around: tuple[str, ...] = ("functions", key)
    more: list[tuple[tuple[str, ...], JsonValue]] = []
    if service.outline(function.node, "iam", "role", "managedPolicies") is not None:
        more.append(((*around, "iam", "role", "managedPolicies"), []))
    is_old = service.outline(function.node, "iamRoleStatements") is not None
    is_new = service.outline(function.node, "iam", "role", "statements") is not None
    old_form = is_old and not is_new
    if any(part.principal == principal and part.attached_by == INHERITED for part in role_parts(service, {})):
        new_key, old_key = ("iam", "inheritStatements"), ("iamRoleStatementsInherit",)
        written = next((path for path in (new_key, old_key) if service.outline(function.node, *path) is not None), None)
        more.append(((*around, *(written or (old_key if old_form else new_key))), False))
    return (*around, "iamRoleStatements") if old_form else (*around, "iam", "role", "statements"), more


def _of_resources(
    service: Service, text: str, name: str, logical_id: str, statements: list[JsonValue]
) -> str | CannotEdit:
    """A role of the `resources` section, where that is one mapping written out in the file."""
    around = ("resources", "Resources", logical_id)
    role = at(service.variables.root, *around)
    if not isinstance(role, JsonObject):
        return CannotEdit(
            f"`resources.Resources.{logical_id}` is not written out in the file: change it where it stands"
        )
    return _role_set(text, name, around, at(role, "Properties"), statements)


# SAM and CloudFormation


def template_written(
    text: str,
    name: str,
    supplied: Supplied,
    principal: str,
    statements: list[JsonValue],
    *,
    in_file_words: bool = False,
) -> str | CannotEdit:
    """The template with the statements as the only policy that it gives the principal: `Policies` of `function ID`, or those of
    the role of `role ID`, whose managed policies go. `in_file_words` as of `serverless_written`."""
    kind, _, key = principal.partition(" ")
    template = open_template(read_document(text, name), name)
    resource = template.resources.get(key)
    if resource is None:
        return CannotEdit(f"the role of {principal} is not written in the template")
    if isinstance(resource.properties, JsonObject) and not resource.properties.members:
        return CannotEdit(f"`{key}` has no properties that are written out")
    if in_file_words:
        statements = in_words(statements, template_words(template, supplied.values))
    document: JsonValue = {"Version": VERSION_2012, "Statement": statements}
    around = ("Resources", key, "Properties")
    if kind == "function":
        return set_value(text, name, (*around, "Policies"), [document])
    return _role_set(text, name, ("Resources", key), resource.properties, statements)


def _role_set(
    text: str, name: str, around: tuple[str, ...], properties: JsonNode | None, statements: list[JsonValue]
) -> str | CannotEdit:
    """The text with the statements as the only policy of the `AWS::IAM::Role` that stands under the names."""
    document: JsonValue = {"Version": VERSION_2012, "Statement": statements}
    named: JsonValue = [{"PolicyName": "narrowed", "PolicyDocument": document}]
    edited = set_value(text, name, (*around, "Properties", "Policies"), named)
    managed = at(properties, "ManagedPolicyArns")
    if isinstance(edited, str) and isinstance(managed, JsonArray) and managed.items:
        edited = set_value(edited, name, (*around, "Properties", "ManagedPolicyArns"), [])
    return edited
