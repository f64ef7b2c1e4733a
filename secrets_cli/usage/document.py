"""The document of `usage scan --format json`, read back: the same values that the scan had.

Fields that a later version adds are passed over; what is missing or of another type is refused.
"""

from typing import Literal

import msgspec

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import ConditionTerm
from secrets_cli.iam.operator_name import parse_operator
from secrets_cli.usage.usage import (
    AskedHistory,
    Coverage,
    DayOfUse,
    DigestVerified,
    LeftOut,
    NotCounted,
    NotCountedReason,
    NotOpened,
    Outcome,
    Rejected,
    Usage,
    Use,
)

SCHEMA = "secrets-cli/usage/1"


class _Rejected(msgspec.Struct):
    where: str
    reason: str
    principal: str | None = None


class _NotOpened(msgspec.Struct):
    where: str
    kind: LeftOut
    reason: str
    names: list[str]
    count: int


class _AskedHistory(msgspec.Struct):
    region: str
    since: str
    until: str
    requests: int
    events: int


class _DigestVerified(msgspec.Struct):
    account: str
    region: str
    trail: str
    since: str | None
    until: str | None
    digests: int
    files: int
    pending: int


class _Coverage(msgspec.Struct):
    files: int
    records: int
    bytes: int
    rejected: list[_Rejected]
    first: str | None
    last: str | None
    regions: list[str]
    accounts: list[str]
    data_event_types: list[str]
    ignored: list[str] = []
    not_opened: list[_NotOpened] = []
    event_history: list[_AskedHistory] = []
    digests: list[_DigestVerified] = []
    of: Literal["everybody", "asked"] = "everybody"


class _Use(msgspec.Struct):
    principal: str
    session_name: str
    event_source: str
    event_name: str
    action: str
    resource: str
    condition: dict[str, dict[str, str | list[str]]]
    region: str
    account: str
    outcome: Outcome
    count: int
    first_seen: str | None
    last_seen: str | None
    event_ids: list[str] = []
    unscoped: str | None = None
    rule: str = ""


class _NotCounted(msgspec.Struct):
    principal: str
    event_source: str
    event_name: str
    reason: NotCountedReason
    why: str
    count: int


class _DayOfUse(msgspec.Struct):
    principal: str
    service: str
    day: str
    outcome: Outcome
    count: int


class _Document(msgspec.Struct):
    schema: str
    coverage: _Coverage
    principals: list[str]
    uses: list[_Use]
    not_counted: list[_NotCounted]
    days: list[_DayOfUse] = []


def read_usage(text: str, name: str) -> Usage:
    """The usage. Raises MalformedInput where the text is no such document."""
    try:
        document = msgspec.json.decode(text, type=_Document)
    except (msgspec.DecodeError, UnicodeError) as error:
        why = str(error)
        raise MalformedInput(f"`{name}` is no output of `usage scan`: {why[:1].lower()}{why[1:]}", _HELP) from None
    if document.schema != SCHEMA:
        raise MalformedInput(f"`{name}` has the schema `{document.schema[:60]}`, not `{SCHEMA}`", _HELP)
    return Usage(
        _coverage(document.coverage),
        tuple(_use(one, name) for one in document.uses),
        tuple(
            NotCounted(one.principal, one.event_source, one.event_name, one.reason, one.why, one.count)
            for one in document.not_counted
        ),
        tuple(document.principals),
        tuple(DayOfUse(one.principal, one.service, one.day, one.outcome, one.count) for one in document.days),
    )


_HELP = "write it with `secrets-cli usage scan SOURCE --format json`"


def _coverage(read: _Coverage) -> Coverage:
    return Coverage(
        read.files,
        read.records,
        read.bytes,
        tuple(Rejected(one.where, one.reason, one.principal or "") for one in read.rejected),
        read.first or "",
        read.last or "",
        tuple(read.regions),
        tuple(read.accounts),
        tuple(read.data_event_types),
        ignored=tuple(read.ignored),
        not_opened=tuple(
            NotOpened(one.where, one.kind, one.reason, tuple(one.names), one.count) for one in read.not_opened
        ),
        event_history=tuple(
            AskedHistory(one.region, one.since, one.until, one.requests, one.events) for one in read.event_history
        ),
        digests=tuple(_digest(one) for one in read.digests),
        is_of_asked=read.of == "asked",
    )


def _digest(read: _DigestVerified) -> DigestVerified:
    return DigestVerified(
        read.account,
        read.region,
        read.trail,
        read.since or "",
        read.until or "",
        read.digests,
        read.files,
        read.pending,
    )


def _use(read: _Use, name: str) -> Use:
    return Use(
        read.principal,
        read.session_name,
        read.event_source,
        read.event_name,
        read.action,
        read.resource,
        tuple(_terms(read, name)),
        read.region,
        read.account,
        read.outcome,
        read.count,
        read.first_seen or "",
        read.last_seen or "",
        tuple(read.event_ids),
        read.unscoped or "",
        read.rule,
    )


def _terms(read: _Use, name: str) -> list[ConditionTerm]:
    terms: list[ConditionTerm] = []
    for written, keys in read.condition.items():
        operator = parse_operator(written)
        if operator is None:
            raise MalformedInput(f"`{name}`: `{written[:60]}` is no condition operator", _HELP)
        for key, values in keys.items():
            terms.append(ConditionTerm(operator, key, (values,) if isinstance(values, str) else tuple(values)))
    return terms
