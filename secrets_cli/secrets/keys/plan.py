"""From what is wanted of a key, and what is there, to the steps that make the one the other.

A step is a value: the same plan is shown and carried out (`secrets_cli.secrets.keys.execute`). Nothing here calls AWS.
"""

from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.aws.keys import CUSTOMER, Key, Rotation
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import render_policy
from secrets_cli.secrets.keys.difference import KeyPolicyDifference, key_policy_difference
from secrets_cli.secrets.keys.document import KeyDocument
from secrets_cli.secrets.keys.policy import KeyAccess, key_policy
from secrets_cli.secrets.keys.principal import PrincipalKind, principal_of_caller
from secrets_cli.secrets.keys.proof import Proof, may_manage, prove
from secrets_cli.secrets.keys.request import KeyPlace, made_up_key, place_of

ALIAS_TAG = "secrets-cli:alias"
"""Tag of a key made here, with the alias it is meant to have: a key left without its alias is found by it again."""
LARGEST_POLICY = 32_768
"""Bytes: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html."""
ROTATION_DAYS = range(90, 2_561)
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html"""
PENDING_DAYS = range(7, 31)
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""
SYMMETRIC = "SYMMETRIC_DEFAULT"


@dataclass(frozen=True, slots=True)
class CreateKey:
    """Make the key, with its policy from the first moment."""

    policy: Policy
    description: str
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PutPolicy:
    """Replace the key policy."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class CreateAlias:
    """Give the key its name."""

    alias: str


@dataclass(frozen=True, slots=True)
class RotateEvery:
    """Have AWS rotate the key material by itself."""

    days: int


@dataclass(frozen=True, slots=True)
class RotateNoMore:
    """Stop that."""


@dataclass(frozen=True, slots=True)
class RotateNow:
    """Rotate once, outside the schedule."""


@dataclass(frozen=True, slots=True)
class DescribeAs:
    """Replace the description."""

    description: str


@dataclass(frozen=True, slots=True)
class TagKey:
    """Add or change tags."""

    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EnableKey:
    """Make a disabled key usable again."""


@dataclass(frozen=True, slots=True)
class ScheduleDeletion:
    """Have the key deleted after a wait; until then it is unusable, and can be kept."""

    days: int


@dataclass(frozen=True, slots=True)
class CancelDeletion:
    """Keep a key that is pending deletion."""


Step: TypeAlias = (
    CreateKey
    | PutPolicy
    | CreateAlias
    | RotateEvery
    | RotateNoMore
    | RotateNow
    | DescribeAs
    | TagKey
    | EnableKey
    | ScheduleDeletion
    | CancelDeletion
)


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """What is to be done to one key."""

    name: str
    """As messages name the key: its alias, else its id."""
    key: Key | None
    """The key as it is; None where it is to be made."""
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    proof: Proof | None = None
    """Of the planned policy, where the plan builds one."""
    difference: KeyPolicyDifference | None = None
    """Of the planned policy to the present one, where there is one."""
    policy: Policy | None = None
    """The key policy once the plan is carried out, where the plan knows it."""


@dataclass(frozen=True, slots=True)
class WantedKey:
    """What `key create` was asked for."""

    alias: str
    access: KeyAccess
    rotation_days: int | None = 365
    """None: no automatic rotation."""
    description: str | None = None
    """None: whatever it is now; for a new key a sentence about what it is for."""
    tags: tuple[tuple[str, str], ...] = ()
    keep_rotation: bool = False
    """Leave the rotation of a key that is there and has the alias as it is."""


@dataclass(frozen=True, slots=True)
class PresentKey:
    """A key that is there, as far as a plan needs to know it."""

    key: Key
    aliases: tuple[str, ...]
    document: KeyDocument
    rotation: Rotation | None
    """None for a key that cannot rotate by itself."""
    tags: tuple[tuple[str, str], ...] = ()


def plan_create(wanted: WantedKey, present: PresentKey | None, caller: str, catalog: Catalog) -> KeyPlan:
    """The plan for `key create`.

    Raises ConfigurationError where the policy would lock the caller out, is too large, cannot be proven, or the alias is a
    key's that Parameter Store cannot use.
    """
    policy = key_policy(wanted.access)
    proof = prove(policy, wanted.access)
    if not proof.holds:
        broken = next(claim for claim in proof.claims if not claim.holds)
        raise ConfigurationError(
            f"the policy would not do what it is for: {broken.subject} {broken.text}, but {broken.against}",
            "nothing was changed; name other principals",
        )
    access = wanted.access
    warnings = [*access_warnings(access)]
    place = place_of(present.key.arn) if present else made_up_key(access.partition, access.region, access.account)
    warnings += check_writable(policy, caller, place)
    if present is None:
        steps = _steps_for_new(wanted, policy)
        return KeyPlan(wanted.alias, None, steps, tuple(warnings), proof, None, policy)
    refuse_foreign(present.key, wanted.alias)
    if present.key.state != "Enabled":
        warnings.append(f"the key is {present.key.state}")
    difference = key_policy_difference(present.document.policy, policy, catalog)
    rewritten = bool(difference or present.document.ineffective)
    steps = _steps_for_present(wanted, present, policy if rewritten else None)
    return KeyPlan(wanted.alias, present.key, steps, tuple(warnings), proof, difference, policy)


