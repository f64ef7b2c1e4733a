"""From what a principal has now and the narrowed policies to the steps between: which policy is made, and which go.

The narrowed policies come first and the old ones go after, so at every moment the old or the new grants are in force,
never neither. Why no moment grants more than before: `secrets_cli.account.apply_order`.

A managed policy that is attached is never edited, for others may have it: the principal gets one of its own and the
shared one is detached. One that was made for this principal alone, by an earlier apply, gets a new version.

Limits: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from secrets_cli.account.apply_order import Ground, NoOrder, removals
from secrets_cli.account.check import Ready, Refused, Standing
from secrets_cli.account.held import (
    Attach,
    CreatePolicy,
    DeleteInline,
    Detach,
    Held,
    NewVersion,
    PutInline,
    Step,
    held_by,
    states,
)
from secrets_cli.account.meaning import meanings
from secrets_cli.aws.roles import LivePrincipal, ManagedPolicy, PolicyVersion, PrincipalKind
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.render import render_policy
from secrets_cli.iam.size import MANAGED_POLICIES_QUOTA, ROLE_INLINE_LIMIT, USER_INLINE_LIMIT, policy_size

NAME = "secrets-cli-narrowed"
"""Of inline policies; a second has `-2`."""
PATH = "/secrets-cli/"
"""Of managed policies: what may be done to them can be limited to it."""
TAG = "secrets-cli:principal"
"""On a managed policy: the ARN of the principal it was made for."""
VERSIONS_TAG = "secrets-cli:versions"
"""On a managed policy: ids of its versions that were made here, separated by blanks. Others are not deleted for room."""
MOST_VERSIONS = 5


class Mode(enum.Enum):
    """What the narrowed policy becomes."""

    INLINE = "inline"
    MANAGED = "managed"


@dataclass(frozen=True, slots=True)
class OwnPolicy:
    """A managed policy under our path, with its versions."""

    policy: ManagedPolicy
    versions: tuple[PolicyVersion, ...]
    """The oldest first."""

    def is_for(self, arn: str) -> bool:
        """Whether it was made for that principal."""
        return dict(self.policy.tags).get(TAG) == arn


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to one principal."""

    live: LivePrincipal
    """As it was when the plan was made."""
    mode: Mode
    narrowed: tuple[Policy, ...]
    before: Held
    steps: tuple[Step, ...]
    made: frozenset[str] = frozenset()
    """ARNs of managed policies that the steps make or give a version."""
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Of these, where they are there already: the version that counts before."""
    notes: tuple[str, ...] = ()
    """What the reader should know: sentences without a full stop."""

    @property
    def states(self) -> tuple[Held, ...]:
        """Before the first step, and after each."""
        return states(self.before, self.steps)


def own_arn(live: LivePrincipal, number: int) -> str:
    """The ARN of the managed policy made for a principal: the first, second, ... of it."""
    partition, account = live.arn.split(":")[1], live.arn.split(":")[4]
    # At most 64 characters of a principal's name: with what is around it well below the 128 of a policy's.
    suffix = "" if number == 1 else f"-{number}"
    return f"arn:{partition}:iam::{account}:policy{PATH}{live.kind.value}-{live.name}-narrowed{suffix}"


def is_own(arn: str) -> bool:
    """Whether the ARN is one that this tool gives."""
    return arn.split(":", 5)[5].startswith(f"policy{PATH}") and arn.split(":")[4] != "aws"


def planned(
    live: LivePrincipal,
    narrowed: tuple[Policy, ...],
    ready: Ready,
    mode: Mode | None,
    own: Sequence[OwnPolicy],
) -> Plan | Refused:
    """The plan, or why there is none. Without `mode`: inline where it fits, else managed.

    `own` are the policies under our path that are there: those attached to the principal, and those of the names that it
    would be given.
    """
    attached = {one.arn for one in live.attached}
    mine = [one for one in own if one.policy.arn in attached and one.is_for(live.arn) and one.policy.attachments <= 1]
    if mode is Mode.MANAGED or (mode is None and mine):
        return _managed(live, narrowed, ready, own, mine)
    inline = _inline(live, narrowed, ready)
    if mode is Mode.INLINE or isinstance(inline, Plan):
        return inline
    managed = _managed(live, narrowed, ready, own, mine)
    if isinstance(managed, Refused):
        return inline
    return replace(managed, notes=(f"as a managed policy, for {inline.reason}", *managed.notes))


def _inline(live: LivePrincipal, narrowed: tuple[Policy, ...], ready: Ready) -> Plan | Refused:
    limit = USER_INLINE_LIMIT if live.kind is PrincipalKind.USER else ROLE_INLINE_LIMIT
    sizes = {one.name: policy_size(parse_policy(one.text, f"{live.name}/{one.name}")) for one in live.inline}
    kept, missing = _there_already({one.name: one.text for one in live.inline}, narrowed)
    needed, now = sum(policy_size(one) for one in narrowed), sum(sizes.values())
    if needed > limit:
        return Refused(
            Standing.NOT_POSSIBLE,
            f"inline policies of a {live.kind.value} hold {limit:,} characters, and the narrowed ones have {needed:,}",
            "apply it with `--mode managed`",
        )
    if now + sum(policy_size(one) for one in missing) <= limit:
        names = _free_names(sizes, len(missing))
        puts = tuple(PutInline(name, render_policy(one)) for name, one in zip(names, missing, strict=True))
        return _with_removals(live, Mode.INLINE, narrowed, ready, puts, kept)
    return _in_place_of(live, narrowed, ready, sizes, limit)


def _in_place_of(
    live: LivePrincipal, narrowed: tuple[Policy, ...], ready: Ready, sizes: Mapping[str, int], limit: int
) -> Plan | Refused:
    """Old and new do not fit beside each other: the new one takes the name of an old one, in one call."""
    merged = Policy(tuple(replace(s, index=n) for n, s in enumerate(s for one in narrowed for s in one.statements)))
    rest = sum(sizes.values())
    for name in sorted(sizes, key=lambda one: -sizes[one]):
        if rest - sizes[name] + policy_size(merged) > limit:
            continue
        found = _with_removals(live, Mode.INLINE, (merged,), ready, (PutInline(name, render_policy(merged)),))
        if isinstance(found, Plan):
            note = f"old and new do not fit beside each other ({limit:,} characters): `{name}` is replaced in one call"
            return replace(found, notes=(note, *found.notes))
    return Refused(
        Standing.NOT_POSSIBLE,
        f"old and new policies do not fit beside each other in the {limit:,} characters of inline policies",
        "apply it with `--mode managed`",
    )


def _free_names(taken: Mapping[str, int], count: int) -> tuple[str, ...]:
    candidates = (NAME if number == 1 else f"{NAME}-{number}" for number in range(1, len(taken) + count + 1))
    return tuple(name for name in candidates if name not in taken)[:count]


def _managed(
    live: LivePrincipal,
    narrowed: tuple[Policy, ...],
    ready: Ready,
    own: Sequence[OwnPolicy],
    mine: Sequence[OwnPolicy],
) -> Plan | Refused:
    """`mine` are those of `own` that this principal has, and nobody else."""
    attached = {one.arn for one in live.attached}
    kept, missing = _there_already({one.policy.arn: one.policy.text for one in mine}, narrowed)
    if not missing:
        return _with_removals(live, Mode.MANAGED, narrowed, ready, (), kept)
    if len(narrowed) == 1 and len(mine) == 1:
        return _another_version(live, narrowed, ready, mine[0])
    quota = max(MANAGED_POLICIES_QUOTA, len(attached))
    if len(attached) + len(missing) > quota:
        return Refused(
            Standing.NOT_POSSIBLE,
            f"{len(attached)} managed policies are attached, and {quota} is the limit: the new one cannot come first",
            "apply it with `--mode inline`, or ask AWS to raise the limit of managed policies",
        )
    taken = {one.policy.arn for one in own}
    arns = [arn for number in range(1, len(taken) + len(missing) + 1) if (arn := own_arn(live, number)) not in taken]
    steps: list[Step] = []
    for arn, policy in zip(arns, missing, strict=False):
        steps += [CreatePolicy(arn, render_policy(policy)), Attach(arn)]
    return _with_removals(live, Mode.MANAGED, narrowed, ready, tuple(steps), kept)


def _there_already(
    documents: Mapping[str, str], narrowed: Sequence[Policy]
) -> tuple[frozenset[str], tuple[Policy, ...]]:
    """The names of documents that say what one of the policies says, and the policies that none says."""
    said = {name: meanings([parse_policy(text, name)]) for name, text in documents.items()}
    kept: dict[str, Policy] = {}
    for policy in narrowed:
        name = next((one for one, text in said.items() if text == meanings([policy]) and one not in kept), None)
        if name is not None:
            kept[name] = policy
    return frozenset(kept), tuple(policy for policy in narrowed if policy not in kept.values())


def _another_version(live: LivePrincipal, narrowed: tuple[Policy, ...], ready: Ready, own: OwnPolicy) -> Plan | Refused:
    drop = ""
    if len(own.versions) >= MOST_VERSIONS:
        made_here = {"v1", *dict(own.policy.tags).get(VERSIONS_TAG, "").split()}
        drop = next((one.id for one in own.versions if not one.is_default and one.id in made_here), "")
        if not drop:
            return Refused(
                Standing.NOT_POSSIBLE,
                f"`{own.policy.arn}` has {len(own.versions)} versions, none of them made here and out of use",
                "delete one that is not needed: `aws iam delete-policy-version`",
            )
    step = NewVersion(own.policy.arn, render_policy(narrowed[0]), drop)
    found = _with_removals(live, Mode.MANAGED, narrowed, ready, (step,))
    if isinstance(found, Refused):
        return found
    versions = MappingProxyType({own.policy.arn: own.policy.version})
    notes = (f"version {drop} of `{own.policy.arn}` is deleted to make room",) if drop else ()
    return replace(found, versions=versions, notes=(*notes, *found.notes))


def _with_removals(
    live: LivePrincipal,
    mode: Mode,
    narrowed: tuple[Policy, ...],
    ready: Ready,
    first: tuple[Step, ...],
    kept: frozenset[str] = frozenset(),
) -> Plan | Refused:
    """The first steps, then those that take away all else, in a safe order; `kept` are names and ARNs that stay."""
    before = held_by(live)
    staying = kept | {step.name for step in first if isinstance(step, PutInline)}
    made = frozenset(step.arn for step in first if isinstance(step, (CreatePolicy, NewVersion)))
    going: list[DeleteInline | Detach] = [DeleteInline(one.name) for one in live.inline if one.name not in staying]
    going += [Detach(one.arn) for one in live.attached if one.arn not in made | kept]
    ordered = removals(before, first, going, Ground(live.name, ready.present, ready.fixed))
    if isinstance(ordered, NoOrder):
        return Refused(
            Standing.UNDECIDED,
            f"no order was found in which no moment grants more than now: {ordered.reason}",
            "take its Deny statements into one policy by hand, then narrow again",
        )
    return Plan(live, mode, narrowed, before, (*first, *ordered), made, notes=_left_over(going))


def _left_over(going: Sequence[DeleteInline | Detach]) -> tuple[str, ...]:
    """Policies that an earlier apply made and this one detaches."""
    arns = [step.arn for step in going if isinstance(step, Detach) and is_own(step.arn)]
    return tuple(f"`{arn}` was made by an earlier apply and is left unattached" for arn in arns)
