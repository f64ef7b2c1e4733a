"""What of a source was left unopened, in words and as JSON."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from secrets_cli.json_value import JsonValue
from secrets_cli.usage.usage import AskedHistory, DigestVerified, LeftOut, NotOpened
from secrets_cli.wording import how_many

_NAMED = 6
"""Names that a line gives; JSON has them all."""


def not_opened_words(one: NotOpened) -> str:
    """`accounts not asked for (`--log-account`): 111122223333, 444455556666`."""
    folders = how_many(one.count, "folder")
    match one.kind:
        case LeftOut.NO_LOGS:
            return f"{folders} of {one.reason}"
        case LeftOut.DAYS:
            return one.reason
        case LeftOut.ACCOUNT | LeftOut.REGION | LeftOut.OTHER_SERVICE:
            return f"{one.reason}: {_names(one.names)}"
        case unreachable:
            assert_never(unreachable)


def not_opened_json(left_out: Iterable[NotOpened]) -> list[JsonValue]:
    """The list `not_opened` of a coverage."""
    return [
        {
            "where": one.where,
            "kind": one.kind.value,
            "reason": one.reason,
            "names": list(one.names),
            "count": one.count,
        }
        for one in left_out
    ]


def event_history_words(asked: Sequence[AskedHistory]) -> str:
    """`event history of 2 regions (eu-west-1, us-east-1), 2026-06-01T00:00:00Z to ...: 1,200 events in 40 requests; ...`."""
    since, until = min(one.since for one in asked), max(one.until for one in asked)
    events = how_many(sum(one.events for one in asked), "event")
    requests = how_many(sum(one.requests for one in asked), "request")
    regions = _names([one.region for one in asked])
    return (
        f"event history of {how_many(len(asked), 'region')}{regions}, {since} to {until}: {events} in {requests}; "
        "data events are never in it"
    )


def event_history_json(asked: Iterable[AskedHistory]) -> list[JsonValue]:
    """The list `event_history` of a coverage."""
    return [
        {"region": one.region, "since": one.since, "until": one.until, "requests": one.requests, "events": one.events}
        for one in asked
    ]


def digest_words(one: DigestVerified) -> str:
    """`digest-verified: trail main, 111122223333 eu-west-1, delivered 2026-03-01T00:00:00Z to ...: 40 log files by ...`."""
    spot = f"trail {one.trail}, {one.account} {one.region}"
    pending = f"; {how_many(one.pending, 'log file')} not vouched for yet" if one.pending else ""
    if not one.digests:
        return f"digests of {spot}: none could be verified{pending}"
    files, digests = how_many(one.files, "log file"), how_many(one.digests, "digest")
    return f"digest-verified: {spot}, delivered {one.since} to {one.until}: {files} by {digests}{pending}"


def digests_json(verified: Iterable[DigestVerified]) -> list[JsonValue]:
    """The list `digests` of a coverage."""
    return [
        {
            "account": one.account,
            "region": one.region,
            "trail": one.trail,
            "since": one.since or None,
            "until": one.until or None,
            "digests": one.digests,
            "files": one.files,
            "pending": one.pending,
        }
        for one in verified
    ]


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
