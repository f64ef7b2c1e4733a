"""Usage: what principals were seen to do, and how far the logs can be believed."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

from secrets_cli.iam.model import ConditionTerm


class Outcome(enum.Enum):
    """How a counted or denied call ended."""

    USED = "used"
    FAILED_AFTER_AUTHORIZATION = "failed-after-authorization"
    DENIED = "denied"

    __hash__ = object.__hash__  # they are equal to themselves alone; an enum's own is a call of Python for each look-up


class NotCountedReason(enum.Enum):
    """Why a readable record is no use of anything."""

    NO_PERMISSION_NEEDED = "no-permission-needed"
    MADE_BY_SERVICE = "made-by-service"
    CONSOLE = "console"
    UNKNOWN_EVENT = "unknown-event"
    UNKNOWN_PRINCIPAL = "unknown-principal"


class Fate(enum.Enum):
    """What became of one record: each record has exactly one, so their counts add up to the records read."""

    USED = "used"
    FAILED_AFTER_AUTHORIZATION = "failed-after-authorization"
    DENIED = "denied"
    NOT_COUNTED = "not-counted"
    COPY = "copy"
    """The same call, delivered to another account too, is counted in the caller's account."""
    DUPLICATE = "duplicate"
    """The same event, delivered by another trail too or found in a copy of the file, is counted once."""
    OTHER_PRINCIPAL = "other-principal"
    """Left out, as other principals were asked for."""
    OUTSIDE_WINDOW = "outside-window"
    """Left out, as other days were asked for."""
    REJECTED = "rejected"

    __hash__ = object.__hash__  # as of Outcome


@dataclass(frozen=True, slots=True)
class Use:
    """One action on one resource by one principal in one session, as often as it was seen.

    Entries are distinct in everything but `count`, the times, the evidence fields and `rule`/`unscoped`.
    """

    principal: str
    """ARN of the role (sessionIssuer.arn) or user."""
    session_name: str
    """Empty for users."""
    event_source: str
    event_name: str
    action: str
    resource: str
    """An ARN, possibly with wildcards where the log could not say, or `*`."""
    condition: tuple[ConditionTerm, ...]
    region: str
    account: str
    """The caller's account."""
    outcome: Outcome
    count: int
    """Number of records."""
    first_seen: str
    """UTC, ISO 8601 with `Z`, as CloudTrail writes it; empty where no record had a time."""
    last_seen: str
    event_ids: tuple[str, ...] = ()
    """Samples: the first few seen ids in time order (all ids, up to a stated limit, for denied calls)."""
    unscoped: str = ""
    """Why the resource is `*` although the action takes resources; empty otherwise."""
    rule: str = ""
    """Which mapping rule gave the action."""


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """One principal's calls to one service on one day, by how they ended."""

    principal: str
    service: str
    """The prefix of the actions behind the calls, such as `s3`: a call that needs actions of two services is in both."""
    day: str
    """UTC, `2026-03-01`."""
    outcome: Outcome
    count: int
    """Number of records."""


@dataclass(frozen=True, slots=True)
class NotCounted:
    """Records of one kind that are no use: how many, of what, why."""

    principal: str
    """Empty where it cannot be told."""
    event_source: str
    event_name: str
    reason: NotCountedReason
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file or record that could not be used."""

    where: str
    """The file's name as the source lists it, with `#N` (the record's place from 1) for one record."""
    reason: str
    principal: str = ""
    """The principal or service it certainly belongs to, where that much could be read; empty: unknown."""
    is_unfetched: bool = field(default=False, compare=False)
    """Its bytes could not be had from S3: refused, gone, archived, out of reach."""


class LeftOut(enum.Enum):
    """What is left out by its name alone."""

    NO_LOGS = "no-logs"
    """Digests, insights."""
    OTHER_SERVICE = "other-service"
    ACCOUNT = "account"
    """Not asked for."""
    REGION = "region"
    """Not asked for."""
    DAYS = "days"
    """Outside the window, with a margin."""


@dataclass(frozen=True, slots=True)
class NotOpened:
    """What lies in a source and was left out by its name alone."""

    where: str
    """The source, such as `s3://bucket/prefix`."""
    kind: LeftOut
    reason: str
    names: tuple[str, ...]
    """The accounts, regions, services, or years and months left out, sorted."""
    count: int
    """Folders left out, as far as the listing went."""


@dataclass(frozen=True, slots=True)
class AskedHistory:
    """What was asked of CloudTrail's event history in one region. It never holds data events."""

    region: str
    since: str
    """UTC, ISO 8601."""
    until: str
    """The last second asked for."""
    requests: int
    """0 where all of it was kept from an earlier run."""
    events: int


@dataclass(frozen=True, slots=True)
class DigestVerified:
    """Log files of one trail in one account and region that are the ones CloudTrail delivered, all of them, by its digests."""

    account: str
    region: str
    trail: str
    since: str
    """UTC, ISO 8601: the time of delivery from which on all is verified, but for what is rejected; empty where nothing is."""
    until: str
    digests: int
    """Whose signature is AWS's."""
    files: int
    """Log files there and unaltered."""
    pending: int
    """Log files whose digest's signature is not known, or that no digest lists yet: the newest ones."""


@dataclass(frozen=True, slots=True)
class TrailChange:
    """A call after which a trail logs other events than before, or none."""

    time: str
    """UTC, ISO 8601; empty where the record has none."""
    event_name: str
    """`PutEventSelectors`, `StopLogging`, ..."""
    trail: str
    """As the call names it: a name or an ARN."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read."""

    files: int
    """Files taken as CloudTrail input, rejected ones included."""
    records: int
    """Records seen in them, rejected ones included."""
    bytes: int
    """Bytes of JSON, decompressed, of the files that hold records."""
    rejected: tuple[Rejected, ...]
    first: str
    """Earliest eventTime of any readable record; empty when there is none."""
    last: str
    regions: tuple[str, ...]
    accounts: tuple[str, ...]
    data_event_types: tuple[str, ...]
    """CloudTrail resource types, such as `AWS::S3::Object`, of which at least one data event by anybody was read."""
    fates: tuple[tuple[Fate, int], ...] = ()
    """How many records had which fate, in the order of `Fate`, each named; they add up to `records`."""
    days: tuple[tuple[str, str], ...] = ()
    """Each region and UTC day (`2026-09-01`) with a record, sorted; a region is empty where the record has none."""
    trail_changes: tuple[TrailChange, ...] = ()
    """In the order of time."""
    ignored: tuple[str, ...] = ()
    """Files that are whole JSON of another kind beside a tree that CloudTrail delivered (a manifest, statistics): they can
    hold no record, so they are no missing evidence."""
    not_opened: tuple[NotOpened, ...] = ()
    """Sorted by source and reason."""
    event_history: tuple[AskedHistory, ...] = ()
    """Sorted by region; empty where event history was no source."""
    digests: tuple[DigestVerified, ...] = ()
    """What digests vouch for; empty where they were not asked."""
    is_of_asked: bool = False
    """Records, their times, places and kinds are those of the principals that were asked for: what others did was passed over,
    and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The result of reading logs."""

    coverage: Coverage
    uses: Iterable[Use]
    """As often as they are asked for: a tuple or, where they are many, on disk (`runs.Runs`).

    Sorted by principal, action, resource, outcome and the rest."""
    not_counted: tuple[NotCounted, ...]
    principals: tuple[str, ...]
    """Every principal that any readable record belongs to, whether or not it used anything."""
    days: tuple[DayOfUse, ...] = ()
    """Of the principals that were asked for by name, sorted; empty where everybody's uses were asked for. Records without a
    time are in none."""
