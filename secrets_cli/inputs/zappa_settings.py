"""Policies of a Zappa project, from its settings file: JSON, TOML or YAML.

Zappa makes one role per stage. With `manage_roles` (on unless set) it gives the role its default policy or that of
`attach_policy`, plus `extra_permissions`, plus what EFS and WebSockets need, and the default trust policy or that of
`assume_policy`. With `manage_roles` off all these settings do nothing: the role is somebody else's, and no policy of it
is found here.
Functions, with environment and endpoints, are read by `zappa_functions`.

A policy that a setting brings stands at that setting; where `manage_roles` is on by default, at the stage's name.

Source: https://github.com/zappa/Zappa (0.63.0), `zappa/cli.py` (load_settings, stage_config) and `zappa/core.py`
(create_iam_roles)
"""

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import (
    JsonArray,
    JsonDocument,
    JsonNode,
    JsonObject,
    JsonString,
    Member,
    Places,
    read_json,
)
from secrets_cli.iam.model import VERSION_2012, Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.found import UNKNOWN, Found, FunctionAt, PolicyAt, Supplied, Unresolved
from secrets_cli.inputs.made_nodes import Made, document_of, made, standing_at
from secrets_cli.inputs.partial import partial_policy
from secrets_cli.inputs.toml_text import read_toml
from secrets_cli.inputs.unknown_endpoints import unknown_endpoints
from secrets_cli.inputs.yaml_text import read_yaml
from secrets_cli.inputs.zappa_functions import function_of_stage, is_true

MAX_STAGES_EXTENDED = 50
"""Stages that extend each other, one after the other."""


@dataclass(frozen=True, slots=True)
class ZappaDefaults:
    """What Zappa attaches where the settings say nothing: bundled as `policies/zappa/default-execution.json` and
    `policies/zappa/trust.json`."""

    execution: Policy
    trust: Policy


def read_zappa_settings(text: str, name: str, supplied: Supplied, defaults: ZappaDefaults) -> Found:
    """The policies of each stage's role; their principal is `stage NAME`.

    The format goes by the name's ending: `.toml`, `.yml`/`.yaml`, else JSON. Raises MalformedInput where the text is
    not of its format, a stage is no object, extends itself or a stage that is not there, or a policy file is no JSON. A
    policy that AWS would refuse is unresolved.
    """
    document = _document(text, name)
    if UNKNOWN in text:
        place = Places(text, name).at(text.index(UNKNOWN))
        raise MalformedInput(f"{place}: the character U+FFFC, which may not be written", help="remove it")
    return _SettingsFile(document, name, supplied, defaults).found()


def zappa_function_name(project_name: str, stage: str) -> str:
    """The function's name, which is also that of the stack: a slug of both names."""
    return _slug(f"{project_name}-{stage}")


def zappa_role_name(project_name: str, stage: str) -> str:
    """The role's name where the settings have no `role_name`."""
    return f"{zappa_function_name(project_name, stage)}-ZappaLambdaExecutionRole"


def default_project_name(folder: str) -> str:
    """The project's name where the settings have none: the folder's, at most 15 characters of its slug."""
    return _slug(folder)[:15]


