"""`--coverage`: whose records are looked at, where only some principals are asked for."""

import enum
from collections.abc import Sequence
from typing import Annotated

import typer

from secrets_cli.errors import ConfigurationError


class CoverageOf(enum.Enum):
    """Whose records the coverage tells of."""

    EVERYBODY = "everybody"
    ASKED = "asked"


CoverageOption = Annotated[
    CoverageOf,
    typer.Option(
        "--coverage",
        help="Whose records are looked at: everybody's, which show what the trail logs, or, in half the time, those of each "
        "--principal alone.",
    ),
]


def refuse_own_coverage(
    coverage: CoverageOf, sources: Sequence[str], principals: Sequence[str], store: str | None
) -> None:
    """Raise ConfigurationError where `asked` is asked for and cannot be had."""
    from secrets_cli.usage.sources.event_history import SOURCE

    if coverage is not CoverageOf.ASKED:
        return
    if not principals:
        raise ConfigurationError("`--coverage asked` is of principals, and none is named", "give `--principal ARN`")
    if store is not None:
        raise ConfigurationError(
            "`--store` keeps what everybody did, so `--coverage asked` saves nothing there",
            "leave out `--store` or `--coverage asked`",
        )
    if SOURCE in sources:
        raise ConfigurationError(
            f"`--coverage asked` cuts records out of files, and `{SOURCE}` is asked event by event",
            "leave out `--coverage asked`",
        )
