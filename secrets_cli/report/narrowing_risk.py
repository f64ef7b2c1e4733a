"""What a narrowing took away, the worst first, and the ways to more permissions that it closed.

How bad an action is, the gate's tables say: whether it is a step of a way to more permissions that the present policies
leave open, returns credentials, opens a resource to others, or reads what is stored. For the rest its access level does.
"""

import datetime
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import AccessLevel
from secrets_cli.gate.escalation.account import is_plain_use
from secrets_cli.gate.escalation.path import End, Path
from secrets_cli.gate.escalation.paths import PATHS
from secrets_cli.gate.escalation.search import ways_of
from secrets_cli.gate.exposure.credentials import RETURNS_CREDENTIALS
from secrets_cli.gate.exposure.data import READS_DATA
from secrets_cli.gate.exposure.opening import OPENS_RESOURCES
from secrets_cli.gate.exposure.table import Exposing, whole_type
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import principals_of
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.narrow.narrowing import Narrowing, RemovedAction


class Risk(enum.Enum):
    """What an action is good for in the wrong hands; the order is from most to least."""

    ESCALATES = "escalates"
    CREDENTIALS = "credentials"
    OPENS = "opens-to-others"
    PERMISSIONS = "permissions-management"
    READS_DATA = "reads-data"
    WRITES = "writes"
    TAGS = "tags"
    READS = "reads"
    LISTS = "lists"
    UNKNOWN = "unknown"

    @property
    def title(self) -> str:
        """What such actions are called in a heading."""
        return _TITLES[self]

    @property
    def is_grave(self) -> bool:
        """Whether a reader should see each of them by name."""
        return _RANK[self] <= _RANK[Risk.READS_DATA]


_TITLES: Mapping[Risk, str] = {
    Risk.ESCALATES: "Steps to more permissions",
    Risk.CREDENTIALS: "Returns credentials",
    Risk.OPENS: "Opens resources to others",
    Risk.PERMISSIONS: "Manages permissions",
    Risk.READS_DATA: "Reads stored data",
    Risk.WRITES: "Writes",
    Risk.TAGS: "Tags",
    Risk.READS: "Reads settings",
    Risk.LISTS: "Lists",
    Risk.UNKNOWN: "Unknown to the catalog",
}
_RANK: Mapping[Risk, int] = {risk: rank for rank, risk in enumerate(Risk)}
_ENDS: Mapping[End, int] = {end: rank for rank, end in enumerate(End)}
_GAINS: Mapping[str, int] = {f"could {end.value}": rank for end, rank in _ENDS.items()}
_BY_LEVEL: Mapping[AccessLevel, Risk] = {
    AccessLevel.PERMISSIONS_MANAGEMENT: Risk.PERMISSIONS,
    AccessLevel.WRITE: Risk.WRITES,
    AccessLevel.TAGGING: Risk.TAGS,
    AccessLevel.READ: Risk.READS,
    AccessLevel.LIST: Risk.LISTS,
}


@dataclass(frozen=True, slots=True)
class Removal:
    """A removed action and what makes it worth removing."""

    action: str
    resources: tuple[str, ...]
    """The present policy's patterns for it; `not PATTERN` for a NotResource."""
    reason: str
    """Why it went."""
    risk: Risk
    why: str
    """What it is good for, in words: "can return access keys of users"; empty where its access level says it all."""
    access_level: str
    """AWS's word; empty where the catalog does not know the action."""
    everywhere: bool
    """Whether it was granted on every resource of a type that it takes, or on all but some."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Removed actions of one risk that matter for the same reason and were granted on the same resources."""

    why: str
    """Empty where their access level says it all."""
    resources: tuple[str, ...]
    """Empty where they were granted everywhere."""
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfRisk:
    """The removed actions of one risk."""

    risk: Risk
    alike: tuple[Alike, ...]
    actions: tuple[str, ...]
    """All of them."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to more permissions that policies leave open, by the gate's table of paths."""

    before: tuple[Path, ...]
    after: tuple[Path, ...]


