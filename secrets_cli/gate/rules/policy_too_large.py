"""`policy-too-large`: policies that AWS refuses for their size or number."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.subject import Principal
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.size import (
    MANAGED_POLICIES_QUOTA,
    MANAGED_POLICY_LIMIT,
    ROLE_INLINE_LIMIT,
    policy_size,
)
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity

_TRUST_QUOTA = 2048
_SCP_LIMIT = 10240
_RCP_LIMIT = 5120
_KEY_LIMIT = 32 * 1024
"""The largest of resource policies; which service a policy is for is not known here."""
_LIMITS = {
    PolicyKind.BOUNDARY: (MANAGED_POLICY_LIMIT, "a managed policy, which a boundary is,"),
    PolicyKind.SCP: (_SCP_LIMIT, "a service control policy"),
    PolicyKind.RCP: (_RCP_LIMIT, "a resource control policy"),
    PolicyKind.RESOURCE: (_KEY_LIMIT, "the largest resource policies, those of KMS keys,"),
}


def _check(principal: Principal, _knowledge: Knowledge) -> Iterator[Hit]:
    own = [policy for policy in principal.policies if not policy.attached_by]
    for policy in own:
        yield from _of_one(policy)
    attached = [policy for policy in principal.policies if policy.attached_by.startswith("managed ")]
    if len(attached) > MANAGED_POLICIES_QUOTA:
        yield Hit(
            f"{principal.name} has {len(attached)} managed policies; AWS attaches {MANAGED_POLICIES_QUOTA} unless the quota"
            " is raised (to 20 at most)",
            attached[MANAGED_POLICIES_QUOTA].location,
            subject="attached",
        )
    identity = [policy for policy in own if policy.kind is PolicyKind.IDENTITY]
    total = sum(policy_size(policy.policy) for policy in identity)
    if len(identity) > 1 and total > ROLE_INLINE_LIMIT:
        yield Hit(
            f"the {len(identity)} policies of {principal.name or 'one principal'} have {total:,} characters together; a role"
            f" takes {ROLE_INLINE_LIMIT:,} as inline policies",
            identity[0].location,
            confidence=Confidence.MEDIUM,
            subject="inline",
        )


def _of_one(policy: PolicyAt) -> Iterator[Hit]:
    size = policy_size(policy.policy)
    if policy.kind is PolicyKind.TRUST and size > _TRUST_QUOTA:
        yield Hit(
            f"the trust policy has {size:,} characters; AWS takes {_TRUST_QUOTA:,} unless the quota is raised",
            policy.location,
            confidence=Confidence.MEDIUM,
        )
    if policy.kind is PolicyKind.IDENTITY and size > ROLE_INLINE_LIMIT:
        yield Hit(
            f"the policy has {size:,} characters without white space; no policy of a user, group or role may have more than"
            f" {ROLE_INLINE_LIMIT:,}, and a managed one {MANAGED_POLICY_LIMIT:,}",
            policy.location,
        )
    elif policy.kind is PolicyKind.IDENTITY and size > MANAGED_POLICY_LIMIT:
        yield Hit(
            f"the policy has {size:,} characters without white space; a managed policy may have {MANAGED_POLICY_LIMIT:,},"
            " so it fits as a role's inline policy alone",
            policy.location,
            severity=Severity.INFO,
            persona=Persona.STRICT,
        )
    limit, what = _LIMITS.get(policy.kind, (size, ""))
    if size > limit:
        yield Hit(f"the policy has {size:,} characters; {what} may have {limit:,}", policy.location)


RULE = Rule(
    id="policy-too-large",
    title="has more policies, or larger ones, than AWS accepts",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "AWS refuses the policy when it is deployed, after everything that was deployed before it. A policy that grows"
        " towards its limit is often shortened with wildcards, which is how over-broad policies come about."
    ),
    how_to_fix=(
        "`secrets-cli policy minimize` shortens a policy without changing what it grants; `secrets-cli role narrow` leaves out"
        " what is not used. Else split it into several managed policies."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html",
    ),
    mapping=(
        "Access Analyzer POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        "Access Analyzer POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        "Access Analyzer POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
        "Access Analyzer POLICY_SIZE_EXCEEDS_SCP_QUOTA",
        "Access Analyzer POLICY_SIZE_EXCEEDS_RCP_QUOTA",
    ),
    check=OfPrincipal(_check),
)
