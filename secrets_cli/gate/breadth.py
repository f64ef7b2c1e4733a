"""How wide one Allow statement grants each of its actions: on everything, on everything of a type, or less.

Less is what the statement's own Resource or conditions leave, and what Deny statements and the boundary of the same
principal leave: `Allow s3:* on *` beside `Deny s3:* on all but one bucket` is a grant on one bucket.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import ResourceType
from secrets_cli.gate.conditions import NARROWING, Dimension, dimension_of, excludes, narrowed_actions
from secrets_cli.gate.principals import known_actions
from secrets_cli.gate.resource_pattern import covers_every, is_everything, may_name
from secrets_cli.gate.subject import Granted
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Element, Statement
from secrets_cli.iam.pattern_relation import overlaps
from secrets_cli.inputs.found import UNKNOWN


@dataclass(frozen=True, slots=True)
class Breadth:
    """The known actions of one statement by how wide it grants them; no action is in two of the sets."""

    everywhere: frozenset[str] = frozenset()
    """On every resource: the Resource is `*`, or says as much."""
    of_type: frozenset[str] = frozenset()
    """On every resource of the types the action takes, and on nothing else."""
    scoped: frozenset[str] = frozenset()
    """On some resources, as the Resource says."""
    narrowed: frozenset[str] = frozenset()
    """On less than the Resource says: by a condition, a Deny statement or the boundary."""

    @property
    def wide(self) -> frozenset[str]:
        """On everything, or on everything of a type."""
        return self.everywhere | self.of_type if self.of_type else self.everywhere


def breadth_of(granted: Granted, catalog: Catalog) -> Breadth:
    """How wide a statement grants its actions.

    Actions that can touch none of the statement's resources are left out. For NotResource, what is not narrowed counts as
    granted everywhere: all but a few.
    """
    return _breadth(granted.statement, granted.actions, granted.denies, granted.bounds, catalog)


@lru_cache(maxsize=4096)
def _breadth(
    statement: Statement,
    actions: frozenset[str],
    denies: tuple[Statement, ...],
    bounds: tuple[Statement, ...] | None,
    catalog: Catalog,
) -> Breadth:
    resource = statement.resource
    if resource is None:
        return Breadth()
    narrowed = narrowed_actions(statement, actions, catalog) | _cut(actions, denies, bounds, catalog)
    if resource.negated:
        if any(is_everything(one) or one == UNKNOWN for one in resource.values):
            return Breadth()
        left = frozenset(one for one in actions if not _excepts_type(one, resource.values, catalog))
        return Breadth(everywhere=left - narrowed, narrowed=left & narrowed)
    if any(is_everything(one) for one in resource.values):
        return Breadth(everywhere=actions - narrowed, narrowed=narrowed)
    touched = frozenset(one for one in actions if _touches(one, resource.values, catalog))
    of_type = frozenset(one for one in touched - narrowed if _covers_types(one, resource.values, catalog))
    return Breadth(of_type=of_type, scoped=touched - narrowed - of_type, narrowed=touched & narrowed)


def _touches(action: str, values: Sequence[str], catalog: Catalog) -> bool:
    patterns = {pattern for kind in _types(action, catalog).taken for pattern in kind.patterns}
    return any(may_name(value, one) for value in values for one in patterns)


@dataclass(frozen=True, slots=True)
class _Types:
    """The resource types of one action."""

    taken: tuple[ResourceType, ...]
    required: tuple[ResourceType, ...]
    """Those that every request names."""


@lru_cache(maxsize=65536)
def _types(action: str, catalog: Catalog) -> _Types:
    found, kinds = catalog.action(action), catalog.resource_types(action) or ()
    required = {one.type for one in found.resources if one.required} if found is not None else set()
    return _Types(kinds, tuple(kind for kind in kinds if kind.name in required))


def _covers_types(action: str, values: Sequence[str], catalog: Catalog) -> bool:
    """Whether the values cover every type the action needs or, where it needs none for sure, one of those it takes."""
    types = _types(action, catalog)
    if types.required:
        return all(_covers_type(kind, values) for kind in types.required)
    return any(_covers_type(kind, values) for kind in types.taken)


def _excepts_type(action: str, values: Sequence[str], catalog: Catalog) -> bool:
    """Whether the exceptions of a NotResource take out every resource of a type without which the action cannot be used, or
    every resource of the only types it takes."""
    types = _types(action, catalog)
    if any(_covers_type(kind, values) for kind in types.required):
        return True
    return bool(types.taken) and all(_covers_type(kind, values) for kind in types.taken)


def _covers_type(kind: ResourceType, values: Sequence[str]) -> bool:
    return all(any(covers_every(value, pattern) for value in values) for pattern in kind.patterns)


def _cut(
    actions: frozenset[str], denies: Iterable[Statement], bounds: tuple[Statement, ...] | None, catalog: Catalog
) -> frozenset[str]:
    """The actions of which a Deny statement leaves a scope only, or which the boundary allows on a scope only."""
    cut: frozenset[str] = frozenset()
    for deny in denies:
        if _leaves_a_scope(deny):
            cut |= actions & known_actions(deny.action, catalog)
    if bounds is None:
        return cut
    unbounded = (
        known_actions(one.action, catalog) - narrowed_actions(one, actions, catalog)
        for one in bounds
        if not _is_scope(one.resource)
    )
    return cut | (actions - frozenset().union(*unbounded))


def _leaves_a_scope(deny: Statement) -> bool:
    resource = deny.resource
    if resource is None:
        return False
    if resource.negated:
        return not deny.conditions and not any(is_everything(one) for one in resource.values)
    if not deny.conditions or not any(is_everything(one) for one in resource.values):
        return False
    return all(dimension_of(term.key) in _SCOPING and excludes(term) for term in deny.conditions)


_SCOPING = NARROWING - {Dimension.CHANNEL}


def _is_scope(resource: Element | None) -> bool:
    return resource is not None and not resource.negated and not any(is_everything(one) for one in resource.values)


def can_be_scoped(action: str, catalog: Catalog) -> bool:
    """Whether a known action takes resources at all, rather than only `*`."""
    return bool(_types(action, catalog).taken)


def wildcards(granted: Granted, catalog: Catalog) -> Mapping[str, frozenset[str]]:
    """The action patterns of a statement that stand for more than one known action, each with those of them it grants."""
    action = granted.statement.action
    return {} if action.negated else _wildcards(action.values, granted.actions, catalog)


@lru_cache(maxsize=4096)
def _wildcards(values: tuple[str, ...], actions: frozenset[str], catalog: Catalog) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for pattern in values:
        known = known_actions(Element((pattern,)), catalog) if "*" in pattern or "?" in pattern else frozenset[str]()
        if len(known) > 1:
            found[pattern] = actions & known
    return MappingProxyType(found)


def is_whole_service(pattern: str) -> bool:
    """Whether an action pattern leaves no action of its service out: `s3:*`, `*:*`, `*`."""
    service, _, name = pattern.partition(":")
    return not (name or service).strip("*")


def arn_forms(actions: Iterable[str], catalog: Catalog, count: int = 3) -> tuple[str, ...]:
    """The ARN formats by which the actions can be scoped, as AWS publishes them: those that serve most of them first."""
    serve: dict[str, int] = {}
    for action in actions:
        types = _types(action, catalog)
        for arn in (arn for kinds in (types.taken, types.required) for kind in kinds for arn in kind.arns):
            serve[arn] = serve.get(arn, 0) + 1
    return tuple(sorted(serve, key=lambda arn: (-serve[arn], arn))[:count])


def fitting_forms(actions: Iterable[str], values: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    """The values, of those of a Resource element, that cover a whole type of one of the actions."""
    patterns = {pattern for one in actions for kind in _types(one, catalog).taken for pattern in kind.patterns}
    return tuple(
        value for value in values if any(overlaps(value, one) and covers_every(value, one) for one in patterns)
    )


def place_of(granted: Granted, element: Element | None) -> Location:
    """Where to show what is said of an element: in the file that was read. A policy that is written elsewhere, such as an
    AWS managed one, is shown where it is attached."""
    attached = granted.at.of.location
    location = (element.location if element is not None else None) or granted.at.location
    return location if location.file == attached.file else attached