def ways_open(result: Narrowing, catalog: Catalog) -> Ways:
    """Under the present and under the narrowed policies. Conditions on dates are judged by the last day with evidence."""
    knowledge = Knowledge(catalog, _last_day(result))
    return Ways(*(_paths(policies, knowledge) for policies in (result.present, result.policies)))


def removals_by_risk(result: Narrowing, ways: Ways, catalog: Catalog) -> tuple[Removal, ...]:
    """Every removed action: by risk, of one risk those granted everywhere first, then by name."""
    tables = _tables(ways.before)
    found = (_removal(one, tables, catalog) for one in result.removed)
    return tuple(sorted(found, key=lambda one: (_RANK[one.risk], _gain(one), not one.everywhere, one.action)))


def _gain(removal: Removal) -> int:
    """Of steps to more permissions: to how much more."""
    return _GAINS.get(removal.why, 0)


def removals_together(removals: Iterable[Removal]) -> tuple[OfRisk, ...]:
    """The removals, in their order, by risk and then with what is alike."""
    risks: dict[Risk, dict[tuple[str, tuple[str, ...]], list[str]]] = {}
    for one in removals:
        place = (one.why, () if one.everywhere else one.resources)
        risks.setdefault(one.risk, {}).setdefault(place, []).append(one.action)
    return tuple(
        OfRisk(
            risk,
            tuple(Alike(why, resources, tuple(actions)) for (why, resources), actions in places.items()),
            tuple(action for actions in places.values() for action in actions),
        )
        for risk, places in risks.items()
    )


def _removal(removed: RemovedAction, tables: Mapping[str, tuple[Risk, str]], catalog: Catalog) -> Removal:
    action = catalog.action(removed.action)
    by_level = Risk.UNKNOWN if action is None else _BY_LEVEL[action.access_level]
    risk, why = tables.get(removed.action, (by_level, ""))
    level = "" if action is None else action.access_level.value
    everywhere = reaches_everything(removed.action, removed.resources, catalog)
    return Removal(removed.action, removed.resources, removed.reason, risk, why, level, everywhere)


def reaches_everything(action: str, resources: Sequence[str], catalog: Catalog) -> bool:
    """Whether the resource patterns (as `GrantedAction` has them) reach all resources of a type that the action takes.

    An action that takes no resource reaches nothing more by its `*`.
    """
    if catalog.resource_types(action) == ():
        return False
    return any(one == "*" or one.startswith("not ") for one in resources) or whole_type(resources, action, catalog)


def _tables(ways: Sequence[Path]) -> Mapping[str, tuple[Risk, str]]:
    """By action, the gravest that is known of it."""
    known: dict[str, tuple[Risk, str]] = {}
    for path in sorted(ways, key=lambda one: _ENDS[one.end]):
        for action in path.actions:
            known.setdefault(action, (Risk.ESCALATES, f"could {path.end.value}"))
    for risk, verb, table in _EXPOSING:
        for row in table:
            for action in row.actions:
                known.setdefault(action, (risk, verb.format(row.what)))
    return known


_EXPOSING: tuple[tuple[Risk, str, tuple[Exposing, ...]], ...] = (
    (Risk.CREDENTIALS, "can return {}", RETURNS_CREDENTIALS),
    (Risk.OPENS, "can open {} to others", OPENS_RESOURCES),
    (Risk.READS_DATA, "can read {}", READS_DATA),
)


def _paths(policies: Iterable[Policy], knowledge: Knowledge) -> tuple[Path, ...]:
    held = [
        PolicyAt(policy, PolicyKind.IDENTITY, Location(policy.name or "policy", 1, 1), "principal", "policy")
        for policy in policies
    ]
    ways = (way for one in principals_of(held, knowledge) for way in ways_of(one, PATHS, knowledge))
    return tuple(way.path for way in ways if not is_plain_use(way))


def _last_day(result: Narrowing) -> datetime.date:
    seen = max((statement.evidence.last_seen for statement in result.statements), default="")
    try:
        return datetime.date.fromisoformat(seen.partition("T")[0])
    except ValueError:
        return datetime.date.min
