"""Asking git about a base: which commit it is, what files it had, which were renamed since.

The repository may be anybody's: nothing its configuration could have git run is run (file system monitor, external diff, text
conversion, hooks), variables that point git elsewhere are not passed on, nothing is fetched, and a name given by the user is
never taken for an option.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from secrets_cli.errors import ConfigurationError, MalformedInput, UnreadableSource

_SECONDS: Final = 120
_OFF: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.untrackedCache=false")
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one file of the base; a larger one is not judged in the head either."""
_READ_ENDINGS: Final = (
    ".json", ".yml", ".yaml", ".tf", ".tfvars", ".toml", ".tpl", ".tftpl", ".tmpl", ".template", ".hcl", ".txt", ".env",
)  # fmt: skip
"""Of the files that hold policies, and of those that they refer to."""


@dataclass(frozen=True, slots=True)
class Base:
    """The commit that a change is compared with."""

    top: str
    """The top folder of the work tree, absolute, without a symbolic link in it."""
    commit: str
    """40 or 64 hexadecimal digits."""
    ref: str
    """As the user named it."""


def base_of(folder: str, ref: str, *, merge_base: bool = True) -> Base:
    """The commit that `ref` names, or, with `merge_base`, the one where the present commit and it parted, which is what a pull
    request is compared with.

    Raises ConfigurationError where the folder is in no work tree, there is no git, the name means no commit, or a shallow
    clone does not hold what is needed.
    """
    top = top_of(folder)
    named = _ask(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if named.returncode or not ref.strip():
        shown = f"`{ref[:80]}`" if ref.isprintable() else "what was given"
        help = "give a branch, a tag or a commit"
        if _is_shallow(top):
            help = f"this is a shallow clone: fetch the base too, such as with `git fetch --depth=1 origin {ref[:80]}`"
        elif not ref.startswith("origin/"):
            help += "; a clone of CI may know the branch by its remote name only, such as `origin/main`"
        raise ConfigurationError(f"git knows no commit {shown}", help)
    commit = _text(named)
    if not merge_base:
        return Base(top, commit, ref)
    parted = _ask(top, "merge-base", "--end-of-options", commit, "HEAD")
    if parted.returncode:
        help = "fetch more of the history, such as with `git fetch --unshallow` (in a GitHub workflow `fetch-depth: 0`)"
        if not _is_shallow(top):
            help = f"the histories have nothing in common; compare with the commit itself: `--diff {ref[:80]}^{{}}`"
        raise ConfigurationError(f"git finds no commit that `{ref[:80]}` and the present one have in common", help)
    return Base(top, _text(parted).split("\n")[0], ref)


def top_of(folder: str) -> str:
    """The top folder of the work tree that holds the folder. Raises ConfigurationError where there is none."""
    ran = _ask(folder, "rev-parse", "--show-toplevel")
    if ran.returncode:
        why = _complaint(ran)
        if "dubious ownership" in why:
            raise ConfigurationError(
                f"git does not trust `{folder}`, as it is another user's",
                "run `git config --global --add safe.directory FOLDER`, with its path",
            )
        raise ConfigurationError(
            f"`{folder}` is in no git repository", "`--diff` compares with a commit: run it in one"
        )
    return os.path.realpath(_text(ran))


def renamed_since(base: Base) -> Mapping[str, str]:
    """Files that git takes for renamed (or moved) between the base and the work tree: the present path from the top -> the
    former. A file that git does not know yet is none of them."""
    ran = _ask(
        base.top, "diff", "--no-ext-diff", "--no-textconv", "--name-status", "-z", "--find-renames", "--diff-filter=R",
        base.commit, "--",
    )  # fmt: skip
    if ran.returncode:
        raise UnreadableSource(f"git cannot compare with `{base.ref}`: {_complaint(ran)}")
    fields = [os.fsdecode(one) for one in ran.stdout.split(b"\0")]
    return {fields[i + 2]: fields[i + 1] for i in range(0, len(fields) - 2, 3)}


def lay_out(base: Base, folder: Path) -> None:
    """Write the base's files into an empty folder, those that may hold policies and those that such files refer to.

    A symbolic link is written where it stays within the tree. Files of git's own, submodules and files larger than LARGEST are
    left out, and `.gitignore` files too: what the base has is tracked, so nothing of it is ignored.
    """
    entries = _entries(base)
    _write_files(base, folder, [one for one in entries if one.mode.startswith("100")])
    for one in entries:
        if one.mode == "120000":
            _write_link(base, folder, one)


def file_at(base: Base, path: str) -> str | None:
    """The text of one file of the base, by its path from the top; None where there is none.

    Raises MalformedInput where it is no UTF-8.
    """
    entry = next((one for one in _entries(base, path, every=True) if one.path == path), None)
    if entry is None or not entry.mode.startswith("100"):
        return None
    data = _contents(base, [entry])[0]
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedInput(
            f"`{path}` of `{base.ref}` is not UTF-8 at byte {error.start}", "save it as UTF-8"
        ) from None


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    object: str
    size: int
    path: str


def _entries(base: Base, path: str = "", *, every: bool = False) -> list[_Entry]:
    where = ("--", path) if path else ()
    ran = _ask(base.top, "ls-tree", "-r", "-z", "--long", "--full-tree", base.commit, *where)
    if ran.returncode:
        raise UnreadableSource(f"git cannot list the files of `{base.ref}`: {_complaint(ran)}")
    entries: list[_Entry] = []
    for line in ran.stdout.split(b"\0"):
        about, tab, name = line.partition(b"\t")
        if not tab:
            continue
        mode, kind, object_name, size = about.decode("ascii").split()
        entry = _Entry(mode, object_name, int(size) if size.isdigit() else 0, os.fsdecode(name))
        if kind == "blob" and entry.size <= LARGEST and (every or _is_read(entry)) and _is_safe(entry.path):
            entries.append(entry)
    return entries


def _is_read(entry: _Entry) -> bool:
    name = entry.path.rsplit("/", 1)[-1].lower()
    return name.endswith(_READ_ENDINGS) or "." not in name.removeprefix(".") or entry.mode == "120000"


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return not path.startswith("/") and not {"..", ".", ""}.intersection(parts) and ".git" not in map(str.lower, parts)


def _write_files(base: Base, folder: Path, entries: Sequence[_Entry]) -> None:
    wanted = [one for one in entries if one.path.rsplit("/", 1)[-1] != ".gitignore"]
    step = 500
    for start in range(0, len(wanted), step):
        some = wanted[start : start + step]
        for entry, data in zip(some, _contents(base, some), strict=True):
            target = folder / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def _write_link(base: Base, folder: Path, entry: _Entry) -> None:
    target = os.fsdecode(_contents(base, [entry])[0])
    at = folder / entry.path
    leads = os.path.normpath(os.path.join(os.path.dirname(entry.path), target))
    if os.path.isabs(target) or leads.split(os.sep, 1)[0] == os.pardir or os.path.lexists(at):
        return
    at.parent.mkdir(parents=True, exist_ok=True)
    at.symlink_to(target)


def _contents(base: Base, entries: Sequence[_Entry]) -> list[bytes]:
    """The content of each, by one run of `git cat-file --batch`."""
    asked = "".join(f"{one.object}\n" for one in entries).encode()
    ran = _ask(base.top, "cat-file", "--batch", given=asked)
    contents: list[bytes] = []
    position = 0
    for entry in entries:
        line_end = ran.stdout.find(b"\n", position)
        header = ran.stdout[position:line_end].split()
        if line_end < 0 or len(header) != 3 or header[1] != b"blob":
            raise UnreadableSource(
                f"git does not hold `{entry.path}` of `{base.ref}`",
                "this is a partial clone: fetch the commit with its files",
            )
        size = int(header[2])
        contents.append(ran.stdout[line_end + 1 : line_end + 1 + size])
        position = line_end + 1 + size + 1
    return contents


def _is_shallow(top: str) -> bool:
    return _text(_ask(top, "rev-parse", "--is-shallow-repository")) == "true"


def _ask(folder: str, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", *_OFF, "-C", folder, *arguments]
    try:
        return subprocess.run(  # noqa: S603  # git is looked up on PATH, as the user's own shell does; a name from the user stands behind --end-of-options
            command, input=given, capture_output=True, timeout=_SECONDS, check=False, env=environment
        )
    except FileNotFoundError:
        raise ConfigurationError("there is no `git` to ask", "install git; `--diff` compares with a commit") from None
    except subprocess.TimeoutExpired:
        raise UnreadableSource(f"git did not answer within {_SECONDS} seconds") from None


def _text(ran: "subprocess.CompletedProcess[bytes]") -> str:
    return os.fsdecode(ran.stdout).strip()


def _complaint(ran: "subprocess.CompletedProcess[bytes]") -> str:
    lines = ran.stderr.decode("utf-8", "replace").strip().split("\n")
    return lines[0].removeprefix("fatal: ")[:200] or "it gives no reason"
