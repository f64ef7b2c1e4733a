"""When many resources under one prefix become the prefix. There are three rules to choose from.

`none` writes each resource as it was seen.

`prefix`: objects of one bucket and parameters of one account are read as a tree along `/`. From the leaves up, a folder
with at least `MANY` entries (single resources, or folders that have themselves become a pattern) becomes `folder/*`. A
bucket's own root may become `bucket/*`; the root of the parameters may not. Folders at the end of a pattern that are named by
time (`2026/09`, `2026-09-14`, `dt=20260914`) are left off: tomorrow's has another name. A pattern is used only where the
present policy covers it whole, else the resources stay as they are.

`auto` asks the log whether a set of resources is still growing: a folder becomes a pattern from `FEW` entries on (a whole bucket
from `MANY`) where one of its resources was first seen in the last third of the time in which the principal was seen; a set that
was complete before stays as it is, however large: that a role reads the same nine settings every day is no reason to let it read
a tenth. Names outside trees that differ in an id alone (`orders-20260901`, `job-5f3a9c1e`) become `orders-*` by the same measure.
Where the log is shorter than an hour nothing can be said to grow, and `auto` does as `prefix`. How the rules compare on real and
made logs is in docs/generalization.md.
"""

import enum
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import assert_never

MANY = 5
"""Entries of a folder from which on it becomes a pattern."""

FEW = 3
"""The same for a set that is still growing, under `auto`."""

_TIME = re.compile(r"(?:[A-Za-z_]+=)?\d{1,4}(?:[-_T]?\d\d){0,5}Z?")


_ID = re.compile(r"(?P<stem>.*?[-_.])(?P<id>\d[\d_-]*|[0-9a-fA-F]{8,}|[0-9a-f]{8}-[0-9a-f-]{27})")
"""A name that ends in a number, a date, a run of hexadecimal digits or a UUID."""


class Rule(enum.Enum):
    """How resources are generalised; the values are what `--generalize` takes."""

    NONE = "none"
    PREFIX = "prefix"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Generalized:
    """A resource or pattern, and the resources it stands for."""

    resource: str
    members: tuple[str, ...]
    """Sorted; the resource itself where nothing was generalised."""


@dataclass
class _Folder:
    entries: dict[str, "_Folder"] = field(default_factory=dict)
    resources: list[str] = field(default_factory=list)
    """Resources that end right here."""


def generalize(
    resources: Iterable[str],
    allowed: Callable[[str], bool],
    rule: Rule = Rule.PREFIX,
    late: frozenset[str] | None = frozenset(),
) -> tuple[Generalized, ...]:
    """Apply a rule to ARNs of one action; `allowed` says whether the present policy covers a pattern whole, `late` are the
    resources first seen in the last third of the time (`auto` alone asks for them). None: the time is too short to tell, and
    `auto` does as `prefix`."""
    if rule is Rule.AUTO and late is None:
        rule = Rule.PREFIX
    match rule:
        case Rule.NONE:
            return tuple(Generalized(resource, (resource,)) for resource in sorted(set(resources)))
        case Rule.PREFIX:
            return _as_trees(resources, allowed, _has_many)
        case Rule.AUTO:
            seen_late = late or frozenset()
            found = _as_trees(resources, allowed, partial(_grows, seen_late))
            return _with_families(found, allowed, seen_late)
        case unreachable:
            assert_never(unreachable)


def _has_many(entries: Sequence[Generalized]) -> bool:
    return len(entries) >= MANY


def _grows(late: frozenset[str], entries: Sequence[Generalized]) -> bool:
    return len(entries) >= FEW and any(member in late for entry in entries for member in entry.members)


def _with_families(
    found: Iterable[Generalized], allowed: Callable[[str], bool], late: frozenset[str]
) -> tuple[Generalized, ...]:
    """Single resources outside trees whose names differ in an id alone, as one pattern where the family grows."""
    families: dict[str, list[Generalized]] = {}
    rest: list[Generalized] = []
    for one in found:
        stem = _stem(one)
        if stem:
            families.setdefault(stem, []).append(one)
        else:
            rest.append(one)
    for stem, members in families.items():
        if _grows(late, members) and allowed(f"{stem}*"):
            rest.append(Generalized(f"{stem}*", tuple(sorted(m for one in members for m in one.members))))
        else:
            rest += members
    return tuple(sorted(rest, key=lambda one: one.resource))


