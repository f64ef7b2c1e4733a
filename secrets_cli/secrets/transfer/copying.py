"""What copying parameters would change, decided before anything is written: pure.

The current version travels with its labels, tags, description, tier, allowed pattern, data type and policies (expiry); with
`history` every version kept travels, oldest first, each with its labels. The copy is a SecureString under a key of the
customer's: never under the key of AWS. What is at the target and not at the source (a tag, a label, an expiry) stays.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.aws.parameters import SECURE_STRING, Described, Version, Write
from secrets_cli.secret_value import SecretValue

ADVANCED: Final = "Advanced"
_BESIDE: Final = frozenset({"labels", "tags"})
"""What is set without a new version."""


class Change(enum.Enum):
    """What a step does at the target; the value is the sign it is shown by."""

    ADD = "+"
    UPDATE = "~"
    EQUAL = "="
    KEEP = "!"
    """Something else is there, and stays."""


@dataclass(frozen=True, slots=True)
class Original:
    """A parameter at the source."""

    described: Described
    versions: tuple[Version, ...]
    """Oldest first, the current one last, each with its value; the current one alone where no history was asked for."""
    tags: Mapping[str, str]

    @property
    def current(self) -> Version:
        """The version that the name alone means."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Present:
    """A parameter that is at the target already."""

    described: Described
    versions: tuple[Version, ...]
    """As those of an Original; a value is None where it could not be read."""
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one parameter."""

    source: str
    target: str
    change: Change
    what: tuple[str, ...]
    """What is new at the target: `value`, `key`, `tier`, `labels`, ...; empty for an equal one."""
    writes: tuple[Write, ...] = ()
    """Versions to write, oldest first."""
    labels: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """Labels to set when all is written: how many versions before the newest, and which."""
    tags: Mapping[str, str] | None = None
    """Tags to add to a parameter that is there; those of a new one are in its first write."""
    notes: tuple[str, ...] = ()
    """What the reader should know of it."""
    source_version: int = 0
    """The version of the source that was read."""


def plan_step(
    original: Original,
    present: Present | None,
    target: str,
    key: str,
    *,
    same_key: bool = False,
    overwrite: bool = True,
) -> Step:
    """What copying one parameter to the name `target`, under `key`, comes to.

    `same_key` says that what is at the target is under that key already. Without `overwrite`, what is there is kept; where
    its value is equal, labels and tags that it lacks are still added.
    """
    source = original.described.name
    if present is None:
        writes = _writes(original.versions, target, key, original.described.tier == ADVANCED, original.tags)
        labels = _labels(original.versions, ())
        notes = tuple(_notes(original, present))
        return Step(source, target, Change.ADD, (), writes, labels, None, notes, original.current.number)
    missing = _versions_to_write(original.versions, present.versions)
    if missing is None or (missing and not overwrite):
        why = "it is there with another value" if len(original.versions) == 1 else "it is there with another history"
        return Step(source, target, Change.KEEP, (), notes=(why,), source_version=original.current.number)
    what = _differences(original, present, same_key, bool(missing))
    if not overwrite:
        what = tuple(word for word in what if word in _BESIDE)
    rewritten = missing or (original.versions[-1:] if set(what) - _BESIDE else ())
    advanced = ADVANCED in (original.described.tier, present.described.tier)
    tags = {name: value for name, value in original.tags.items() if present.tags.get(name) != value}
    return Step(
        source,
        target,
        Change.UPDATE if what else Change.EQUAL,
        what,
        _writes(rewritten, target, key, advanced, {}, overwrite=True),
        _labels(original.versions, () if rewritten else present.versions) if what else (),
        tags or None,
        tuple(_notes(original, present)) if what else (),
        original.current.number,
    )


def _versions_to_write(ours: Sequence[Version], theirs: Sequence[Version]) -> tuple[Version, ...] | None:
    """The versions not there yet. Of a history, those after what is there; None where that is another history."""
    if len(ours) == 1:
        return () if _same(ours[-1].value, theirs[-1].value) else (ours[-1],)
    there = len(theirs)
    if there > len(ours) or not all(_same(a.value, b.value) for a, b in zip(ours, theirs, strict=False)):
        return None
    return tuple(ours[there:])


def _same(ours: SecretValue | None, theirs: SecretValue | None) -> bool:
    return ours is not None and theirs is not None and ours == theirs


def _differences(original: Original, present: Present, same_key: bool, value: bool) -> tuple[str, ...]:
    ours, theirs = original.described, present.described
    labels = _labels(original.versions, present.versions)
    found = {
        "value": value,
        "type": theirs.type != SECURE_STRING,
        "key": not same_key,
        "tier": ours.tier == ADVANCED != theirs.tier,
        "description": ours.description != theirs.description,
        "pattern": ours.allowed_pattern != theirs.allowed_pattern,
        "data type": ours.data_type != theirs.data_type,
        "policies": bool(ours.policies) and ours.policies != theirs.policies,
        "labels": bool(labels),
        "tags": any(present.tags.get(name) != value for name, value in original.tags.items()),
    }
    return tuple(what for what, differs in found.items() if differs)


def _labels(ours: Sequence[Version], theirs: Sequence[Version]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Labels that the newest, the one before, ... of ours have and that those of theirs lack."""
    wanted = []
    for back, version in enumerate(reversed(ours)):
        has = theirs[-1 - back].labels if back < len(theirs) else ()
        lacking = tuple(label for label in version.labels if label not in has)
        if lacking:
            wanted.append((back, lacking))
    return tuple(wanted)


def _writes(
    versions: Sequence[Version],
    target: str,
    key: str,
    advanced: bool,
    tags: Mapping[str, str],
    *,
    overwrite: bool = False,
) -> tuple[Write, ...]:
    return tuple(
        Write(
            name=target,
            value=_known(version),
            key=key,
            overwrite=overwrite or place > 0,
            tier=ADVANCED if advanced else version.tier,
            description=version.description,
            allowed_pattern=version.allowed_pattern,
            # An old version's expiry may be over, and would take the copy away: the current one's alone is sent.
            policies=policies_text(version.policies) if place == len(versions) - 1 else "",
            tags=() if overwrite or place else tuple(tags.items()),
            data_type=version.data_type,
        )
        for place, version in enumerate(versions)
    )


def _known(version: Version) -> SecretValue:
    # INVARIANT: the versions of an Original are read with their values.
    assert version.value is not None
    return version.value


def policies_text(policies: Sequence[str]) -> str:
    """A parameter's policies as PutParameter takes them: one JSON array, empty text for none."""
    return f"[{','.join(policies)}]" if policies else ""


def _notes(original: Original, present: Present | None) -> list[str]:
    notes = []
    if original.described.type != SECURE_STRING:
        notes.append(f"a {original.described.type} becomes a SecureString")
    if present is None:
        return notes
    if present.described.policies and not original.described.policies:
        notes.append("the expiry or notification it has at the target stays")
    if original.described.tier != ADVANCED == present.described.tier:
        notes.append("it stays in the advanced tier, which has no way back")
    return notes
