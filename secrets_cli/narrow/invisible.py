"""Which present grants the logs could not have shown in use, and what is kept of them.

Decided for each action on each present resource pattern, by `secrets_cli.usage.visibility`: an action is *unused* on a
pattern only where every use of it there would be in the logs. A pattern that is only partly covered by a trail's selectors
counts as hidden, whole: what is kept is never cut finer than the present policy's own patterns.

IAM's last-accessed data, where it is given, adds to this and takes nothing away: an action that IAM saw used in the days of
the logs, and that the logs show neither used nor denied, is missing in them and kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.visibility import NeverLogged, data_event_type, visibility_of
from secrets_cli.iam.model import Policy
from secrets_cli.narrow.configuration import ImpliedGrant
from secrets_cli.narrow.granted import GrantedAction
from secrets_cli.narrow.narrowing import DataEventsOff, Evidence, InvisibleAction, KeptGrant, LogSight, Origin
from secrets_cli.narrow.present import Scope, scopes_of
from secrets_cli.usage.last_accessed import LastAccessed, Seen, seen_of
from secrets_cli.usage.selectors import Selectors
from secrets_cli.usage.usage import Coverage, Outcome, Usage
from secrets_cli.usage.visibility import Sight, caller_pattern, hidden, missing_region, types_off
from secrets_cli.wording import days_covered

_EXACT_BY_CONFIGURATION = ("logs", "elasticfilesystem", "ec2")
"""Services whose invisible actions a configuration scopes exactly: log groups, file systems, network interfaces."""
_COMMON = ("S3::Object", "DynamoDB::Table", "Lambda::Function", "SQS::Queue", "SNS::Topic", "Kinesis::Stream")
"""Data-event types that apps use most, which are named first."""
_VARIABLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class HiddenAction:
    """A present grant whose use the logs could not show, wholly or on some of its patterns."""

    action: str
    resources: tuple[str, ...]
    """The present policy's patterns for it, seen and hidden ones."""
    scopes: tuple[Scope, ...]
    """Where its use is hidden."""
    reason: str
    is_partly: bool
    """Whether on other patterns its use is visible."""
    type: str
    """Its data-event type; empty for others."""
    last_accessed: Seen | None


@dataclass(frozen=True, slots=True)
class Evidences:
    """What is known of the principal's calls, and of what could be known."""

    sight: Sight
    coverage: Coverage
    used: frozenset[str]
    """Actions that the logs show used."""
    denied: frozenset[str]
    """Actions that the logs show refused."""
    last_accessed: LastAccessed | None = None


def evidences_of(
    usage: Usage, principal: str, selectors: tuple[Selectors, ...], last_accessed: LastAccessed | None
) -> Evidences:
    """What is known of `principal`."""
    coverage = usage.coverage
    own = [use for use in usage.uses if use.principal == principal]
    return Evidences(
        Sight(frozenset(coverage.data_event_types), selectors, frozenset(coverage.regions), caller_pattern(principal)),
        coverage,
        frozenset(use.action for use in own if use.outcome is not Outcome.DENIED),
        frozenset(use.action for use in own if use.outcome is Outcome.DENIED),
        last_accessed,
    )


def hidden_actions(
    granted: Sequence[GrantedAction], known: Evidences, policies: Sequence[Policy], catalog: Catalog
) -> tuple[HiddenAction, ...]:
    """The granted actions whose use the logs could not show on some present pattern."""
    found = (_hidden_action(action, known, policies, catalog) for action in granted)
    return tuple(item for item in found if item is not None)


def invisible_actions(hidden_ones: Iterable[HiddenAction], drop: frozenset[str]) -> tuple[InvisibleAction, ...]:
    """The same for the report; `drop` names services whose hidden actions go, or is `all`."""
    return tuple(
        InvisibleAction(
            item.action,
            tuple(_named(scope) for scope in item.scopes) if item.is_partly else item.resources,
            item.reason,
            "all" not in drop and item.action.partition(":")[0].lower() not in drop,
            item.is_partly,
            item.last_accessed.says if item.last_accessed else "",
        )
        for item in hidden_ones
    )


