"""When many resources under one prefix become the prefix.

The rule: objects of one bucket and parameters of one account are read as a tree along `/`. From the leaves up, a folder
with at least `MANY` entries (single resources, or folders that have themselves become a pattern) becomes `folder/*`. A
bucket's own root may become `bucket/*`; the root of the parameters may not. Folders at the end of a pattern that are named by
time (`2026/09`, `2026-09-14`, `dt=20260914`) are left off: tomorrow's has another name. A pattern is used only where the
present policy covers it whole, else the resources stay as they are. Nothing else is generalised.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

MANY = 5
"""Entries of a folder from which on it becomes a pattern."""

_TIME = re.compile(r"(?:[A-Za-z_]+=)?\d{1,4}(?:[-_T]?\d\d){0,5}Z?")


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


def generalize(resources: Iterable[str], allowed: Callable[[str], bool]) -> tuple[Generalized, ...]:
    """Apply the rule to ARNs of one action; `allowed` says whether the present policy covers a pattern whole."""
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
        may_become_root = ":s3:::" in root
        found = _collapse(root, folder, allowed, may_become_root)
        rest.extend(_without_times(found, root, may_become_root, allowed))
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


def _collapse(prefix: str, folder: _Folder, allowed: Callable[[str], bool], may_collapse: bool) -> list[Generalized]:
    below: list[Generalized] = []
    for name, entry in sorted(folder.entries.items()):
        below.extend(Generalized(r, (r,)) for r in entry.resources)
        if entry.entries:
            below.extend(_collapse(f"{prefix}{name}/", entry, allowed, may_collapse=True))
    pattern = f"{prefix}*"
    if may_collapse and len(below) >= MANY and allowed(pattern):
        return [Generalized(pattern, tuple(sorted(m for g in below for m in g.members)))]
    return below
