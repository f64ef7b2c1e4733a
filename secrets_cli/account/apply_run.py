"""Carrying steps out, one call at a time, with what is there read back before anything old is taken away.

IAM answers a change before every place where permissions are checked has heard of it, as a rule within seconds. So
between the last policy that is added and the first that is taken away there is a pause.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, assert_never

from secrets_cli.account.apply_plan import TAG, VERSIONS_TAG
from secrets_cli.account.held import (
    Attach,
    CreatePolicy,
    DeleteInline,
    DeletePolicy,
    Detach,
    Held,
    NewVersion,
    PutInline,
    Step,
    canonical,
    differences,
    held_by,
)
from secrets_cli.aws.roles import LivePrincipal, ManagedPolicy, PolicyVersion, PrincipalName
from secrets_cli.errors import ChangedMeanwhile, NotThere

READ_BACK_WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds between looks, while IAM does not say yet what was just written."""


class Reads(Protocol):
    """What is asked of IAM."""

    def read(self, principal: PrincipalName) -> LivePrincipal:
        """All of a principal."""

    def managed(self, arn: str) -> ManagedPolicy:
        """A managed policy."""

    def versions(self, arn: str) -> tuple[PolicyVersion, ...]:
        """Its versions."""

    def version_text(self, arn: str, version: str) -> str:
        """What one of them says."""


class Changes(Protocol):
    """What is done to IAM; as `secrets_cli.aws.role_changes.RoleChanges`."""

    @property
    def roles(self) -> Reads:
        """The reading side."""

    def put_inline(self, principal: PrincipalName, policy: str, text: str) -> None: ...
    def delete_inline(self, principal: PrincipalName, policy: str) -> None: ...
    def attach(self, principal: PrincipalName, arn: str) -> None: ...
    def detach(self, principal: PrincipalName, arn: str) -> None: ...
    def create_policy(self, arn: str, text: str, tags: Mapping[str, str], description: str) -> None: ...
    def new_version(self, arn: str, text: str) -> str: ...
    def set_default(self, arn: str, version: str) -> None: ...
    def delete_version(self, arn: str, version: str) -> None: ...
    def delete_policy(self, arn: str) -> None: ...
    def tag_policy(self, arn: str, tags: Mapping[str, str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Way:
    """Steps from the state now to another, and the states between."""

    principal: PrincipalName
    arn: str
    """Of the principal."""
    states: tuple[Held, ...]
    """Now, and after each step."""
    steps: tuple[Step, ...]
    own: frozenset[str]
    """ARNs of managed policies that were made for the principal."""
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    goes_on: bool = False
    """An earlier run did the steps before these, perhaps a moment ago."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is waited, and by what."""

    settle: float
    """Seconds between the last addition and the first removal."""
    sleep: Callable[[float], None]


def now_of(principal: PrincipalName, own: Sequence[str] | frozenset[str], iam: Reads) -> tuple[LivePrincipal, Held]:
    """A principal, and what it has now; `own` are policies that count though they are not attached. Raises NotThere."""
    live = iam.read(principal)
    return live, held_by(live, [found for arn in sorted(own) if (found := policy_there(arn, iam)) is not None])


def policy_there(arn: str, iam: Reads) -> ManagedPolicy | None:
    """A managed policy, or None where there is none of that ARN."""
    try:
        return iam.managed(arn)
    except NotThere:
        return None


def carry_out(way: Way, iam: Changes, pace: Pace, done: Callable[[Step], None]) -> None:
    """Do the steps in order; `done` hears of each as soon as it is done.

    What is there is read before the first step, before the first that takes something away, and after the last. Raises the
    AwsFailure of the first step that fails, and ChangedMeanwhile where what is read is something else.
    """
    if way.steps:
        _must_be(way, 0, iam, pace)
    has_added = way.goes_on
    for number, step in enumerate(way.steps):
        if _takes_away(step) and has_added:
            _must_be(way, number, iam, pace)
            if pace.settle:
                pace.sleep(pace.settle)
            has_added = False
        _do(step, way, iam)
        has_added = has_added or not _takes_away(step)
        done(step)
    _must_be(way, len(way.steps), iam, pace)


def _takes_away(step: Step) -> bool:
    return isinstance(step, (DeleteInline, Detach, DeletePolicy))


def _must_be(way: Way, number: int, iam: Changes, pace: Pace) -> None:
    """Raise ChangedMeanwhile unless what is there is the state after `number` steps."""
    for wait in (*READ_BACK_WAITS, None):
        _, now = now_of(way.principal, way.own, iam.roles)
        found = differences(way.states[number], now, way.own)
        if not found:
            return
        if wait is not None:
            pace.sleep(wait)
    if number == 0:
        raise ChangedMeanwhile(f"`{way.arn}` changed since the plan was made: {found[0]}", "run it again")
    raise ChangedMeanwhile(f"after {number} of {len(way.steps)} steps `{way.arn}` is not as they leave it: {found[0]}")


def _must_say(way: Way, arn: str, iam: Changes) -> None:
    """Raise ChangedMeanwhile where a policy that was made for the principal says something else: it is not attached."""
    if arn in way.own and canonical(iam.roles.managed(arn).text) != canonical(way.states[-1].documents[arn]):
        raise ChangedMeanwhile(f"`{arn}` is there and says something else", "delete it, or give `--mode inline`")


def _do(step: Step, way: Way, iam: Changes) -> None:
    match step:
        case PutInline(name, text):
            iam.put_inline(way.principal, name, text)
        case DeleteInline(name):
            iam.delete_inline(way.principal, name)
        case CreatePolicy(arn, text):
            description = f"Made by secrets-cli: what {way.principal} was seen to use"
            iam.create_policy(arn, text, {TAG: way.arn}, description)
        case Attach(arn):
            _must_say(way, arn, iam)
            iam.attach(way.principal, arn)
        case Detach(arn):
            iam.detach(way.principal, arn)
        case NewVersion():
            _version(step, iam)
        case DeletePolicy(arn):
            iam.delete_policy(arn)
        case unreachable:
            assert_never(unreachable)


def _version(step: NewVersion, iam: Changes) -> None:
    policy = iam.roles.managed(step.arn)
    if step.back_to and any(one.id == step.back_to for one in iam.roles.versions(step.arn)):
        iam.set_default(step.arn, step.back_to)
        if policy.version != step.back_to:
            iam.delete_version(step.arn, policy.version)
        return
    if step.drop:
        iam.delete_version(step.arn, step.drop)
    made = iam.new_version(step.arn, step.text)
    before = dict(policy.tags).get(VERSIONS_TAG, "").split()
    there = {one.id for one in iam.roles.versions(step.arn)}
    iam.tag_policy(step.arn, {VERSIONS_TAG: " ".join([*(one for one in before if one in there), made])})
