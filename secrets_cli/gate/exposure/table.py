"""Tables of actions by what they give away, and how a statement is asked for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.subject import Granted
from secrets_cli.iam.pattern_relation import covers
from secrets_cli.severity import Severity


@dataclass(frozen=True, slots=True)
class Exposing:
    """Actions that give the same away."""

    what: str
    """After the rule's verb: "objects in S3"."""
    actions: tuple[str, ...]
    """In the catalog's spelling, the best known first."""
    severity: Severity = Severity.MEDIUM
    persona: Persona = Persona.DEFAULT


def exposed(granted: Granted, table: Sequence[Exposing], catalog: Catalog) -> Mapping[Exposing, tuple[str, ...]]:
    """The rows of which the statement grants actions on everything of a type, with those actions."""
    found = {row: tuple(_unlimited(granted, row.actions, catalog)) for row in table}
    return {row: actions for row, actions in found.items() if actions}


def reaches_all(granted: Granted, action: str, catalog: Catalog) -> bool:
    """Whether its Resource is `*`, or every resource of a type that the action takes."""
    resource = granted.statement.resource
    if resource is None or resource.negated:
        return False
    return granted.everywhere or whole_type(resource.values, action, catalog)


def _unlimited(granted: Granted, actions: Iterable[str], catalog: Catalog) -> Iterator[str]:
    for action in actions:
        if action in granted.actions and reaches_all(granted, action, catalog):
            yield action


def whole_type(patterns: Sequence[str], action: str, catalog: Catalog) -> bool:
    """Whether a pattern reaches every resource of a type that the action takes, in some account at least."""
    shapes = catalog.resource_patterns(action) or ()
    return any(covers(_somewhere(pattern), shape) for pattern in patterns for shape in shapes)


_FIELDS = 6
_REGION_AND_ACCOUNT = (3, 4)


def _somewhere(pattern: str) -> str:
    """The ARN pattern with its partition, region and account left open: all of one account is all that there is to it.

    A bucket's name takes the place of an account: `arn:aws:s3:::app/*` stays what it is.
    """
    fields = pattern.split(":", _FIELDS - 1)
    if len(fields) < _FIELDS:
        return pattern
    fields[1] = "*"
    for number in _REGION_AND_ACCOUNT:
        fields[number] = "*" if fields[number] else ""
    return ":".join(fields)
