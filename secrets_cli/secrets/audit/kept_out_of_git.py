"""Which files git ignores, so that they are not committed by mistake."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

_SECONDS = 20


def kept_out_of_git(folder: Path, files: Sequence[str]) -> frozenset[str]:
    """Those of the files that git ignores and does not track; none where there is no git or the folder is no work tree.

    The folder's configuration is not trusted: what it could have git run for this question is switched off.
    """
    if not files:
        return frozenset()
    asked = "\0".join(str(Path(file).resolve()) for file in files)
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), "check-ignore", "-z", "--stdin"]
    try:
        ran = subprocess.run(  # noqa: S603  # git is looked up on PATH, as the user's own shell does; no argument is a file's content
            command, input=asked, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()  # no git: nothing is known to be kept out, which is the graver case
    ignored = set(ran.stdout.split("\0"))
    return frozenset(file for file in files if str(Path(file).resolve()) in ignored)
