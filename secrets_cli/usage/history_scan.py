"""What CloudTrail's event history adds to a scan."""

from contextlib import closing
from dataclasses import dataclass, field

from secrets_cli.errors import AwsFailure
from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.judge import Meaning
from secrets_cli.usage.one_file import read_content
from secrets_cli.usage.sources.event_history import (
    SOURCE,
    Failed,
    HistoryAsk,
    HistoryProgress,
    Page,
    history_pages,
    pieces_of,
)
from secrets_cli.usage.usage import AskedHistory, Rejected
from secrets_cli.usage.window import Window


@dataclass(slots=True)
class _Tally:
    requests: int = 0
    events: int = 0


@dataclass(slots=True)
class HistoryScan:
    """The event history of one scan."""

    ask: HistoryAsk
    window: Window
    _tallies: dict[str, _Tally] = field(default_factory=dict, init=False)

    def add_to(self, total: Aggregate, principals: frozenset[str] | None, meaning: Meaning) -> tuple[AskedHistory, ...]:
        """Count all events; what was asked of each region. A region that could not be had is rejected by name.

        Raises as `history_pages`, and the first region's AwsFailure where none could be had.
        """
        pieces = pieces_of(self.ask, self.window)
        self._tallies = {region: _Tally() for region in pieces}
        failed: list[AwsFailure] = []
        done = HistoryProgress(0, sum(len(days) for days in pieces.values()), 0, 0)
        with closing(history_pages(self.ask, self.window)) as pages:
            for found in pages:
                if isinstance(found, Failed):
                    failed.append(found.error)
                    total.rejected.append(_rejected(found))
                else:
                    total.add_all(self._counted(found, principals, meaning))
                    done = _further(done, found)
                if self.ask.progress:
                    self.ask.progress(done)
        if failed and len(failed) == len(pieces) and not done.events:
            raise failed[0]
        return tuple(
            AskedHistory(
                region, days[-1].since, days[0].until, self._tallies[region].requests, self._tallies[region].events
            )
            for region, days in sorted(pieces.items())
        )

    def _counted(self, page: Page, principals: frozenset[str] | None, meaning: Meaning) -> Aggregate:
        tally = self._tallies[page.piece.region]
        tally.requests += page.requests
        tally.events += page.events
        name = page.piece.name if page.number == 1 and page.is_last else f"{page.piece.name}/{page.number}"
        part = read_content(page.data, name, principals, meaning, self.window)
        part.files = 0  # it is no file; what was asked is in the coverage by itself
        part.data_event_types.clear()  # whatever a record looks like, data events are not in event history
        return part


def _further(done: HistoryProgress, page: Page) -> HistoryProgress:
    return HistoryProgress(
        done.days + page.is_last, done.all_days, done.requests + page.requests, done.events + page.events
    )


def _rejected(failed: Failed) -> Rejected:
    help_ = f"; {failed.error.help}" if failed.error.help else ""
    return Rejected(f"{SOURCE}/{failed.region}", failed.error.message + help_)
