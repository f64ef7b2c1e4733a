"""Usage the slow way: each record by itself, read by the standard library's JSON, everything kept until the end.

What the engines answer is compared with this. It shares with them what a record says (`read_record`, `caller_of`, `judge`) and
nothing of how records are found, grouped, counted and merged. What is no whole JSON document is cut into records by
`raw_records`, whose forms and messages have tests of their own.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from secrets_cli.catalog.grant import Mapped
from secrets_cli.catalog.visibility import data_event_type, event_data_type
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.identity import Principal, caller_of
from secrets_cli.usage.judge import CountedUse, Judgement, Meaning, NoUse, call_of, judge
from secrets_cli.usage.reading import rejected_record
from secrets_cli.usage.record import OddRecordError, Record, read_record
from secrets_cli.usage.sources.content import BadFileError
from secrets_cli.usage.sources.shape import raw_records
from secrets_cli.usage.trail_changes import trail_change
from secrets_cli.usage.usage import Coverage, DayOfUse, Fate, NotCounted, Outcome, Rejected, TrailChange, Usage, Use
from secrets_cli.usage.window import EVERYTHING, Window

SAMPLES = {Outcome.USED: 5, Outcome.FAILED_AFTER_AUTHORIZATION: 5, Outcome.DENIED: 100}


@dataclass
class Kept:
    """All that was seen."""

    rejected: list[Rejected] = field(default_factory=list)
    fates: Counter[Fate] = field(default_factory=Counter)
    covered: list[tuple[Record, str | None]] = field(default_factory=list)
    """Each readable record of the window, with its data-event type."""
    counted: list[tuple[Record, Judgement]] = field(default_factory=list)
    copies: list[tuple[Record, Judgement]] = field(default_factory=list)


def reference_usage(
    files: Mapping[str, bytes],
    principals: frozenset[str] | None,
    meaning: Meaning,
    window: Window = EVERYTHING,
    *,
    covers_all: bool = True,
) -> Usage:
    """The usage in files, given by name and decompressed content; without `covers_all` of the records of principals alone."""
    kept = Kept()
    records = size = 0
    for name, data in files.items():
        try:
            values = list(values_of(data))
        except BadFileError as error:
            kept.rejected.append(Rejected(name, str(error)))
            continue
        size += len(data)
        for number, value in enumerate(values, 1):
            records += 1
            where = f"{name}#{number}"
            if covers_all or is_of(value, where, principals):
                add(kept, value, where, principals, meaning, window)
    settle(kept)
    usage = usage_of(kept, len(files), records, size, principals is not None)
    if covers_all:
        return usage
    own = replace(usage.coverage, records=sum(dict(usage.coverage.fates).values()), is_of_asked=True)
    return replace(usage, coverage=own)


def is_of(value: "JsonValue | BadFileError", where: str, principals: frozenset[str] | None) -> bool:
    """Whether a record, readable or not, is certainly of one of the principals."""
    if isinstance(value, BadFileError):
        return False
    try:
        caller = caller_of(read_record(value))
    except OddRecordError as error:
        return principals is not None and rejected_record(where, error, value).principal in principals
    return principals is not None and isinstance(caller, Principal) and caller.arn in principals


def values_of(data: bytes) -> Iterator["JsonValue | BadFileError"]:
    """The records of a file."""
    try:
        document = json.loads(data.decode(), parse_constant=refused)
        json.dumps(document, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and isinstance(document.get("Records"), list):
        return iter(document["Records"])
    if isinstance(document, list):
        return iter(document)
    return raw_records(data)


def refused(name: str) -> NoReturn:
    raise ValueError(name)


def add(
    kept: Kept,
    value: "JsonValue | BadFileError",
    where: str,
    principals: frozenset[str] | None,
    meaning: Meaning,
    window: Window,
) -> None:
    """Keep one record, by what becomes of it."""
    if isinstance(value, BadFileError):
        kept.rejected.append(Rejected(where, str(value)))
        kept.fates[Fate.REJECTED] += 1
        return
    try:
        record = read_record(value)
    except OddRecordError as error:
        kept.rejected.append(rejected_record(where, error, value))
        kept.fates[Fate.REJECTED] += 1
        return
    if not window.holds(record.event_time):
        kept.fates[Fate.OUTSIDE_WINDOW] += 1
        return
    caller = caller_of(record)
    kept.covered.append((record, data_type(record, meaning)))
    if principals is not None and not (isinstance(caller, Principal) and caller.arn in principals):
        kept.fates[Fate.OTHER_PRINCIPAL] += 1
        return
    judged = record, judge(record, caller, meaning)
    is_shared = record.shared_event_id and record.recipient_account and isinstance(caller, Principal) and caller.account
    if is_shared and record.recipient_account != caller_account(record):
        kept.copies.append(judged)
    else:
        kept.counted.append(judged)


def caller_account(record: Record) -> str:
    caller = caller_of(record)
    return caller.account if isinstance(caller, Principal) else record.recipient_account


def data_type(record: Record, meaning: Meaning) -> str | None:
    """The data-event type of a record; of one that says nothing of its category by the actions behind it."""
    if record.event_category or record.is_management is not None:
        return event_data_type(
            record.event_source,
            record.event_name,
            event_category=record.event_category,
            management_event=record.is_management,
            resource_types=tuple(resource.type for resource in record.resources),
        )
    caller = caller_of(record)
    found = meaning(call_of(record, caller)) if isinstance(caller, Principal) else None
    types = [data_event_type(grant.action) for grant in found.grants] if isinstance(found, Mapped) else []
    return next((kind for kind in types if kind), None)


def fate_of(judgement: Judgement) -> Fate:
    return Fate.NOT_COUNTED if isinstance(judgement, NoUse) else Fate(judgement.outcome.value)


def shared_call(record: Record, judgement: Judgement) -> tuple[Any, ...]:
    caller = caller_of(record)
    arn = caller.arn if isinstance(caller, Principal) else ""
    return record.shared_event_id, arn, record.event_source, record.event_name, fate_of(judgement)


def settle(kept: Kept) -> None:
    """Of the copies of a call that its own account has no record of, the first by id, time and what it says counts. A record
    that does not say whose it is, is not taken for that of the caller's account."""
    own = {shared_call(*judged) for judged in kept.counted if judged[0].shared_event_id and judged[0].recipient_account}
    by_call: dict[tuple[Any, ...], list[tuple[Record, Judgement]]] = defaultdict(list)
    for judged in kept.copies:
        by_call[shared_call(*judged)].append(judged)
    for call, copies in by_call.items():
        kept.fates[Fate.COPY] += len(copies) - (call not in own)
        if call not in own:
            kept.counted.append(min(copies, key=copy_order))


