"""Writing a file that holds secrets: for its owner alone, whole or not at all, and not where git would pick it up."""

import contextlib
import os
import stat
import subprocess
import tempfile
from pathlib import Path

from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue

_GIT_SECONDS = 10
_SUCH_AS = "write it elsewhere, add it to .gitignore, or give `--force`"


def write_private(target: Path, text: SecretValue, *, replace: bool = True) -> None:
    """Write UTF-8 text with mode 0600, under a temporary name beside the target and then renamed.

    A file that is there is replaced, and has mode 0600 after that; with `replace=False` it is refused. Raises
    ConfigurationError for that, where the folder cannot be written, and where something that is no regular file has the
    name.
    """
    try:
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise ConfigurationError(f"`{target}` is no regular file", "give the name of a file, new or to be replaced")
        if target.exists() and not replace:
            raise ConfigurationError(f"`{target}` is there already", "choose another path, or give `--force`")
        _replace(target, text)
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(f"cannot write `{target}`: {why}", "choose another file") from None


def _replace(target: Path, text: SecretValue) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # 0600 by its contract
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), stat.S_IRUSR | stat.S_IWUSR)
            file.write(text.reveal().encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def refuse_in_work_tree(target: Path) -> None:
    """Raise ConfigurationError where the file would be in a git work tree that does not ignore it.

    Whether it is ignored is asked of `git check-ignore`, which does not count a file that is tracked. Where git is not
    there, or does not answer, a file below a folder with `.git` counts as not ignored.
    """
    absolute = target.absolute().parent.resolve() / target.name
    tree = next((folder for folder in absolute.parents if (folder / ".git").exists()), None)
    if tree is None:
        return
    answer = _check_ignore(tree, absolute)
    if answer == 0:
        return
    if answer == 1:
        raise ConfigurationError(f"`{target}` is in the git work tree `{tree}`, which does not ignore it", _SUCH_AS)
    raise ConfigurationError(
        f"`{target}` is in the git work tree `{tree}`, and git could not be asked whether it is ignored", _SUCH_AS
    )


def _check_ignore(tree: Path, file: Path) -> int | None:
    """0: ignored, 1: not, anything else: git failed; None: there is no git, or it did not answer in time.

    The tree may be anybody's, so what its configuration would run (a file system monitor) is turned off, and variables
    that point git elsewhere are not passed on.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(tree), "-c", "core.fsmonitor=false", "check-ignore", "--quiet", "--", str(file)]
    try:
        ran = subprocess.run(  # noqa: S603  # git with a path as its argument, no shell
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ran.returncode
