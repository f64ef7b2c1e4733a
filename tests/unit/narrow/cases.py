"""Small usages and policies for the narrowing tests."""

import json
from collections.abc import Iterable

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.model import ConditionTerm, Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Narrowing, NarrowingResult
from secrets_cli.usage.usage import Coverage, NotCounted, Outcome, Rejected, Usage, Use

ROLE = "arn:aws:iam::123456789012:role/orders-dev"
BUCKET = "arn:aws:s3:::orders-files"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"

DATA_TYPES = ("AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::S3::Object")


def use(
    action: str,
    resource: str = "*",
    *,
    principal: str = ROLE,
    outcome: Outcome = Outcome.USED,
    condition: tuple[ConditionTerm, ...] = (),
    count: int = 3,
    unscoped: str = "",
    session: str = "orders-dev",
) -> Use:
    """A use of one action, three times over a day."""
    service, _, name = action.partition(":")
    return Use(
        principal=principal,
        session_name=session,
        event_source=f"{service}.amazonaws.com",
        event_name=name,
        action=action,
        resource=resource,
        condition=condition,
        region="eu-west-1",
        account="123456789012",
        outcome=outcome,
        count=count,
        first_seen="2026-03-01T08:00:00Z",
        last_seen="2026-03-02T08:00:00Z",
        event_ids=(f"id-{action}-{resource}",),
        unscoped=unscoped,
    )


def usage_of(
    *uses: Use,
    data_event_types: Iterable[str] = DATA_TYPES,
    rejected: tuple[Rejected, ...] = (),
    not_counted: tuple[NotCounted, ...] = (),
    principals: tuple[str, ...] | None = None,
) -> Usage:
    """Logs in which these uses were seen, with data events of S3, DynamoDB and Lambda switched on."""
    coverage = Coverage(
        files=1,
        records=sum(u.count for u in uses),
        bytes=1000,
        rejected=rejected,
        first="2026-03-01T08:00:00Z",
        last="2026-03-02T08:00:00Z",
        regions=("eu-west-1",),
        accounts=("123456789012",),
        data_event_types=tuple(data_event_types),
    )
    seen = principals if principals is not None else tuple(sorted({u.principal for u in uses} | {ROLE}))
    return Usage(coverage, uses, not_counted, seen)


def policy(*statements: object, name: str = "present.json", version: str = "2012-10-17") -> Policy:
    """A policy of the given statements, each as JSON writes it."""
    return parse_policy(json.dumps({"Version": version, "Statement": list(statements)}), name)


def allow(action: str | list[str], resource: str | list[str] = "*", **more: object) -> dict[str, object]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: object) -> dict[str, object]:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def result_of(usage: Usage, *policies: Policy, catalog: Catalog | None = None, **more: object) -> NarrowingResult:
    """The result for ROLE."""
    return narrow(Ask(ROLE, policies, usage, **more), catalog or load_catalog())  # type: ignore[arg-type]  # passes options through


def narrowed(usage: Usage, *policies: Policy, catalog: Catalog | None = None, **more: object) -> Narrowing:
    """The narrowing for ROLE, which must not be blocked."""
    result = result_of(usage, *policies, catalog=catalog, **more)
    assert isinstance(result, Narrowing), result
    return result


def grants(result: Narrowing) -> set[tuple[str, str]]:
    """Each action and resource pattern of the Allow statements."""
    return {
        (action, resource)
        for p in result.policies
        for s in p.statements
        if s.effect.value == "Allow" and s.resource is not None
        for action in s.action.values
        for resource in s.resource.values
    }
