"""Which partitions of a trail's table are read: a condition on its partition columns, and what it leaves unpruned.

Athena charges for what it reads, and reads all partitions that the condition does not exclude. Columns are told by their
names: an account, a region, a day (`timestamp` and its like, in the form that partition projection states), or year, month and
day apart. Days are taken from one before the window to a stated number after it, as deliveries are delayed.
https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secrets_cli.aws.athena import Table
from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.engines.texts import literal
from secrets_cli.usage.sources.s3_layout import Choice

_ACCOUNT = frozenset(
    {"account", "accountid", "account_id", "aws_account", "awsaccount", "aws_account_id", "recipientaccountid"}
)
_REGION = frozenset({"region", "awsregion", "aws_region"})
_DAY = frozenset(
    {
        "timestamp",
        "date",
        "day_date",
        "dt",
        "event_date",
        "eventdate",
        "log_date",
        "logdate",
        "datehour",
        "eventday",
        "ds",
    }
)
_PART = {"year": "year", "yyyy": "year", "month": "month", "mm": "month", "day": "day", "dd": "day"}
_TOKEN = re.compile(r"yyyy|MM|dd|HH|'[^']*'|[^A-Za-z']")
_MOST_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Pruning:
    """The condition, and what is read although nobody asked for it."""

    condition: str
    """Empty where nothing is excluded."""
    warnings: tuple[str, ...] = ()


def pruning(table: Table, choice: Choice, today: datetime.date) -> Pruning:
    """The partitions that `choice` leaves to be read; `today` ends a window without an end.

    Raises ConfigurationError for a projected column that takes values of the query alone (`injected`) where none are given.
    """
    conditions: list[str] = []
    warnings: list[str] = []
    keys = table.partition_keys
    for names, values, option in (
        (_ACCOUNT, choice.accounts, "--log-account"),
        (_REGION, choice.regions, "--log-region"),
    ):
        key = next((name for name in keys if name in names), "")
        if not key and values:
            warnings.append(f"the table has no partition column for `{option}`: it limits nothing")
        elif values:
            conditions.append(f"{_quoted(key)} IN ({', '.join(_value(keys[key], one) for one in sorted(values))})")
        elif key and table.parameters.get(f"projection.{key}.type", "").lower() == "injected":
            raise ConfigurationError(
                f"the table's partition column `{key}` takes values of the query alone", f"give `{option}`"
            )
    if choice.first_day or choice.last_day:
        days = _days(table, choice, today)
        conditions += [days] if days else []
        if not days:
            warnings.append("the table has no partition column for days that is understood: all days are read")
    return Pruning(" AND ".join(f"({one})" for one in conditions), tuple(warnings))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _value(kind: str, text: str) -> str:
    """A value as the column's type writes it."""
    return str(int(text)) if kind.lower() in ("int", "integer", "bigint", "smallint", "tinyint") else literal(text)


def _days(table: Table, choice: Choice, today: datetime.date) -> str:
    parts = {_PART[name]: name for name in table.partition_keys if name in _PART}
    first, last = _edges(choice, today)
    if {"year", "month", "day"} <= set(parts):
        return _apart(table.partition_keys, parts, first, last)
    key = next((name for name in table.partition_keys if name in _DAY or name == "day"), "")
    if not key:
        return ""
    if table.partition_keys[key].lower() == "date":
        return f"{_quoted(key)} BETWEEN DATE '{first}' AND DATE '{last}'"
    form = table.parameters.get(f"projection.{key}.format", "")
    if not form and not table.parameters.get("projection.enabled"):
        form = _form_of_layout(table, key)
    return _together(key, form, first, last)


def _edges(choice: Choice, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    first = _date(choice.first_day) if choice.first_day else datetime.date(2013, 11, 1)  # CloudTrail's beginning
    last = _date(choice.last_day) if choice.last_day else today + datetime.timedelta(days=1)
    return first, max(first, last)


def _date(day: str) -> datetime.date:
    return datetime.date.fromisoformat(day.replace("/", "-"))


def _form_of_layout(table: Table, key: str) -> str:
    """Without projection nobody states the form; a template of the storage may."""
    template = table.parameters.get("storage.location.template", "")
    return "yyyy/MM/dd" if template.rstrip("/").endswith(f"${{{key}}}") else ""


def _together(key: str, form: str, first: datetime.date, last: datetime.date) -> str:
    """One column, in a form of Java's SimpleDateFormat; empty where the form is not understood."""
    tokens = _TOKEN.findall(form)
    letters = [token for token in tokens if token.isalpha()]
    if (
        not form
        or "".join(tokens) != form
        or set(letters[:3]) != {"yyyy", "MM", "dd"}
        or letters[3:] not in ([], ["HH"])
    ):
        return ""
    if letters[:3] == ["yyyy", "MM", "dd"]:
        return f"{_quoted(key)} BETWEEN {literal(_written(tokens, first, 0))} AND {literal(_written(tokens, last, 23))}"
    if (last - first).days > _MOST_DAYS:
        return ""
    hours = range(24) if letters[3:] else range(1)
    values = [literal(_written(tokens, day, hour)) for day in _each(first, last) for hour in hours]
    return f"{_quoted(key)} IN ({', '.join(values)})"


def _written(tokens: list[str], day: datetime.date, hour: int) -> str:
    known = {"yyyy": f"{day.year:04}", "MM": f"{day.month:02}", "dd": f"{day.day:02}", "HH": f"{hour:02}"}
    return "".join(known.get(token, token.strip("'")) for token in tokens)


def _each(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    for number in range((last - first).days + 1):
        yield first + datetime.timedelta(days=number)


def _apart(keys: Mapping[str, str], parts: Mapping[str, str], first: datetime.date, last: datetime.date) -> str:
    """Three columns: whole years, whole months, and the days of the months at the edges."""
    terms: list[str] = []
    for year in range(first.year, last.year + 1):
        months = []
        for month in range(1, 13):
            begin = datetime.date(year, month, 1)
            end = (begin + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
            if end < first or begin > last:
                continue
            days = [day.day for day in _each(max(begin, first), min(end, last))]
            whole = len(days) == end.day
            months.append((month, () if whole else tuple(days)))
        terms += _year(keys, parts, year, months)
    return " OR ".join(f"({term})" for term in terms)


def _year(
    keys: Mapping[str, str], parts: Mapping[str, str], year: int, months: list[tuple[int, tuple[int, ...]]]
) -> Iterator[str]:
    def among(part: str, values: list[int]) -> str:
        key = parts[part]
        return f"{_quoted(key)} IN ({', '.join(_forms(keys[key], values))})"

    whole = [month for month, days in months if not days]
    if len(whole) == 12:
        yield among("year", [year])
        return
    if whole:
        yield f"{among('year', [year])} AND {among('month', whole)}"
    for month, days in months:
        if days:
            yield f"{among('year', [year])} AND {among('month', [month])} AND {among('day', list(days))}"


def _forms(kind: str, values: list[int]) -> list[str]:
    """Numbers as they are, texts with and without the zero before."""
    if kind.lower() in ("int", "integer", "bigint", "smallint", "tinyint"):
        return [str(value) for value in values]
    return [literal(text) for value in values for text in dict.fromkeys((f"{value:02}", str(value)))]