def _steps_for_new(wanted: WantedKey, policy: Policy) -> tuple[Step, ...]:
    description = wanted.description or f"Secrets in Parameter Store ({wanted.alias})"
    tags = (*wanted.tags, (ALIAS_TAG, wanted.alias))
    rotate = (RotateEvery(wanted.rotation_days),) if wanted.rotation_days else ()
    return CreateKey(policy, description, tags), CreateAlias(wanted.alias), *rotate


def _steps_for_present(wanted: WantedKey, present: PresentKey, policy: Policy | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    if policy is not None:
        steps.append(PutPolicy(policy))
    if wanted.alias not in present.aliases:
        steps.append(CreateAlias(wanted.alias))
    if wanted.description is not None and wanted.description != present.key.description:
        steps.append(DescribeAs(wanted.description))
    has = dict(present.tags)
    missing = tuple((name, value) for name, value in wanted.tags if has.get(name) != value)
    if missing:
        steps.append(TagKey(missing))
    if not (wanted.keep_rotation and wanted.alias in present.aliases):
        steps += rotation_steps(wanted.rotation_days, present.rotation)
    return tuple(steps)


def rotation_steps(days: int | None, now: Rotation | None) -> tuple[Step, ...]:
    """The steps to rotate every so many days (None: never), from what is so now."""
    if now is None:
        return ()
    if days is None:
        return (RotateNoMore(),) if now.enabled else ()
    # KMS did not always answer the period: what is not known to be the same is set.
    return () if now.enabled and now.period_days == days else (RotateEvery(days),)


def check_writable(policy: Policy, caller: str, key: KeyPlace) -> tuple[str, ...]:
    """Refuse what KMS would refuse or regret: a policy that is too large, or by which the caller could not change it again.

    Answers what is to be said where the caller's own IAM policies decide. Raises ConfigurationError.
    """
    size = len(render_policy(policy, None).encode())
    if size > LARGEST_POLICY:
        raise ConfigurationError(
            f"the key policy would have {size:,} bytes, and {LARGEST_POLICY:,} is the limit",
            "name fewer principals, or a role that they share",
        )
    match may_manage(policy, caller, key):
        case True:
            return ()
        case None:
            return (f"KMS takes this policy only if your own IAM policies allow you kms:PutKeyPolicy ({caller})",)
        case False:
            raise ConfigurationError(
                f"this policy would lock you out of the key: `{caller}` could not change it again", _way_in(caller)
            )


def _way_in(caller: str) -> str:
    """What keeps the caller from being locked out."""
    named = principal_of_caller(caller)
    if named.endswith(":root"):
        return "give `--account recovery`, or run this as one of the administrators"
    path = " (with the role's path, where it has one)" if named != caller else ""
    return f"add `--admin {named}`{path}, or run this as one of the administrators"


def access_warnings(access: KeyAccess) -> tuple[str, ...]:
    """What whoever reads the plan should know of the principals chosen."""
    found = []
    both = [one.arn for one in access.administrators if one in access.all_users]
    if both:
        found.append(f"ADMINISTRATOR AND USER AT ONCE, so nothing is separated: {', '.join(both)}")
    others = {p.arn: p.account for p in (*access.administrators, *access.all_users) if p.account != access.account}
    found += [f"`{arn}` is of another account ({account})" for arn, account in others.items()]
    roots = [p.arn for p in (*access.administrators, *access.all_users) if p.kind is PrincipalKind.ROOT]
    found += [
        f"`{arn}` stands for everybody whom IAM policies of that account allow it" for arn in dict.fromkeys(roots)
    ]
    return tuple(found)


def refuse_foreign(key: Key, name: str) -> None:
    """Raise ConfigurationError for a key that is AWS's own, not symmetric, or about to be deleted."""
    if key.manager != CUSTOMER or name.startswith("alias/aws/"):
        raise ConfigurationError(f"`{name}` is a key that AWS manages", "only AWS changes it; make a key of your own")
    if key.spec != SYMMETRIC:
        raise ConfigurationError(
            f"`{name}` is a key of the kind {key.spec}", "Parameter Store takes symmetric keys (SYMMETRIC_DEFAULT)"
        )
    if "PendingDeletion" in key.state or key.state == "PendingReplicaDeletion":
        raise ConfigurationError(
            f"`{name}` is pending deletion", f"to keep it, run `secrets-cli key cancel-delete {name}` first"
        )
