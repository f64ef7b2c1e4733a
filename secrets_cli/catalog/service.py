"""One AWS service as the Service Authorization Reference describes it: actions, resource types, access levels.

Source of the notions: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import enum
import functools
import re
from dataclasses import dataclass


class AccessLevel(enum.Enum):
    """What an action can do to a resource, in AWS's five classes.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
    """

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    PERMISSIONS_MANAGEMENT = "Permissions management"
    TAGGING = "Tagging"


@dataclass(frozen=True, slots=True)
class ActionResource:
    """One resource type that an action takes."""

    type: str
    """Name of a resource type of the same service."""
    required: bool
    """Whether every request for the action names a resource of this type (AWS marks such a type with `*`)."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action, in the catalog's spelling."""

    service: str
    """The service prefix, such as `ssm`."""
    name: str
    access_level: AccessLevel
    resources: tuple[ActionResource, ...] = ()
    """Sorted by type; empty for an action that takes only `*` as its resource."""
    dependents: tuple[str, ...] = ()
    """Further actions that a caller may need with this one, as `service:Name`, sorted. Which of them are needed depends
    on the request, and the published lists have holes: a missing entry proves nothing."""
    condition_keys: tuple[str, ...] = ()
    """Condition keys that apply to the action or to one of its resource types in it, sorted; global keys that apply
    everywhere are left out."""

    @property
    def full_name(self) -> str:
        """`service:Name`."""
        return f"{self.service}:{self.name}"


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource type of a service."""

    service: str
    """The prefix of the service that lists the type; its ARNs may name another one."""
    name: str
    arns: tuple[str, ...]
    """ARN formats as published, such as `arn:${Partition}:s3:::${BucketName}/${ObjectName}`; sorted, never empty. A few
    types have several, such as API Gateway's `Stage` (of a REST API and of an HTTP API)."""
    condition_keys: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """The formats with `*` for each placeholder: every ARN of the type matches one of them."""
        return tuple(arn_pattern(arn) for arn in self.arns)


@dataclass(frozen=True, slots=True)
class Service:
    """One service prefix with all that is known under it."""

    prefix: str
    title: str
    """The service's name in AWS's documentation, such as `AWS Systems Manager`."""
    actions: tuple[Action, ...]
    """Sorted by name without case; no two names are equal without case."""
    resource_types: tuple[ResourceType, ...]
    """Sorted by name."""


_PLACEHOLDERS = re.compile(r"(?:\$?\{[^}]*\}|\*)+")
"""One published format (opsworks-cm's backup) lacks the `$` of a placeholder."""


@functools.cache
def arn_pattern(arn_format: str) -> str:
    """The ARN pattern of a published format: each placeholder (and run of placeholders) becomes one `*`."""
    return _PLACEHOLDERS.sub("*", arn_format)
