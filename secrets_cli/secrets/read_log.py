"""Who read a parameter, from what `secrets-cli usage scan --format json` wrote.

Four actions read a value: ssm:GetParameter, ssm:GetParameters, ssm:GetParameterHistory, and ssm:GetParametersByPath on any
folder above the parameter. Calls to SSM are management events, so every trail shows them. A call by path may not have been
recursive, and a resource the log could not name may have been this one: both count as reads, so that no secret is called
unread that was read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

import msgspec

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.pattern import matches
from secrets_cli.wording import iso_time

SCHEMA = "secrets-cli/usage/1"
_BY_NAME = frozenset({"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory"})
_BY_PATH = "ssm:GetParametersByPath"
_LATE = timedelta(days=1)
"""How long before now the logs may end: CloudTrail delivers within minutes to an hour, and people scan yesterday's logs."""


class _Use(msgspec.Struct):
    principal: str
    action: str
    resource: str
    outcome: str
    count: int
    session_name: str = ""
    last_seen: str | None = None


class _Coverage(msgspec.Struct):
    first: datetime | None
    last: datetime | None
    regions: list[str]
    accounts: list[str]
    rejected: list[msgspec.Raw]
    fates: dict[str, int]


class _Document(msgspec.Struct):
    schema: str
    coverage: _Coverage
    uses: list[_Use]


@dataclass(frozen=True, slots=True)
class Read:
    """Reads of one resource by one principal through one action."""

    principal: str
    """ARN of the role or user."""
    session_name: str
    """Of the latest; empty where there is none."""
    action: str
    resource: str
    """The ARN in the log: the parameter's, or that of a folder above it."""
    count: int
    last: str
    """UTC, ISO 8601 with `Z`; empty where the log had no time."""

    @property
    def is_certain(self) -> bool:
        """False where a folder was read, or the log does not tell the parameter exactly."""
        return self.action in _BY_NAME and not _is_pattern(self.resource)


@dataclass(frozen=True)
class ReadLog:
    """What a usage file says of reads, and how far it can be believed."""

    name: str
    """The file's name, for messages."""
    first: datetime | None
    """UTC; the earliest record."""
    last: datetime | None
    regions: frozenset[str]
    accounts: frozenset[str]
    rejected: int
    """Files and records that could not be read."""
    left_out: int
    """Records of principals that were not asked for."""
    reads: tuple[Read, ...]

    def of(self, arn: str) -> tuple[Read, ...]:
        """The reads of a parameter, latest first, one entry for each principal, action and resource."""
        found: dict[tuple[str, str, str], Read] = {}
        for read in self._candidates(arn):
            key = (read.principal, read.action, read.resource)
            known = found.get(key)
            found[key] = read if known is None else _together(known, read)
        return tuple(sorted(found.values(), key=lambda read: (read.last, read.principal, read.action), reverse=True))

    def latest(self, arn: str) -> Read | None:
        """The latest read of a parameter whose time is known, a certain one before another of the same time."""
        timed = (read for read in self.of(arn) if read.last)
        return max(timed, key=lambda read: (read.last, read.is_certain), default=None)

    def gaps(self, account: str, region: str, since: datetime, now: datetime) -> tuple[str, ...]:
        """Why the log cannot show that something in the account was not read between the two times; empty: it can."""
        return tuple(self._gaps(account, region, since, now))

    def _gaps(self, account: str, region: str, since: datetime, now: datetime) -> Iterator[str]:
        if self.first is None or self.last is None:
            yield f"`{self.name}` holds no record with a time"
            return
        if self.first > since:
            yield f"`{self.name}` begins {iso_time(self.first)}, after the window's beginning {iso_time(since)}"
        if self.last < now - _LATE:
            yield f"`{self.name}` ends {iso_time(self.last)}, before now"
        if account not in self.accounts:
            yield f"`{self.name}` holds no record of account {account}"
        if region not in self.regions:
            yield f"`{self.name}` holds no record of region {region}"
        if self.rejected:
            yield f"{self.rejected} files or records of `{self.name}` could not be read"
        if self.left_out:
            yield f"`{self.name}` was made for some principals only: {self.left_out} records of others were left out"

    def _candidates(self, arn: str) -> Iterator[Read]:
        yield from self._exact.get(arn, ())
        for folder in _folders(arn):
            yield from self._by_folder.get(folder, ())
        yield from (read for read in self._patterns if _may_be(read, arn))

    @cached_property
    def _exact(self) -> Mapping[str, list[Read]]:
        return _grouped(read for read in self.reads if read.is_certain)

    @cached_property
    def _by_folder(self) -> Mapping[str, list[Read]]:
        by_path = (read for read in self.reads if read.action == _BY_PATH and not _is_pattern(read.resource))
        return _grouped(by_path, without_slash=True)

    @cached_property
    def _patterns(self) -> tuple[Read, ...]:
        return tuple(read for read in self.reads if _is_pattern(read.resource))


def parse_read_log(text: str, name: str) -> ReadLog:
    """The reads in the JSON text of `usage scan`. Raises MalformedInput for anything else, naming the file as `name`."""
    try:
        document = msgspec.json.decode(text, type=_Document)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise _no_usage(name) from None
    if document.schema != SCHEMA:
        raise _no_usage(name)
    coverage = document.coverage
    return ReadLog(
        name=name,
        first=_in_utc(coverage.first),
        last=_in_utc(coverage.last),
        regions=frozenset(coverage.regions),
        accounts=frozenset(coverage.accounts),
        rejected=len(coverage.rejected),
        left_out=coverage.fates.get("other-principal", 0),
        reads=tuple(_reads(document.uses)),
    )


def _no_usage(name: str) -> MalformedInput:
    return MalformedInput(
        f"`{name}` is not a usage file ({SCHEMA})", "make it with `secrets-cli usage scan SOURCE --format json`"
    )


def _reads(uses: Iterable[_Use]) -> Iterator[Read]:
    for use in uses:
        if use.outcome == "used" and (use.action in _BY_NAME or use.action == _BY_PATH):
            yield Read(use.principal, use.session_name, use.action, use.resource, use.count, use.last_seen or "")


def _together(one: Read, other: Read) -> Read:
    return replace(max(one, other, key=lambda read: read.last), count=one.count + other.count)


def _grouped(reads: Iterable[Read], *, without_slash: bool = False) -> Mapping[str, list[Read]]:
    grouped: dict[str, list[Read]] = {}
    for read in reads:
        grouped.setdefault(read.resource.rstrip("/") if without_slash else read.resource, []).append(read)
    return grouped


def _folders(arn: str) -> Iterator[str]:
    """The ARNs of the folders above a parameter, without a slash at the end; the last is `...:parameter`."""
    while (arn := arn.rpartition("/")[0]).partition(":parameter")[1]:
        yield arn


def _may_be(read: Read, arn: str) -> bool:
    if read.action == _BY_PATH:
        return any(matches(read.resource.rstrip("/"), folder) for folder in _folders(arn)) or read.resource == "*"
    return matches(read.resource, arn)


def _is_pattern(resource: str) -> bool:
    return "*" in resource or "?" in resource


def _in_utc(when: datetime | None) -> datetime | None:
    return when.astimezone(UTC) if when else None