def _stem(one: Generalized) -> str:
    """What the names of a family share; empty for a pattern, a tree's resource, and a name that is nothing but an id."""
    if one.members != (one.resource,) or tree_path(one.resource) is not None or "*" in one.resource:
        return ""
    match = _ID.fullmatch(one.resource.rpartition(":")[2])
    if match is None or not match["stem"].rstrip("-_.").rpartition("/")[2]:
        return ""
    return one.resource[: len(one.resource) - len(match["id"])]


def _as_trees(
    resources: Iterable[str], allowed: Callable[[str], bool], is_enough: Callable[[Sequence[Generalized]], bool]
) -> tuple[Generalized, ...]:
    roots: dict[str, _Folder] = {}
    rest: list[Generalized] = []
    for resource in sorted(set(resources)):
        split = tree_path(resource)
        if split is None:
            rest.append(Generalized(resource, (resource,)))
            continue
        root, path = split
        folder = roots.setdefault(root, _Folder())
        for part in path:
            folder = folder.entries.setdefault(part, _Folder())
        folder.resources.append(resource)
    for root, folder in roots.items():
        is_bucket = ":s3:::" in root

        def becomes(
            pattern: str, entries: Sequence[Generalized], whole: str = f"{root}*", bucket: bool = is_bucket
        ) -> bool:
            is_fit = (bucket and _has_many(entries)) if pattern == whole else True
            return is_fit and is_enough(entries) and allowed(pattern)

        found = _collapse(root, folder, becomes)
        rest.extend(_without_times(found, root, is_bucket, allowed))
    return tuple(sorted(rest, key=lambda g: g.resource))


def _without_times(
    found: list[Generalized], root: str, may_become_root: bool, allowed: Callable[[str], bool]
) -> list[Generalized]:
    """Patterns without the folders of time at their ends; what such a pattern covers becomes part of it."""
    members: dict[str, set[str]] = {}
    for item in found:
        if item.resource.endswith("/*") and item.resource not in item.members:
            pattern = _timeless(item.resource, root, may_become_root, allowed)
            members.setdefault(pattern, set()).update(item.members)
    patterns = tuple(members)
    for item in found:
        if item.resource in item.members:
            home = next((p for p in patterns if item.resource.startswith(p[:-1])), item.resource)
            members.setdefault(home, set()).add(item.resource)
    return [Generalized(resource, tuple(sorted(of))) for resource, of in sorted(members.items())]


def _timeless(pattern: str, root: str, may_become_root: bool, allowed: Callable[[str], bool]) -> str:
    path = pattern.removeprefix(root).removesuffix("*")
    folders = path[:-1].split("/") if path else []
    while folders and _TIME.fullmatch(folders[-1]):
        folders.pop()
    shorter = root + "".join(f"{folder}/" for folder in folders) + "*"
    is_fit = bool(folders) or may_become_root
    return shorter if is_fit and shorter != pattern and allowed(shorter) else pattern


def tree_path(resource: str) -> tuple[str, tuple[str, ...]] | None:
    """The root and the path of a resource that lives in a tree; None for all others and for patterns.

    `arn:aws:s3:::b/2024/x` is (`arn:aws:s3:::b/`, (`2024`, `x`)); a parameter's root ends with `parameter/`.
    """
    if "*" in resource or "?" in resource:
        return None
    fields = resource.split(":", 5)
    if len(fields) != 6:
        return None
    match fields[2]:
        case "s3" if "/" in fields[5] and not fields[3]:
            bucket, _, key = fields[5].partition("/")
            return ":".join([*fields[:5], bucket]) + "/", tuple(key.split("/"))
        case "ssm" if fields[5].startswith("parameter/"):
            return ":".join(fields[:5]) + ":parameter/", tuple(fields[5].removeprefix("parameter/").split("/"))
        case _:
            return None


def _becomes(
    whole: str,
    is_enough: Callable[[Sequence[Generalized]], bool],
    allowed: Callable[[str], bool],
    pattern: str,
    entries: Sequence[Generalized],
) -> bool:
    """Whether a folder with these entries becomes its pattern; `whole` is the pattern of the tree's root."""
    is_fit = pattern != whole or (":s3:::" in whole and _has_many(entries))
    return is_fit and is_enough(entries) and allowed(pattern)


def _collapse(prefix: str, folder: _Folder, becomes: Callable[[str, Sequence[Generalized]], bool]) -> list[Generalized]:
    below: list[Generalized] = []
    for name, entry in sorted(folder.entries.items()):
        below.extend(Generalized(r, (r,)) for r in entry.resources)
        if entry.entries:
            below.extend(_collapse(f"{prefix}{name}/", entry, becomes))
    pattern = f"{prefix}*"
    if becomes(pattern, below):
        return [Generalized(pattern, tuple(sorted(m for g in below for m in g.members)))]
    return below
