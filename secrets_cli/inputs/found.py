"""What a reader finds in a file: policies, each with its place, and what could not be resolved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind

UNKNOWN: Final = "\ufffc"
"""Stands in a string for the part of it that could not be resolved: `arn:aws:s3:::\ufffc/*`. No real value holds it."""


@dataclass(frozen=True, slots=True)
class PolicyAt:
    """One policy and where it stands."""

    policy: Policy
    """Its elements' locations are places of the original file."""
    kind: PolicyKind
    location: Location
    """Of the document, or of the list of statements."""
    principal: str
    """Whose it is, as the file names it: `role ApiRole`, `function api`, `provider`; empty for a policy by itself."""
    source: str
    """The format: `policy`, `cloudformation`, `sam`, `serverless`, `zappa`, `terraform`, `terraform-plan`."""
    attached_by: str = ""
    """How it came to the principal where it is not written out: `managed arn:aws:iam::aws:policy/...`, `SAM policy template
    S3ReadPolicy`, `Zappa's default policy`."""
    where: str = ""
    """Under which conditions of the file it says this: `IsProd and not HasBucket`; empty where it always does."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something that could not be resolved: unknown, and so never passed."""

    location: Location
    reason: str
    """Lower-case, without a full stop, naming the expression: "`${ssm:/app/key}` is known at deployment only"."""
    supply: str = ""
    """What would resolve it, such as `--param BucketName=...`; empty where nothing on a command line does."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one file holds."""

    policies: tuple[PolicyAt, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()


@dataclass(frozen=True, slots=True)
class Supplied:
    """What comes from outside the file."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Parameters and variables given by the user: name -> text."""
    read: Callable[[str], str | None] = lambda _path: None
    """The text of another file, named relative to the folder of the one that is read; None where there is none."""
    managed: Callable[[str], Policy | None] = lambda _arn: None
    """An AWS managed policy by ARN; None where it is not known."""
