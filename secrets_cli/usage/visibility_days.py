"""Which days and regions the records are of: a day without any record is a hole, not a day without use."""

import datetime
from dataclasses import dataclass

from secrets_cli.usage.usage import Coverage
from secrets_cli.wording import how_many

_NAMED = 5


@dataclass(frozen=True, slots=True)
class RegionDays:
    """The days with a record of one region."""

    region: str
    """Empty for records that name none."""
    days: int
    first: str
    """Day, UTC."""
    last: str


def days_by_region(coverage: Coverage) -> tuple[RegionDays, ...]:
    """Each region with its days, sorted."""
    found: dict[str, list[str]] = {}
    for region, day in coverage.days:
        found.setdefault(region, []).append(day)
    return tuple(RegionDays(region, len(days), min(days), max(days)) for region, days in sorted(found.items()))


def days_without_records(coverage: Coverage) -> tuple[str, ...]:
    """The days between the first record and the last on which there is none, of any region by anybody."""
    with_records = {day for _, day in coverage.days}
    if not with_records:
        return ()
    begin, end = (datetime.date.fromisoformat(day) for day in (min(with_records), max(with_records)))
    every = ((begin + datetime.timedelta(days=n)).isoformat() for n in range((end - begin).days + 1))
    return tuple(day for day in every if day not in with_records)


def hole_warning(coverage: Coverage) -> str:
    """That days are missing in the logs; empty where none are."""
    missing = days_without_records(coverage)
    if not missing:
        return ""
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return (
        f"no record by anybody on {how_many(len(missing), 'day')} between the first and the last: "
        f"{', '.join(missing[:_NAMED])}{more}; were their files left out?"
    )
