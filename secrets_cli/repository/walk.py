"""From the paths that a command line names to the files there are.

A folder is walked without what git ignores, what a build or an installation made, and what no regular file is; each
folder and link that is passed over is listed. A symbolic link is followed where it stays within the folder walked, and
nothing is met twice, so links in circles end. What is named itself is taken whatever it is called and whoever ignores it.
"""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from secrets_cli.errors import ConfigurationError
from secrets_cli.inputs.read_tree import Passed, Unreadable
from secrets_cli.repository.ignored import IgnoreRules, rules_at, rules_below

_OF_GIT: Final = frozenset({".git", ".hg", ".svn"})
MADE: Final = frozenset(
    {
        "node_modules", "bower_components", "site-packages", "__pycache__", ".venv", ".tox", ".nox", ".terraform",
        ".terragrunt-cache", ".serverless", ".aws-sam", "cdk.out", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    }
)  # fmt: skip
"""Folders of what others wrote or what a build made; read where they are named themselves."""


@dataclass(frozen=True, slots=True)
class FileAt:
    """One file to look at."""

    path: str
    """To open it by."""
    name: str
    """As reports name it: relative to the working folder where it is within, else as the command line says it; with `/`."""
    named: bool
    """Whether the command line names it itself."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What walking gave."""

    files: tuple[FileAt, ...]
    """In the order of the command line, of each folder first its own files, then its folders, by name; each once."""
    passed: tuple[Passed, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    ignored: int = 0
    """Files and whole folders that git ignores."""


def walk(paths: Sequence[str]) -> Walk:
    """The files under the paths. Raises ConfigurationError where one of them is not there."""
    missing = [f"`{path}`" for path in paths if not os.path.exists(path)]
    if missing:
        raise ConfigurationError(f"there is no file or folder {', '.join(missing)}", "check the path")
    walking = _Walking()
    for path in paths:
        if os.path.isdir(path):
            walking.folder(path)
        else:
            walking.file(path, named=True)
    return Walk(tuple(walking.files.values()), tuple(walking.passed), tuple(walking.unreadable), walking.ignored)


def shown(path: str) -> str:
    """The path as reports name it."""
    inside = os.path.relpath(path)
    return (path if inside.split(os.sep, 1)[0] == os.pardir else inside).replace(os.sep, "/")


@dataclass(slots=True)
class _Walking:
    files: dict[str, FileAt] = field(default_factory=dict)
    """By real path."""
    passed: list[Passed] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    ignored: int = 0
    _walked: set[str] = field(default_factory=set)
    """Folders, by real path."""
    _links: list[tuple[str, str]] = field(default_factory=list)
    """Links met, with where they lead; followed when all that is no link has been seen."""

    def file(self, path: str, *, named: bool) -> None:
        self.files.setdefault(os.path.realpath(path), FileAt(path, shown(path), named))

    def folder(self, path: str) -> None:
        """Walk a folder that the command line names."""
        root = os.path.realpath(path)
        self._from(path, root, rules_at(root))
        while self._links:
            links, self._links = sorted(self._links), []
            for link, target in links:
                self._follow(link, target, root)

    def _from(self, path: str, real: str, rules: IgnoreRules) -> None:
        """Walk a folder (`path` is its name, `real` the folder itself) and all below it, by name."""
        stack = [(path, real, rules)]
        while stack:
            here, folder, known = stack.pop()
            if folder in self._walked:
                continue
            self._walked.add(folder)
            inner: list[tuple[str, str, IgnoreRules]] = []
            for entry in self._entries(here):
                at = os.path.join(folder, entry.name)
                if self._enters(entry, at, known):
                    inner.append((entry.path, at, rules_below(at, known)))
            stack += reversed(inner)

    def _entries(self, folder: str) -> list["os.DirEntry[str]"]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda one: one.name)
        except OSError as error:
            self.unreadable.append(
                Unreadable(shown(folder), f"the folder `{shown(folder)}` cannot be listed: {_why(error)}")
            )
            return []

    def _enters(self, entry: "os.DirEntry[str]", real: str, rules: IgnoreRules) -> bool:
        """Take the entry in where it is a file; True where it is a folder to walk."""
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name in _OF_GIT:
            return False
        if rules.ignores(real, is_folder):
            self.ignored += 1
            return False
        if is_folder:
            return self._is_worth(entry)
        if entry.is_symlink():
            self._links.append((entry.path, os.path.realpath(entry.path)))
        elif entry.is_file(follow_symlinks=False):
            self.file(entry.path, named=False)
        else:
            self.passed.append(Passed(shown(entry.path), "is no regular file"))
        return False

    def _is_worth(self, entry: "os.DirEntry[str]") -> bool:
        reason = ""
        if entry.name in MADE:
            reason = "holds what others wrote, or what a build made"
        elif os.path.lexists(os.path.join(entry.path, "pyvenv.cfg")):
            reason = "is a virtual environment of Python"
        if reason:
            self.passed.append(Passed(f"{shown(entry.path)}/", reason))
        return not reason

    def _follow(self, link: str, target: str, root: str) -> None:
        if os.path.commonpath((target, root)) != root:
            self.passed.append(Passed(shown(link), "is a link that leads out of the folder"))
        elif not os.path.exists(target):
            self.passed.append(Passed(shown(link), "is a link that leads nowhere"))
        elif MADE.intersection((os.path.basename(link), *os.path.relpath(target, root).split(os.sep))):
            self.passed.append(Passed(shown(link), "is a link to what others wrote, or to what a build made"))
        elif os.path.isdir(target):
            self._from(link, target, rules_at(target))
        elif stat.S_ISREG(os.stat(target).st_mode):
            self.file(link, named=False)


def _why(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()
