"""The audit of one role: everything that is known of it, and the changes that would take risk away."""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from secrets_cli.account.audit.evidence import Evidence
from secrets_cli.account.audit.judged import OpenPath, RoleFinding
from secrets_cli.account.audit.risk import Risk
from secrets_cli.account.origin import Origin
from secrets_cli.aws.account_details import AccountRole
from secrets_cli.severity import Severity
from secrets_cli.usage.usage import Coverage


class ChangeKind(enum.Enum):
    """What can be done about a role."""

    DELETE = "delete-role"
    NARROW = "narrow-role"
    DETACH = "detach-policy"
    CLOSE = "close-escalation"
    LIMIT = "limit-policy"
    FIX_TRUST = "fix-trust"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change to one role."""

    kind: ChangeKind
    what: str
    """The change in words, after "you could": lower-case, without a full stop."""
    removes: int
    """Risk before less risk after."""
    policy: str = ""
    """The policy it is about: name or ARN."""
    sids: tuple[str, ...] = ()
    how: str = ""
    """A command or a sentence."""
    caution: str = ""
    """What to look at before; empty for nothing."""


@dataclass(frozen=True, slots=True)
class Service:
    """What a role may do and does in one service."""

    granted: int
    """Actions."""
    used: int
    unused: int
    invisible: int


@dataclass(frozen=True, slots=True)
class RoleAudit:
    """One role."""

    role: AccountRole
    origin: Origin | None
    functions: tuple[str, ...] | None
    """ARNs of the functions that run as it; None where that is not known."""
    risk: Risk
    granted: int
    """Known actions."""
    administrator: bool
    services: Mapping[str, Service]
    """By IAM service prefix, sorted."""
    evidence: Evidence
    findings: tuple[RoleFinding, ...]
    """The worst first."""
    paths: tuple[OpenPath, ...]
    """The worst first."""
    proposals: tuple[Proposal, ...]
    """What removes most first."""
    unresolved: tuple[str, ...] = ()
    """What of its policies is not known."""

    @property
    def worst(self) -> Severity | None:
        """The highest severity of a finding."""
        return max((one.severity for one in self.findings), key=lambda one: one.rank, default=None)

    @property
    def best(self) -> Proposal | None:
        """The change that removes most."""
        return self.proposals[0] if self.proposals else None


@dataclass(frozen=True, slots=True)
class Audit:
    """All roles that were asked for."""

    roles: tuple[RoleAudit, ...]
    """By what their best change removes, then by risk, then by ARN."""
    today: datetime.date
    """UTC."""
    coverage: Coverage | None = None
    """Of the logs; None where none were given."""
    functions_of: tuple[str, ...] = ()
    """The regions or files that functions were read from; empty: not known which role a function runs as."""
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def worst(self) -> Severity | None:
        """The highest severity of a finding."""
        return max((one.worst for one in self.roles if one.worst), key=lambda one: one.rank, default=None)

    @property
    def unresolved(self) -> int:
        """How many roles have a policy that is not known."""
        return sum(bool(one.unresolved) for one in self.roles)