def kept_invisible(
    hidden_ones: Sequence[HiddenAction], invisible: Sequence[InvisibleAction], implied: Sequence[ImpliedGrant]
) -> tuple[KeptGrant, ...]:
    """The grants that keep invisible actions on their present resources.

    Where the configuration says exactly which resource it is (log groups, file systems, network interfaces) nothing is
    kept here: the implied grant stands in for it.
    """
    by_configuration = {grant.action for grant in implied if grant.action.partition(":")[0] in _EXACT_BY_CONFIGURATION}
    kept = {item.action for item in invisible if item.kept} - by_configuration
    return tuple(
        KeptGrant(
            item.action,
            scope.resource,
            scope.conditions,
            Origin.INVISIBLE,
            Evidence(notes=tuple(n for n in (item.reason, item.last_accessed.says if item.last_accessed else "") if n)),
            scope.excluding,
        )
        for item in hidden_ones
        if item.action in kept
        for scope in item.scopes
    )


def log_sight(known: Evidences, granted: Iterable[GrantedAction]) -> LogSight:
    """What the logs could show at all: their days and regions, and the data events that are off for granted actions."""
    types = Counter(kind for action in granted if (kind := data_event_type(action.action)))
    kinds = sorted(types_off(known.sight, types), key=lambda kind: (_rank(kind), kind))
    off = tuple(DataEventsOff(kind, types[kind]) for kind in kinds)
    coverage = known.coverage
    return LogSight(
        tuple(selectors.trail or selectors.name for selectors in known.sight.selectors),
        coverage.first,
        coverage.last,
        days_covered(coverage.first, coverage.last),
        coverage.regions,
        off,
        known.last_accessed.name if known.last_accessed else "",
    )


def _hidden_action(
    granted: GrantedAction, known: Evidences, policies: Sequence[Policy], catalog: Catalog
) -> HiddenAction | None:
    action = granted.action
    last_accessed = _last_accessed(known, action)
    is_missing = _is_missing(known, action, last_accessed)
    if not is_missing and not _may_be_hidden(granted, known, catalog):
        return None
    scopes = scopes_of(policies, action, "*", catalog)
    reasons = {scope: _why_hidden(scope, action, known, policies, catalog) for scope in scopes}
    dark = tuple(scope for scope in scopes if reasons[scope])
    if is_missing and last_accessed is not None and not dark:
        why = f"{last_accessed.says}, in the days of these logs, which do not show it"
        return HiddenAction(action, granted.resources, scopes, why, False, data_event_type(action) or "", None)
    if not dark:
        return None
    return HiddenAction(
        action,
        granted.resources,
        dark,
        "; ".join(dict.fromkeys(reasons[scope] for scope in dark)),
        len(dark) < len(scopes),
        data_event_type(action) or "",
        last_accessed,
    )


def _may_be_hidden(granted: GrantedAction, known: Evidences, catalog: Catalog) -> bool:
    """Whether it is worth looking at each pattern: an action visible on `*` is hidden only in a region without logs."""
    sight = known.sight
    if granted.action in known.used and isinstance(visibility_of(granted.action), NeverLogged):
        return False
    return bool(hidden(sight, granted.action, "*", None, catalog)) or any(
        missing_region(sight, resource) for resource in granted.resources
    )


def _why_hidden(scope: Scope, action: str, known: Evidences, policies: Sequence[Policy], catalog: Catalog) -> str:
    resource = _widest(scope)
    if action in known.used and not known.sight.selectors:
        return missing_region(known.sight, resource)
    return hidden(
        known.sight,
        action,
        resource,
        lambda other: tuple(_widest(found) for found in scopes_of(policies, other, "*", catalog)),
        catalog,
    )


def _last_accessed(known: Evidences, action: str) -> Seen | None:
    if known.last_accessed is None:
        return None
    return seen_of(known.last_accessed, action, known.coverage.first, known.coverage.last)


def _is_missing(known: Evidences, action: str, seen: Seen | None) -> bool:
    """Whether IAM saw the action itself used in the days of the logs, and the logs show nothing of it."""
    is_seen = seen is not None and seen.level == "action" and seen.is_within
    return is_seen and action not in known.used and action not in known.denied


def _rank(type_: str) -> int:
    name = type_.removeprefix("AWS::")
    return _COMMON.index(name) if name in _COMMON else len(_COMMON)


def _widest(scope: Scope) -> str:
    """The scope's pattern with each policy variable as `*`; `*` for a NotResource."""
    return "*" if scope.excluding else _VARIABLE.sub("*", scope.resource)


def _named(scope: Scope) -> str:
    return f"not {', '.join(scope.excluding)}" if scope.excluding else scope.resource
