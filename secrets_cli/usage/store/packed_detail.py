"""What one principal did, as flat lists of numbers: places in a list of texts, counts, and places in lists of members.

Flat, as a store reads millions of them: lists of small integers cost a tenth of objects.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from secrets_cli.iam.model import ConditionTerm, Operator, Quantifier
from secrets_cli.usage.aggregate import Aggregate, CountedRecords, DayKey, NoUseKey, SharedCall, UseKey
from secrets_cli.usage.usage import Fate, NotCountedReason, Outcome

Term: TypeAlias = tuple[str, bool, str, str, tuple[str, ...]]
"""Base operator, IfExists, quantifier or empty, key, values."""
Terms: TypeAlias = tuple[ConditionTerm, ...]
_OUTCOMES = tuple(Outcome)
_FATES = tuple(Fate)
_REASONS = tuple(NotCountedReason)
_OUTCOME_NUMBERS = {outcome: number for number, outcome in enumerate(_OUTCOMES)}
_FATE_NUMBERS = {fate: number for number, fate in enumerate(_FATES)}
_REASON_NUMBERS = {reason: number for number, reason in enumerate(_REASONS)}

_USE = 15
"""Numbers of a use: the session, source, name, action and resource, its condition, region, account and outcome, the count, the
first and last time, why it is unscoped, the rule, and how many samples."""
_NO_USE = 6
_DAY = 4
_CALL = 4


class Copy(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Another account's record of a call, held back."""

    call: list[int]
    fate: int
    time: int
    event_id: str
    uses: list[int]
    no_use: list[int]
    days: list[int]


