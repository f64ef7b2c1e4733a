"""Which configuration holds for a run of the gate: the one named, the one of the base, or the nearest one."""

import os
import posixpath
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.gate.settings import Folders, Settings
    from secrets_cli.repository.git import Base


@dataclass(frozen=True, slots=True)
class ConfigurationAsk:
    """What a command line says about the configuration."""

    paths: tuple[str, ...]
    file: str | None = None
    none: bool = False


def settings_for(ask: ConfigurationAsk, base: "Base | None" = None) -> "Settings":
    """The settings. With a base, those that the base has: a change must not switch the gate off for itself.

    Raises ConfigurationError for a configuration that is not there or says what it must not.
    """
    from secrets_cli.gate.configuration import configures_gate
    from secrets_cli.gate.settings import Settings
    from secrets_cli.repository.configuration_file import find_configuration, read_configuration

    if ask.file is not None and ask.none:
        raise ConfigurationError("`--config` and `--no-config` exclude each other", "give one of them")
    folders = folders_of(ask)
    if ask.none:
        return Settings(folders=folders)
    if ask.file is not None:
        found = read_configuration(ask.file)
    elif base is not None:
        return _of_base(base, folders, start_of(ask))
    else:
        nearest = find_configuration(start_of(ask), configures_gate)
        if nearest is None:
            return Settings(folders=folders)
        found = nearest
    return _settings(found.text, found.path, replace(folders, configured=found.folder))


def start_of(ask: ConfigurationAsk) -> str:
    """Where the search for the configuration, and for the repository, begins."""
    first = next((path for path in ask.paths if path != "-"), os.curdir)
    return first if Path(first).exists() else os.curdir


def folders_of(ask: ConfigurationAsk) -> "Folders":
    """Where the run takes place."""
    from secrets_cli.gate.settings import Folders
    from secrets_cli.repository.configuration_file import top_or_here

    top = top_or_here(start_of(ask))
    return Folders(os.path.realpath(os.curdir), top, top)


def _of_base(base: "Base", folders: "Folders", start: str) -> "Settings":
    """The nearest configuration that the base has, from the first path upwards."""
    from secrets_cli.gate.configuration import configures_gate
    from secrets_cli.gate.settings import Settings
    from secrets_cli.repository.configuration_file import NAMES
    from secrets_cli.repository.git import file_at

    real = Path(start).resolve()
    folder = (real if real.is_dir() else real.parent).relative_to(base.top).as_posix()
    while True:
        for name in NAMES:
            path = posixpath.normpath(posixpath.join(folder, name))
            text = file_at(base, path)
            if text is not None and configures_gate(text, path):
                configured = os.path.normpath(Path(base.top, folder))
                return _settings(text, path, replace(folders, configured=configured))
        if folder in (".", ""):
            return Settings(folders=folders)
        folder = posixpath.dirname(folder) or "."


def _settings(text: str, path: str, folders: "Folders") -> "Settings":
    from secrets_cli.gate.configuration import settings_from
    from secrets_cli.gate.registry import RULES

    return settings_from(text, path, {rule.id for rule in RULES}, folders)
