"""From the paths of a command line to what the files hold: every file is read, whatever becomes of another.

A file is parsed only where it looks like one of ours. What a reader refuses is listed as unreadable, with the place. A
file that another one refers to - an `attach_policy`, a `${file(...)}`, a `file()` - is read for that one, within the
repository only, and what it holds is not counted a second time.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from secrets_cli.inputs.once import once
from secrets_cli.inputs.read_tree import Passed, ReadFile, ReadTree, Unreadable
from secrets_cli.repository.content import bytes_of_stdin
from secrets_cli.repository.one_file import STDIN, NotOurs, Outcome, ReadAsk, TerraformText, read_data, read_file
from secrets_cli.repository.walk import FileAt, Walk, walk

IGNORED: Final = "ignored by git"
OTHER: Final = "of no kind that holds policies"


def read_paths(
    paths: Sequence[str], ask: ReadAsk, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> ReadTree:
    """What the files under the paths hold; `-` is standard input. `tell` is told how many files of how many are read.

    Raises ConfigurationError where a path is not there. Nothing else is raised for a file: it is listed as unreadable.
    """
    walked = walk([path for path in paths if path != STDIN])
    outcomes: list[Outcome] = []
    if STDIN in paths:
        outcomes.append(read_data(bytes_of_stdin(), FileAt(STDIN, STDIN, named=True), ask))
    for number, file in enumerate(walked.files):
        tell(number, len(walked.files))
        outcomes.append(read_file(file, ask))
    return tree_of(walked, outcomes, ask)


def tree_of(walked: Walk, outcomes: Iterable[Outcome], ask: ReadAsk) -> ReadTree:
    """The whole from what became of each file."""
    files: list[ReadFile] = []
    unreadable: list[Unreadable] = [*walked.unreadable]
    passed: list[Passed] = [*walked.passed]
    terraform: list[TerraformText] = []
    others = 0
    for outcome in outcomes:
        match outcome:
            case ReadFile():
                files.append(outcome)
            case Unreadable():
                unreadable.append(outcome)
            case Passed():
                passed.append(outcome)
            case TerraformText():
                terraform.append(outcome)
            case NotOurs():
                others += 1
    for configuration in _configurations(terraform, ask):
        if isinstance(configuration, ReadFile):
            files.append(configuration)
        else:
            unreadable.append(configuration)
    kept = once(files, tuple(dict.fromkeys(unreadable)))
    used = {name for file in files for name in file.texts}
    broken = {one.file for one in unreadable}
    others += sum(one.at.name not in used and one.at.name not in broken for one in terraform)
    skipped = {OTHER: others, IGNORED: walked.ignored}
    return ReadTree(
        kept.files, kept.unreadable, {reason: count for reason, count in skipped.items() if count}, tuple(passed)
    )


def _configurations(texts: Sequence[TerraformText], ask: ReadAsk) -> Iterable[ReadFile | Unreadable]:
    if not texts:
        return ()
    from secrets_cli.repository.terraform_folders import read_terraform_folders

    return read_terraform_folders(texts, ask)
