"""What an audit knows of an account in one region, and what it could not come to know. Frozen; no rule calls AWS."""

from dataclasses import dataclass, field
from datetime import datetime

from secrets_cli.aws.functions import Function
from secrets_cli.aws.keys import Alias, Key
from secrets_cli.aws.parameters import SECURE_STRING, Described, ResourcePolicy, Version
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.parameter_name import Place


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something the audit could not see or judge: neither good nor bad, and always reported."""

    where: str
    """`profile/region`, or a file with its line."""
    action: str
    """The IAM action that is missing or failed; empty for a file."""
    resource: str
    """The ARN or name it was for, or the file."""
    reason: str
    """Lower-case, without a full stop."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What a parameter's key is now. A key that could not be asked about has no facts: it is unresolved."""

    named: str
    """As the parameter's writer gave it: alias, id or ARN."""
    key: Key | None
    """None: KMS knows no such key or alias."""
    alias: Alias | None = None
    """Where the parameter names an alias of its account and its date could be read."""


@dataclass(frozen=True, slots=True)
class ParameterFacts:
    """One parameter, as far as it could be seen."""

    described: Described
    arn: str
    key: KeyFacts | None = None
    """None for one that is not encrypted, and where the key could not be asked about."""
    value: SecretValue | None = None
    """Of a parameter that is not encrypted; None for every SecureString, whose value is never read."""
    shares: tuple[ResourcePolicy, ...] = ()
    oldest: Version | None = None
    """The oldest version kept; only asked for where the version numbers come near the limit."""
    kept: int = 0
    """How many versions are kept; 0 where it was not asked."""

    @property
    def encrypted(self) -> bool:
        """Whether it is a SecureString."""
        return self.described.type == SECURE_STRING


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account in one region."""

    where: str
    """The target as messages name it: `prod/eu-west-1`."""
    place: Place
    parameters: tuple[ParameterFacts, ...]
    functions: tuple[Function, ...]
    keys: int
    """Distinct keys and aliases that parameters name."""
    at: datetime
    """UTC; when it was read. Rules compare with it, and read no clock."""
    unresolved: tuple[Unresolved, ...] = field(default=())
