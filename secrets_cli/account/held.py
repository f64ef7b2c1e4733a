"""What a role or user has of its own, the steps that change it, and what each step leaves: pure values.

A plan is a row of steps from one such state; the states between can be computed, so where an interrupted run stopped is
told by comparing what IAM says now with each of them. Nothing needs to have been written down when it was cut off.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias, assert_never

from secrets_cli.aws.roles import LivePrincipal, ManagedPolicy
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy


@dataclass(frozen=True, slots=True)
class Held:
    """The inline policies, and the managed policies that are attached or were made for it."""

    inline: Mapping[str, str]
    """Documents by name."""
    attached: frozenset[str]
    """ARNs."""
    documents: Mapping[str, str]
    """Of managed policies that are there, by ARN: the default version's. Holds every attached one."""


@dataclass(frozen=True, slots=True)
class PutInline:
    """Make or replace an inline policy."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class DeleteInline:
    """Delete an inline policy."""

    name: str


@dataclass(frozen=True, slots=True)
class CreatePolicy:
    """Make a managed policy; nobody has it yet."""

    arn: str
    text: str


@dataclass(frozen=True, slots=True)
class Attach:
    """Attach a managed policy that is there."""

    arn: str


@dataclass(frozen=True, slots=True)
class Detach:
    """Detach a managed policy; it stays."""

    arn: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """Make another version of a managed policy count."""

    arn: str
    text: str
    drop: str = ""
    """Id of a version to be deleted first, to make room; empty where there is room."""
    back_to: str = ""
    """Id of a version that is there and says `text`: it is set as the default, and the one that counted is deleted."""


@dataclass(frozen=True, slots=True)
class DeletePolicy:
    """Delete a managed policy that was made for the principal and is not attached."""

    arn: str


Step: TypeAlias = PutInline | DeleteInline | CreatePolicy | Attach | Detach | NewVersion | DeletePolicy


def held_by(live: LivePrincipal, own: Iterable[ManagedPolicy] = ()) -> Held:
    """What a principal has now; `own` are policies that were made for it and are there, attached or not."""
    documents = {policy.arn: policy.text for policy in (*live.attached, *own)}
    return Held(
        MappingProxyType({policy.name: policy.text for policy in live.inline}),
        frozenset(policy.arn for policy in live.attached),
        MappingProxyType(documents),
    )


def after(held: Held, step: Step) -> Held:
    """What is there when the step is done."""
    match step:
        case PutInline(name, text):
            return replace(held, inline=MappingProxyType({**held.inline, name: text}))
        case DeleteInline(name):
            return replace(held, inline=_without(held.inline, name))
        case CreatePolicy(arn, text) | NewVersion(arn, text):
            return replace(held, documents=MappingProxyType({**held.documents, arn: text}))
        case Attach(arn):
            return replace(held, attached=held.attached | {arn})
        case Detach(arn):
            return replace(held, attached=held.attached - {arn})
        case DeletePolicy(arn):
            return replace(held, documents=_without(held.documents, arn))
        case unreachable:
            assert_never(unreachable)


def states(held: Held, steps: Sequence[Step]) -> tuple[Held, ...]:
    """The state before the first step, and after each: one more than there are steps."""
    found = [held]
    for step in steps:
        found.append(after(found[-1], step))
    return tuple(found)


def undoing(step: Step, before: Held, versions: Mapping[str, str]) -> Step:
    """The step that takes `step` back, `before` being the state it was made in.

    `versions` is the id of the version that counted before, by ARN.
    """
    match step:
        case PutInline(name):
            return PutInline(name, before.inline[name]) if name in before.inline else DeleteInline(name)
        case DeleteInline(name):
            return PutInline(name, before.inline[name])
        case CreatePolicy(arn):
            return DeletePolicy(arn)
        case DeletePolicy(arn):
            return CreatePolicy(arn, before.documents[arn])
        case Attach(arn):
            return Detach(arn)
        case Detach(arn):
            return Attach(arn)
        case NewVersion(arn):
            return NewVersion(arn, before.documents[arn], back_to=versions.get(arn, ""))
        case unreachable:
            assert_never(unreachable)


def place_in(row: Sequence[Held], now: Held, own: frozenset[str]) -> int | None:
    """Which of the states is the one now, by what the documents say; None where it is none of them.

    `own` are the ARNs of policies made for the principal: of these it counts whether they are there. The latest of equal
    states is meant.
    """
    return next((number for number in reversed(range(len(row))) if same(row[number], now, own)), None)


def same(one: Held, other: Held, own: frozenset[str] = frozenset()) -> bool:
    """Whether two states are one: white space and the order of keys in documents aside."""
    return not differences(one, other, own)


def differences(expected: Held, now: Held, own: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """In what the state now is not the one expected, a phrase for each policy."""
    found = []
    for name in sorted(expected.inline.keys() | now.inline.keys()):
        if name not in now.inline:
            found.append(f"the inline policy `{name}` is gone")
        elif name not in expected.inline:
            found.append(f"an inline policy `{name}` is there")
        elif canonical(expected.inline[name]) != canonical(now.inline[name]):
            found.append(f"the inline policy `{name}` says something else")
    found += [f"`{arn}` is not attached" for arn in sorted(expected.attached - now.attached)]
    found += [f"`{arn}` is attached" for arn in sorted(now.attached - expected.attached)]
    for arn in sorted((expected.attached & now.attached) | own):
        before, after_ = expected.documents.get(arn), now.documents.get(arn)
        if (before is None) != (after_ is None):
            found.append(f"`{arn}` is {'gone' if after_ is None else 'there'}")
        elif before is not None and after_ is not None and canonical(before) != canonical(after_):
            found.append(f"`{arn}` says something else")
    return tuple(found)


def canonical(text: str) -> str:
    """A document without what does not count: white space and the order of keys. Text that is no JSON stays as it is."""
    try:
        return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    except ValueError:
        return text


def policies_of(held: Held, owner: str) -> tuple[Policy, ...]:
    """The policies in force, parsed; `owner` names the principal in messages. Raises MalformedInput."""
    inline = [parse_policy(text, f"{owner}/{name}") for name, text in sorted(held.inline.items())]
    return (*inline, *(parse_policy(held.documents[arn], arn) for arn in sorted(held.attached)))


def _without(documents: Mapping[str, str], name: str) -> Mapping[str, str]:
    return MappingProxyType({key: text for key, text in documents.items() if key != name})
