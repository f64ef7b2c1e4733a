"""What the logs say about one role: what of its grants it used, did not use, or used without a trace, and whether that is
enough to judge by.

Invisible is not unused: an action whose use the logs could not have shown is counted apart and kept. Where files could not be
read, days are too few, or IAM saw a use that the logs do not show, the evidence is too thin and says why.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from secrets_cli.account.audit.judged import Judged
from secrets_cli.account.audit.shared_sets import shared
from secrets_cli.aws.account_details import AccountRole
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import Effect, Policy
from secrets_cli.narrow.gaps import blocking, gaps_of
from secrets_cli.narrow.granted import granted_actions
from secrets_cli.narrow.invisible import evidences_of, hidden_actions
from secrets_cli.usage.selectors import Selectors
from secrets_cli.usage.usage import Coverage, NotCounted, Outcome, Usage, Use
from secrets_cli.usage.visibility import Sight, hidden, missing_region
from secrets_cli.wording import days_covered, how_many

_T = TypeVar("_T", Use, NotCounted)


class State(enum.Enum):
    """Whether there is enough to judge by."""

    NO_LOGS = "no-logs"
    """None were given."""
    THIN = "too-thin"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the logs say about one role."""

    state: State = State.NO_LOGS
    reasons: tuple[str, ...] = ()
    """Why it is too thin."""
    used: frozenset[str] = frozenset()
    """Granted actions that were used."""
    unused: frozenset[str] = frozenset()
    """Granted actions of which every use would be in the logs, and none is; empty where the evidence is too thin."""
    invisible: frozenset[str] = frozenset()
    """Granted actions whose use the logs could not have shown."""
    narrowed: frozenset[str] = frozenset()
    """Used actions that were seen on named resources alone."""
    events: int = 0
    """Records of calls that were allowed."""
    first_seen: str = ""
    """UTC, ISO 8601."""
    last_seen: str = ""


@dataclass(frozen=True, slots=True)
class Logs:
    """The usage of all roles, parted once."""

    coverage: Coverage
    usage: Usage
    """Without uses: coverage, rejected files and principals, which all roles share."""
    uses: Mapping[str, tuple[Use, ...]]
    """By the role's ARN."""
    not_counted: Mapping[str, tuple[NotCounted, ...]]
    selectors: tuple[Selectors, ...] = ()
    least_days: int = 30
    """Fewer days of logs are too thin."""

    @classmethod
    def of(cls, usage: Usage, selectors: Sequence[Selectors] = (), least_days: int = 30) -> "Logs":
        """The same usage, to be asked role by role."""
        return cls(
            usage.coverage,
            replace(usage, uses=(), not_counted=()),
            _by_principal(usage.uses),
            _by_principal(usage.not_counted),
            tuple(selectors),
            least_days,
        )

    def about(self, arn: str) -> Usage:
        """What concerns one principal."""
        return replace(self.usage, uses=self.uses.get(arn, ()), not_counted=self.not_counted.get(arn, ()))


def _by_principal(items: Iterable[_T]) -> Mapping[str, tuple[_T, ...]]:
    found: dict[str, list[_T]] = {}
    for one in items:
        found.setdefault(one.principal, []).append(one)
    return {principal: tuple(own) for principal, own in found.items()}


def evidence_of(
    role: AccountRole, held: Judged, policies: Sequence[Policy], logs: Logs | None, catalog: Catalog
) -> Evidence:
    """The evidence on a role with these identity policies."""
    if logs is None:
        return Evidence()
    usage = logs.about(role.arn)
    allowed = tuple(use for use in usage.uses if use.outcome is not Outcome.DENIED)
    used = shared(frozenset(use.action for use in allowed) & held.granted)
    hidden = _hidden(role, held, policies, usage, logs, catalog)
    reasons = (*_thin(role, policies, usage, logs), *(() if hidden else _missed(role, allowed, logs.coverage)))
    return Evidence(
        state=State.THIN if reasons else State.ENOUGH,
        reasons=reasons,
        used=used,
        unused=frozenset() if reasons else shared(held.granted - used - hidden),
        invisible=shared(hidden - used),
        narrowed=shared(used - frozenset(use.action for use in allowed if use.resource == "*") - hidden),
        events=sum(use.count for use in allowed),
        first_seen=min((use.first_seen for use in allowed if use.first_seen), default=""),
        last_seen=max((use.last_seen for use in allowed), default=""),
    )


def _hidden(
    role: AccountRole, held: Judged, policies: Sequence[Policy], usage: Usage, logs: Logs, catalog: Catalog
) -> frozenset[str]:
    """The granted actions whose use the logs could not show, as `narrow` decides it.

    Where no selectors are known and no policy names a region without logs, it depends on the action alone.
    """
    known = evidences_of(usage, role.arn, logs.selectors, None)
    if not logs.selectors and not any(_is_regional(one, known.sight) for one in policies):
        return _hidden_by_action(held.granted, replace(known.sight, caller="*"), catalog) - known.used
    granted = (one for one in granted_actions(policies, catalog) if one.action in held.granted)
    return frozenset(one.action for one in hidden_actions(tuple(granted), known, policies, catalog))


def _is_regional(policy: Policy, sight: Sight) -> bool:
    """Whether a statement names a region of which there are no logs."""
    patterns = (
        value
        for one in policy.statements
        if one.effect is Effect.ALLOW and one.resource is not None
        for value in one.resource.values
    )
    return any(missing_region(sight, pattern) for pattern in patterns)


@lru_cache(maxsize=4096)
def _hidden_by_action(granted: frozenset[str], sight: Sight, catalog: Catalog) -> frozenset[str]:
    return frozenset(one for one in granted if _is_hidden(one, sight, catalog))


@lru_cache(maxsize=65536)
def _is_hidden(action: str, sight: Sight, catalog: Catalog) -> bool:
    return bool(hidden(sight, action, "*", None, catalog))


def _thin(role: AccountRole, policies: Sequence[Policy], usage: Usage, logs: Logs) -> Iterator[str]:
    coverage = logs.coverage
    days = days_covered(coverage.first, coverage.last)
    if days < logs.least_days:
        yield f"the logs cover {how_many(days, 'day')}, and {logs.least_days} are asked for"
    if gaps := blocking(gaps_of(usage, role.arn, policies, frozenset())):
        more = f", and {len(gaps) - 1} more" if len(gaps) > 1 else ""
        yield f"`{gaps[0].name}`: {gaps[0].reason}{more}"
    account = role.arn.split(":")[4]
    if coverage.accounts and account not in coverage.accounts:
        yield f"the logs hold no record of the account {account}"
    if role.created and coverage.last and _days_between(role.created, coverage.last) < logs.least_days <= days:
        yield f"the role was made on {role.created[:10]}, too late for {how_many(logs.least_days, 'day')} of logs"


def _missed(role: AccountRole, allowed: Sequence[Use], coverage: Coverage) -> Iterator[str]:
    """A use that IAM saw and that should be in the logs, as every use of what is granted would be, and is not. A day more or
    less proves nothing: IAM's time is the last one within its own delay."""
    if not role.last_used or allowed or not coverage.first:
        return
    if coverage.first[:10] < role.last_used[:10] < coverage.last[:10]:
        yield f"IAM saw it used on {role.last_used[:10]}, in the days of these logs, which show no call of it"


def _days_between(first: str, last: str) -> int:
    try:
        return (datetime.fromisoformat(last) - datetime.fromisoformat(first)) // timedelta(days=1)
    except ValueError:
        return 0
