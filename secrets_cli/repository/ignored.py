"""What git would not commit: asked of git, or told from the `.gitignore` files where git cannot be asked.

git is asked once per work tree, for the whole of it, so submodules and repositories within a repository follow their own
rules. A tracked file is never ignored, whatever a `.gitignore` says. Where there is no git, or it refuses the tree (it is
another user's), the `.gitignore` files from the tree's top downwards are read as git reads them; what is tracked is not
known then.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class GitSays:
    """git's answer for one work tree."""

    ignored: frozenset[str]
    """Absolute paths of files and of whole folders, without a slash at the end."""

    def ignores(self, path: str, is_folder: bool) -> bool:  # noqa: ARG002  # the same question is asked of FilesSay
        """Whether git ignores the path (absolute, no symlink in it), given that it does not ignore the folder it is in."""
        return path in self.ignored


@dataclass(frozen=True, slots=True)
class FilesSay:
    """What `.gitignore` files say, from the outermost to the innermost."""

    files: "tuple[tuple[str, GitIgnoreSpec], ...]" = ()
    """The folder of each, and its patterns."""

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether they ignore the path, given that they do not ignore the folder it is in; the innermost that speaks
        of it decides."""
        for folder, spec in reversed(self.files):
            relative = os.path.relpath(path, folder).replace(os.sep, "/") + ("/" if is_folder else "")
            answer = spec.check_file(relative).include
            if answer is not None:
                return answer
        return False


IgnoreRules: TypeAlias = GitSays | FilesSay


def rules_at(folder: str) -> IgnoreRules:
    """The rules for a folder (absolute, no symlink in it) where a walk begins. Where the folder is ignored itself, nothing
    in it is but by its own rules: somebody named it."""
    top = work_tree_of(folder)
    if top is None:
        return _with_file(FilesSay(), folder)
    said = _asked_of_git(top)
    steps = [folder, *(str(one) for one in Path(folder).parents if Path(one).is_relative_to(top))]
    if said is not None:
        return GitSays(frozenset()) if any(one in said.ignored for one in steps) else said
    rules = FilesSay()
    for step in reversed(steps):
        if step != top and rules.ignores(step, True):
            return _with_file(FilesSay(), folder)
        rules = _with_file(rules, step)
    return rules


def rules_below(folder: str, rules: IgnoreRules) -> IgnoreRules:
    """The rules for what stands in a folder that a walk comes to, from those of the folder it is in."""
    if os.path.lexists(os.path.join(folder, ".git")):
        said = _asked_of_git(folder)
        return _with_file(FilesSay(), folder) if said is None else said
    return _with_file(rules, folder) if isinstance(rules, FilesSay) else rules


def work_tree_of(folder: str) -> str | None:
    """The top folder of the git work tree that holds the folder (absolute, no symlink in it); None where there is none."""
    path = Path(folder)
    return next((str(one) for one in (path, *path.parents) if os.path.lexists(one / ".git")), None)


def _with_file(rules: FilesSay, folder: str) -> FilesSay:
    try:
        text = Path(folder, ".gitignore").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return rules  # there is none, or it cannot be read: nothing more is ignored, and more is judged
    from pathspec import GitIgnoreSpec

    return FilesSay((*rules.files, (folder, GitIgnoreSpec.from_lines(text.splitlines()))))


def _asked_of_git(top: str) -> GitSays | None:
    """None where git cannot be asked. The repository's configuration is not trusted: what it could have git run is off."""
    command = [
        "git", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-C", top,
        "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z",
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, env=environment)  # noqa: S603  # git is looked up on PATH, as the user's own shell does; no argument is a file's content
    except (OSError, subprocess.TimeoutExpired):
        return None
    if ran.returncode:
        return None
    names = (os.fsdecode(name).rstrip("/") for name in ran.stdout.split(b"\0") if name)
    return GitSays(frozenset(os.path.join(top, name) for name in names))
