"""A fortnight of the orders app, second by second: which calls are made, by whom, when.

Every choice is arithmetic on the day and the hour, so the same days always give the same records.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from secrets_cli.demo import app_calls, other_calls
from secrets_cli.demo.orders import ACCOUNT, FUNCTION, REGION
from secrets_cli.demo.record import (
    Call,
    Caller,
    RecordJson,
    digest,
    function_session,
    record_of,
    scaling_session,
    service,
    user,
)

HOURS = (6, 8, 9, 11, 13, 16, 19, 21)
"""When the shop has customers."""

_API = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:a1b2c3d4e5/dev/*/*"
_KEEP_WARM = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{FUNCTION}-zappa-keep-warm-handler.keep_warm_callback"
_DEPLOYER = user("ci-deployer", "Boto3/1.40.12 md/Botocore#1.40.12 os/linux lang/python#3.12.11", "198.51.100.24")


class _Day:
    """Collects one day's records: gives each call its second and its serial number."""

    def __init__(self, day: date) -> None:
        self._day = day
        self.records: list[RecordJson] = []

    def at(self, hour: int, minute: int, second: int) -> datetime:
        """A moment of this day, UTC; seconds may pass sixty."""
        return datetime.combine(self._day, time(hour, minute), UTC) + timedelta(seconds=second)

    def add(self, call: Call, caller: Caller, moment: datetime) -> None:
        """One API call."""
        self.records.append(record_of(call, caller, moment, self.serial()))

    def serial(self) -> str:
        """Tells the next record from every other."""
        return f"{self._day.isoformat()}#{len(self.records)}"


def records_of_days(first: date, days: int) -> Iterator[RecordJson]:
    """The records of so many days from `first` on, day by day."""
    for number in range(days):
        yield from records_of_day(first + timedelta(days=number), number)


def records_of_day(date_: date, number: int) -> list[RecordJson]:
    """The records of one day, which is the `number`th from 0."""
    day = _Day(date_)
    for slot, hour in enumerate(HOURS):
        started = day.at(hour, 2, 0)
        _cold_start(day, started)
        _requests(day, started, number * len(HOURS) + slot)
    _once_a_day(day, number)
    _once_a_fortnight(day, number)
    return day.records


def _cold_start(day: _Day, started: datetime) -> None:
    """Lambda takes the role, opens a log stream, and the app reads its settings and its secret."""
    session = function_session(started)
    stream = f"{started:%Y/%m/%d}/[$LATEST]{digest('stream', started)[:32]}"
    day.add(other_calls.assume_by_lambda(started), service("lambda.amazonaws.com"), started)
    day.add(app_calls.create_log_stream(stream), session, started + timedelta(seconds=1))
    day.add(app_calls.read_settings(), session, started + timedelta(seconds=2))
    day.add(app_calls.read_secret(), session, started + timedelta(seconds=3))
    by_ssm = function_session(started, invoked_by="ssm.amazonaws.com")
    day.add(app_calls.decrypt_for_ssm(), by_ssm, started + timedelta(seconds=3))


def _requests(day: _Day, started: datetime, serial: int) -> None:
    """One customer places an order, looks at it and at the earlier ones; the invoice is made in the background."""
    session = function_session(started)
    order = digest("order", serial)[:10]
    upload = f"uploads/{order}.csv"
    invoice = f"invoices/{order}.pdf"
    day.add(other_calls.invoke_by_service(_API), service("apigateway.amazonaws.com"), started + timedelta(seconds=30))
    calls = (
        app_calls.put_object(upload),
        app_calls.put_item(order),
        app_calls.invoke_self(),
        app_calls.get_item(order),
        app_calls.query_index(),
        app_calls.get_object(upload),
        app_calls.put_object(invoice),
        app_calls.head_object(invoice),
        app_calls.get_object(invoice),
    )
    for second, call in enumerate(calls):
        day.add(call, session, started + timedelta(seconds=31 + 7 * second))


def _once_a_day(day: _Day, number: int) -> None:
    session = function_session(day.at(21, 2, 0))
    day.add(app_calls.list_objects("invoices/"), session, day.at(21, 10, 0))
    day.add(other_calls.invoke_by_service(_KEEP_WARM), service("events.amazonaws.com"), day.at(4, 0, 0))
    day.add(other_calls.describe_table(), scaling_session(day.at(5, 0, 0)), day.at(5, 0, 0))
    if number % 3 == 0:
        day.add(app_calls.throttled_query(), session, day.at(21, 10, 5))
        day.add(app_calls.missing_object(f"invoices/{digest('lost', number)[:10]}.pdf"), session, day.at(21, 10, 9))


def _once_a_fortnight(day: _Day, number: int) -> None:
    """What happens on single days: deployments, a person, and the calls that were refused."""
    session = function_session(day.at(13, 2, 0))
    if number in (0, 8):
        for second, call in enumerate(other_calls.deployment()):
            day.add(call, _DEPLOYER, day.at(6, 31, 4 * second))
    if number == 3:
        signed_in = day.at(10, 15, 0)
        browser = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
        day.records.append(other_calls.console_sign_in("mira", signed_in, day.serial()))
        person = user("mira", browser, "198.51.100.7", console_since=signed_in)
        day.add(other_calls.list_functions(), person, day.at(10, 16, 0))
    if number == 5:
        day.add(app_calls.throttled_settings(), session, day.at(13, 20, 0))
        day.records.append(other_calls.key_rotation(day.at(14, 0, 0), day.serial()))
    if number == 9:
        day.add(app_calls.denied_user("support"), session, day.at(13, 40, 0))
        day.add(app_calls.denied_bucket_deletion(), session, day.at(13, 40, 2))
