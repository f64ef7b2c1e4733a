"""How large a policy is for AWS, and how large it may be.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
"""

from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import render_policy

MANAGED_POLICY_LIMIT = 6144
"""Characters of one managed policy."""
ROLE_INLINE_LIMIT = 10240
"""Characters of all inline policies of a role together."""
GROUP_INLINE_LIMIT = 5120
"""Characters of all inline policies of a group together."""
USER_INLINE_LIMIT = 2048
"""Characters of all inline policies of a user together."""
MANAGED_POLICIES_QUOTA = 10
"""Managed policies attached to one role or user, before an increase is asked for."""


def policy_size(policy: Policy) -> int:
    """The characters that AWS counts: all but the white space between tokens. White space inside strings is counted,
    which AWS's page leaves open, so the size is never too small."""
    return len(render_policy(policy, indent=None))


@dataclass(frozen=True, slots=True)
class Limit:
    """One of AWS's limits, and what was counted against it."""

    name: str
    """`managed-policy`, `inline-user`, `inline-group`, `inline-role`, or `managed-policies-attached`."""
    allowed: int
    """Characters, white space not counted; for `managed-policies-attached` policies."""
    counted: int

    @property
    def is_passed(self) -> bool:
        """Whether AWS would refuse."""
        return self.counted > self.allowed


def limits_of(policies: Sequence[Policy]) -> tuple[Limit, ...]:
    """How policies of one principal stand to each limit: as managed policies, or all inline in a user, group or role."""
    sizes = [policy_size(policy) for policy in policies]
    return (
        Limit("managed-policy", MANAGED_POLICY_LIMIT, max(sizes, default=0)),
        Limit("managed-policies-attached", MANAGED_POLICIES_QUOTA, len(sizes)),
        Limit("inline-user", USER_INLINE_LIMIT, sum(sizes)),
        Limit("inline-group", GROUP_INLINE_LIMIT, sum(sizes)),
        Limit("inline-role", ROLE_INLINE_LIMIT, sum(sizes)),
    )
