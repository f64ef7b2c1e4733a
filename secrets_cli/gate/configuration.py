"""From the text of a configuration file to the team's settings.

`.secrets-cli.toml` has them in its table `[gate]`, a `pyproject.toml` in `[tool.secrets-cli.gate]`. What is not known there is
refused, with the names that are near: a misspelt setting must not go unnoticed. A setting that takes something off the gate
(a disabled rule, allowed access, a suppression) needs a reason.
"""

import posixpath
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.errors import ConfigurationError, MalformedInput
from secrets_cli.gate.configuration_table import Table
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.settings import Access, Folders, Override, RequiredBoundary, Settings
from secrets_cli.gate.suppression import ABOUT_SUPPRESSIONS, RefusedSuppression, Suppression, Written, understood
from secrets_cli.iam.json_text import JsonDocument, JsonObject
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.inputs.toml_text import read_toml
from secrets_cli.severity import Severity

FILE: Final = ".secrets-cli.toml"
PROJECT_FILE: Final = "pyproject.toml"

_SETTINGS: Final = (
    "persona",
    "fail-on",
    "severities",
    "disabled",
    "trusted-accounts",
    "exclude",
    "baseline",
    "unused-days",
    "longest-suppression-days",
    "required-boundary",
    "allow",
    "deny",
    "suppress",
    "override",
)
_ACTION = re.compile(r"\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+")
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Known:
    """What a configuration may name."""

    rule_ids: Collection[str]
    folders: Folders


def settings_from(text: str, name: str, rule_ids: Collection[str], folders: Folders) -> Settings:
    """The settings that the file says. Raises ConfigurationError, with the place, for whatever it must not say."""
    table = _gate_table(text, name)
    return Settings(folders=folders) if table is None else _settings(table, Known(rule_ids, folders))


def configures_gate(text: str, name: str) -> bool:
    """Whether the file has settings of the gate: a `pyproject.toml` need not. Raises ConfigurationError for no TOML."""
    return posixpath.basename(name) != PROJECT_FILE or _gate_table(text, name) is not None


def _gate_table(text: str, name: str) -> Table | None:
    try:
        document = read_toml(text, name)
    except MalformedInput as error:
        raise ConfigurationError(error.message, error.help) from None
    root = Table.root(document)
    if posixpath.basename(name) == PROJECT_FILE:
        tool = _inner(root, "tool", document)
        own = _inner(tool, "secrets-cli", document) if tool is not None else None
        if own is None:
            return None
        root = own
    gate = root.table("gate")
    root.refuse_others(("gate",))
    return gate


def _inner(table: Table, key: str, document: JsonDocument) -> Table | None:
    node = table.node.get(key)
    return Table(node, document, key) if isinstance(node, JsonObject) else None


def _settings(table: Table, known: Known) -> Settings:
    table.refuse_others(_SETTINGS)
    required = table.table("required-boundary")
    default = Settings()
    return Settings(
        persona=_persona(table) or default.persona,
        severities=_severities(table, known),
        disabled=_disabled(table, known),
        trusted_accounts=_accounts(table),
        fail_on=_fail_on(table),
        allowed=_accesses(table, "allow"),
        denied=_accesses(table, "deny"),
        required_boundary=None if required is None else _boundary(required),
        suppressions=tuple(_suppression(one, known) for one in table.tables("suppress")),
        longest_suppression=table.whole_number("longest-suppression-days") or default.longest_suppression,
        exclude=table.texts("exclude"),
        baseline=table.text("baseline"),
        unused_days=table.whole_number("unused-days") or default.unused_days,
        overrides=tuple(_override(one, known) for one in table.tables("override")),
        folders=known.folders,
    )


def _persona(table: Table) -> Persona | None:
    text = table.choice("persona", [one.value for one in Persona])
    return None if text is None else Persona(text)


def _fail_on(table: Table) -> Severity | None:
    text = table.choice("fail-on", [one.value for one in Severity])
    return None if text is None else Severity(text)


def _severities(table: Table, known: Known) -> dict[str, Severity]:
    inner = table.table("severities")
    if inner is None:
        return {}
    names = [one.value for one in Severity]
    inner.refuse_others(known.rule_ids, "rule")
    return {rule: Severity(inner.choice(rule, names) or "") for rule in inner.names()}


def _disabled(table: Table, known: Known) -> frozenset[str]:
    inner = table.table("disabled")
    if inner is None:
        return frozenset()
    inner.refuse_others(known.rule_ids, "rule")
    for rule in inner.names():
        if rule in ABOUT_SUPPRESSIONS:
            raise inner.wrong(f"`{rule}` cannot be disabled", "correct the suppression it speaks of", rule)
        inner.reason(rule)
    return frozenset(inner.names())


def _accounts(table: Table) -> frozenset[str]:
    accounts = table.texts("trusted-accounts")
    for one in accounts:
        if not _ACCOUNT.fullmatch(one):
            raise table.wrong(f"`{one[:40]}` is no account", "an account id has 12 digits", "trusted-accounts")
    return frozenset(accounts)


def _accesses(table: Table, key: str) -> tuple[Access, ...]:
    return tuple(_access(one) for one in table.tables(key))


def _access(table: Table) -> Access:
    table.refuse_others(("actions", "resources", "reason", "except-paths"))
    actions = table.texts("actions")
    if not actions:
        raise table.wrong("it names no `actions`", 'add `actions = ["service:Name"]`')
    for action in actions:
        if not _ACTION.fullmatch(action):
            raise table.wrong(f"`{action[:60]}` is no action", "write `service:Name`, with `*` if need be", "actions")
    resources = table.texts("resources") or ("*",)
    statement = Statement(Effect.ALLOW, Element(actions), Element(resources))
    return Access(Policy((statement,)), table.reason("reason"), table.location(), table.texts("except-paths"))


def _boundary(table: Table) -> RequiredBoundary:
    table.refuse_others(("arn", "reason", "except-paths", "policy"))
    arn = table.text("arn") or ""
    if not arn.startswith("arn:") and "*" not in arn:
        raise table.wrong("it names no `arn`", 'add `arn = "arn:aws:iam::...:policy/..."`')
    reason, policy = table.reason("reason"), table.text("policy")
    return RequiredBoundary(arn, reason, table.location(), table.texts("except-paths"), policy)


def _suppression(table: Table, known: Known) -> Suppression | RefusedSuppression:
    table.refuse_others(("rules", "path", "principal", "sid", "fingerprint", "until", "reason"))
    rules = table.texts("rules")
    shown = ", ".join(rules)
    written = Written(rules, table.text("until"), table.text("reason"), table.location(), shown)
    found = understood(written, known.rule_ids)
    if isinstance(found, RefusedSuppression):
        return found
    return Suppression(
        found.rules,
        found.until,
        found.reason,
        found.location,
        None,
        table.text("path") or "",
        table.text("principal") or "",
        table.text("sid") or "",
        table.text("fingerprint") or "",
    )


def _override(table: Table, known: Known) -> Override:
    table.refuse_others(("paths", "persona", "severities", "disabled", "trusted-accounts", "allow"))
    paths: Sequence[str] = table.texts("paths")
    if not paths:
        raise table.wrong("it names no `paths`", 'add `paths = ["tests/**"]`')
    return Override(
        tuple(paths),
        _persona(table),
        _severities(table, known),
        _disabled(table, known),
        _accounts(table),
        _accesses(table, "allow"),
    )
