"""`gate --fix`: what can be mended is mended in the files, or shown."""

import difflib
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from secrets_cli.cli.terminal import hint
from secrets_cli.errors import MalformedInput

if TYPE_CHECKING:
    from secrets_cli.gate.finding import Finding
    from secrets_cli.gate.fixing import Mended, StillAllowed
    from secrets_cli.gate.knowledge import Knowledge
    from secrets_cli.inputs.found import Found
    from secrets_cli.inputs.read_tree import ReadFile, ReadTree
    from secrets_cli.repository.one_file import ReadAsk


class FixMode(enum.Enum):
    """Which fixes are made."""

    SAFE = "safe"
    UNSAFE = "unsafe"


def mend_files(
    tree: "ReadTree",
    findings: "Sequence[Finding]",
    knowledge: "Knowledge",
    read_ask: "ReadAsk",
    mode: FixMode,
    still_allowed: "StillAllowed",
    *,
    yes: bool,
    quiet: bool,
) -> bool:
    """Mend what can be mended and say so on stderr; whether a file was written. Unsafe fixes are shown as a diff, and are
    written where `yes` says so."""
    mended = [
        _mended(file, findings, knowledge, read_ask, mode, still_allowed)
        for file in tree.files
        if _is_spoken_of(file, findings)
    ]
    for one in mended:
        for dropped in one.dropped:
            hint(f"not fixed: {dropped.finding.location}: {dropped.finding.rule}: {dropped.why}")
    changed = [one for one in mended if one.texts]
    if not changed:
        hint("nothing to fix", quiet)
        return False
    if mode is FixMode.UNSAFE:
        _show(tree, changed)
        if not yes:
            hint("nothing was written: add `--yes` to write this")
            return False
    _write(tree, changed)
    for one in changed:
        for finding in one.applied:
            what = finding.fix.what if finding.fix is not None else ""
            hint(f"fixed: {finding.location}: {finding.rule}: {what}", quiet)
    return True


def _is_spoken_of(file: "ReadFile", findings: "Sequence[Finding]") -> bool:
    return any(one.fix is not None and one.location.file in file.texts for one in findings)


def _mended(
    file: "ReadFile",
    findings: "Iterable[Finding]",
    knowledge: "Knowledge",
    read_ask: "ReadAsk",
    mode: FixMode,
    still_allowed: "StillAllowed",
) -> "Mended":
    from secrets_cli.gate.fixing import Configuration, FixAsk, mend
    from secrets_cli.gate.registry import RULES

    own = {name: text for name, text in file.texts.items() if name in file.own - file.context}
    configuration = Configuration(file.found, own)

    def reread(texts: Mapping[str, str]) -> "Found | str":
        return _reread(file, {**{name: file.texts[name] for name in file.own}, **texts}, read_ask)

    ask = FixAsk(reread, knowledge, RULES, mode is FixMode.UNSAFE, still_allowed)
    return mend(configuration, [one for one in findings if one.location.file in file.texts], ask)


def _reread(file: "ReadFile", texts: Mapping[str, str], read_ask: "ReadAsk") -> "Found | str":
    """What the file, or the configuration that it is, holds with other texts."""
    from secrets_cli.inputs.read_tree import ReadFile
    from secrets_cli.repository.one_file import TerraformText, read_data
    from secrets_cli.repository.terraform_folders import read_terraform_folders
    from secrets_cli.repository.walk import FileAt

    try:
        if file.kind == "terraform":
            parts = [TerraformText(FileAt(name, name, named=False), text) for name, text in texts.items()]
            read: Sequence[object] = list(read_terraform_folders(parts, read_ask))
        else:
            ((name, text),) = texts.items()
            read = [read_data(text.encode("utf-8"), FileAt(name, name, named=True), read_ask)]
    except MalformedInput as error:
        return error.message
    if len(read) == 1 and isinstance(read[0], ReadFile):
        return read[0].found
    return "it is no longer what it was"


def _show(tree: "ReadTree", changed: "Iterable[Mended]") -> None:
    texts = _texts(tree)
    for one in changed:
        for name, text in sorted(one.texts.items()):
            before, after = texts[name].splitlines(keepends=True), text.splitlines(keepends=True)
            for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"):
                hint(line.rstrip("\r\n"))


def _write(tree: "ReadTree", changed: "Iterable[Mended]") -> None:
    from secrets_cli.repository.write_back import write_back

    texts = _texts(tree)
    for one in changed:
        for name, text in sorted(one.texts.items()):
            write_back(name, texts[name], text)


def _texts(tree: "ReadTree") -> Mapping[str, str]:
    return {name: text for file in tree.files for name, text in file.texts.items()}
