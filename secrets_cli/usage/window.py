"""The days whose records count.

Records outside are read, for the file that holds them must be whole, and left out of all that is said of usage: uses,
principals, coverage in time, and what kinds of data events the logs hold.
"""

import datetime
import re
from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError

_FORM = "write a day (`2026-09-01`) or a moment (`2026-09-01T12:00:00Z`), UTC"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on, up to and without `until`; an empty text is no limit.

    Both are UTC as CloudTrail writes times (`2026-09-01T00:00:00Z`), so that comparing texts compares times:
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """

    since: str = ""
    until: str = ""

    def holds(self, time: str) -> bool:
        """Whether a record of that time counts. One without a time counts in a window without limits alone."""
        if not time:
            return not self.since and not self.until
        return self.since <= time and (not self.until or time < self.until)


EVERYTHING = Window()


def window_of(since: str | None, until: str | None, days: int | None, now: datetime.datetime) -> Window:
    """The window that a command line asks for: `--since`, `--until` (a day there is meant whole), or the last `--days`.

    Raises ConfigurationError for what is no time, for `days` below 1 or beside `since`, and for a window that is empty.
    """
    if days is not None:
        if since is not None:
            raise ConfigurationError("`--days` and `--since` both say where to begin", "give one of them")
        if not 1 <= days <= _MOST_DAYS:
            raise ConfigurationError(
                f"`--days` takes 1 to {_MOST_DAYS:,}", "give the number of days back from `--until`"
            )
    end = _moment(until, "--until", whole_day=True) if until else None
    if days is not None:
        begin: datetime.datetime | None = (end or now) - datetime.timedelta(days=days)
    else:
        begin = _moment(since, "--since", whole_day=False) if since else None
    if begin is not None and end is not None and begin >= end:
        raise ConfigurationError("the window is empty: it ends before it begins", "swap `--since` and `--until`")
    return Window(text_of(begin) if begin else "", text_of(end) if end else "")


_MOST_DAYS = 36_500


def text_of(moment: datetime.datetime) -> str:
    """As CloudTrail writes it: UTC, to the second."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str, option: str, *, whole_day: bool) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.UTC)
        if whole_day and _DAY.fullmatch(text):
            moment += datetime.timedelta(days=1)
        return moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise ConfigurationError(f"`{option}` is no time: `{text}`", _FORM) from None