def copy_order(judged: tuple[Record, Judgement]) -> tuple[str, str, str]:
    """The order in which copies of one call are taken; those that are equal in it say the same."""
    record, _ = judged
    return record.event_id, record.event_time, ""


def usage_of(kept: Kept, files: int, records: int, size: int, has_days: bool) -> Usage:
    """Everything that was kept, counted and sorted."""
    uses: dict[tuple[Any, ...], list[tuple[str, str, str, str]]] = defaultdict(list)
    not_counted: Counter[tuple[Any, ...]] = Counter()
    days: Counter[tuple[Any, ...]] = Counter()
    for record, judgement in kept.counted:
        kept.fates[fate_of(judgement)] += 1
        if isinstance(judgement, NoUse):
            key = (judgement.principal, record.event_source, record.event_name, judgement.reason, judgement.why)
            not_counted[key] += 1
            continue
        for use, note in distinct_uses(record, judgement).items():
            uses[use].append((record.event_time, record.event_id, *note))
        if has_days and record.event_time:
            for service in {grant.action.partition(":")[0] for grant in judgement.grants}:
                days[judgement.principal.arn, service, record.event_time[:10], judgement.outcome] += 1
    return Usage(
        coverage=coverage_of(kept, files, records, size),
        uses=tuple(sorted((use_of(key, seen) for key, seen in uses.items()), key=use_order)),
        not_counted=tuple(
            NotCounted(principal, source, event, reason, why, count)
            for (principal, source, event, reason, why), count in sorted(
                not_counted.items(), key=lambda item: (*item[0][:3], item[0][3].value, item[0][4])
            )
        ),
        principals=tuple(sorted({caller_arn(record) for record, _ in kept.covered} - {""})),
        days=tuple(
            DayOfUse(principal, service, day, outcome, count)
            for (principal, service, day, outcome), count in sorted(
                days.items(), key=lambda item: (*item[0][:3], item[0][3].value)
            )
        ),
    )


