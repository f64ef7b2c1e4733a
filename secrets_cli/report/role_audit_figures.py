"""What the pictures of an audit show: which services each role reaches and uses. Places in units of the drawing; pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.account.audit.evidence import State
from secrets_cli.account.audit.role_audit import RoleAudit, Service

MOST_ROLES = 30
MOST_SERVICES = 24
MOST_BARS = 20
_NAMES = 210
"""Width of the column with the roles' names."""
_CELL = 26
_HEAD = 130
"""Height of the names of the services, which stand on end."""
_TAIL = 64
"""Width that the name of the last service leans over."""
_LONGEST_NAME = 30
_LONGEST_SERVICE = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role does with one service."""

    x: int
    y: int
    kind: str
    """`used`, `unused`, `hidden` (the logs could not show it) or `unknown` (no logs, or too thin)."""
    says: str


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a row or column."""

    x: int
    y: int
    text: str
    full: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class ReachMap:
    """Roles by services."""

    width: int
    height: int
    size: int
    """Of a cell."""
    roles: tuple[Label, ...]
    services: tuple[Label, ...]
    cells: tuple[Cell, ...]
    left_out: int
    """Roles that are not drawn."""
    other_services: int


@dataclass(frozen=True, slots=True)
class ServiceBar:
    """One service: how many roles reach it, and how many use it."""

    name: str
    reach: int
    use: int
    wide: float
    """Per cent of the longest bar."""
    narrow: float


def reach_map(roles: Sequence[RoleAudit], hrefs: Sequence[str]) -> ReachMap:
    """The roles with the most to gain against the services that most roles reach. A role with every permission is drawn like
    any other."""
    shown = [(one, href) for one, href in zip(roles, hrefs, strict=True) if one.services][:MOST_ROLES]
    counts = Counter(name for one, _ in shown for name in one.services)
    used = Counter(name for one, _ in shown for name, service in one.services.items() if service.used)
    order = sorted(counts, key=lambda name: (-used[name], -counts[name], name))
    names = order[:MOST_SERVICES]
    return ReachMap(
        width=_NAMES + _CELL * max(len(names), 1) + _TAIL,
        height=_HEAD + _CELL * max(len(shown), 1) + 4,
        size=_CELL - 4,
        roles=tuple(
            Label(
                _NAMES - 8,
                _HEAD + _CELL * row + _CELL // 2 + 4,
                _short(one.role.name, _LONGEST_NAME),
                one.role.arn,
                href,
            )
            for row, (one, href) in enumerate(shown)
        ),
        services=tuple(
            Label(_NAMES + _CELL * column + _CELL // 2 + 3, _HEAD - 8, _short(name, _LONGEST_SERVICE), name)
            for column, name in enumerate(names)
        ),
        cells=tuple(_cells([one for one, _ in shown], names)),
        left_out=len(roles) - len(shown),
        other_services=len(order) - len(names),
    )


def _cells(roles: Sequence[RoleAudit], names: Sequence[str]) -> Iterator[Cell]:
    for row, one in enumerate(roles):
        for column, name in enumerate(names):
            service = one.services.get(name)
            if service is not None:
                kind = kind_of(service, one.evidence.state)
                yield Cell(
                    _NAMES + _CELL * column + 2,
                    _HEAD + _CELL * row + 2,
                    kind,
                    f"{one.role.name}, {name}: {service.granted:,} granted, {_used_words(service, one.evidence.state)}",
                )


def kind_of(service: Service, state: State) -> str:
    """What is known of a role's use of a service, as a style names it."""
    if service.used:
        return "used"
    if state is not State.ENOUGH:
        return "unknown"
    return "unused" if service.unused else "hidden"


def _used_words(service: Service, state: State) -> str:
    if state is State.NO_LOGS:
        return "use not known"
    return f"{service.used:,} used, {service.unused:,} unused, {service.invisible:,} invisible"


def service_bars(roles: Sequence[RoleAudit]) -> tuple[ServiceBar, ...]:
    """The services that most roles reach."""
    reach = Counter(name for one in roles for name in one.services)
    use = Counter(name for one in roles for name, service in one.services.items() if service.used)
    order = sorted(reach, key=lambda name: (-reach[name], name))[:MOST_BARS]
    longest = max((reach[name] for name in order), default=1)
    return tuple(
        ServiceBar(
            name,
            reach[name],
            use[name],
            round(100 * reach[name] / longest, 2),
            round(100 * use[name] / longest, 2),
        )
        for name in order
    )


def _short(name: str, longest: int) -> str:
    """The name, its middle left out where it is longer."""
    return name if len(name) <= longest else f"{name[: longest // 2]}...{name[3 - longest // 2 :]}"
