"""Parameters as they are listed: in a tree of folders, each with what is known of it without its value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from secrets_cli.aws.parameters import Described, ParameterFilter, ParameterStore
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.secrets.read_log import Read, ReadLog
from secrets_cli.secrets.store.parameter_policies import expiry_of


@dataclass(frozen=True, slots=True)
class Listed:
    """One parameter of a list."""

    described: Described
    expires: datetime | None
    """UTC; when AWS deletes it."""
    last_read: Read | None
    """None where no log was given, or none shows a read."""


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line of the tree."""

    guide: str
    """The lines drawn before the label."""
    label: str
    """A folder's name with a slash behind it, or a parameter's last part."""
    listed: Listed | None
    """None for a folder that is no parameter."""


def parameters_under(store: ParameterStore, path: str, log: ReadLog | None = None) -> tuple[Listed, ...]:
    """The parameters under a path, and one that has the path as its name, sorted by name; by ssm:DescribeParameters."""
    if path == "/":
        found = list(store.describe())
    else:
        found = [
            *store.describe(ParameterFilter("Path", (path,), "Recursive")),
            *store.described((path,)),
        ]
    distinct = {described.name: described for described in found}
    return tuple(
        Listed(
            described=described,
            expires=expiry_of(described.policies),
            last_read=log.latest(described.arn or _arn(store, described.name)) if log else None,
        )
        for _, described in sorted(distinct.items())
    )


def _arn(store: ParameterStore, name: str) -> str:
    """The ARN of a parameter of an answer that leaves it out, as older endpoints do."""
    where = store.connection
    return Place(where.partition, where.region, where.account).parameter_arn(name)


@dataclass(slots=True)
class _Folder:
    children: dict[str, "_Folder"] = field(default_factory=dict)
    listed: Listed | None = None


def tree_lines(listed: Iterable[Listed]) -> tuple[TreeLine, ...]:
    """The parameters as lines of a tree; a folder that holds nothing but one folder shares its line."""
    top = _Folder()
    for each in listed:
        name = each.described.name
        # A name without a folder hangs beside the folders, so that `a` and `/a` stay two lines.
        parts = [f"/{name[1:].split('/')[0]}", *name[1:].split("/")[1:]] if name.startswith("/") else [name]
        folder = top
        for part in parts:
            folder = folder.children.setdefault(part, _Folder())
        folder.listed = each
    return tuple(_lines(top, "", is_top=True))


def _lines(folder: _Folder, indent: str, *, is_top: bool = False) -> list[TreeLine]:
    lines: list[TreeLine] = []
    children: Sequence[tuple[str, _Folder]] = sorted(folder.children.items())
    for place, (name, child) in enumerate(children, start=1):
        label, child = _joined(name, child)
        is_last = place == len(children)
        guide = "" if is_top else f"{indent}{'└─ ' if is_last else '├─ '}"
        lines.append(TreeLine(guide, f"{label}/" if child.children else label, child.listed))
        below = "" if is_top else f"{indent}{'   ' if is_last else '│  '}"
        lines += _lines(child, below)
    return lines


def _joined(name: str, folder: _Folder) -> tuple[str, _Folder]:
    while folder.listed is None and len(folder.children) == 1:
        (inner, child), *_ = folder.children.items()
        if not child.children:
            break
        name, folder = f"{name}/{inner}", child
    return name, folder
