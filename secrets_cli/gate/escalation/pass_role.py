"""Statements that grant `iam:PassRole`: which roles, and to which services."""

from collections.abc import Iterable
from typing import Final

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.exposure.table import reaches_all
from secrets_cli.gate.subject import Granted
from secrets_cli.iam.model import ConditionTerm

PASSING: Final = "iam:PassRole"
_SERVICE_KEY = "iam:passedtoservice"
_POSITIVE = frozenset({"StringEquals", "StringLike", "StringEqualsIgnoreCase"})
_EVERY_SERVICE = frozenset({"*", "*.amazonaws.com"})


def passes_any_role(granted: Granted, catalog: Catalog) -> bool:
    """Whether its resources are every role of an account."""
    resource = granted.statement.resource
    return resource is not None and not resource.negated and reaches_all(granted, PASSING, catalog)


def services_named(conditions: Iterable[ConditionTerm]) -> tuple[str, ...]:
    """The services that roles may be passed to, as written; empty where any will do."""
    named = (
        value
        for term in conditions
        if term.key.lower() == _SERVICE_KEY and term.operator.base in _POSITIVE
        for value in term.values
    )
    services = tuple(dict.fromkeys(named))
    return () if _EVERY_SERVICE.intersection(services) else services
