"""Grants grouped into statements as a person would group them, without granting a combination that was not kept.

Resources of one kind that need just the same actions under the same conditions share a statement; everything else stands
apart. Grouping is exact: the statements grant the kept grants and nothing more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from secrets_cli.iam.model import ConditionTerm
from secrets_cli.iam.pattern_relation import covers
from secrets_cli.narrow.learned import generalized, is_weaker, joined, weakest
from secrets_cli.narrow.narrowing import Evidence, KeptGrant, Origin
from secrets_cli.narrow.observed import merged


@dataclass(frozen=True, slots=True)
class Group:
    """What becomes one statement."""

    service: str
    kind: str
    """Of its resources: `table`, `object`, ...; empty for `*`."""
    actions: tuple[str, ...]
    """Sorted."""
    resources: tuple[str, ...]
    """Sorted; empty where `excluding` is set."""
    excluding: tuple[str, ...]
    conditions: tuple[ConditionTerm, ...]
    origin: Origin
    """USED where any of it was used, INVISIBLE only where all of it is."""
    evidence: Evidence


def grouped(grants: Sequence[KeptGrant], keys_as_they_are: frozenset[str] = frozenset()) -> tuple[Group, ...]:
    """The groups, by service: what was used or implied first, what was invisible last. Learned conditions on the keys
    named (lower case) keep their values."""
    by_place: dict[tuple[object, ...], dict[str, list[KeptGrant]]] = {}
    for grant in _absorbed(tuple(_conditions_joined(grants, keys_as_they_are))):
        place = (*_frame(grant), resource_kind(grant.resource), grant.resource)
        by_place.setdefault(place, {}).setdefault(grant.action, []).append(grant)
    by_actions: dict[tuple[object, ...], list[KeptGrant]] = {}
    for place, actions in by_place.items():
        key = (*place[:-1], tuple(sorted(actions)))
        by_actions.setdefault(key, []).extend(g for group in actions.values() for g in group)
    groups = [_group(members) for members in by_actions.values()]
    return tuple(sorted(groups, key=_order))


def resource_kind(resource: str) -> str:
    """What sort of thing an ARN names, in the ARN's own words: `table`, `index`, `object`, `bucket`, `log-group`."""
    fields = resource.split(":", 5)
    if len(fields) < 6:
        return ""
    service, rest = fields[2], fields[5]
    match service:
        case "s3":
            return "object" if "/" in rest else "bucket"
        case "sqs":
            return "queue"
        case "sns":
            return "topic"
        case "dynamodb" if "/index/" in rest:
            return "index"
        case "dynamodb" if "/stream/" in rest:
            return "stream"
        case _:
            return rest.replace(":", "/").partition("/")[0]


def _conditions_joined(grants: Iterable[KeptGrant], as_they_are: frozenset[str]) -> Iterable[KeptGrant]:
    same: dict[tuple[object, ...], list[KeptGrant]] = {}
    for grant in grants:
        is_invisible = grant.origin is Origin.INVISIBLE
        same.setdefault((grant.action, grant.resource, grant.excluding, is_invisible), []).append(grant)
    for members in same.values():
        by_block: dict[tuple[ConditionTerm, ...], list[KeptGrant]] = {}
        for block in weakest(joined(m.conditions for m in members)):
            by_block[block] = [m for m in members if is_weaker(block, m.conditions)]
        for block, parts in by_block.items():
            origin = _origin(parts)
            evidence = merged(p.evidence for p in parts)
            yield KeptGrant(
                parts[0].action,
                parts[0].resource,
                generalized(block, as_they_are),
                origin,
                evidence,
                parts[0].excluding,
            )


def _absorbed(grants: tuple[KeptGrant, ...]) -> list[KeptGrant]:
    """The grants without those that another one of the same action and conditions covers; it takes over their evidence."""
    by_frame: dict[tuple[object, ...], list[KeptGrant]] = {}
    for grant in grants:
        by_frame.setdefault((grant.action, grant.conditions, grant.excluding), []).append(grant)
    return [kept for members in by_frame.values() for kept in _widest(members)]


def _widest(members: list[KeptGrant]) -> list[KeptGrant]:
    patterns = [m for m in members if "*" in m.resource or "?" in m.resource]
    if not patterns or len(members) == 1:
        return members
    taken: dict[str, list[KeptGrant]] = {}
    for member in members:
        wider = [p for p in patterns if p.resource != member.resource and covers(p.resource, member.resource)]
        home = min(wider, key=lambda p: len(p.resource), default=member)
        taken.setdefault(home.resource, []).append(member)
    homes = {m.resource: m for m in members}
    return [
        replace(homes[resource], origin=_origin_at(homes[resource], parts), evidence=merged(p.evidence for p in parts))
        for resource, parts in taken.items()
        if resource in homes
    ]


def _origin_at(home: KeptGrant, parts: Sequence[KeptGrant]) -> Origin:
    """A resource that is there because nothing could be seen stays so, though a part of it is implied or kept by name."""
    return home.origin if home.origin is Origin.INVISIBLE else _origin(parts)


def _frame(grant: KeptGrant) -> tuple[object, ...]:
    service = grant.action.partition(":")[0]
    apart = grant.origin if grant.origin in (Origin.INVISIBLE, Origin.KEPT) else None
    return service, apart, grant.conditions, grant.excluding


def _group(members: list[KeptGrant]) -> Group:
    first = members[0]
    resources = () if first.excluding else tuple(sorted({m.resource for m in members}))
    return Group(
        service=first.action.partition(":")[0],
        kind=resource_kind(first.resource),
        actions=tuple(sorted({m.action for m in members})),
        resources=resources,
        excluding=first.excluding,
        conditions=first.conditions,
        origin=_origin(members),
        evidence=merged(m.evidence for m in members),
    )


def _origin(members: Iterable[KeptGrant]) -> Origin:
    origins = {m.origin for m in members}
    return next(o for o in (Origin.USED, Origin.IMPLIED, Origin.KEPT, Origin.INVISIBLE) if o in origins)


def _order(group: Group) -> tuple[bool, str, str, tuple[str, ...], tuple[str, ...], str]:
    is_invisible = group.origin is Origin.INVISIBLE
    return is_invisible, group.service, group.kind, group.resources, group.actions, repr(group.conditions)
