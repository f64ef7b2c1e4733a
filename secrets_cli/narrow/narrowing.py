"""The values of a narrowing: what stays and why, what goes, what could not be seen, and the proof."""

import enum
from dataclasses import dataclass, field
from typing import TypeAlias

from secrets_cli.iam.contain import Contained, NotContained, Undecided
from secrets_cli.iam.model import ConditionTerm, Policy


class Origin(enum.Enum):
    """Why a grant stays."""

    USED = "used"
    IMPLIED = "implied"
    """The function's configuration makes the platform act with the role."""
    INVISIBLE = "invisible"
    """The logs could not have shown its use."""
    KEPT = "kept"
    """The user's keep-list names it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What in the logs, or beside them, stands behind a grant."""

    events: int = 0
    """Number of records."""
    first_seen: str = ""
    """UTC, ISO 8601; empty without events."""
    last_seen: str = ""
    event_ids: tuple[str, ...] = ()
    """A few samples."""
    notes: tuple[str, ...] = ()
    """Why a resource is a pattern, why a grant without events stays."""


@dataclass(frozen=True, slots=True)
class KeptGrant:
    """One action on one resource pattern that the narrowed policy grants."""

    action: str
    resource: str
    """An ARN or pattern; `*` with `excluding` set stands for `NotResource`."""
    conditions: tuple[ConditionTerm, ...]
    origin: Origin
    evidence: Evidence
    excluding: tuple[str, ...] = ()
    """The patterns of the present statement's NotResource, where it cannot be turned into resources."""


@dataclass(frozen=True, slots=True)
class StatementEvidence:
    """A statement of the narrowed policy and what stands behind it."""

    sid: str
    origin: Origin
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class RemovedAction:
    """An action of the present policy that the narrowed one does not grant at all."""

    action: str
    resources: tuple[str, ...]
    """The present policy's patterns for it."""
    reason: str


@dataclass(frozen=True, slots=True)
class KeptAction:
    """An action that both policies grant."""

    action: str
    because: str


@dataclass(frozen=True, slots=True)
class InvisibleAction:
    """An action of the present policy whose use the logs could not show."""

    action: str
    resources: tuple[str, ...]
    """Where it is kept; the present policy's patterns where it was dropped."""
    reason: str
    kept: bool


@dataclass(frozen=True, slots=True)
class NeverGranted:
    """A grant that would stand but for the user's never-list."""

    action: str
    resource: str
    because: str
    """`never: REASON (PLACE)`."""
    events: int
    """Counted calls that it takes away; 0 for what was not seen."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Evidence that is missing: a file or record that could not be used, or events that no rule understands."""

    name: str
    reason: str
    blocks: bool
    """False where it certainly says nothing about the principal, or the user accepted it."""
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class DeniedEvent:
    """A call that AWS refused: asked for, never granted."""

    event_name: str
    event_id: str
    action: str
    resource: str


Containment: TypeAlias = Contained | NotContained | Undecided


@dataclass(frozen=True, slots=True)
class ReplayedDenied:
    """A counted request that the narrowed policy does not allow, and why."""

    action: str
    resource: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The machine's check of one narrowed policy."""

    contained: Containment
    requests: int
    """Distinct counted requests replayed."""
    allowed: int
    denied: tuple[ReplayedDenied, ...]
    never: tuple[ReplayedDenied, ...] = ()
    """Counted requests that are denied by the user's word: not among `requests`, and no failure."""

    @property
    def holds(self) -> bool:
        """Contained, and every counted request is allowed."""
        return isinstance(self.contained, Contained) and not self.denied


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Known actions of one access level, before and after."""

    level: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Known actions granted, wherever on."""

    actions_before: int
    actions_after: int
    by_access_level: tuple[LevelCount, ...]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The result for one principal."""

    principal: str
    policies: tuple[Policy, ...]
    """At most 6,144 characters each; to be attached together."""
    proof: Proof
    summary: Summary
    statements: tuple[StatementEvidence, ...]
    removed: tuple[RemovedAction, ...]
    kept: tuple[KeptAction, ...]
    invisible: tuple[InvisibleAction, ...]
    gaps: tuple[Gap, ...]
    denied_events: tuple[DeniedEvent, ...]
    warnings: tuple[str, ...] = ()
    never: tuple[NeverGranted, ...] = ()
    """What the user's never-list takes out, sorted."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing may be narrowed: the evidence is incomplete."""

    principal: str
    reason: str
    gaps: tuple[Gap, ...] = field(default=())
    help: str = ""
    """What the reader can do about it; empty where the gaps say it."""


NarrowingResult: TypeAlias = Narrowing | Blocked
