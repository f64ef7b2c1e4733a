"""The configurations a command line names: what `aws lambda` printed, and a Zappa project's settings."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.narrow.configuration import Configuration


def configurations_in(
    files: Iterable[Path], zappa_settings: Path | None, stage: str | None, principal: str
) -> "tuple[Configuration, ...]":
    """The configurations of the files, and those of the stages of the settings that run as the principal.

    With `stage` that stage alone, whatever role its settings name. Raises as read_text, parse_configurations and
    zappa_stages do, and ConfigurationError where `stage` is given without settings or is not in them.
    """
    from secrets_cli.cli.reading import read_text
    from secrets_cli.narrow.configuration import parse_configurations, with_roles

    if stage is not None and zappa_settings is None:
        raise ConfigurationError("`--stage` is given without settings", "name them with --zappa-settings FILE")
    found = [one for path in files for one in parse_configurations(read_text(path), str(path))]
    zappa = () if zappa_settings is None else _of_stages(zappa_settings, stage, principal)
    return with_roles((*found, *zappa))


def _of_stages(path: Path, stage: str | None, principal: str) -> "tuple[Configuration, ...]":
    from dataclasses import replace

    from secrets_cli.cli.reading import read_text
    from secrets_cli.inputs.zappa_stages import zappa_stages
    from secrets_cli.narrow.configuration import zappa_configuration

    stages = zappa_stages(read_text(path), str(path), path.resolve().parent.name)
    if stage is None:
        return tuple(zappa_configuration(one, str(path), principal) for one in stages)
    chosen = [one for one in stages if one.name == stage]
    if not chosen:
        names = ", ".join(one.name for one in stages)
        raise ConfigurationError(f"`{path}` has no stage `{stage}`", f"its stages are: {names}")
    return tuple(replace(zappa_configuration(one, str(path), principal), role=principal) for one in chosen)
