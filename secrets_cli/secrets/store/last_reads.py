"""Who last read a parameter, by the JSON of `secrets-cli usage scan`.

A read of the parameter itself is certain. A read of a folder above it may have read it: CloudTrail tells the folder alone.
So may one whose resource the log does not tell exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.pattern import matches

_OF_ONE = frozenset({"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory"})
_OF_FOLDER = "ssm:GetParametersByPath"


class _Use(msgspec.Struct):
    principal: str
    action: str
    resource: str
    outcome: str
    session_name: str = ""
    last_seen: str | None = None


class _Document(msgspec.Struct):
    schema: str
    uses: list[_Use]


@dataclass(frozen=True, slots=True)
class LastRead:
    """The latest read that was seen."""

    when: str
    """UTC, ISO 8601 with `Z`."""
    principal: str
    """ARN."""
    session_name: str
    action: str
    is_certain: bool
    """False where a folder was read, or the log does not tell the parameter exactly."""


@dataclass(frozen=True, slots=True)
class Reads:
    """The reads a log holds, the latest for each resource, principal and kind being kept."""

    exact: Mapping[str, LastRead]
    """By the ARN of a parameter."""
    folders: Mapping[str, LastRead]
    """By the ARN of a folder."""
    patterns: tuple[tuple[str, LastRead], ...]
    """By a resource with wildcards."""


def reads_in(text: str, where: str) -> Reads:
    """The reads of parameters in the JSON of `usage scan`. Raises MalformedInput, naming the file as `where`."""
    try:
        document = msgspec.json.decode(text, type=_Document)
    except (msgspec.DecodeError, ValueError):
        raise MalformedInput(
            f"`{where}` is not the JSON of `usage scan`", "make it with `secrets-cli usage scan SOURCE --format json`"
        ) from None
    if document.schema != "secrets-cli/usage/1":
        raise MalformedInput(
            f"`{where}` is not of the schema `secrets-cli/usage/1`",
            "make it with `secrets-cli usage scan SOURCE --format json`",
        )
    return _sorted_out(use for use in document.uses if use.outcome == "used" and use.last_seen)


def _sorted_out(uses: Iterable[_Use]) -> Reads:
    exact: dict[str, list[LastRead]] = defaultdict(list)
    folders: dict[str, list[LastRead]] = defaultdict(list)
    patterns: dict[str, list[LastRead]] = defaultdict(list)
    for use in uses:
        if use.action not in _OF_ONE and use.action != _OF_FOLDER:
            continue
        has_wildcard = "*" in use.resource or "?" in use.resource
        kept = patterns if has_wildcard else exact if use.action in _OF_ONE else folders
        is_certain = kept is exact
        kept[use.resource].append(
            LastRead(use.last_seen or "", use.principal, use.session_name, use.action, is_certain)
        )
    return Reads(
        {resource: _latest(reads) for resource, reads in exact.items()},
        {resource.rstrip("/"): _latest(reads) for resource, reads in folders.items()},
        tuple((resource, _latest(reads)) for resource, reads in patterns.items()),
    )


def last_read(reads: Reads, arn: str) -> LastRead | None:
    """The latest read of a parameter, and where that is not certain, still the latest; None for none seen.

    A certain read wins over one that only may have been of this parameter, unless that one is later.
    """
    seen = [*_of(reads, arn)]
    return max(seen, key=lambda read: (read.when, read.is_certain), default=None)


def _of(reads: Reads, arn: str) -> Iterator[LastRead]:
    if arn in reads.exact:
        yield reads.exact[arn]
    for folder in _ancestors(arn):
        if folder in reads.folders:
            yield reads.folders[folder]
    yield from (read for pattern, read in reads.patterns if matches(pattern, arn))


def _ancestors(arn: str) -> Iterator[str]:
    """ARNs of the folders above: `...:parameter/a/b/c` is under `.../a/b`, `.../a` and the root `...:parameter`."""
    while ":parameter/" in arn:
        arn = arn.rpartition("/")[0]
        yield arn


def _latest(reads: list[LastRead]) -> LastRead:
    return max(reads, key=lambda read: read.when)
