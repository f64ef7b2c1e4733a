"""Parts as bytes: MessagePack of flat lists, in which each text stands once.

Coverage is apart from what principals did, as each question needs all of the one and little of the other. What is unpacked
equals what was packed. `FORMAT` is part of what a store is keyed by, so no other layout is ever read.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from secrets_cli.usage.aggregate import Aggregate
from secrets_cli.usage.parts import BadRecord, FileReport, FileState, add_coverage
from secrets_cli.usage.store.packed_detail import Detail, Term, Texts, add_detail, detail_of, terms_of
from secrets_cli.usage.usage import TrailChange

FORMAT = 1
"""Version of this layout and that of `packed_detail`."""


class _Coverage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    first: str
    last: str
    regions: list[str]
    covered_days: list[tuple[str, str]]
    trail_changes: list[tuple[str, str, str]]
    accounts: list[str]
    principals: list[str]
    data_event_types: list[str]


class _Details(msgspec.Struct, array_like=True, frozen=True, gc=False):
    texts: list[str]
    conditions: list[tuple[Term, ...]]
    details: list[Detail]


class _Report(msgspec.Struct, array_like=True, frozen=True, gc=False):
    state: str
    reason: str
    bytes: int
    records: int
    bad: list[tuple[int, str, str, str | None]]


_encode = msgspec.msgpack.Encoder().encode
_decode_coverage = msgspec.msgpack.Decoder(_Coverage).decode
_decode_details = msgspec.msgpack.Decoder(_Details).decode
_decode_reports = msgspec.msgpack.Decoder(list[_Report]).decode


def pack_coverage(parts: Iterable[Aggregate]) -> bytes:
    """The coverage of parts together."""
    whole = Aggregate()
    for part in parts:
        add_coverage(whole, part)
    return _encode(
        _Coverage(
            whole.first,
            whole.last,
            sorted(whole.regions),
            sorted(whole.covered_days),
            sorted((change.time, change.event_name, change.trail) for change in whole.trail_changes),
            sorted(whole.accounts),
            sorted(whole.principals),
            sorted(whole.data_event_types),
        )
    )


def add_packed_coverage(total: Aggregate, packed: bytes) -> None:
    """Add a packed coverage to a total."""
    coverage = _decode_coverage(packed)
    total.add_time(coverage.first)
    total.add_time(coverage.last)
    total.regions.update(coverage.regions)
    total.covered_days.update(coverage.covered_days)
    total.trail_changes.update(TrailChange(*change) for change in coverage.trail_changes)
    total.accounts.update(coverage.accounts)
    total.principals.update(coverage.principals)
    total.data_event_types.update(coverage.data_event_types)


def packed_principals(packed: bytes) -> frozenset[str]:
    """The principals that a packed coverage has records of."""
    return frozenset(_decode_coverage(packed).principals)


def pack_details(parts: Mapping[str, Aggregate]) -> bytes:
    """What principals did, by their ARNs."""
    texts = Texts()
    details = [detail_of(principal, part, texts) for principal, part in parts.items()]
    return _encode(_Details(list(texts.numbers), list(texts.conditions), details))


def add_packed_details(total: Aggregate, packed: bytes, principals: frozenset[str] | None = None) -> int:
    """Add what these principals (None: all) did to a total; how many records that were."""
    found = _decode_details(packed)
    terms = tuple(terms_of(packed_terms) for packed_terms in found.conditions)
    return sum(
        add_detail(total, detail, found.texts, terms)
        for detail in found.details
        if principals is None or found.texts[detail.principal] in principals
    )


def add_packed_each(totals: dict[str, Aggregate], packed: bytes) -> None:
    """Add what each principal did to that principal's own total."""
    found = _decode_details(packed)
    terms = tuple(terms_of(packed_terms) for packed_terms in found.conditions)
    for detail in found.details:
        total = totals.setdefault(found.texts[detail.principal], Aggregate())
        add_detail(total, detail, found.texts, terms)


def pack_reports(reports: Sequence[FileReport]) -> bytes:
    """What became of files. Only lasting reports are to be packed."""
    return _encode(
        [
            _Report(
                report.state.value,
                report.reason,
                report.bytes,
                report.records,
                [(bad.number, bad.reason, bad.principal, bad.day) for bad in report.bad],
            )
            for report in reports
        ]
    )


def unpack_reports(packed: bytes) -> tuple[FileReport, ...]:
    """What became of files, in the order they were packed in."""
    return tuple(
        FileReport(
            FileState(report.state),
            report.reason,
            report.bytes,
            report.records,
            tuple(BadRecord(*bad) for bad in report.bad),
        )
        for report in _decode_reports(packed)
    )
