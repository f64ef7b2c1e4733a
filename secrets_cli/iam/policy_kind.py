"""The kinds of policies, and which elements each has.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types
"""

import enum
from dataclasses import dataclass


class PolicyKind(enum.Enum):
    """What a policy is attached to, which decides the elements it must and must not have."""

    IDENTITY = "identity"
    TRUST = "trust"
    RESOURCE = "resource"
    BOUNDARY = "boundary"
    SCP = "scp"
    RCP = "rcp"
    SESSION = "session"


class Presence(enum.Enum):
    """Whether an element is there."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class KindRules:
    """What the grammar's notes say of one kind."""

    title: str
    """With its article, as messages name it."""
    principal: Presence
    resource: Presence
    strict_sid: bool
    """Whether a Sid is letters and digits only, and unique. Services that keep their own resource policies allow more:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html"""
    strict_resource: bool
    """Whether a resource must be an ARN or `*`; API Gateway's resource policies, for one, shorten their ARNs:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html"""


def rules_of(kind: PolicyKind) -> KindRules:
    """The rules of a kind."""
    return _RULES[kind]


_RULES = {
    PolicyKind.IDENTITY: KindRules("an identity policy", Presence.FORBIDDEN, Presence.REQUIRED, True, True),
    PolicyKind.TRUST: KindRules("a trust policy", Presence.REQUIRED, Presence.FORBIDDEN, True, True),
    PolicyKind.RESOURCE: KindRules("a resource policy", Presence.REQUIRED, Presence.OPTIONAL, False, False),
    PolicyKind.BOUNDARY: KindRules("a permissions boundary", Presence.FORBIDDEN, Presence.REQUIRED, True, True),
    PolicyKind.SCP: KindRules("a service control policy", Presence.FORBIDDEN, Presence.REQUIRED, True, True),
    PolicyKind.RCP: KindRules("a resource control policy", Presence.REQUIRED, Presence.REQUIRED, True, True),
    PolicyKind.SESSION: KindRules("a session policy", Presence.FORBIDDEN, Presence.REQUIRED, True, True),
}
