"""One narrowing and what IAM says now: whether it is applied, what is to be done, or where an interrupted apply stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from secrets_cli.account.apply_plan import Mode, OwnPolicy, Plan, is_own, own_arn, planned
from secrets_cli.account.apply_run import Reads, Way, now_of, policy_there
from secrets_cli.account.check import Already, Ready, Refused, Standing, checked
from secrets_cli.account.held import NewVersion, differences, place_in
from secrets_cli.account.meaning import meanings
from secrets_cli.account.proposed import Proposed
from secrets_cli.account.snapshot import Dropped, Snapshot
from secrets_cli.aws.roles import LivePrincipal, principal_name
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.errors import NotThere

_NAMES_LOOKED_AT = 12
"""More than the managed policies that one principal can have attached."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """To be applied from the start."""

    plan: Plan
    ready: Ready
    dropped: tuple[Dropped, ...]

    @property
    def start(self) -> int:
        """Steps that are done."""
        return 0


@dataclass(frozen=True, slots=True)
class Resumed:
    """Begun by an earlier run, and to be finished."""

    snapshot: Snapshot
    start: int
    """Steps that are done."""

    @property
    def plan(self) -> Plan:
        """The earlier run's."""
        return self.snapshot.plan


Prepared: TypeAlias = Fresh | Resumed
Verdict: TypeAlias = Prepared | Already | Refused


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to become of one narrowing."""

    proposed: Proposed
    live: LivePrincipal | None
    """None where it is not there."""
    verdict: Verdict


def judged(proposed: Proposed, begun: Snapshot | None, mode: Mode | None, iam: Reads, catalog: Catalog) -> Judged:
    """Read the principal and decide; `begun` is the snapshot of an apply to it that was not finished.

    Raises MalformedInput where one of its policies cannot be read, and AwsFailure where IAM refuses a read.
    """
    name = principal_name(proposed.principal)
    try:
        live = iam.read(name)
    except NotThere:
        return Judged(
            proposed, None, Refused(Standing.NOT_POSSIBLE, f"there is no {name} in the account", _CREDENTIALS)
        )
    if live.arn != proposed.principal:
        reason = f"the {name} that these credentials see is `{live.arn}`"
        return Judged(proposed, live, Refused(Standing.NOT_POSSIBLE, reason, _CREDENTIALS))
    verdict = _begun(proposed, begun, iam) if begun is not None else None
    return Judged(proposed, live, verdict or _fresh(proposed, live, mode, iam, catalog))


_CREDENTIALS = "check the account of the credentials (`aws sts get-caller-identity`), or leave it out with `--role`"


def _fresh(proposed: Proposed, live: LivePrincipal, mode: Mode | None, iam: Reads, catalog: Catalog) -> Verdict:
    ready = checked(proposed, live, catalog)
    if not isinstance(ready, Ready):
        return ready
    own = _own_policies(live, len(proposed.policies), iam) if mode is not Mode.INLINE else ()
    plan = planned(live, proposed.policies, ready, mode, own)
    if isinstance(plan, Refused):
        return plan
    dropped = tuple(
        Dropped(step.arn, step.drop, iam.version_text(step.arn, step.drop))
        for step in plan.steps
        if isinstance(step, NewVersion) and step.drop
    )
    return Fresh(plan, ready, dropped)


def _own_policies(live: LivePrincipal, count: int, iam: Reads) -> tuple[OwnPolicy, ...]:
    """Policies under our path: those attached, and as many of the names to be given as are taken."""
    found = {one.arn: one for one in live.attached if is_own(one.arn)}
    free = 0
    for number in range(1, _NAMES_LOOKED_AT + 1):
        arn = own_arn(live, number)
        policy = found.get(arn) or policy_there(arn, iam)
        if policy is not None:
            found[arn] = policy
            continue
        free += 1
        if free == count:
            break
    return tuple(OwnPolicy(policy, iam.versions(arn)) for arn, policy in sorted(found.items()))


def _begun(proposed: Proposed, begun: Snapshot, iam: Reads) -> Verdict | None:
    """Where the earlier apply stopped; None where it did nothing, so that all begins anew."""
    plan = begun.plan
    live, now = now_of(plan.live.named, plan.made, iam)
    row = plan.states
    place = place_in(row, now, plan.made) if live.id == plan.live.id else None
    if place == 0:
        return None
    if place is None:
        lines = min((differences(state, now, plan.made) for state in row), key=len)
        return Refused(
            Standing.UNDECIDED,
            f"an apply of {begun.taken} was not finished, and somebody else changed the {live.kind.value} since",
            "look at it with `role show`, then `role rollback --force` to the snapshot, or delete the snapshot to begin anew",
            lines,
        )
    if meanings(plan.narrowed) != meanings(proposed.policies):
        return Refused(
            Standing.UNDECIDED,
            f"an apply of another narrowing, of {begun.taken}, was not finished",
            "finish it with the narrowing it was begun with, or undo it with `role rollback`",
        )
    return Resumed(begun, place)


def way_of(plan: Plan, start: int) -> Way:
    """The steps that are left after `start`."""
    return Way(
        plan.live.named, plan.live.arn, plan.states[start:], plan.steps[start:], plan.made, plan.versions, start > 0
    )


def snapshot_of(prepared: Prepared, when: str) -> Snapshot:
    """The snapshot to be written before the first change that is left; `when` is now."""
    if isinstance(prepared, Resumed):
        done = (*prepared.snapshot.done, *([when] * prepared.start))[: prepared.start]
        return replace(prepared.snapshot, done=done)
    return Snapshot(prepared.plan, when, prepared.dropped)


def chosen(all_proposed: Sequence[Proposed], words: Sequence[str]) -> tuple[Proposed, ...]:
    """Those that the words name, by ARN or name; all without words. Raises NotThere for a word that names none."""
    found = [one for one in all_proposed if not words or {one.principal, one.principal.rpartition("/")[2]} & set(words)]
    for word in words:
        if not any(word in (one.principal, one.principal.rpartition("/")[2]) for one in all_proposed):
            raise NotThere(f"the file holds no narrowing of `{word}`", "see its `principal` fields")
    return tuple(found)
