"""Missing evidence, by name, and whether it blocks.

A file or record that could not be used may hold calls of the principal, so it blocks until the user accepts it by name;
a record that certainly belongs to another principal does not. An event of the principal that no rule understands blocks
where the present policies grant anything in that service, because the action behind it might be among those that go.
So does a region that was not opened, or the principal's own account: calls made there were not seen.
"""

from collections.abc import Iterable, Sequence
from typing import assert_never

from secrets_cli.catalog.events.sources import prefix_of
from secrets_cli.iam.model import Element, Policy
from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.narrow.narrowing import Gap
from secrets_cli.narrow.present import allow_statements
from secrets_cli.usage.usage import LeftOut, NotCounted, NotCountedReason, NotOpened, Rejected, Usage


def gaps_of(usage: Usage, principal: str, policies: Sequence[Policy], accepted: frozenset[str]) -> tuple[Gap, ...]:
    """Every gap, in the order the logs were read; accepted ones included.

    A name in `accepted` is a gap's whole name, or the name of a file for all of its records.
    """
    found = [_of_rejected(rejected, principal) for rejected in usage.coverage.rejected]
    found += [
        _of_unknown(event)
        for event in usage.not_counted
        if event.reason is NotCountedReason.UNKNOWN_EVENT
        and event.principal == principal
        and _granted_in_service(prefix_of(event.event_source), policies)
    ]
    found += [gap for entry in usage.coverage.not_opened for gap in _of_not_opened(entry, principal)]
    return tuple(_accept(gap, accepted) for gap in found)


def blocking(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Those that stand in the way of a narrowing."""
    return tuple(gap for gap in gaps if gap.blocks and not gap.accepted)


def unused_acceptances(gaps: Iterable[Gap], accepted: frozenset[str]) -> tuple[str, ...]:
    """Accepted names that name no gap: a typing error, or a gap that is gone."""
    names = {name for gap in gaps for name in (gap.name, _file_of(gap.name))}
    return tuple(sorted(accepted - names))


def _of_rejected(rejected: Rejected, principal: str) -> Gap:
    blocks = rejected.principal in ("", principal)
    reason = rejected.reason if blocks else f"{rejected.reason}; belongs to `{rejected.principal}`"
    return Gap(rejected.where, reason, blocks)


def _of_not_opened(entry: NotOpened, principal: str) -> Iterable[Gap]:
    """A principal's calls are logged under its own account, in the region of the call."""
    own = principal.split(":")[4] if principal.count(":") >= 5 else ""
    match entry.kind:
        case LeftOut.REGION:
            yield from (
                Gap(f"not-opened:region:{name}", f"{entry.reason}, in {entry.where}", True) for name in entry.names
            )
        case LeftOut.ACCOUNT:
            if own in entry.names:
                yield Gap(f"not-opened:account:{own}", f"{entry.reason}, in {entry.where}", blocks=True)
        case LeftOut.NO_LOGS | LeftOut.OTHER_SERVICE | LeftOut.DAYS:
            return
        case unreachable:
            assert_never(unreachable)


def _of_unknown(event: NotCounted) -> Gap:
    times = "once" if event.count == 1 else f"{event.count} times"
    return Gap(
        f"unknown-event:{event.event_source}:{event.event_name}",
        f"called {times}, and no rule says which action it needs",
        blocks=True,
    )


def _granted_in_service(prefix: str, policies: Sequence[Policy]) -> bool:
    return any(_reaches(statement.action, f"{prefix.lower()}:*") for _, statement in allow_statements(policies))


def _reaches(element: Element, service: str) -> bool:
    if element.negated:
        return not any(covers(pattern.lower(), service) for pattern in element.values)
    return any(overlaps(pattern.lower(), service) for pattern in element.values)


def _accept(gap: Gap, accepted: frozenset[str]) -> Gap:
    is_accepted = gap.name in accepted or _file_of(gap.name) in accepted
    return Gap(gap.name, gap.reason, gap.blocks, is_accepted)


def _file_of(name: str) -> str:
    return name.rpartition("#")[0] or name
