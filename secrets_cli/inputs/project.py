"""What the files of a framework's project say AWS has, or will have, of it: functions and roles by their real names.

A name is known, known up to a part that AWS makes up (`shop-ApiRole-*`), or not known; what is not exact says why.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from secrets_cli.iam.location import Location
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt, Unresolved
from secrets_cli.inputs.unknown_endpoints import unknown_endpoints
from secrets_cli.json_value import JsonValue


class Framework(enum.Enum):
    """Who deploys the project."""

    ZAPPA = "zappa"
    SERVERLESS = "serverless"
    SAM = "sam"
    CLOUDFORMATION = "cloudformation"
    TERRAFORM = "terraform"


@dataclass(frozen=True, slots=True)
class Named:
    """A name in AWS."""

    text: str
    """`*` stands for what AWS makes up; empty where nothing is known."""
    why: str = ""
    """Why it is not exact, lower-case and without a full stop; empty for an exact name."""

    @property
    def is_exact(self) -> bool:
        """Whether it is the name, and no pattern."""
        return not self.why


@dataclass(frozen=True, slots=True)
class ProjectRole:
    """One role that functions of the project run with."""

    principal: str
    """As `PolicyAt.principal` names it: `stage dev`, `provider`, `function Api`, `role ApiRole`."""
    name: Named
    """Without its path."""
    policies: tuple[PolicyAt, ...]
    """What the files, and the framework by itself, grant it."""
    is_made: bool = True
    """Whether the project makes it; else it is there already, and the files do not say what it may do."""
    logical_id: str = ""
    """In the stack; empty where it is in none."""
    arn: str = ""
    """Where the files name it by its ARN, or say all of it."""
    unresolved: tuple[Unresolved, ...] = ()
    """What is not known of its grants alone, beside what is not known of the whole stage."""


@dataclass(frozen=True, slots=True)
class ProjectFunction:
    """One function of the project."""

    key: str
    """As the file names it."""
    location: Location
    name: Named
    log_group: Named
    principal: str
    """Its role's; empty where that is not known."""
    logical_id: str = ""
    """In the stack; empty where it is in none."""
    settings: Mapping[str, JsonValue] = field(default_factory=dict)
    """What its role is needed for beside its code, as Lambda's GetFunctionConfiguration has it: `VpcConfig` and the like."""
    events: tuple[Mapping[str, JsonValue], ...] = ()
    """Its event source mappings and its event invoke configuration, likewise, without the function's name."""


@dataclass(frozen=True, slots=True)
class ProjectStage:
    """One stage of a project: what one deployment makes."""

    framework: Framework
    file: str
    """The file that is edited to change it."""
    name: str
    region: Named
    stack: Named
    """The CloudFormation stack that holds the functions; empty with a reason where there is none."""
    functions: tuple[ProjectFunction, ...]
    roles: tuple[ProjectRole, ...]
    unresolved: tuple[Unresolved, ...] = ()
    """What of the files is not known, so that a role may be granted more than is listed."""
    packaged: str = ""
    """The file of the framework's last packaging that names were taken from; empty where there was none."""
    unread: tuple[Unresolved, ...] = ()
    """What was not read and may make more functions, but grants none of the roles that are listed anything."""

    @property
    def open_parts(self) -> tuple[Unresolved, ...]:
        """Everything that is not known of it, each once."""
        of_roles = (lost for role in self.roles for lost in role.unresolved)
        return tuple(dict.fromkeys((*self.unresolved, *of_roles, *self.unread)))

    def role(self, principal: str) -> ProjectRole | None:
        """The role by its principal."""
        return next((one for one in self.roles if one.principal == principal), None)


def named(text: str, why: str) -> Named:
    """A name with UNKNOWN in it as a pattern, for the reason given; one without is exact."""
    if UNKNOWN not in text:
        return Named(text) if text else Named("", why)
    pattern = text.replace(UNKNOWN, "*")
    return Named("" if pattern == "*" else pattern, why)


def identity_policies(found: Found, principal: str) -> tuple[PolicyAt, ...]:
    """What a principal of a file is granted by its own policies."""
    return tuple(one for one in found.policies if one.principal == principal and one.kind is PolicyKind.IDENTITY)


def unresolved_in(found: Found) -> tuple[Unresolved, ...]:
    """What is not known of policies: whether an endpoint asks who calls says nothing of a role."""
    told = set(unknown_endpoints(found.functions))
    return tuple(one for one in found.unresolved if one not in told)


def is_known(policy: PolicyAt) -> bool:
    """Whether nothing of the policy is unknown."""
    return UNKNOWN not in repr(policy.policy)
