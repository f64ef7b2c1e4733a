"""One API call as CloudTrail recorded it, and the grants it needed."""

from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.iam.model import ConditionTerm
from secrets_cli.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class CallResource:
    """One entry of a record's `resources[]`."""

    arn: str
    """Empty where the entry has none."""
    type: str
    """CloudTrail's type, such as `AWS::S3::Object`; empty where absent."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """What the mapping reads of one CloudTrail record."""

    event_source: str
    """As recorded, such as `s3.amazonaws.com`."""
    event_name: str
    """As recorded, date suffix included."""
    region: str
    """`awsRegion`."""
    account: str
    """The caller's account (twelve digits), in which a bare name is looked up; empty where the record has none."""
    partition: str = "aws"
    """`aws`, `aws-cn`, `aws-us-gov`, from the caller's ARN or the region."""
    parameters: JsonValue = None
    """`requestParameters`; None on many denied calls."""
    response: JsonValue = None
    """`responseElements`."""
    additional: JsonValue = None
    """`additionalEventData`."""
    resources: tuple[CallResource, ...] = ()
    invoked_by: str = ""
    """`userIdentity.invokedBy`: the service that called on the principal's behalf, or empty."""
    identity_type: str = ""
    """`userIdentity.type`."""
    principal: str = ""
    """ARN of the caller's role or user."""
    error_code: str = ""
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one call needed: one action, the resources it was needed on, and the conditions known to hold."""

    action: str
    """In the catalog's spelling; it exists in the catalog."""
    resources: tuple[str, ...]
    """ARNs, sorted. An id that AWS appends and the request lacks is `*` (or `??????` for a secret's suffix) in its
    place; `("*",)` where the action has no resource types, or where `unscoped` says why."""
    condition: tuple[ConditionTerm, ...] = ()
    """Conditions that held in this call and may be required of later ones, such as kms:ViaService."""
    unscoped: str = ""
    """Why the resource is `*` although the action takes resources; empty otherwise."""
    rule: str = ""
    """Which mapping rule gave this grant, for the evidence: `identity`, or the id of the table's row."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The call needed these grants."""

    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class NoPermissionNeeded:
    """The call needs no identity permission; `why` says so in a few words."""

    why: str


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """No rule covers the event, and its name is no action: it is named in the report, never guessed."""

    why: str


EventMeaning: TypeAlias = Mapped | NoPermissionNeeded | UnknownEvent
"""What the event map answers."""
