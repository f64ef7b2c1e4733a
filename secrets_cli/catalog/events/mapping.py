"""From one CloudTrail record to the grants it needed.

Order: a refusal's message, the table's row, API Gateway's verbs, the identity rule. Whatever the rule, an action that
the catalog does not know is never emitted: the event is unknown then, and named in the report.
"""

from collections.abc import Iterator

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.events import gateway
from secrets_cli.catalog.events.arn_format import is_arn
from secrets_cli.catalog.events.denied import is_denial, refusal
from secrets_cli.catalog.events.pass_role import passed_roles
from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.rows.table import rows_by_event
from secrets_cli.catalog.events.scope import scope_of
from secrets_cli.catalog.events.sources import prefix_of, undated
from secrets_cli.catalog.events.tag_on_create import tags_on_create
from secrets_cli.catalog.grant import ApiCall, EventMeaning, Grant, Mapped, NoPermissionNeeded, UnknownEvent
from secrets_cli.catalog.service import Action

IDENTITY = "identity"
DENIED_MESSAGE = "denied-message"


def meaning_of(call: ApiCall, catalog: Catalog) -> EventMeaning:
    """The grants that the call needed, that it needs none, or that no rule covers it.

    Pure. Never raises on any JSON shape: a parameter of an odd type reads as absent, and the grant is unscoped then.
    """
    meaning = _meaning_by_event(call, catalog)
    asked = _asked_for(call, meaning, catalog)
    return asked if asked is not None else meaning


def _meaning_by_event(call: ApiCall, catalog: Catalog) -> EventMeaning:
    prefix, name = prefix_of(call.event_source), call.event_name
    row = row_of(call)
    if row is not None and not row.needs:
        return NoPermissionNeeded(row.note)
    if row is not None:
        grants = tuple(_row_grants(row, prefix, name, call, catalog))
    elif prefix == gateway.SOURCE:
        grant = gateway.gateway_grant(name, call, catalog)
        grants = (grant,) if grant else ()
    else:
        grants = tuple(_identity(prefix, name, call, catalog))
    if not grants:
        return UnknownEvent(f"no rule for the event, and `{prefix}:{undated(name)}` is no known action")
    grants += tuple(
        grant for grant in _implied(prefix, undated(name), call) if catalog.action(grant.action) is not None
    )
    return Mapped(_merged(grants))


def _implied(prefix: str, name: str, call: ApiCall) -> tuple[Grant, ...]:
    """What the call needed beside its own action, by rules that hold for whole services."""
    tags = tags_on_create(name, call) if prefix == "ec2" else ()
    return passed_roles(prefix, name, call) + tags


def row_of(call: ApiCall) -> Row | None:
    """The row of the table that reads the call, by the event's name with its date and without; None where none does."""
    prefix, name = prefix_of(call.event_source), call.event_name
    return _row(prefix, name, call) or _row(prefix, undated(name), call)


def _row(prefix: str, name: str, call: ApiCall) -> Row | None:
    for row in rows_by_event().get((prefix, name), ()):
        if row.when is None or row.when.holds(call):
            return row
    return None


def _row_grants(row: Row, prefix: str, name: str, call: ApiCall, catalog: Catalog) -> Iterator[Grant]:
    for need in row.needs:
        if need.when is not None and not need.when.holds(call):
            continue
        action = _action(need, prefix, name, catalog)
        if action is not None:
            grant = _grant(row, need, action, call, catalog)
            if grant is not None:
                yield grant


def _action(need: Need, prefix: str, name: str, catalog: Catalog) -> Action | None:
    if need.action != "=":
        return catalog.action(need.action)
    return catalog.action(f"{prefix}:{name}") or catalog.action(f"{prefix}:{undated(name)}")


def _grant(row: Row, need: Need, action: Action, call: ApiCall, catalog: Catalog) -> Grant | None:
    condition = need.condition.terms(call) if need.condition else ()
    if not action.resources:
        return Grant(action.full_name, ("*",), condition, rule=row.id)
    if need.on is None:
        scope = scope_of(action, call, catalog)
        return Grant(action.full_name, scope.arns, condition, scope.unscoped, row.id)
    arns = tuple(sorted({arn for arn in need.on.find(call) if is_arn(arn)}))
    if arns:
        return Grant(action.full_name, arns, condition, rule=row.id)
    if need.skip_if_none:
        return None
    return Grant(action.full_name, ("*",), condition, need.on.otherwise or "the record names no resource", row.id)


def _identity(prefix: str, name: str, call: ApiCall, catalog: Catalog) -> Iterator[Grant]:
    action = catalog.action(f"{prefix}:{name}") or catalog.action(f"{prefix}:{undated(name)}")
    if action is not None:
        scope = scope_of(action, call, catalog)
        yield Grant(action.full_name, scope.arns, unscoped=scope.unscoped, rule=IDENTITY)


def _asked_for(call: ApiCall, meaning: EventMeaning, catalog: Catalog) -> Mapped | None:
    """What a refused call's message names; None where the call was not refused or the message names no known action."""
    if not is_denial(call.error_code, call.error_message):
        return None
    said = refusal(call.error_message, call.partition, call.account)
    action = catalog.action(said.action) if said else None
    if said is None or action is None:
        return None
    if said.resource == "*" or is_arn(said.resource):
        unscoped = "the refusal names `*`" if said.resource == "*" and action.resources else ""
        return Mapped((Grant(action.full_name, (said.resource,), unscoped=unscoped, rule=DENIED_MESSAGE),))
    known = meaning.grants if isinstance(meaning, Mapped) else ()
    same = tuple(grant for grant in known if grant.action == action.full_name)
    scope = scope_of(action, call, catalog)
    return Mapped(same or (Grant(action.full_name, scope.arns, unscoped=scope.unscoped, rule=DENIED_MESSAGE),))


def _merged(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """One grant for each action and condition, in the order of first mention."""
    merged: dict[tuple[object, ...], Grant] = {}
    for grant in grants:
        key = (grant.action, grant.condition, grant.unscoped, grant.rule)
        known = merged.get(key)
        resources = tuple(sorted({*(known.resources if known else ()), *grant.resources}))
        merged[key] = Grant(grant.action, resources, grant.condition, grant.unscoped, grant.rule)
    return tuple(merged.values())