def _slug(text: str) -> str:
    """As python-slugify makes it of text that decomposes to ASCII; other characters are left out."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")


def _document(text: str, name: str) -> JsonDocument:
    match posixpath.splitext(name)[1].lower():
        case ".toml":
            return read_toml(text, name)
        case ".yml" | ".yaml":
            return read_yaml(text, name)
        case _ if text.lstrip("\ufeff \t\r\n").startswith("{"):
            return read_document(text, name)  # says what to do where there are comments
        case _:
            return read_json(text, name)


_STAGE_NAME = re.compile(r"[A-Za-z0-9_]+")
_EFS: Mapping[str, Made] = {
    "Effect": "Allow",
    "Action": [
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientWrite",
        "elasticfilesystem:DescribeMountTargets",
    ],
    "Resource": "*",
}


class _SettingsFile:
    """One settings file."""

    def __init__(self, document: JsonDocument, name: str, supplied: Supplied, defaults: ZappaDefaults) -> None:
        self.places: Places = document.places
        self.root = self.object(document.root, "the settings are")
        self.name = name
        self.supplied = supplied
        self.defaults = defaults
        self.unresolved: list[Unresolved] = []

    def found(self) -> Found:
        policies: list[PolicyAt] = []
        functions: list[FunctionAt] = []
        for member in self.root.members:
            # Other names cannot be deployed: YAML's templates for `<<`, say.
            if _STAGE_NAME.fullmatch(member.key.value):
                policies += self.stage(member)
                functions.append(self.function(member))
        unresolved = dict.fromkeys((*self.unresolved, *unknown_endpoints(functions)))
        return Found(tuple(policies), tuple(unresolved), tuple(functions))

    def function(self, stage: Member) -> FunctionAt:
        settings = self.settings(stage)
        managed = settings.get("manage_roles")
        principal = f"stage {stage.key.value}" if managed is None or is_true(managed.value) else ""
        return function_of_stage(stage, settings, principal, self.places, self.supplied.read)

    def stage(self, stage: Member) -> Iterator[PolicyAt]:
        settings = self.settings(stage)
        managed = settings.get("manage_roles")
        if managed is not None and not is_true(managed.value):
            return
        cause = (managed or stage).key.offset
        principal = f"stage {stage.key.value}"
        attached = self.attached(settings, cause, principal)
        yield from attached
        version = next((one.policy.version for one in attached), VERSION_2012)
        yield from self.extra_statements(settings, principal, version)
        yield from self.added(settings, principal, version)
        yield from self.trust(settings, cause, principal)

    def settings(self, stage: Member) -> dict[str, Member]:
        """The stage's own settings over those it extends; a setting is taken over whole."""
        chain: list[JsonObject] = []
        names = [stage.key.value]
        value = self.object(stage.value, f"the stage `{names[0]}` is")
        while True:
            chain.append(value)
            extends = value.get("extends")
            if extends is None or not is_true(extends):
                break
            value = self.extended(extends, names)
        return {member.key.value: member for one in reversed(chain) for member in one.members}

    def extended(self, extends: JsonNode, names: list[str]) -> JsonObject:
        name = self.string(extends, "`extends` names a stage and is")
        base = self.root.get(name)
        if base is None:
            self.refuse(extends, f"`extends` names the stage `{name}`, which is not there", "name a stage of this file")
        if name in names or len(names) >= MAX_STAGES_EXTENDED:
            self.refuse(extends, f"the stage `{name}` extends itself", "end the chain of `extends`")
        names.append(name)
        return self.object(base, f"the stage `{name}` is")

    def attached(self, settings: Mapping[str, Member], cause: int, principal: str) -> tuple[PolicyAt, ...]:
        setting = settings.get("attach_policy")
        if setting is not None:
            return self.from_file(setting, PolicyKind.IDENTITY, principal)
        place = self.places.at(cause)
        policy = standing_at(self.defaults.execution, place)
        return (PolicyAt(policy, PolicyKind.IDENTITY, place, principal, "zappa", "Zappa's default policy"),)

    def trust(self, settings: Mapping[str, Member], cause: int, principal: str) -> tuple[PolicyAt, ...]:
        setting = settings.get("assume_policy")
        if setting is not None:
            return self.from_file(setting, PolicyKind.TRUST, principal)
        place = self.places.at(cause)
        policy = standing_at(self.defaults.trust, place)
        return (PolicyAt(policy, PolicyKind.TRUST, place, principal, "zappa", "Zappa's default trust policy"),)

    def from_file(self, setting: Member, kind: PolicyKind, principal: str) -> tuple[PolicyAt, ...]:
        """The policy of a file that a setting names, relative to the folder of the settings."""
        path = self.string(setting.value, f"`{setting.key.value}` names a file and is")
        text = self.supplied.read(path)
        place = self.places.at(setting.value.offset)
        if text is None:
            reason = f"`{path}`, the file of `{setting.key.value}`, cannot be read"
            self.unresolved.append(Unresolved(place, reason))
            return ()
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), path))
        document = read_json(text, name)
        return self.policy(document, name, kind, principal, f"`{setting.key.value}` at {place}")

    def extra_statements(self, settings: Mapping[str, Member], principal: str, version: str) -> Iterator[PolicyAt]:
        setting = settings.get("extra_permissions")
        if setting is None or not is_true(setting.value):
            return
        if not isinstance(setting.value, JsonArray):
            self.refuse(setting.value, "`extra_permissions` is no list", "write a list of statements")
        yield from self.statements(setting.value, principal, version, "")

    def added(self, settings: Mapping[str, Member], principal: str, version: str) -> Iterator[PolicyAt]:
        """What Zappa adds by itself to `extra_permissions`."""
        efs = settings.get("efs_config")
        if efs is not None and is_true(efs.value):
            yield from self.statements(made([_EFS], efs.key.offset), principal, version, "`efs_config`")
        socket = settings.get("websocket_handler_module")
        if socket is not None and is_true(socket.value):
            region = settings.get("aws_region")
            where = region.value.value if region and isinstance(region.value, JsonString) else UNKNOWN
            statement = {
                "Effect": "Allow",
                "Action": ["execute-api:ManageConnections"],
                "Resource": f"arn:aws:execute-api:{where}:{self.supplied.values.get('AWS::AccountId', UNKNOWN)}:*",
            }
            yield from self.statements(
                made([statement], socket.key.offset), principal, version, "`websocket_handler_module`"
            )

    def statements(self, node: JsonNode, principal: str, version: str, attached_by: str) -> tuple[PolicyAt, ...]:
        document = document_of(node, self.places, version)
        return self.policy(document, self.name, PolicyKind.IDENTITY, principal, attached_by)

    def policy(
        self, document: JsonDocument, name: str, kind: PolicyKind, principal: str, attached_by: str
    ) -> tuple[PolicyAt, ...]:
        """The policy of a document; none where AWS would refuse it, which is unresolved."""
        partial = partial_policy(document, name, kind)
        self.unresolved += partial.unresolved
        if partial.policy is None:
            return ()
        place = document.places.at(document.root.offset)
        return (PolicyAt(partial.policy, kind, place, principal, "zappa", attached_by),)

    def object(self, node: JsonNode, what: str) -> JsonObject:
        if not isinstance(node, JsonObject):
            self.refuse(node, f"{what} no object", 'write `{"STAGE": {"SETTING": ...}}`')
        return node

    def string(self, node: JsonNode, what: str) -> str:
        if not isinstance(node, JsonString):
            self.refuse(node, f"{what} no text", "put it in quotes")
        return node.value

    def refuse(self, node: JsonNode, what: str, help: str) -> NoReturn:
        raise MalformedInput(f"{self.places.at(node.offset)}: {what}", help=help)
