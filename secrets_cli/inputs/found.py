"""What a reader finds in a file: policies and functions, each with its place, and what could not be resolved."""

import enum
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
    carrier: str = ""
    """For resource policies: the type of the resource it stands in, `AWS::KMS::Key` or `aws_kms_key`; empty for a document by
    itself."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something that could not be resolved: unknown, and so never passed."""

    location: Location
    reason: str
    """Lower-case, without a full stop, naming the expression: "`${ssm:/app/key}` is known at deployment only"."""
    supply: str = ""
    """What would resolve it, such as `--param BucketName=...`; empty where nothing on a command line does."""


@dataclass(frozen=True, slots=True)
class VariableAt:
    """One environment variable of a function as the file says it."""

    name: str
    value: str = field(repr=False)
    """With UNKNOWN in the place of what is known at deployment only. It may be a secret: no message ever shows it."""
    location: Location
    stored: str = ""
    """The expression that puts a stored secret here at deployment, as written, such as `${ssm:/app/db}`; empty for none."""


class Authorizer(enum.Enum):
    """Whether an endpoint asks who calls."""

    NONE = "none"
    SOME = "some"
    """IAM, Cognito, JWT, a Lambda authorizer, mutual TLS or a resource policy that names callers."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HeaderAt:
    """A response header that a file sets for an endpoint, whatever the function answers."""

    name: str
    """As written."""
    value: str
    """As it is sent: without the quotes that API Gateway takes around a constant."""
    location: Location


@dataclass(frozen=True, slots=True)
class EndpointAt:
    """One way from the internet to a function."""

    kind: str
    """`http` (REST API), `httpApi`, `websocket`, `function-url`, `alb`."""
    name: str
    """Method and path, as the file says them: `POST /get-secret`; empty where there are none."""
    location: Location
    authorizer: Authorizer
    api_key: bool = False
    """Whether an API key must be sent: a name for metering, not an authorizer."""
    private: bool = False
    """Whether it can be reached from a VPC only."""
    cors_origins: tuple[str, ...] = ()
    """Origins that a browser may call from; `*` is any."""
    cors_location: Location | None = None
    headers: tuple[HeaderAt, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionAt:
    """One Lambda function as a file says it."""

    name: str
    """As the file names it: logical id, key, or stage."""
    location: Location
    source: str
    """The format, as in PolicyAt."""
    principal: str = ""
    """Its role, as `PolicyAt.principal` names it; empty where the file does not say."""
    runtime: str = ""
    """`python3.12`; empty where the file does not say (a container image, a default), UNKNOWN where it cannot be resolved."""
    runtime_location: Location | None = None
    environment: tuple[VariableAt, ...] = ()
    endpoints: tuple[EndpointAt, ...] = ()
    key: str = ""
    """The KMS key that encrypts the environment, as the file says it; empty where AWS's own key does."""


@dataclass(frozen=True, slots=True)
class ParameterAt:
    """One parameter of SSM's Parameter Store that a file makes."""

    name: str
    """As the file names it: its address or logical id."""
    type: str
    """`String`, `StringList` or `SecureString`; UNKNOWN where it cannot be resolved."""
    location: Location
    source: str
    path: str = ""
    """Its name in the store."""
    key: str = ""
    """The KMS key it is encrypted with, as the file says it; empty where the file says none."""
    key_location: Location | None = None
    value: str = field(default="", repr=False)
    """What the file writes out, UNKNOWN in the place of what is known at deployment only. It may be a secret: no message ever
    shows it."""
    value_location: Location | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What one file holds."""

    policies: tuple[PolicyAt, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    functions: tuple[FunctionAt, ...] = ()
    parameters: tuple[ParameterAt, ...] = ()


@dataclass(frozen=True, slots=True)
class Supplied:
    """What comes from outside the file."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Parameters and variables given by the user: name -> text."""
    read: Callable[[str], str | None] = lambda _path: None
    """The text of another file, named relative to the folder of the one that is read; None where there is none."""
    managed: Callable[[str], Policy | None] = lambda _arn: None
    """An AWS managed policy by ARN; None where it is not known."""
