"""Which granted actions the logs could not have shown, and what is kept of them.

Visibility is per kind (CloudTrail user guide, logging-data-events): a management action is visible in any trail; a data
action only where the logs hold at least one data event of its type, by anybody; a few calls are never logged at all.
"""

from collections.abc import Sequence
from typing import assert_never

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.visibility import DataEvent, ManagementEvent, NeverLogged, visibility_of
from secrets_cli.iam.model import Policy
from secrets_cli.narrow.configuration import ImpliedGrant
from secrets_cli.narrow.granted import GrantedAction
from secrets_cli.narrow.narrowing import Evidence, InvisibleAction, KeptGrant, Origin
from secrets_cli.narrow.present import scopes_of

_EXACT_BY_CONFIGURATION = ("logs", "elasticfilesystem", "ec2")
"""Services whose invisible actions a configuration scopes exactly: log groups, file systems, network interfaces."""


def invisible_actions(
    granted: Sequence[GrantedAction],
    seen: frozenset[str],
    data_event_types: Sequence[str],
    drop: frozenset[str],
    catalog: Catalog,
) -> tuple[InvisibleAction, ...]:
    """The granted actions that were not seen and could not be; `drop` names services, or is `all`."""
    found = []
    for action in granted:
        if action.action in seen:
            continue
        if reason := _reason(action.action, data_event_types, catalog):
            kept = "all" not in drop and action.action.partition(":")[0].lower() not in drop
            found.append(InvisibleAction(action.action, action.resources, reason, kept))
    return tuple(found)


def kept_invisible(
    invisible: Sequence[InvisibleAction],
    policies: Sequence[Policy],
    implied: Sequence[ImpliedGrant],
    catalog: Catalog,
) -> tuple[KeptGrant, ...]:
    """The grants that keep invisible actions on their present resources.

    Where the configuration says exactly which resource it is (log groups, file systems, network interfaces) nothing is
    kept here: the implied grant stands in for it.
    """
    by_configuration = {grant.action for grant in implied if grant.action.partition(":")[0] in _EXACT_BY_CONFIGURATION}
    grants: list[KeptGrant] = []
    for item in invisible:
        if not item.kept or item.action in by_configuration:
            continue
        evidence = Evidence(notes=(item.reason,))
        grants.extend(
            KeptGrant(item.action, scope.resource, scope.conditions, Origin.INVISIBLE, evidence, scope.excluding)
            for scope in scopes_of(policies, item.action, "*", catalog)
        )
    return tuple(grants)


def _reason(action: str, data_event_types: Sequence[str], catalog: Catalog) -> str:
    if catalog.action(action) is None:
        return "the catalog does not know the action, so it cannot be told whether logs would show it"
    match visibility_of(action):
        case ManagementEvent():
            return ""
        case DataEvent(type=kind):
            return "" if kind in data_event_types else f"the logs hold no data events of type {kind}"
        case NeverLogged(reason=reason):
            return reason
        case unreachable:
            assert_never(unreachable)
