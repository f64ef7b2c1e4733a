"""What is asked of IAM, and the policies that answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from secrets_cli.iam.model import Policy

ContextValue: TypeAlias = str | tuple[str, ...]
"""A single value, or the values of a multivalued key (which may be empty)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as IAM sees it."""

    principal: str
    """ARN of the caller: user, role, role session, or account root."""
    action: str
    """`service:Name`, no wildcard."""
    resource: str
    """An ARN, or `*` for an action without resource types."""
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    """Condition keys present in the request, in any case."""


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The policies that apply to a request."""

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    boundary: Policy | None = None
    scps: tuple[tuple[Policy, ...], ...] = ()
    """One inner tuple a level (root, organizational unit, account); each level must allow. Empty: none apply."""
    rcps: tuple[tuple[Policy, ...], ...] = ()
    session: Policy | None = None
    resource_is_known: bool = False
    """What `resource=None` means. True: the resource has no policy, so that a cross-account request, or one on a KMS
    key or a role to be assumed, is not allowed. False: nothing is known of it, and the question is what the other
    policies say, as for a key whose policy enables IAM policies."""
