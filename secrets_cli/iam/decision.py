"""What IAM answers to a request, and which statement made it so."""

import enum
from dataclasses import dataclass

from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Statement


class Verdict(enum.Enum):
    """AWS's three words (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html)."""

    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"


class PolicyType(enum.Enum):
    """In what role a policy took part."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    BOUNDARY = "boundary"
    SCP = "scp"
    RCP = "rcp"
    SESSION = "session"


class FailedElement(enum.Enum):
    """The element of a statement that kept it from matching the request."""

    ACTION = "action"
    PRINCIPAL = "principal"
    RESOURCE = "resource"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the nearest statement did not match."""

    element: FailedElement
    detail: str
    """What of the element and of the request disagree, in a few words."""


@dataclass(frozen=True, slots=True)
class Because:
    """What decided."""

    reason: str
    """One sentence in lower case, without a full stop."""
    policy_type: PolicyType | None = None
    """The type of the policies that decided; None where no policy did (the account root user)."""
    level: int | None = None
    """Of an SCP or RCP: which level, from 0."""
    policy: str = ""
    """Name of the policy that holds `statement`."""
    statement: Statement | None = None
    """The statement that allowed or denied; for an implicit deny the Allow statement that came nearest, if any."""
    failed: Failure | None = None
    """For an implicit deny with a nearest statement: what it failed on."""

    @property
    def sid(self) -> str | None:
        """The statement's Sid, where it has one."""
        return self.statement.sid if self.statement else None

    @property
    def index(self) -> int | None:
        """The statement's place in its policy, from 0."""
        return self.statement.index if self.statement else None

    @property
    def location(self) -> Location | None:
        """Where the statement stands."""
        return self.statement.location if self.statement else None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request."""

    verdict: Verdict
    by: Because

    @property
    def allowed(self) -> bool:
        """Whether the request goes through."""
        return self.verdict is Verdict.ALLOWED
