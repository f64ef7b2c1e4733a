"""Lambda's runtimes and when their support ends.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, as of 2026-11, and for the oldest the
announcements of their ends. After the first date AWS patches the runtime no more; after the second no function can be
created with it, after the third none can be changed.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

AS_OF: Final = datetime.date(2026, 11, 1)
"""When the table was read."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """One runtime."""

    ends: datetime.date | None
    """None where AWS has named no date."""
    no_create: datetime.date | None = None
    no_update: datetime.date | None = None
    successor: str = ""
    """The newest of its language; empty where it is that."""


def _runtime(ends: str, no_create: str, no_update: str, successor: str = "") -> Runtime:
    one, two, three = (datetime.date.fromisoformat(text) for text in (ends, no_create, no_update))
    return Runtime(one, two, three, successor)


RUNTIMES: Final[Mapping[str, Runtime]] = {
    "dotnet10": _runtime("2028-11-14", "2028-12-14", "2029-01-15"),
    "dotnet6": _runtime("2024-12-20", "2027-02-01", "2027-03-03", "dotnet10"),
    "dotnet8": _runtime("2026-11-10", "2027-02-01", "2027-03-03", "dotnet10"),
    "dotnetcore1.0": _runtime("2019-06-27", "2019-06-30", "2019-07-30", "dotnet10"),
    "dotnetcore2.0": _runtime("2019-05-30", "2019-04-30", "2019-05-30", "dotnet10"),
    "dotnetcore2.1": _runtime("2022-01-05", "2022-01-05", "2022-04-13", "dotnet10"),
    "dotnetcore3.1": _runtime("2023-04-03", "2023-04-03", "2023-05-03", "dotnet10"),
    "go1.x": _runtime("2024-01-08", "2024-02-08", "2027-03-03", "provided.al2023"),
    "java11": _runtime("2027-06-30", "2027-07-31", "2027-08-31", "java25"),
    "java17": _runtime("2027-06-30", "2027-07-31", "2027-08-31", "java25"),
    "java21": _runtime("2029-06-30", "2029-07-31", "2029-08-31", "java25"),
    "java25": _runtime("2029-06-30", "2029-07-31", "2029-08-31"),
    "java8": _runtime("2024-01-08", "2024-02-08", "2027-03-03", "java25"),
    "java8.al2": _runtime("2027-06-30", "2027-07-31", "2027-08-31", "java25"),
    "nodejs": _runtime("2016-08-30", "2016-09-30", "2016-10-31", "nodejs24.x"),
    "nodejs10.x": _runtime("2021-07-30", "2021-07-30", "2022-02-14", "nodejs24.x"),
    "nodejs12.x": _runtime("2023-03-31", "2023-03-31", "2023-04-30", "nodejs24.x"),
    "nodejs14.x": _runtime("2023-12-04", "2024-01-09", "2027-03-03", "nodejs24.x"),
    "nodejs16.x": _runtime("2024-06-12", "2027-02-01", "2027-03-03", "nodejs24.x"),
    "nodejs18.x": _runtime("2025-09-01", "2027-02-01", "2027-03-03", "nodejs24.x"),
    "nodejs20.x": _runtime("2026-04-30", "2027-02-01", "2027-03-03", "nodejs24.x"),
    "nodejs22.x": _runtime("2027-04-30", "2027-06-01", "2027-07-01", "nodejs24.x"),
    "nodejs24.x": _runtime("2028-04-30", "2028-06-01", "2028-07-01"),
    "nodejs4.3": _runtime("2020-03-05", "2020-02-03", "2020-03-05", "nodejs24.x"),
    "nodejs4.3-edge": _runtime("2020-03-05", "2019-03-31", "2019-04-30", "nodejs24.x"),
    "nodejs6.10": _runtime("2019-08-12", "2019-07-12", "2019-08-12", "nodejs24.x"),
    "nodejs8.10": _runtime("2020-03-06", "2020-02-04", "2020-03-06", "nodejs24.x"),
    "provided": _runtime("2024-01-08", "2024-02-08", "2027-03-03", "provided.al2023"),
    "provided.al2": _runtime("2026-07-31", "2027-02-01", "2027-03-03", "provided.al2023"),
    "provided.al2023": _runtime("2029-06-30", "2029-07-31", "2029-08-31"),
    "python2.7": _runtime("2021-07-15", "2021-07-15", "2022-05-30", "python3.14"),
    "python3.10": _runtime("2026-10-31", "2027-02-01", "2027-03-03", "python3.14"),
    "python3.11": _runtime("2027-06-30", "2027-07-31", "2027-08-31", "python3.14"),
    "python3.12": _runtime("2028-10-31", "2028-11-30", "2029-01-10", "python3.14"),
    "python3.13": _runtime("2029-06-30", "2029-07-31", "2029-08-31", "python3.14"),
    "python3.14": _runtime("2029-06-30", "2029-07-31", "2029-08-31"),
    "python3.6": _runtime("2022-07-18", "2022-07-18", "2022-08-29", "python3.14"),
    "python3.7": _runtime("2023-12-04", "2024-01-09", "2027-03-03", "python3.14"),
    "python3.8": _runtime("2024-10-14", "2027-02-01", "2027-03-03", "python3.14"),
    "python3.9": _runtime("2025-12-15", "2027-02-01", "2027-03-03", "python3.14"),
    "ruby2.5": _runtime("2021-07-30", "2021-07-30", "2022-03-31", "ruby4.0"),
    "ruby2.7": _runtime("2023-12-07", "2024-01-09", "2027-03-03", "ruby4.0"),
    "ruby3.2": _runtime("2026-03-31", "2027-02-01", "2027-03-03", "ruby4.0"),
    "ruby3.3": _runtime("2027-03-31", "2027-04-30", "2027-05-31", "ruby4.0"),
    "ruby3.4": _runtime("2028-03-31", "2028-04-30", "2028-05-31", "ruby4.0"),
    "ruby4.0": _runtime("2029-03-31", "2029-04-30", "2029-05-31"),
    "dotnet9": Runtime(datetime.date(2026, 11, 10), successor="dotnet10"),
    "nodejs26.x": Runtime(None),
    "python3.15": Runtime(None),
    "java8.al2023": Runtime(None),
    "java11.al2023": Runtime(None),
    "java17.al2023": Runtime(None),
    "custom": Runtime(None),
}
"""By identifier."""
