"""The options of commands that read logs, for CloudTrail's event history, and what they ask for."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.usage.sources.event_history import HistoryAsk
    from secrets_cli.usage.window import Window

LookupRegionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--lookup-region",
        metavar="REGION",
        help="Of `lookup-events`, ask this region; without it, every region that is enabled. Repeatable.",
    ),
]
LookupKeepOption = Annotated[
    Path | None,
    typer.Option(
        "--lookup-keep",
        metavar="DIR",
        help="Of `lookup-events`, keep each day that is over in this folder, and take it from there the next time.",
    ),
]


def history_asked(
    sources: Sequence[str],
    target: "Target",
    regions: Sequence[str],
    folder: Path | None,
    window: "Window",
    *,
    quiet: bool,
) -> "HistoryAsk | None":
    """What of the event history is to be read; None where no source is `lookup-events`. Says beforehand what it costs.

    Raises ConfigurationError for an option that nothing named is read by and for a window outside of the 90 days, and AwsFailure
    where the enabled regions cannot be listed.
    """
    from secrets_cli.cli.terminal import hint
    from secrets_cli.usage.sources.event_history import SOURCE, HistoryAsk, pieces_of

    if SOURCE not in sources:
        for name, value in {"--lookup-region": regions, "--lookup-keep": folder}.items():
            if value:
                raise ConfigurationError(
                    f"`{name}` is about `{SOURCE}`, which is not among the logs", f"name `{SOURCE}`"
                )
        return None
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    if regions:
        pieces_of(HistoryAsk(target, tuple(regions), now, folder), window)
    ask = HistoryAsk(target, _regions(target, regions), now, folder)
    if not quiet:
        if set(sources) != {SOURCE}:
            hint(f"an event that is in `{SOURCE}` and in the other logs, too, counts twice")
        hint(_cost(sum(len(days) for days in pieces_of(ask, window).values()), len(ask.regions)))
    return ask


def refuse_selectors(sources: Sequence[str], *given: object) -> None:
    """Raise ConfigurationError where event history is read and selectors are given: whatever a trail logs, data events are not
    in event history, and what selectors call visible would be taken away unseen."""
    from secrets_cli.usage.sources.event_history import SOURCE

    if SOURCE in sources and any(given):
        raise ConfigurationError(
            f"`{SOURCE}` never holds data events, so what `--selectors` or `--trail` say of a trail does not hold for it",
            f"leave them out, or read the trail's logs instead of `{SOURCE}`",
        )


def _regions(target: "Target", asked: Sequence[str]) -> tuple[str, ...]:
    from secrets_cli.errors import AccessDenied
    from secrets_cli.usage.sources.event_history import regions_of

    try:
        return regions_of(target, tuple(asked))
    except AccessDenied as error:
        raise AccessDenied(error.message, "name the regions: `--lookup-region`", error.code) from None


def _cost(days: int, regions: int) -> str:
    from secrets_cli.aws.event_history import A_SECOND, PAGE
    from secrets_cli.wording import how_many

    return (
        f"asking CloudTrail for event history: at least {how_many(days, 'request')}, one for each day of "
        f"{how_many(regions, 'region')}, and one more for every {PAGE} events; at most {A_SECOND} a second in a region, so "
        f"{PAGE * A_SECOND * 3600:,} events an hour and region; how many there are is not known before"
    )
