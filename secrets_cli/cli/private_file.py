"""Files that hold secrets: readable by their owner alone, whole or not there, and never about to be committed."""

import os
import subprocess
import tempfile
from pathlib import Path

from secrets_cli.errors import ConfigurationError, UnreadableSource
from secrets_cli.secret_value import SecretValue


def refuse_where_git_would_take_it(path: Path, *, force: bool) -> None:
    """Raise ConfigurationError where the file would lie in a git work tree that does not ignore it, unless `force`."""
    if force:
        return
    folder = path.resolve().parent
    if not any((above / ".git").exists() for above in (folder, *folder.parents)):
        return
    if _is_ignored(path.resolve(), folder):
        return
    raise ConfigurationError(
        f"`{path}` would hold secrets in a git work tree that does not ignore it",
        "choose a path outside, add it to .gitignore, or give `--force`",
    )


def _is_ignored(path: Path, folder: Path) -> bool:
    """Whether git ignores the path; without git, or where it fails, it is taken not to."""
    try:
        asked = subprocess.run(  # noqa: S603  # arguments are a list, and the path comes after `--`
            ["git", "-C", str(folder), "check-ignore", "--quiet", "--", str(path)],  # noqa: S607  # the user's own git
            capture_output=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def write_private(path: Path, text: SecretValue, *, force: bool) -> None:
    """Write the file with mode 0600, under a temporary name beside it first, then renamed.

    A file that is there is not replaced unless `force`. Raises ConfigurationError, or UnreadableSource where the folder
    cannot be written to; nothing is left behind then.
    """
    if path.exists() and not force:
        raise ConfigurationError(f"`{path}` is there already", "choose another path, or give `--force` to replace it")
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".secrets-cli-", dir=path.parent)  # made with mode 0600
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text.reveal())
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise UnreadableSource(f"`{path}` cannot be written: {(error.strerror or 'unknown error').lower()}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
