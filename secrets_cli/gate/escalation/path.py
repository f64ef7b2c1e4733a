"""What a path is: the actions that together give a principal more than it was granted."""

import enum
from dataclasses import dataclass

from secrets_cli.gate.escalation.target import Target
from secrets_cli.severity import Severity


class End(enum.Enum):
    """What a principal gains."""

    EVERYTHING = "give itself every permission"
    """It writes policies for itself, or makes a principal of its own that has every permission."""
    OTHERS = "act as other users and roles"
    PASSED = "run code as a role that it passes"
    EXISTING = "run code as the roles of what is already there"


@dataclass(frozen=True, slots=True)
class Need:
    """One action that a path needs, and on what."""

    action: str
    """In the catalog's spelling."""
    target: Target
    """Needs of one path with the same target are about the same resource."""


@dataclass(frozen=True, slots=True)
class Path:
    """One way to more permissions."""

    id: str
    """pathfinding.cloud's where it lists the path, else `own-` and a number. Never reused."""
    end: End
    how: str
    """The steps in a reader's words, after "it can": "attach AdministratorAccess to itself"."""
    needs: tuple[Need, ...]
    """All of them, in the order in which they are done."""
    service: str = ""
    """The service principal that a role is passed to; empty where none is passed."""
    also: tuple[str, ...] = ()
    """The same path elsewhere: `Rhino 15`."""
    severity: Severity = Severity.HIGH

    @property
    def actions(self) -> frozenset[str]:
        """The actions it needs."""
        return frozenset(need.action for need in self.needs)

    @property
    def strongest(self) -> int:
        """Which need gives most: the first that does more than make something empty."""
        return next(number for number, need in enumerate(self.needs) if need.action not in _MAKES_EMPTY)


_MAKES_EMPTY = frozenset({"iam:CreateRole", "iam:CreateUser", "ecs:CreateCluster"})
