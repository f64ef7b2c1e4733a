"""Try every hostile event and every fault on getSecret's handler, and print what came of each.

    python -m scripts.hostile_events

Nothing is called but this process: AWS is played by moto for the events, and told its answers for the faults. Exit 1 if
one of them did not end as it must, or if a stored value, a session token or a hostile text was to be seen anywhere.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tests.get_secret_faults import FAULTS, Fault, invoke_fault
from tests.get_secret_hostile import HOSTILE, Hostile
from tests.get_secret_run import CANARY, ECHO, Ran, invoke, stored


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    title: str
    wanted: str
    got: str
    outcome: str
    leak: bool

    @property
    def as_it_must(self) -> bool:
        return self.wanted == self.got and not self.leak


def _hostile(attempt: Hostile, ran: Ran) -> Row:
    given = tuple(item["name"] for item in ran.body.get("secrets", ()) if "value" in item)
    leak = given != attempt.given or ran.shows(ECHO) or (ran.shows(CANARY) and not attempt.given)
    got = f"{ran.status} {ran.body.get('error', '')}".strip()
    return Row(attempt.title, f"{attempt.status} {attempt.error}".strip(), got, ", ".join(ran.outcomes), leak)


def _fault(fault: Fault, ran: Ran) -> Row:
    last = ran.lines[-1]
    wanted = f"{fault.status} {fault.outcome} ERROR"
    return Row(
        fault.title, wanted, f"{ran.status} {last['outcome']} {last['level']}", last["outcome"], ran.shows(CANARY)
    )


def _rows() -> Iterator[tuple[str, list[Row]]]:
    with stored():
        yield "hostile events", [_hostile(item, invoke(item.event, item.settings or None)) for item in HOSTILE]
    yield "faults", [_fault(item, invoke_fault(item)) for item in FAULTS]


def main() -> int:
    failed = 0
    for kind, rows in _rows():
        width = max(len(row.title) for row in rows)
        sys.stdout.write(f"{kind}\n")
        for row in rows:
            verdict = "as it must" if row.as_it_must else "LEAK" if row.leak else f"WANTED {row.wanted}"
            sys.stdout.write(f"  {row.title:{width}}  {row.got:38}  {verdict}\n")
        wrong = sum(not row.as_it_must for row in rows)
        sys.stdout.write(f"  {len(rows)} {kind}, {len(rows) - wrong} as they must\n\n")
        failed += wrong
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
