"""The hits of a table: one for each statement, severity and persona."""

from collections.abc import Iterator, Mapping, Sequence

from secrets_cli.gate.escalation.conditions import narrowing_keys
from secrets_cli.gate.exposure.table import Exposing, exposed
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import Hit
from secrets_cli.gate.subject import Granted

_SHOWN = 3


def hits_of(granted: Granted, table: Sequence[Exposing], verb: str, knowledge: Knowledge) -> Iterator[Hit]:
    """What the statement gives away without a limit, after `verb`: "reads"."""
    if narrowing_keys(granted.statement.conditions):
        return
    found = exposed(granted, table, knowledge.catalog)
    for persona in Persona:
        rows = {row: actions for row, actions in found.items() if row.persona is persona}
        if rows:
            yield _hit(granted, rows, verb)


def _hit(granted: Granted, rows: Mapping[Exposing, tuple[str, ...]], verb: str) -> Hit:
    worst = max(rows, key=lambda row: row.severity.rank)
    ordered = sorted(rows, key=lambda row: -row.severity.rank)
    resource = granted.statement.resource
    place = resource.location if resource is not None else None
    return Hit(
        f"{granted.at.named} {verb} {_listed([row.what for row in ordered])}, all there are",
        place or granted.at.location,
        evidence=tuple(f"{row.what}: {', '.join(f'`{action}`' for action in rows[row])}" for row in ordered),
        severity=worst.severity,
        persona=worst.persona,
        subject=worst.persona.value,
        actions=frozenset(action for actions in rows.values() for action in actions),
    )


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    shown, more = names[:_SHOWN], len(names) - _SHOWN
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
