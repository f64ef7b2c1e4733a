"""Who can read a secret, as tables and as JSON (`secrets-cli/secret-access/1`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from secrets_cli.iam.decision import Because
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.access.conditional import Answer, Told
from secrets_cli.secrets.access.routes import Way
from secrets_cli.secrets.access.self_grant import SelfGrant
from secrets_cli.secrets.access.who_reads import Access, Cell, Row, statement_name, why_denied

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = "secrets-cli/secret-access/1"


@dataclass(frozen=True, slots=True)
class AccessReport:
    """What is reported."""

    access: Access
    rows: tuple[Row, ...]
    """Those asked for."""
    self_grants: tuple[SelfGrant, ...]
    notes: tuple[str, ...]
    """What was not looked at, or could not be read."""


def document(report: AccessReport) -> dict[str, JsonValue]:
    """The report as JSON; every principal is in it, denied ones with the reason."""
    target = report.access.question.target
    return {
        "schema": SCHEMA,
        "parameter": {"name": target.name, "arn": target.arn},
        "key": target.key_arn or None,
        "account": report.access.question.account.id,
        "scp_levels": len(report.access.question.scps),
        "principals": [_row_json(row) for row in report.rows],
        "self_grants": [_grant_json(one) for one in report.self_grants],
        "notes": list(report.notes),
    }


def _row_json(row: Row) -> dict[str, JsonValue]:
    return {
        "principal": row.caller.arn,
        "kind": row.caller.kind,
        "external": row.caller.external,
        "reads": row.reads.answer.value,
        "needs": list(row.reads.needs),
        "assumed_by": list(row.assumed_by),
        "ways": [_cell_json(cell) for cell in row.cells],
    }


def _cell_json(cell: Cell) -> dict[str, JsonValue]:
    told = cell.told
    return {
        "way": cell.way.value,
        "path": cell.path or None,
        "answer": told.answer.value,
        "needs": list(told.needs),
        "granted_by": [_because_json(one) for one in told.by],
        "reason": why_denied(told) if told.answer is Answer.DENIED else None,
    }


def _because_json(because: Because) -> dict[str, JsonValue]:
    return {
        "policy": because.policy or None,
        "policy_type": None if because.policy_type is None else because.policy_type.value,
        "sid": because.sid,
        "index": because.index,
        "reason": because.reason,
    }


def _grant_json(one: SelfGrant) -> dict[str, JsonValue]:
    return {
        "principal": one.caller.arn,
        "kind": one.caller.kind,
        "action": one.action,
        "on": list(one.on),
        "more": one.more,
        "gains": one.gains,
        "answer": one.told.answer.value,
        "needs": list(one.told.needs),
        "granted_by": [_because_json(because) for because in one.told.by[:1]],
    }


def text(report: AccessReport, *, everyone: bool) -> "RenderableType":
    """The report as tables. `everyone` lists principals that are denied everything too; else they are counted."""
    from rich.console import Group
    from rich.text import Text

    shown = [row for row in report.rows if everyone or _matters(row)]
    shown.sort(key=lambda row: (-row.reads.answer.rank, not _matters(row)))
    parts: list[RenderableType] = [Text(_title(report), style="bold"), Text("")]
    has_key = bool(report.access.question.target.key_arn)
    parts.append(_matrix(shown, has_key=has_key) if shown else Text("nobody, as far as was looked"))
    hidden = len(report.rows) - len(shown)
    if hidden:
        parts += [Text(""), Text(f"{hidden:,} more are denied every way; `--all` lists them with the reason")]
    granted = [row for row in shown if _matters(row)]
    if granted:
        parts += [Text(""), Text("Granted by", style="bold"), _granted(granted)]
    parts += [Text(""), Text("Who can give themselves access", style="bold"), _self_grants(report.self_grants)]
    parts += [Text(""), *(Text(f"note: {note}") for note in report.notes)]
    return Group(*parts)


def _title(report: AccessReport) -> str:
    counts = {answer: sum(row.reads.answer is answer for row in report.rows) for answer in Answer}
    name = report.access.question.target.name
    return (
        f"Who can read {name}: {counts[Answer.ALLOWED]:,} allowed, {counts[Answer.CONDITIONAL]:,} under conditions, "
        f"{counts[Answer.DENIED]:,} denied"
    )


def _matters(row: Row) -> bool:
    return any(cell.told.answer is not Answer.DENIED for cell in row.cells)


_COLUMNS = (Way.GET, Way.GET_MANY, Way.HISTORY)
_LABELS = {
    Way.GET: "Get",
    Way.GET_MANY: "Gets",
    Way.HISTORY: "History",
    Way.BY_PATH: "ByPath",
    Way.DECRYPT: "Decrypt",
    Way.CIPHERTEXT: "ciphertext, then Decrypt",
}
_SHORT = {Answer.ALLOWED: "yes", Answer.CONDITIONAL: "if", Answer.DENIED: "-"}
_COLOUR = {Answer.ALLOWED: "bold red", Answer.CONDITIONAL: "yellow", Answer.DENIED: "dim"}


def _matrix(rows: Sequence[Row], *, has_key: bool) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False)
    titles = (
        "principal",
        "reads",
        "Get",
        "Gets",
        "History",
        "ByPath",
        *(("Decrypt",) if has_key else ()),
        "if / why not",
    )
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        cells = [Text(_SHORT[told.answer], style=_COLOUR[told.answer]) for told in _singles(row)]
        decrypt = [Text(_SHORT[told.answer], style=_COLOUR[told.answer]) for told in _direct(row)] if has_key else []
        reads = Text(row.reads.answer.value, style=_COLOUR[row.reads.answer])
        table.add_row(
            Text(short(row.caller.arn, row.caller.kind)), reads, *cells, _paths(row), *decrypt, Text(_why(row))
        )
    return table


def short(arn: str, kind: str) -> str:
    """`user/alice`, `role/path/app`; of principals from outside the whole ARN, with what they are."""
    name = arn.rpartition(":")[2] if kind in ("user", "role", "service-linked role") else arn
    return {"user": name, "role": name}.get(kind, kind if kind in ("root user", "everyone") else f"{name} ({kind})")


def _singles(row: Row) -> Iterable[Told]:
    return (cell.told for way in _COLUMNS for cell in row.cells if cell.way is way)


def _direct(row: Row) -> Iterable[Told]:
    return (cell.told for cell in row.cells if cell.way is Way.DECRYPT)


def _paths(row: Row) -> "RenderableType":
    from rich.text import Text

    found = [cell for cell in row.cells if cell.way is Way.BY_PATH and cell.told.answer is not Answer.DENIED]
    if not found:
        return Text(_SHORT[Answer.DENIED], style=_COLOUR[Answer.DENIED])
    words = (cell.path + (" (if)" if cell.told.answer is Answer.CONDITIONAL else "") for cell in found)
    return Text(", ".join(words), style=_COLOUR[max((cell.told.answer for cell in found), key=lambda one: one.rank)])


def _why(row: Row) -> str:
    """What a conditional answer needs, or the denial that is nearest to a yes."""
    if row.reads.answer is Answer.CONDITIONAL:
        return f"needs {' and '.join(row.reads.needs)}"
    if row.reads.answer is Answer.ALLOWED:
        taken = [cell for cell in row.cells if cell.way is Way.CIPHERTEXT]
        return "reads the ciphertext and decrypts it himself" if taken else ""
    return nearest_denial(row)


def nearest_denial(row: Row) -> str:
    """Of a row that cannot read: the reason that says most."""
    denied = [cell.told for cell in row.cells if cell.way is not Way.DECRYPT and cell.told.answer is Answer.DENIED]
    return why_denied(max(denied, key=lambda told: (told.failed, bool(told.denied_by and told.denied_by.statement))))


def _granted(rows: Iterable[Row]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("principal", "way", "statements"):
        table.add_column(title, overflow="fold")
    for row in rows:
        name = short(row.caller.arn, row.caller.kind)
        for statements, ways in _grouped(row).items():
            table.add_row(Text(name), Text(", ".join(ways)), Text(statements))
            name = ""
        if row.assumed_by:
            table.add_row("", Text("assumed by"), Text(", ".join(row.assumed_by)))
    return table


def _grouped(row: Row) -> dict[str, list[str]]:
    """The ways of a row by the statements that grant them."""
    found: dict[str, list[str]] = {}
    for cell in row.cells:
        if cell.told.answer is not Answer.DENIED:
            statements = "; ".join(dict.fromkeys(statement_name(one) for one in cell.told.by))
            found.setdefault(statements, []).append(f"{_LABELS[cell.way]} {cell.path}".rstrip())
    return found


def _self_grants(grants: Sequence[SelfGrant]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    if not grants:
        return Text("nobody that cannot read already, as far as was looked")
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("principal", "by", "on", "gains", "if"):
        table.add_column(title, overflow="fold")
    for one in grants:
        needs = "" if one.told.answer is Answer.ALLOWED else f"needs {' and '.join(one.told.needs)}"
        row = (short(one.caller.arn, one.caller.kind), one.action, _named(one), one.gains, needs)
        table.add_row(*(Text(cell) for cell in row))
    return table


_NAMED = 3


def _named(one: SelfGrant) -> str:
    """What the way is on: a few ARNs, and how many more."""
    left = len(one.on) - _NAMED
    more = f" and {left}{' or more' if one.more else ''} others" if left > 0 else ""
    return ", ".join(one.on[:_NAMED]) + more
