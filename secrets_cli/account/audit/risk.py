"""One number for what a role could do in the wrong hands; docs/audit.md says it in a table.

* **Reach**: each granted action counts 10 where it gives access, returns credentials or reads what is stored, 3 where it
  writes, 1 otherwise; where it is granted on less than every resource (of a type) it counts a tenth of that.
* **Escalation**: the worst way to more permissions counts, once: one is enough for an attacker. An administrator needs none.
* **Trust**: each problem of the trust policy counts by its severity.

What a change removes is the risk before less the risk after: the same sum, made again without what the change takes away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from secrets_cli.account.audit.judged import Grant, Judged, Kind, OpenPath
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.breadth_actions import Power, power_of
from secrets_cli.gate.escalation.path import End
from secrets_cli.gate.exposure.credentials import RETURNS_CREDENTIALS
from secrets_cli.gate.exposure.data import READS_DATA
from secrets_cli.severity import Severity

GRAVE: Final = 10
WRITES: Final = 3
OTHER: Final = 1
NARROW_SHARE: Final = 10
"""An action on less than every resource counts one part of so many."""
ADMINISTRATOR: Final = 50_000
"""Of who has every permission, or can give them to itself: about the reach of every action there is."""
ESCALATION: Final[Mapping[tuple[End, Severity], int]] = {
    (End.EVERYTHING, Severity.HIGH): ADMINISTRATOR,
    (End.OTHERS, Severity.HIGH): 20_000,
    (End.PASSED, Severity.HIGH): 20_000,
    (End.EXISTING, Severity.MEDIUM): 5_000,
}
"""Of a path that is open on any resource of the kind it needs."""
ESCALATION_ON_LESS: Final[Mapping[Severity, int]] = {
    Severity.HIGH: 5_000,
    Severity.MEDIUM: 1_000,
    Severity.LOW: 100,
    Severity.INFO: 0,
}
"""Of all others, by severity: a name pattern, one resource, under conditions."""
TRUST: Final[Mapping[Severity, int]] = {
    Severity.HIGH: 20_000,
    Severity.MEDIUM: 2_000,
    Severity.LOW: 100,
    Severity.INFO: 0,
}
_STORED = frozenset(action for row in (*RETURNS_CREDENTIALS, *READS_DATA) for action in row.actions)


@dataclass(frozen=True, slots=True)
class Risk:
    """The three parts."""

    reach: int = 0
    escalation: int = 0
    trust: int = 0

    @property
    def total(self) -> int:
        """Their sum."""
        return self.reach + self.escalation + self.trust


@dataclass(frozen=True, slots=True)
class Change:
    """What a change takes away from what a role is granted."""

    removed: frozenset[str] = frozenset()
    """Actions that go, whichever policy grants them."""
    limited: frozenset[str] = frozenset()
    """Actions that stay on less than every resource."""
    detached: frozenset[str] = frozenset()
    """Labels of policies that go."""
    confined: frozenset[str] = frozenset()
    """Labels of policies whose actions stay on less than every resource."""
    trust_fixed: frozenset[int] = frozenset()
    """Numbers of the findings that go, among all of the role."""


NOTHING = Change()


def risk_of(judged: Judged, catalog: Catalog, change: Change = NOTHING) -> Risk:
    """The risk of a role with these policies, after a change."""
    left = {action: wide for action, held in judged.grants.items() if (wide := _left(action, held, change)) is not None}
    tenths = sum(weight_of(action, catalog) * (NARROW_SHARE if wide else 1) for action, wide in left.items())
    return Risk(
        reach=-(-tenths // NARROW_SHARE),
        escalation=_escalation(judged, left, change),
        trust=sum(
            TRUST[one.severity]
            for number, one in enumerate(judged.findings)
            if one.kind is Kind.TRUST and number not in change.trust_fixed
        ),
    )


def _left(action: str, held: Iterable[Grant], change: Change) -> bool | None:
    """Whether an action is left on every resource; None where it is not left at all."""
    if action in change.removed:
        return None
    left = [one for one in held if one.policy not in change.detached]
    if not left:
        return None
    return action not in change.limited and any(one.wide and one.policy not in change.confined for one in left)


def _escalation(judged: Judged, left: Mapping[str, bool], change: Change) -> int:
    if judged.administrator:
        before = sum(any(one.wide for one in held) for held in judged.grants.values())
        return ADMINISTRATOR if sum(left.values()) == before else 0
    return max((weight_of_path(one) for one in judged.paths if _is_open(one, left, change)), default=0)


def _is_open(path: OpenPath, granted: Mapping[str, bool], change: Change) -> bool:
    return all(action in granted and action not in change.limited for action in path.actions)


def weight_of_path(path: OpenPath) -> int:
    """What an open path counts."""
    if path.reach == "any" and not path.conditions:
        return ESCALATION.get((path.gains, path.severity), ESCALATION_ON_LESS[path.severity])
    return ESCALATION_ON_LESS[path.severity]


@lru_cache(maxsize=65536)
def weight_of(action: str, catalog: Catalog) -> int:
    """What a known action counts where it is granted on every resource."""
    if action in _STORED:
        return GRAVE
    match power_of(action, catalog):
        case Power.GIVES_ACCESS:
            return GRAVE
        case Power.WRITES:
            return WRITES
        case Power.TAGS | Power.READS:
            return OTHER
