"""The values of a narrowing: what stays and why, what goes, what could not be seen, and the proof."""

import enum
from dataclasses import dataclass, field
from typing import TypeAlias

from secrets_cli.iam.contain import Contained, NotContained, Undecided
from secrets_cli.iam.model import ConditionTerm, Policy
from secrets_cli.usage.usage import DayOfUse


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
class MappedCall:
    """Events of one kind that needed one action."""

    action: str
    event_source: str
    event_name: str
    rule: str
    """Of the event map: which rule says that the event needs the action. Empty where the usage does not tell."""
    events: int
    """Number of records; one that needed the action on several resources counts for each of them."""


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
    calls: tuple[MappedCall, ...] = ()
    """What the events were, and which rule mapped them; by action and event, their counts adding up to `events`."""


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
class PatternReason:
    """Why one resource of a statement is a pattern."""

    resource: str
    """As the statement has it; with a `*` or `?`."""
    why: str
    stands_for: int = 0
    """Distinct resources in the logs that it stands for, where it was made of several."""
    examples: tuple[str, ...] = ()
    """A few of them."""


@dataclass(frozen=True, slots=True)
class GeneralizedResource:
    """A pattern that a rule made of resources seen, and what it admits beyond them."""

    resource: str
    """The pattern, as the statement has it."""
    condition_key: str
    """The condition key whose value it is; empty where it is the statement's resource."""
    seen: int
    """Distinct resources seen that it stands for."""
    examples: tuple[str, ...]
    """A few of them."""
    admits: str
    """Its key space, in words."""
    actions: tuple[str, ...]
    """The known actions that the statement grants on it, sorted as the statement has them."""
    resource_types: tuple[str, ...]
    """The types of the catalog that its actions take and the pattern reaches, such as `index` and `table`; sorted."""
    requests_seen: int
    """Distinct pairs of action and resource seen that it covers."""
    requests_on_seen: int
    """Pairs that its actions make with the resources seen: what it admits on these alone."""


@dataclass(frozen=True, slots=True)
class StatementEvidence:
    """A statement of the narrowed policy and what stands behind it."""

    sid: str
    origin: Origin
    evidence: Evidence
    patterns: tuple[PatternReason, ...] = ()
    """One for each of its resources that has a wildcard, in order; none for a Deny of the present policy."""
    generalized: tuple[GeneralizedResource, ...] = ()
    """One for each of its resources, and values of its conditions, that a rule made."""


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
    partly: bool = False
    """Whether on other resources the logs do show its use; `resources` are those where they do not."""
    last_accessed: str = ""
    """What IAM's last-accessed data say of it; empty where none were given, or they say nothing."""


@dataclass(frozen=True, slots=True)
class DataEventsOff:
    """A data-event type that the logs do not hold, although the present policy grants actions of it."""

    type: str
    """Such as `AWS::S3::Object`."""
    actions: int
    """Granted actions whose use is invisible by it."""


@dataclass(frozen=True, slots=True)
class LogSight:
    """What the logs could show at all."""

    selectors: tuple[str, ...]
    """The trails whose selectors decided; empty: what the logs hold decided."""
    first: str
    """Of the records read; UTC, empty where none had a time."""
    last: str
    days: int
    """Calendar days from first to last, both counted; 0 where there are none."""
    regions: tuple[str, ...]
    data_events_off: tuple[DataEventsOff, ...]
    """Those that apps use most first."""
    last_accessed: str = ""
    """The file of IAM's last-accessed data; empty where none was given."""


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


@dataclass(frozen=True, slots=True)
class AskedFor:
    """An action on a resource that AWS refused, however often: asked for, and not granted on that account."""

    action: str
    resource: str
    event_names: tuple[str, ...]
    events: int
    """Number of records."""
    first_seen: str
    """UTC, ISO 8601; empty where no record had a time."""
    last_seen: str
    event_ids: tuple[str, ...]
    """A few samples, the earliest."""
    allowed_now: bool
    """A present Allow statement reaches it, so something else refused it: a Deny, the resource's own policy, a boundary, an
    organisation's policy, or a condition."""


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
class ReplayedRequest:
    """A counted request that the proof was made with, so that it can be made again."""

    action: str
    resource: str
    """An ARN, possibly with wildcards where the log could not say, or `*`."""
    condition: tuple[ConditionTerm, ...]
    """Conditions that held in every one of its calls."""


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
    asked_for: tuple[AskedFor, ...] = ()
    """The denied calls by action and resource, the most often refused first."""
    days: tuple[DayOfUse, ...] = ()
    """The principal's calls by service and day; empty where the usage does not tell."""
    present: tuple[Policy, ...] = ()
    """The policies that were narrowed."""
    sight: LogSight | None = None
    """What the logs could show at all."""
    never: tuple[NeverGranted, ...] = ()
    """What the user's never-list takes out, sorted."""
    requests: tuple[ReplayedRequest, ...] = ()
    """What the proof replayed."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing may be narrowed: the evidence is incomplete."""

    principal: str
    reason: str
    gaps: tuple[Gap, ...] = field(default=())
    help: str = ""
    """What the reader can do about it; empty where the gaps say it."""


NarrowingResult: TypeAlias = Narrowing | Blocked
