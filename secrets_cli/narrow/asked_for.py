"""What AWS refused the principal, by action and resource: told, and never a reason to grant anything."""

from collections.abc import Iterable, Sequence

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.model import Policy
from secrets_cli.narrow.narrowing import AskedFor
from secrets_cli.narrow.observed import SAMPLES
from secrets_cli.narrow.present import scopes_of
from secrets_cli.usage.usage import Outcome, Use


def asked_for(uses: Iterable[Use], principal: str, present: Sequence[Policy], catalog: Catalog) -> tuple[AskedFor, ...]:
    """The denied uses of `principal`, one entry for each action and resource, the most often refused first."""
    groups: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        if use.principal == principal and use.outcome is Outcome.DENIED:
            groups.setdefault((use.action, use.resource), []).append(use)
    found = (
        _one(action, resource, group, bool(scopes_of(present, action, resource, catalog)))
        for (action, resource), group in groups.items()
    )
    return tuple(sorted(found, key=lambda one: (-one.events, one.action, one.resource)))


def _one(action: str, resource: str, uses: Sequence[Use], allowed_now: bool) -> AskedFor:
    in_time = sorted(uses, key=lambda use: use.first_seen)
    ids = dict.fromkeys(event_id for use in in_time for event_id in use.event_ids)
    return AskedFor(
        action,
        resource,
        tuple(sorted({use.event_name for use in uses})),
        sum(use.count for use in uses),
        min((use.first_seen for use in uses if use.first_seen), default=""),
        max((use.last_seen for use in uses), default=""),
        tuple(ids)[:SAMPLES],
        allowed_now,
    )
