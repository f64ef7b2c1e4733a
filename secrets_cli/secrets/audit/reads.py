"""Who read a parameter, from what `secrets-cli usage scan --format json` wrote.

Four actions read a value: ssm:GetParameter, ssm:GetParameters, ssm:GetParameterHistory, and ssm:GetParametersByPath on any
folder above the parameter. Calls to SSM are management events, so every trail shows them. A call by path may not have been
recursive, and a resource the log could not name may have been this one: both count as reads, so that no secret is called
unread that was read.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.pattern import matches

SCHEMA = "secrets-cli/usage/1"
_BY_NAME = frozenset({"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory"})
_BY_PATH = "ssm:GetParametersByPath"
_LATE = timedelta(days=1)
"""How long before now the logs may end: CloudTrail delivers within minutes to an hour, and people scan yesterday's logs."""
_HELP = "give the output of `secrets-cli usage scan SOURCE --format json`"


@dataclass(frozen=True, slots=True)
class Read:
    """Reads of one resource by one principal through one action."""

    principal: str
    """ARN of the role or user."""
    action: str
    resource: str
    """The ARN in the log: the parameter's, or that of a folder above it."""
    count: int
    last: str
    """UTC, ISO 8601 with `Z`; empty where the log had no time."""


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

    def gaps(self, account: str, region: str, since: datetime, now: datetime) -> tuple[str, ...]:
        """Why the log cannot show that something in the account was not read between the two times; empty: it can."""
        return tuple(self._gaps(account, region, since, now))

    def _gaps(self, account: str, region: str, since: datetime, now: datetime) -> Iterator[str]:
        if self.first is None or self.last is None:
            yield f"`{self.name}` holds no record with a time"
            return
        if self.first > since:
            yield f"`{self.name}` begins {_day(self.first)}, after the window's beginning {_day(since)}"
        if self.last < now - _LATE:
            yield f"`{self.name}` ends {_day(self.last)}, before now"
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
            yield from self._folders.get(folder, ())
        yield from (read for read in self._patterns if _may_be(read, arn))

    @cached_property
    def _exact(self) -> Mapping[str, list[Read]]:
        return _grouped(read for read in self.reads if read.action in _BY_NAME and "*" not in read.resource)

    @cached_property
    def _folders(self) -> Mapping[str, list[Read]]:
        by_path = (read for read in self.reads if read.action == _BY_PATH and "*" not in read.resource)
        return _grouped(by_path, without_slash=True)

    @cached_property
    def _patterns(self) -> tuple[Read, ...]:
        return tuple(read for read in self.reads if "*" in read.resource)


def parse_read_log(text: str, name: str) -> ReadLog:
    """The reads in the JSON text of `usage scan`. Raises MalformedInput for anything else."""
    try:
        document = _document(text)
        coverage = document["coverage"]
        fates = coverage["fates"]
        return ReadLog(
            name=name,
            first=_time(coverage["first"]),
            last=_time(coverage["last"]),
            regions=frozenset(coverage["regions"]),
            accounts=frozenset(coverage["accounts"]),
            rejected=len(coverage["rejected"]),
            left_out=int(fates.get("other-principal", 0)),
            reads=tuple(_reads(document["uses"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MalformedInput(f"`{name}` is not a usage file ({SCHEMA})", _HELP) from None


def _document(text: str) -> Any:
    document = json.loads(text)
    if document["schema"] != SCHEMA:
        raise ValueError("another schema")
    return document


def _reads(uses: list[Any]) -> Iterator[Read]:
    for use in uses:
        if use["outcome"] == "used" and (use["action"] in _BY_NAME or use["action"] == _BY_PATH):
            last = use["last_seen"] or ""
            yield Read(use["principal"], use["action"], use["resource"], int(use["count"]), last)


def _together(one: Read, other: Read) -> Read:
    return replace(one, count=one.count + other.count, last=max(one.last, other.last))


def _grouped(reads: Iterator[Read], *, without_slash: bool = False) -> Mapping[str, list[Read]]:
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


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _day(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"
