"""Writing the files of a project to a folder: each complete or absent."""

import contextlib
import os
import tempfile
from pathlib import Path

from secrets_cli.errors import ConfigurationError


def write_whole(target: Path, text: str) -> None:
    """Write a text under a temporary name beside the target, then rename it, its folder made first.

    Raises ConfigurationError where that cannot be done.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(f"cannot write `{target}`: {why}", "choose another folder for --out") from None
