"""One number for what a role could do in the wrong hands; docs/audit.md says it in a table.

* **Reach**: each granted action counts 10 where it gives access, returns credentials or reads what is stored, 3 where it
  writes, 1 otherwise; where it is granted on less than every resource (of a type) it counts a tenth of that.
* **Escalation**: the worst way to more permissions counts, once: one is enough for an attacker. An administrator needs none.
* **Trust**: each problem of the trust policy counts by its severity.

What a change removes is the risk before less the risk after: the same sum, made again without what the change takes away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from secrets_cli.account.audit.judged import Judged, Kind, OpenPath
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
    if change.removed or change.limited or change.trust_fixed:
        return _risk(judged, catalog, change)
    return _remembered(judged, catalog, change)


@lru_cache(maxsize=4096)
def _remembered(judged: Judged, catalog: Catalog, change: Change) -> Risk:
    return _risk(judged, catalog, change)


def _risk(judged: Judged, catalog: Catalog, change: Change) -> Risk:
    wide, less = _left(judged, change)
    tenths = NARROW_SHARE * _weight(wide, catalog) + _weight(less, catalog)
    return Risk(
        reach=-(-tenths // NARROW_SHARE),
        escalation=_escalation(judged, wide, less, change),
        trust=sum(
            TRUST[one.severity]
            for number, one in enumerate(judged.findings)
            if one.kind is Kind.TRUST and number not in change.trust_fixed
        ),
    )


def _left(judged: Judged, change: Change) -> tuple[frozenset[str], frozenset[str]]:
    """The actions that are left on every resource, and those on less alone."""
    wide: frozenset[str] = frozenset()
    less: frozenset[str] = frozenset()
    for one in judged.grants:
        if one.policy in change.detached:
            continue
        if one.policy in change.confined:
            less |= one.wide
        else:
            wide |= one.wide
        less |= one.less
    limited = wide & change.limited
    wide = wide - limited - change.removed
    return wide, (less | limited) - change.removed - wide


@lru_cache(maxsize=1024)
def _weight(actions: frozenset[str], catalog: Catalog) -> int:
    return sum(weight_of(action, catalog) for action in actions)


def _escalation(judged: Judged, wide: frozenset[str], less: frozenset[str], change: Change) -> int:
    if judged.administrator:
        before, _ = _left(judged, NOTHING)
        return ADMINISTRATOR if len(wide) == len(before) else 0
    granted = wide | less
    return max(
        (weight_of_path(one) for one in judged.paths if one.actions <= granted and not one.actions & change.limited),
        default=0,
    )


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
