"""Finding the configuration: of the folder of the first path or the nearest one above it, up to the top of the repository.

In a folder `.secrets-cli.toml` goes before a `pyproject.toml` that has settings of the gate; the first folder that has either
decides. Outside a repository the search ends at the root of the file system.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError, UnreadableSource

NAMES = (".secrets-cli.toml", "pyproject.toml")
_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ConfigurationText:
    """A configuration file as it is."""

    text: str
    path: str
    """To name it by: relative to the working folder where it is within."""
    folder: str
    """The folder that it stands in, absolute."""


def find_configuration(start: str, is_meant: Callable[[str, str], bool]) -> ConfigurationText | None:
    """The nearest one from the path `start` upwards; None where there is none. `is_meant` says of a text and its name
    whether it has settings of the gate. Raises as `read_configuration`."""
    for folder in _folders(start):
        for name in NAMES:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                found = read_configuration(path)
                if is_meant(found.text, found.path):
                    return found
    return None


def read_configuration(path: str) -> ConfigurationText:
    """One file by its path. Raises ConfigurationError where it is not there, too large or no UTF-8, and UnreadableSource where
    it cannot be opened."""
    try:
        with open(path, "rb") as file:  # a path as text, as everything here has it
            data = file.read(_LARGEST + 1)
    except (FileNotFoundError, IsADirectoryError):
        raise ConfigurationError(f"there is no configuration file `{path}`", "check the path") from None
    except OSError as error:
        raise UnreadableSource(f"`{path}` cannot be read: {(error.strerror or 'unknown error').lower()}") from None
    if len(data) > _LARGEST:
        raise ConfigurationError(f"`{path}` is larger than {_LARGEST:,} bytes", "give a configuration file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"`{path}` is not UTF-8 at byte {error.start}", "save it as UTF-8") from None
    return ConfigurationText(text, _shown(path), os.path.dirname(os.path.realpath(path)))


def top_or_here(start: str) -> str:
    """The top of the work tree that holds the path, else the working folder; absolute."""
    for folder in _folders(start):
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
    return os.path.realpath(os.curdir)


def _folders(start: str) -> Iterator[str]:
    """The folder of the path and those above it, to the top of the work tree or the root; absolute."""
    real = os.path.realpath(start)
    folder = real if os.path.isdir(real) else os.path.dirname(real)
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return
        folder = above


def _shown(path: str) -> str:
    inside = os.path.relpath(path)
    return (path if inside.split(os.sep, 1)[0] == os.pardir else inside).replace(os.sep, "/")
