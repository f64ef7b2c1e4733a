"""A key and its policy explained, as text and as JSON (docs/schemas/key-show-1.json)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from secrets_cli.aws.keys import Grant, Key, LastUse, Rotation
from secrets_cli.aws.parameters import Described
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.report.key_history import rotation_json, rotation_words, when
from secrets_cli.report.key_parameters import parameters_table
from secrets_cli.report.key_plan import statements_table
from secrets_cli.report.key_words import names, statement_cells, subject_words
from secrets_cli.secrets.keys.document import KeyDocument
from secrets_cli.secrets.keys.explain import Allowed, Kind, Powers, Reach, statement_label

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SCHEMA = "secrets-cli/key-show/1"


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key with all that is told of it; None is what could not be read."""

    key: Key
    aliases: tuple[str, ...]
    documents: tuple[KeyDocument, ...]
    powers: tuple[tuple[Powers, ...], ...]
    """Of each document."""
    rotation: Rotation | None
    grants: tuple[Grant, ...] | None
    last_use: LastUse | None
    parameters: tuple[Described, ...] | None
    """None where they were not asked for."""
    rotation_known: bool = True
    """False where the caller may not ask for the rotation."""

    @property
    def account(self) -> str:
        """The key's account."""
        return self.key.arn.split(":")[4]


def view(shown: ShownKey, catalog: Catalog) -> "RenderableType":
    """The readable result: the key, its policy statement by statement, who administers, who uses."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [_facts(shown)]
    for document, powers in zip(shown.documents, shown.powers, strict=True):
        named = "" if document.name == "default" else f" `{document.name}`"
        parts += ["", Text(f"policy{named}", style="bold"), statements_table(document.policy, shown.account, catalog)]
        for one in document.ineffective:
            label = one.sid or f"statement {one.index + 1}"
            parts.append(Text(f"{label} has no effect: {one.reason}", style="bold yellow"))
        for title, kinds in (("who administers it", (Kind.ADMINISTER,)), ("who uses it", (Kind.USE,))):
            parts += ["", Text(title, style="bold"), _powers_table(shown, powers, kinds)]
    parts += _grants(shown)
    if shown.parameters is not None:
        parts += ["", Text(f"{len(shown.parameters):,} parameters under it", style="bold")]
        parts += [parameters_table(shown.parameters)] if shown.parameters else []
    return Group(*parts)


def _facts(shown: ShownKey) -> "Table":
    from rich.table import Table
    from rich.text import Text

    key = shown.key
    state = f"{key.state}, deleted on {when(key.deletion)}" if key.deletion else key.state
    rows = (
        ("alias", ", ".join(shown.aliases) or "none"),
        ("key", key.arn),
        ("state", state),
        ("kind", f"{key.spec}, {key.origin}, managed by {'AWS' if key.manager == 'AWS' else 'the account'}"),
        ("created", when(key.created) or ""),
        ("rotation", rotation_words(shown.rotation, known=shown.rotation_known)),
        ("last use", _last_use(shown.last_use)),
        ("description", key.description),
    )
    table = Table(box=None, pad_edge=False, show_edge=False, show_header=False)
    for title, text in rows:
        table.add_row(title, Text(text))
    return table


def _last_use(last: LastUse | None) -> str:
    if last is None:
        return "not known"
    if last.when is None:
        return f"none since {last.tracked_since:%Y-%m-%d}" if last.tracked_since else "none"
    return f"{last.operation} at {when(last.when)}"


def _powers_table(shown: ShownKey, found: Sequence[Powers], kinds: tuple[Kind, ...]) -> "RenderableType":
    """Who, a line each; below it what, how and by which statements, a row for each way."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False, show_header=False)
    table.add_column(overflow="fold")
    for powers in found:
        rows = [_reached(powers, kinds, reach) for reach in Reach]
        lines = [row for row in rows if row]
        if lines:
            table.add_row(Text(subject_words(powers.subject, shown.account)))
        for line in lines:
            table.add_row(Text(f"  {line}", style="dim"))
    return table if table.row_count else Text("nobody")


def _reached(powers: Powers, kinds: tuple[Kind, ...], reach: Reach) -> str:
    here = [one for one in powers.of(*kinds) if one.reach is reach]
    if not here:
        return ""
    how = "" if reach is Reach.ALWAYS else f" {reach.value}"
    return f"{names([one.action for one in here])}{how}, by {', '.join(dict.fromkeys(one.sid for one in here))}"


def _grants(shown: ShownKey) -> "list[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    if shown.grants is None:
        return ["", Text("grants could not be read (kms:ListGrants)", style="yellow")]
    if not shown.grants:
        return []
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("grant to", "operations", "limited", "id"):
        table.add_column(title, overflow="fold")
    for one in shown.grants:
        limited = "to encryption contexts" if one.constrained else "no"
        table.add_row(*(Text(cell) for cell in (one.grantee, ", ".join(one.operations), limited, one.id)))
    return ["", Text("grants, beside every policy", style="bold"), table]


def document(shown: ShownKey, catalog: Catalog) -> dict[str, JsonValue]:
    """The JSON result."""
    key, last = shown.key, shown.last_use
    return {
        "schema": SCHEMA,
        "key_id": key.id,
        "key_arn": key.arn,
        "aliases": list(shown.aliases),
        "state": key.state,
        "manager": key.manager,
        "spec": key.spec,
        "origin": key.origin,
        "description": key.description,
        "created": when(key.created),
        "deletion": when(key.deletion),
        "rotation": rotation_json(shown.rotation),
        "rotation_known": shown.rotation_known,
        "last_use": None
        if last is None
        else {"operation": last.operation or None, "when": when(last.when), "since": when(last.tracked_since)},
        "policies": [
            _document_json(one, powers, shown.account, catalog)
            for one, powers in zip(shown.documents, shown.powers, strict=True)
        ],
        "grants": None if shown.grants is None else [_grant_json(one) for one in shown.grants],
        "parameters": None if shown.parameters is None else [one.name for one in shown.parameters],
    }


def _document_json(one: KeyDocument, powers: Sequence[Powers], account: str, catalog: Catalog) -> JsonValue:
    statements: list[JsonValue] = []
    for statement in one.policy.statements:
        who, what, limits = statement_cells(statement, account, catalog)
        statements.append(
            {
                "statement": statement_label(statement),
                "effect": statement.effect.value,
                "who": who,
                "what": what,
                "conditions": limits,
            }
        )
    return {
        "name": one.name,
        "statements": statements,
        "without_effect": [{"index": it.index, "sid": it.sid, "reason": it.reason} for it in one.ineffective],
        "administer": [_powers_json(it, Kind.ADMINISTER) for it in powers if it.of(Kind.ADMINISTER)],
        "use": [_powers_json(it, Kind.USE) for it in powers if it.of(Kind.USE)],
        "policy": policy_document(one.policy),
    }


def _powers_json(powers: Powers, kind: Kind) -> JsonValue:
    return {
        "subject": powers.subject.name,
        "kind": powers.subject.kind.value,
        "account": powers.subject.account or None,
        "actions": [_allowed_json(one) for one in powers.of(kind)],
    }


def _allowed_json(one: Allowed) -> JsonValue:
    return {"action": one.action, "reach": one.reach.name.lower(), "statement": one.sid}


def _grant_json(one: Grant) -> JsonValue:
    return {
        "id": one.id,
        "name": one.name,
        "grantee": one.grantee,
        "operations": list(one.operations),
        "constrained": one.constrained,
        "created": when(one.created),
    }
