"""Where CloudTrail puts logs in a bucket, and which of it a reading has to open.

    [prefix/]AWSLogs/[o-ORG/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_TIME_UNIQUE.json.gz
    [prefix/]AWSLogs/[o-ORG/]ACCOUNT/CloudTrail-Digest/..., CloudTrail-Insight/... and other services': no logs

A key's day is that of its delivery, and "a log file delivered at a specific time can contain records written at any point
before that time": https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html. Delivery takes
about 5 minutes on average, which is not guaranteed, and is tried for 30 days where the bucket could not be reached:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html. So days are left out with a
margin: one day before (for clocks), and `late_days` after.
"""

import datetime
import enum
import re
from dataclasses import dataclass
from typing import assert_never

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.usage import LeftOut
from secrets_cli.usage.window import Window

LATE_DAYS = 1
"""Days after the last one asked for whose keys are opened too."""
SUFFIXES = (".json", ".json.gz", ".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
EXPORTS = (".csv", ".csv.gz", ".parquet")
"""What may be exports of queries, which are read from disk alone."""
_SCHEME = "s3://"
_LOGS = "AWSLogs"
_TRAIL = "CloudTrail"
_NOT_LOGS = {"CloudTrail-Digest", "CloudTrail-Insight"}
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d+")
_YEAR = re.compile(r"\d{4}")
_TWO_DIGITS = re.compile(r"\d\d")
_BUCKET = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,253}[a-zA-Z0-9]")
"""Looser than S3's rules for new buckets, as old ones have capitals and underscores."""


@dataclass(frozen=True, slots=True)
class S3Place:
    """A bucket, and what its keys begin with."""

    bucket: str
    prefix: str
    """A key, or a folder with or without its last `/`; empty: the whole bucket."""

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.prefix}" if self.prefix else f"{_SCHEME}{self.bucket}"


def is_s3(source: str) -> bool:
    """Whether the source is a place in S3."""
    return source.startswith(_SCHEME)


def s3_place(source: str) -> S3Place:
    """The place that `s3://bucket/prefix` names. Raises ConfigurationError where it names no bucket."""
    bucket, _, prefix = source.removeprefix(_SCHEME).partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise ConfigurationError(f"`{source}` names no bucket", "write `s3://bucket` or `s3://bucket/prefix`")
    return S3Place(bucket, prefix)


class Level(enum.Enum):
    """What a folder is in the layout."""

    ABOVE = enum.auto()
    """No `AWSLogs` is in its path: there may be one below, or logs by themselves."""
    LOGS = enum.auto()
    """`AWSLogs/`, or an organisation's folder in it."""
    ACCOUNT = enum.auto()
    TRAIL = enum.auto()
    """An account's `CloudTrail/`."""
    REGION = enum.auto()
    YEAR = enum.auto()
    MONTH = enum.auto()
    BELOW_MONTH = enum.auto()
    NOT_LOGS = enum.auto()
    """Digests and insights."""
    OTHER_SERVICE = enum.auto()
    """`AWSLogs/ACCOUNT/Config` and the like."""
    STRANGE = enum.auto()
    """Below `AWSLogs`, and not of CloudTrail's layout: read, as it may hold logs."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A folder's place in the layout; a field is empty above its level."""

    level: Level
    account: str = ""
    region: str = ""
    day: str = ""
    """As far as the path has it: `2026`, `2026/09`, `2026/09/01`."""
    service: str = ""


def spot_of(prefix: str) -> Spot:
    """What the folder `prefix` is; the path ends in `/` or is empty."""
    parts = prefix.split("/")[:-1]
    if _LOGS not in parts:
        return Spot(Level.ABOVE)
    below = parts[len(parts) - parts[::-1].index(_LOGS) :]
    if below and _ORGANIZATION.fullmatch(below[0]):
        below = below[1:]
    if not below:
        return Spot(Level.LOGS)
    account, *rest = below
    if not _ACCOUNT.fullmatch(account):
        return Spot(Level.STRANGE)
    if not rest:
        return Spot(Level.ACCOUNT, account)
    service, *rest = rest
    if service in _NOT_LOGS:
        return Spot(Level.NOT_LOGS, account, service=service)
    if service != _TRAIL:
        return Spot(Level.OTHER_SERVICE, account, service=service)
    return _in_trail(account, rest)


