"""The file that is written before the first change: all that is needed to finish what was begun, or to take it back.

It holds every document as a string, byte by byte as IAM returned it, and the steps. How far they came is told by what
IAM says (`secrets_cli.account.held`); the times beside each step are for people and for `role denials`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import assert_never

import msgspec

from secrets_cli.account.apply_plan import Mode, Plan
from secrets_cli.account.held import (
    Attach,
    CreatePolicy,
    DeleteInline,
    DeletePolicy,
    Detach,
    NewVersion,
    PutInline,
    Step,
    held_by,
)
from secrets_cli.aws.roles import GroupPolicies, InlinePolicy, LivePrincipal, ManagedPolicy, PrincipalKind
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.render import render_policy

SCHEMA = "secrets-cli/role-snapshot/1"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A version of a managed policy that is deleted to make room for another."""

    arn: str
    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A principal as it was, and what is being done to it."""

    plan: Plan
    taken: str
    """UTC, ISO 8601: before the first change."""
    dropped: tuple[Dropped, ...] = ()
    done: tuple[str, ...] = ()
    """When each of the steps that are known to be done was: as many as there are of these."""
    finished: str = ""
    """When the last step was done and read back; empty before."""
    rolled_back: str = ""
    """When all was taken back; empty before."""

    @property
    def is_open(self) -> bool:
        """Begun, and neither finished nor taken back."""
        return not self.finished and not self.rolled_back

    def with_step(self, when: str) -> "Snapshot":
        """One step further."""
        return replace(self, done=(*self.done, when))


class _Inline(msgspec.Struct):
    name: str
    document: str


class _Managed(msgspec.Struct):
    arn: str
    version: str
    document: str


class _Group(msgspec.Struct):
    name: str
    inline: list[_Inline]
    attached: list[_Managed]


class _Tag(msgspec.Struct):
    key: str
    value: str


class _Principal(msgspec.Struct):
    kind: PrincipalKind
    name: str
    arn: str
    id: str
    path: str
    created: str
    description: str
    trust: str
    boundary: _Managed | None
    tags: list[_Tag]
    inline: list[_Inline]
    attached: list[_Managed]
    groups: list[_Group]


class _Step(msgspec.Struct, omit_defaults=True):
    do: str
    name: str = ""
    arn: str = ""
    document: str = ""
    drop: str = ""
    done: str = ""


class _Own(msgspec.Struct):
    arn: str
    version: str
    """The version that counted before; empty where the policy was not there."""


class _Document(msgspec.Struct):
    schema: str
    taken: str
    finished: str
    rolled_back: str
    principal: _Principal
    mode: Mode
    narrowed: list[str]
    steps: list[_Step]
    made: list[_Own]
    dropped: list[_Managed]


def snapshot_text(snapshot: Snapshot) -> str:
    """The file's text."""
    plan = snapshot.plan
    done = (*snapshot.done, *([""] * len(plan.steps)))
    document = _Document(
        SCHEMA,
        snapshot.taken,
        snapshot.finished,
        snapshot.rolled_back,
        _principal(plan.live),
        plan.mode,
        [render_policy(one) for one in plan.narrowed],
        [_step(step, when) for step, when in zip(plan.steps, done, strict=False)],
        [_Own(arn, plan.versions.get(arn, "")) for arn in sorted(plan.made)],
        [_Managed(one.arn, one.version, one.text) for one in snapshot.dropped],
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def read_snapshot(text: str, name: str) -> Snapshot:
    """The snapshot in a file's text; `name` is the file's. Raises MalformedInput."""
    try:
        document = msgspec.json.decode(text, type=_Document)
    except (msgspec.DecodeError, RecursionError) as error:
        why = f": {error}" if isinstance(error, msgspec.ValidationError) else ""
        raise MalformedInput(f"`{name}` is no snapshot of `role apply`{why}", "check the path") from None
    if document.schema != SCHEMA:
        raise MalformedInput(f"`{name}` is not of the schema `{SCHEMA}`", "check the path")
    live = _live(document.principal)
    plan = Plan(
        live,
        document.mode,
        tuple(parse_policy(one, f"{name}: narrowed[{number}]") for number, one in enumerate(document.narrowed)),
        held_by(live),
        tuple(_as_step(one, name) for one in document.steps),
        frozenset(one.arn for one in document.made),
        MappingProxyType({one.arn: one.version for one in document.made if one.version}),
    )
    return Snapshot(
        plan,
        document.taken,
        tuple(Dropped(one.arn, one.version, one.document) for one in document.dropped),
        tuple(one.done for one in document.steps if one.done),
        document.finished,
        document.rolled_back,
    )


def _principal(live: LivePrincipal) -> _Principal:
    return _Principal(
        live.kind,
        live.name,
        live.arn,
        live.id,
        live.path,
        live.created,
        live.description,
        live.trust,
        _managed(live.boundary) if live.boundary else None,
        [_Tag(key, value) for key, value in live.tags],
        _inlines(live.inline),
        _manageds(live.attached),
        [_Group(one.name, _inlines(one.inline), _manageds(one.attached)) for one in live.groups],
    )


def _inlines(policies: Sequence[InlinePolicy]) -> list[_Inline]:
    return [_Inline(one.name, one.text) for one in policies]


def _manageds(policies: Sequence[ManagedPolicy]) -> list[_Managed]:
    return [_managed(one) for one in policies]


def _managed(policy: ManagedPolicy) -> _Managed:
    return _Managed(policy.arn, policy.version, policy.text)


def _live(one: _Principal) -> LivePrincipal:
    return LivePrincipal(
        kind=one.kind,
        name=one.name,
        arn=one.arn,
        id=one.id,
        path=one.path,
        created=one.created,
        description=one.description,
        trust=one.trust,
        boundary=_as_managed(one.boundary) if one.boundary else None,
        tags=tuple((tag.key, tag.value) for tag in one.tags),
        inline=tuple(InlinePolicy(policy.name, policy.document) for policy in one.inline),
        attached=tuple(_as_managed(policy) for policy in one.attached),
        groups=tuple(
            GroupPolicies(
                group.name,
                tuple(InlinePolicy(policy.name, policy.document) for policy in group.inline),
                tuple(_as_managed(policy) for policy in group.attached),
            )
            for group in one.groups
        ),
    )


def _as_managed(policy: _Managed) -> ManagedPolicy:
    return ManagedPolicy(policy.arn, policy.version, policy.document)


def _step(step: Step, done: str) -> _Step:
    match step:
        case PutInline(name, text):
            return _Step("put-inline", name=name, document=text, done=done)
        case DeleteInline(name):
            return _Step("delete-inline", name=name, done=done)
        case CreatePolicy(arn, text):
            return _Step("create-policy", arn=arn, document=text, done=done)
        case Attach(arn):
            return _Step("attach", arn=arn, done=done)
        case Detach(arn):
            return _Step("detach", arn=arn, done=done)
        case NewVersion(arn, text, drop):
            return _Step("new-version", arn=arn, document=text, drop=drop, done=done)
        case DeletePolicy(arn):
            return _Step("delete-policy", arn=arn, done=done)
        case unreachable:
            assert_never(unreachable)


def _as_step(one: _Step, name: str) -> Step:
    match one.do:
        case "put-inline":
            return PutInline(one.name, one.document)
        case "delete-inline":
            return DeleteInline(one.name)
        case "create-policy":
            return CreatePolicy(one.arn, one.document)
        case "attach":
            return Attach(one.arn)
        case "detach":
            return Detach(one.arn)
        case "new-version":
            return NewVersion(one.arn, one.document, one.drop)
        case "delete-policy":
            return DeletePolicy(one.arn)
        case other:
            raise MalformedInput(f"`{name}` names a step that is not known: `{other}`", "check the path")
