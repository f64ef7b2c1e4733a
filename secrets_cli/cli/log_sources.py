"""What commands that read logs were told of where these lie, and the reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.usage.s3_scan import S3Ask
    from secrets_cli.usage.sources.event_history import HistoryAsk
    from secrets_cli.usage.usage import Usage
    from secrets_cli.usage.window import Window


@dataclass(frozen=True, slots=True)
class LogSources:
    """The options of `log_source_options` and `event_history_options`, as they were given."""

    target: "Target"
    accounts: Sequence[str] | None
    regions: Sequence[str] | None
    late_days: int | None
    cache: Path | None
    requester_pays: bool
    lookup_regions: Sequence[str] | None
    lookup_keep: Path | None

    def scan(
        self,
        sources: Sequence[str],
        principals: frozenset[str],
        window: "Window",
        *,
        quiet: bool,
        store: str | None = None,
    ) -> "Usage":
        """The usage of these principals in the sources, with a progress bar.

        Raises as `S3Options.ask`, `history_asked`, `scan_with_progress` and `refuse_unread`.
        """
        from secrets_cli.cli.scanning import refuse_unread, scan_with_progress

        s3, history = self._asked(sources, principals, window, quiet=quiet)
        usage = scan_with_progress(sources, principals, quiet=quiet, window=window, store=store, s3=s3, history=history)
        refuse_unread(usage)
        return usage

    def refuse_given(self) -> None:
        """Raise ConfigurationError where an option is about logs, and no logs are read."""
        from secrets_cli.usage.window import EVERYTHING

        self._asked((), frozenset(), EVERYTHING, quiet=True)

    def _asked(
        self, sources: Sequence[str], principals: frozenset[str], window: "Window", *, quiet: bool
    ) -> "tuple[S3Ask, HistoryAsk | None]":
        from secrets_cli.cli.event_history_options import history_asked
        from secrets_cli.cli.log_source_options import S3Options

        of_s3 = (self.accounts or (), self.regions or (), self.late_days, self.cache, self.requester_pays)
        s3 = S3Options(self.target, *of_s3).ask(sources, principals)
        regions = self.lookup_regions or ()
        return s3, history_asked(sources, self.target, regions, self.lookup_keep, window, quiet=quiet)