def _in_trail(account: str, rest: list[str]) -> Spot:
    if not rest:
        return Spot(Level.TRAIL, account)
    region, *day = rest
    forms = (_YEAR, _TWO_DIGITS, _TWO_DIGITS)
    if not _REGION.fullmatch(region) or not all(form.fullmatch(part) for form, part in zip(forms, day, strict=False)):
        return Spot(Level.STRANGE, account)
    level = (Level.REGION, Level.YEAR, Level.MONTH, Level.BELOW_MONTH)[min(len(day), 3)]
    return Spot(level, account, region, "/".join(day[:3]))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which keys of the layout are opened. What does not lie in the layout is always opened."""

    accounts: frozenset[str] = frozenset()
    """Empty: all."""
    regions: frozenset[str] = frozenset()
    """Empty: all."""
    first_day: str = ""
    """`2026/08/31`, the margin taken off; empty: no limit."""
    last_day: str = ""
    """`2026/10/02`, the margin added; empty: no limit."""

    def takes_day(self, day: str) -> bool:
        """Whether a day, or any day of a month or year, is to be opened."""
        length = len(day)
        return self.first_day[:length] <= day and (not self.last_day or day <= self.last_day[:length])

    def leaves_out(self, spot: Spot) -> LeftOut | None:
        """Why a folder is not opened; None where it is."""
        if spot.level is Level.NOT_LOGS:
            return LeftOut.NO_LOGS
        if spot.level is Level.OTHER_SERVICE:
            return LeftOut.OTHER_SERVICE
        if spot.account and self.accounts and spot.account not in self.accounts:
            return LeftOut.ACCOUNT
        if spot.region and self.regions and spot.region not in self.regions:
            return LeftOut.REGION
        if spot.day and not self.takes_day(spot.day):
            return LeftOut.DAYS
        return None

    def reason(self, kind: LeftOut) -> str:
        """What is said of folders left out."""
        match kind:
            case LeftOut.NO_LOGS:
                return "digests or insights, which are no logs"
            case LeftOut.OTHER_SERVICE:
                return "logs of other services"
            case LeftOut.ACCOUNT:
                return "accounts not asked for (`--log-account`)"
            case LeftOut.REGION:
                return "regions not asked for (`--log-region`)"
            case LeftOut.DAYS:
                ends = (("before", self.first_day), ("after", self.last_day))
                days = " and ".join(f"{word} {day}" for word, day in ends if day)
                return f"keys of days {days} (`--since`, `--until`, `--days`)"
            case unreachable:
                assert_never(unreachable)


def choice_of(
    window: Window,
    accounts: frozenset[str] = frozenset(),
    regions: frozenset[str] = frozenset(),
    late_days: int = LATE_DAYS,
) -> Choice:
    """What a window and the accounts and regions asked for leave to be opened."""
    first = _day(window.since, -1, datetime.timedelta())
    return Choice(accounts, regions, first, _day(window.until, late_days, _MOMENT))


_MOMENT = datetime.timedelta(seconds=1)
"""A window ends before its last moment: it may end where a day begins, and hold nothing of it."""


def _day(time: str, more: int, less: datetime.timedelta) -> str:
    """The day `more` days from that of a moment, as keys have it; empty for no moment, and for one at the edge of dates."""
    if not time:
        return ""
    try:
        day = (datetime.datetime.fromisoformat(time) - less).date() + datetime.timedelta(days=more)
    except OverflowError:
        return ""
    return day.isoformat().replace("-", "/")
