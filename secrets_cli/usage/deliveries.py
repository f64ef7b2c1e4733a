"""Which log files may hold the same events as others: they are read together, and each event is counted once.

Two trails, or an organisation's trail beside an account's own, deliver the same events under two key prefixes; and folders are
copied. All deliveries of an event are of one account, one region and (around midnight aside) one day of the key, so only the
files of such a partition that lies under more than one prefix have to be looked at together. A file that is no delivery by its
name is looked at together with those of the same name and size in other folders.

CloudTrail's keys: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from secrets_cli.usage.sources.files import LogFile


@dataclass(frozen=True, slots=True)
class Shared:
    """Files that may hold the same events. The order of the files is that of their paths, whoever lists them."""

    files: tuple[LogFile, ...]
    before: tuple[LogFile, ...] = ()
    """The deliveries of the day before: what they hold of an earlier day's events is not counted again. They are counted
    themselves elsewhere."""
    day: str = ""
    """The day of the keys, `2026-09-01`; empty where the files are no deliveries by their names."""

    @property
    def size(self) -> int:
        """Bytes on disk of the files."""
        return sum(file.size for file in self.files)


Work: TypeAlias = LogFile | Shared
"""What is read at once."""


class _Partition(NamedTuple):
    account: str
    region: str
    day: str


_DELIVERED = re.compile(
    r"(?:.*/)?AWSLogs/(?:o-[a-z0-9]+/)?(?P<account>\d{12})/CloudTrail/(?P<region>[a-z0-9-]+)/"
    r"(?P<day>\d{4}/\d\d/\d\d)/[^/]*",
    re.ASCII,
)
_NAMED = re.compile(
    r"(?P<account>\d{12})_CloudTrail_(?P<region>[a-z0-9-]+)_(?P<day>\d{8})T(?P<time>\d{4})Z_\w+\.json(?:\.gz)?",
    re.ASCII,
)

_DATED = re.compile(r"(?:\w+=)?(?:[\d-]+|CloudTrail|[a-z]{2}(?:-[a-z]+)+-\d)", re.ASCII)
"""A folder that only says when, where or of which account: `2026`, `day=2026-09-01`, `us-east-1`."""


def work_of(files: Sequence[LogFile]) -> list[Work]:
    """The files as work, in an order of their own: those with events that another may hold together, all others alone."""
    partitions: dict[_Partition, dict[str, list[LogFile]]] = defaultdict(dict)
    others: dict[tuple[str, int], list[LogFile]] = defaultdict(list)
    for file in files:
        if found := _place(file.path):
            partition, prefix = found
            partitions[partition].setdefault(prefix, []).append(file)
        else:
            others[file.path.rpartition("/")[2], file.size].append(file)
    work: list[Work] = []
    for partition, prefixes in partitions.items():
        before = partitions.get(partition._replace(day=_day_before(partition.day)), {})
        if len(prefixes.keys() | before.keys()) > 1:
            work.append(Shared(_in_order(prefixes), _in_order(before), partition.day))
        else:
            work += next(iter(prefixes.values()))
    for same in others.values():
        if len(same) > 1:
            work.append(Shared(tuple(sorted(same, key=_path))))
        else:
            work += same
    return work


def account_of(work: Work) -> str:
    """The account whose events the files hold, by their names; empty where these do not say."""
    found = _place((work.files[0] if isinstance(work, Shared) else work).path)
    return found[0].account if found else ""


def delivered_at(file: LogFile) -> str:
    """The minute of the delivery by the file's name, as events write it without the seconds; empty where the name has none.

    The file holds events of before that time only.
    """
    found = _NAMED.fullmatch(file.path.rpartition("/")[2])
    if not found:
        return ""
    day, time = found["day"], found["time"]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:]}"


def _place(path: str) -> tuple[_Partition, str] | None:
    """The partition a delivery belongs to and the prefix it came under; None where it is no delivery by its name."""
    if found := _DELIVERED.fullmatch(path):
        day = found["day"].replace("/", "-")
        return _Partition(found["account"], found["region"], day), path[: found.start("account")]
    folder, _, name = path.rpartition("/")
    if found := _NAMED.fullmatch(name):
        day = found["day"]
        return _Partition(found["account"], found["region"], f"{day[:4]}-{day[4:6]}-{day[6:]}"), _undated(folder)
    return None


def _undated(folder: str) -> str:
    """The folder above those that only say when and where, so that the days of one delivery have one prefix."""
    while folder:
        above, _, name = folder.rpartition("/")
        if not _DATED.fullmatch(name):
            return folder
        folder = above
    return folder


def _day_before(day: str) -> str:
    try:
        return str(datetime.date.fromisoformat(day) - datetime.timedelta(days=1))
    except (ValueError, OverflowError):
        return ""


def _in_order(prefixes: Mapping[str, Iterable[LogFile]]) -> tuple[LogFile, ...]:
    return tuple(sorted((file for files in prefixes.values() for file in files), key=_path))


def _path(file: LogFile) -> str:
    return file.path