class Detail(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A part without its coverage."""

    principal: int
    fates: list[int]
    no_uses: list[int]
    days: list[int]
    own_calls: list[int]
    copies: list[Copy]
    uses: list[int]
    sample_times: list[int]
    sample_ids: list[str]


class Texts:
    """Texts and conditions with their numbers, each once."""

    __slots__ = ("conditions", "numbers")

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        """In the order of the numbers, as dictionaries keep theirs."""
        self.conditions: dict[tuple[Term, ...], int] = {}

    def number(self, text: str) -> int:
        """The text's number."""
        return self.numbers.setdefault(text, len(self.numbers))

    def condition(self, terms: Terms) -> int:
        """The condition's number."""
        packed = tuple(map(_term, terms))
        return self.conditions.setdefault(packed, len(self.conditions))


def terms_of(packed: tuple[Term, ...]) -> Terms:
    """A condition as it was packed."""
    return tuple(
        ConditionTerm(Operator(base, if_exists, Quantifier(quantifier) if quantifier else None), key, values)
        for base, if_exists, quantifier, key, values in packed
    )


def detail_of(principal: str, part: Aggregate, texts: Texts) -> Detail:
    """A part as numbers, its texts added to `texts`."""
    number = texts.number
    uses: list[int] = []
    sample_times: list[int] = []
    sample_ids: list[str] = []
    for key, tally in part.uses.items():
        uses += _use_key(key, texts)
        unscoped, rule = tally.notes
        uses += (tally.count, number(tally.first), number(tally.last), number(unscoped), number(rule))
        uses.append(len(tally.samples))
        for time, event_id in tally.samples:
            sample_times.append(number(time))
            sample_ids.append(event_id)
    return Detail(
        principal=number(principal),
        fates=[n for fate, count in part.fates.items() if count for n in (_FATE_NUMBERS[fate], count)],
        no_uses=[n for key, count in part.not_counted.items() for n in (*_no_use(key, texts), count)],
        days=[n for day, count in part.days.items() for n in (*_day(day, texts), count)],
        own_calls=[n for call in part.own_calls for n in _call(call, texts)],
        copies=[_copy(call, record, texts) for call, record in part.copies.items()],
        uses=uses,
        sample_times=sample_times,
        sample_ids=sample_ids,
    )


def add_detail(total: Aggregate, detail: Detail, texts: Sequence[str], conditions: Sequence[Terms]) -> int:
    """Add a packed part to a total; how many records it is of."""
    principal = texts[detail.principal]
    records = len(detail.copies)
    for fate, count in _rows(detail.fates, 2):
        total.fates[_FATES[fate]] += count
        records += count
    for *key, count in _rows(detail.no_uses, _NO_USE):
        total.not_counted[_no_use_of(key, texts)] += count
    for *day, count in _rows(detail.days, _DAY):
        total.days[_day_of(principal, day, texts)] += count
    for call in _rows(detail.own_calls, _CALL):
        total.own_calls.add(_call_of(principal, call, texts))
    for copy in detail.copies:
        total.add_copies(_call_of(principal, copy.call, texts), _counted_of(principal, copy, texts, conditions))
    _add_uses(total, detail, texts, conditions)
    return records


def _add_uses(total: Aggregate, detail: Detail, texts: Sequence[str], conditions: Sequence[Terms]) -> None:
    principal = texts[detail.principal]
    times, ids = list(map(texts.__getitem__, detail.sample_times)), detail.sample_ids
    at = 0
    for row in _rows(detail.uses, _USE):
        count, first, last, unscoped, rule, samples = row[9:]
        end = at + samples
        seen = tuple(zip(times[at:end], ids[at:end], strict=True))
        at = end
        key = _use_key_of(principal, row, texts, conditions)
        total.add_seen(key, count, texts[first], texts[last], seen, (texts[unscoped], texts[rule]))


def _rows(numbers: list[int], width: int) -> Iterator[tuple[int, ...]]:
    each = iter(numbers)
    return zip(*[each] * width, strict=True)


def _term(term: ConditionTerm) -> Term:
    operator = term.operator
    quantifier = operator.quantifier.value if operator.quantifier else ""
    return operator.base, operator.if_exists, quantifier, term.key, term.values


def _use_key(key: UseKey, texts: Texts) -> tuple[int, ...]:
    number = texts.number
    return (
        number(key.session_name),
        number(key.event_source),
        number(key.event_name),
        number(key.action),
        number(key.resource),
        texts.condition(key.condition),
        number(key.region),
        number(key.account),
        _OUTCOME_NUMBERS[key.outcome],
    )


def _use_key_of(principal: str, row: Sequence[int], texts: Sequence[str], conditions: Sequence[Terms]) -> UseKey:
    session, source, name, action, resource, condition, region, account, outcome = row[:9]
    return UseKey(
        principal,
        texts[session],
        texts[source],
        texts[name],
        texts[action],
        texts[resource],
        conditions[condition],
        texts[region],
        texts[account],
        _OUTCOMES[outcome],
    )


def _no_use(key: NoUseKey, texts: Texts) -> tuple[int, ...]:
    number = texts.number
    return (
        number(key.principal),
        number(key.event_source),
        number(key.event_name),
        _REASON_NUMBERS[key.reason],
        number(key.why),
    )


def _no_use_of(row: Sequence[int], texts: Sequence[str]) -> NoUseKey:
    principal, source, name, reason, why = row
    return NoUseKey(texts[principal], texts[source], texts[name], _REASONS[reason], texts[why])


def _day(day: DayKey, texts: Texts) -> tuple[int, ...]:
    return texts.number(day.service), texts.number(day.day), _OUTCOME_NUMBERS[day.outcome]


def _day_of(principal: str, row: Sequence[int], texts: Sequence[str]) -> DayKey:
    service, day, outcome = row
    return DayKey(principal, texts[service], texts[day], _OUTCOMES[outcome])


def _call(call: SharedCall, texts: Texts) -> tuple[int, ...]:
    number = texts.number
    return number(call.shared_event_id), number(call.event_source), number(call.event_name), _FATE_NUMBERS[call.fate]


def _call_of(principal: str, row: Sequence[int], texts: Sequence[str]) -> SharedCall:
    shared, source, name, fate = row
    return SharedCall(texts[shared], principal, texts[source], texts[name], _FATES[fate])


def _copy(call: SharedCall, record: CountedRecords, texts: Texts) -> Copy:
    time, event_id = record.samples[0]
    number = texts.number
    return Copy(
        call=list(_call(call, texts)),
        fate=_FATE_NUMBERS[record.fate],
        time=number(time),
        event_id=event_id,
        uses=[
            n for key, unscoped, rule in record.uses for n in (*_use_key(key, texts), number(unscoped), number(rule))
        ],
        no_use=list(_no_use(record.no_use, texts)) if record.no_use else [],
        days=[n for day in record.days for n in _day(day, texts)],
    )


def _counted_of(principal: str, copy: Copy, texts: Sequence[str], conditions: Sequence[Terms]) -> CountedRecords:
    time = texts[copy.time]
    return CountedRecords(
        fate=_FATES[copy.fate],
        first=time,
        last=time,
        samples=((time, copy.event_id),),
        uses=tuple(
            (_use_key_of(principal, row, texts, conditions), texts[row[9]], texts[row[10]])
            for row in _rows(copy.uses, 11)
        ),
        no_use=_no_use_of(copy.no_use, texts) if copy.no_use else None,
        days=tuple(_day_of(principal, row, texts) for row in _rows(copy.days, 3)),
    )
