"""The configurations that a Zappa project's settings come to."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.narrow.configuration import Configuration


def zappa_configurations(
    settings: Path | None, stage: str | None, principals: Sequence[str]
) -> "tuple[Configuration, ...]":
    """Those of the stages that run as one of the principals; with `stage` that stage alone, whatever role its settings name.

    Raises as read_text and zappa_stages do, and ConfigurationError where `stage` is given without settings, is not in them, or
    where there are several principals that it could be of.
    """
    if settings is None:
        if stage is not None:
            raise ConfigurationError("`--stage` is given without settings", "name them with --zappa-settings FILE")
        return ()
    if stage is not None and len(principals) != 1:
        raise ConfigurationError("`--stage` is of one role", "narrow one principal at a time")
    return tuple(one for principal in principals for one in _of_stages(settings, stage, principal))


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
