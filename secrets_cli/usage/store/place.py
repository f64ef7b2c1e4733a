"""Where a store lies: one file, for its owner alone, as it tells who called what."""

import os
import stat
from pathlib import Path

from secrets_cli.errors import ConfigurationError

NAME = "usage.sqlite3"


def default_path() -> Path:
    """In the user's folder for what programs can make again: `~/.cache/secrets-cli` on Linux."""
    from platformdirs import user_cache_path

    return user_cache_path("secrets-cli", appauthor=False) / NAME


def make_place(path: Path) -> None:
    """Make the folders that lack, mode 0700, and the file, mode 0600; a file that is there is made 0600.

    Raises ConfigurationError where that cannot be done, or something that is no regular file has the name.
    """
    try:
        for folder in reversed([path.parent, *path.parent.parents]):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
        if path.exists() and not path.is_file():
            raise ConfigurationError(f"`{path}` is no regular file", "name a file for the store, new or a store")
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if stat.S_IMODE(path.stat().st_mode) != 0o600:
            path.chmod(0o600)
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(
            f"the store `{path}` cannot be made: {why}", "name another file: `--store=PATH`"
        ) from None


def companions(path: Path) -> tuple[Path, ...]:
    """The file and those that SQLite keeps beside it: https://www.sqlite.org/tempfiles.html"""
    return path, Path(f"{path}-wal"), Path(f"{path}-shm")
