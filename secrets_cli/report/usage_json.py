"""Usage and explained events as JSON: docs/schemas/usage-1.json and usage-explain-1.json."""

from collections.abc import Iterable, Iterator, Sequence

from secrets_cli.catalog.header import Header
from secrets_cli.iam.model import ConditionTerm
from secrets_cli.iam.render import condition_block
from secrets_cli.json_value import JsonValue
from secrets_cli.report.coverage_words import digests_json, event_history_json, not_opened_json
from secrets_cli.usage.explain import ExplainedEvent
from secrets_cli.usage.usage import NotCounted, Rejected, Usage, Use
from secrets_cli.usage.visibility_days import days_by_region, days_without_records

USAGE_SCHEMA = "secrets-cli/usage/1"
EXPLAIN_SCHEMA = "secrets-cli/usage-explain/1"


def usage_json(usage: Usage, header: Header) -> dict[str, JsonValue]:
    """The document of `usage scan`."""
    document, uses = usage_document(usage, header)
    return {**document, "uses": list(uses)}


def usage_document(usage: Usage, header: Header) -> tuple[dict[str, JsonValue], Iterator[dict[str, JsonValue]]]:
    """The same, with an empty list of `uses` and, beside it, what belongs there, made one by one: there may be millions."""
    coverage = usage.coverage
    document: dict[str, JsonValue] = {
        "schema": USAGE_SCHEMA,
        "catalog": header.document(),
        "coverage": {
            "of": "asked" if coverage.is_of_asked else "everybody",
            "files": coverage.files,
            "records": coverage.records,
            "fates": {fate.value: count for fate, count in coverage.fates},
            "bytes": coverage.bytes,
            "rejected": _rejected(coverage.rejected),
            "first": coverage.first or None,
            "last": coverage.last or None,
            "regions": list(coverage.regions),
            "accounts": list(coverage.accounts),
            "data_event_types": list(coverage.data_event_types),
            "days": [
                {"region": found.region, "days": found.days, "first": found.first, "last": found.last}
                for found in days_by_region(coverage)
            ],
            "days_without_records": list(days_without_records(coverage)),
            "trail_changes": [
                {"time": change.time or None, "event_name": change.event_name, "trail": change.trail}
                for change in coverage.trail_changes
            ],
            "ignored": list(coverage.ignored),
            "not_opened": not_opened_json(coverage.not_opened),
            "event_history": event_history_json(coverage.event_history),
            "digests": digests_json(coverage.digests),
        },
        "principals": list(usage.principals),
        "uses": [],
        "not_counted": [_not_counted(entry) for entry in usage.not_counted],
        "days": [
            {
                "principal": one.principal,
                "service": one.service,
                "day": one.day,
                "outcome": one.outcome.value,
                "count": one.count,
            }
            for one in usage.days
        ],
    }
    return document, map(_use, usage.uses)


def explain_json(
    events: Sequence[ExplainedEvent], rejected: Iterable[Rejected], header: Header
) -> dict[str, JsonValue]:
    """The document of `usage explain`."""
    return {
        "schema": EXPLAIN_SCHEMA,
        "catalog": header.document(),
        "events": [_event(event) for event in events],
        "rejected": _rejected(rejected),
    }


def _use(use: Use) -> dict[str, JsonValue]:
    return {
        "principal": use.principal,
        "session_name": use.session_name,
        "event_source": use.event_source,
        "event_name": use.event_name,
        "action": use.action,
        "resource": use.resource,
        "condition": _condition(use.condition),
        "region": use.region,
        "account": use.account,
        "outcome": use.outcome.value,
        "count": use.count,
        "first_seen": use.first_seen or None,
        "last_seen": use.last_seen or None,
        "event_ids": list(use.event_ids),
        "unscoped": use.unscoped or None,
        "rule": use.rule,
    }


def _not_counted(entry: NotCounted) -> dict[str, JsonValue]:
    return {
        "principal": entry.principal,
        "event_source": entry.event_source,
        "event_name": entry.event_name,
        "reason": entry.reason.value,
        "why": entry.why,
        "count": entry.count,
    }


def _event(event: ExplainedEvent) -> dict[str, JsonValue]:
    return {
        "event_id": event.event_id,
        "event_source": event.event_source,
        "event_name": event.event_name,
        "principal": event.principal,
        "session_name": event.session_name,
        "counted": event.counted,
        "reason": event.reason,
        "why": event.why or None,
        "grants": [
            {
                "action": grant.action,
                "resources": list(grant.resources),
                "condition": _condition(grant.condition),
                "unscoped": grant.unscoped or None,
                "rule": grant.rule,
            }
            for grant in event.grants
        ],
    }


def _rejected(items: Iterable[Rejected]) -> list[JsonValue]:
    return [{"where": item.where, "reason": item.reason, "principal": item.principal or None} for item in items]


def _condition(terms: tuple[ConditionTerm, ...]) -> JsonValue:
    return condition_block(terms)