def caller_arn(record: Record) -> str:
    caller = caller_of(record)
    return caller.arn if isinstance(caller, Principal) else ""


def distinct_uses(record: Record, judgement: CountedUse) -> dict[tuple[Any, ...], tuple[str, str]]:
    """What makes uses the same, with the note and rule of the first grant that gives each."""
    found: dict[tuple[Any, ...], tuple[str, str]] = {}
    caller, outcome = judgement.principal, judgement.outcome
    for grant in judgement.grants:
        for resource in grant.resources:
            key = (
                caller.arn,
                caller.session_name,
                record.event_source,
                record.event_name,
                grant.action,
                resource,
                grant.condition,
                record.region,
                caller.account,
                outcome,
            )
            found.setdefault(key, (grant.unscoped, grant.rule))
    return found


def use_of(key: tuple[Any, ...], seen: list[tuple[str, str, str, str]]) -> Use:
    times = [time for time, *_ in seen if time]
    samples = sorted({(time, event_id) for time, event_id, *_ in seen})[: SAMPLES[key[9]]]
    unscoped, rule = max((unscoped, rule) for *_, unscoped, rule in seen)
    principal, session, source, event, action, resource, condition, region, account, outcome = key
    return Use(
        principal=principal,
        session_name=session,
        event_source=source,
        event_name=event,
        action=action,
        resource=resource,
        condition=condition,
        region=region,
        account=account,
        outcome=outcome,
        count=len(seen),
        first_seen=min(times, default=""),
        last_seen=max(times, default=""),
        event_ids=tuple(event_id for _, event_id in samples if event_id),
        unscoped=unscoped,
        rule=rule,
    )


def use_order(use: Use) -> tuple[str, ...]:
    return (
        use.principal,
        use.action,
        use.resource,
        use.outcome.value,
        use.session_name,
        use.event_source,
        use.event_name,
        use.region,
        use.account,
        repr(use.condition),
    )


def coverage_of(kept: Kept, files: int, records: int, size: int) -> Coverage:
    times = [record.event_time for record, _ in kept.covered if record.event_time]
    changes: set[TrailChange] = {change for record, _ in kept.covered if (change := trail_change(record))}
    return Coverage(
        files=files,
        records=records,
        bytes=size,
        rejected=tuple(sorted(kept.rejected, key=place)),
        first=min(times, default=""),
        last=max(times, default=""),
        regions=tuple(sorted({record.region for record, _ in kept.covered} - {""})),
        accounts=tuple(sorted({caller_account(record) for record, _ in kept.covered} - {""})),
        data_event_types=tuple(sorted({kind for _, kind in kept.covered if kind})),
        fates=tuple((fate, kept.fates[fate]) for fate in Fate),
        days=tuple(
            sorted({(record.region, record.event_time[:10]) for record, _ in kept.covered if record.event_time})
        ),
        trail_changes=tuple(sorted(changes, key=lambda change: (change.time, change.event_name, change.trail))),
    )


def place(rejected: Rejected) -> tuple[str, int, str]:
    file, _, number = rejected.where.rpartition("#")
    return (file, int(number), "") if file and number.isdecimal() else (rejected.where, 0, rejected.reason)
