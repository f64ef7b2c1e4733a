"""How large a policy is for AWS, and how large it may be.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
"""

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
