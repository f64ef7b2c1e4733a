"""The shape of the event table: a row says which actions a CloudTrail event needs, and where the record names the
resource.

Rows are data. What an ARN recipe cannot say as a template is a named pure function, so that a row can be read aloud.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.catalog.grant import ApiCall
from secrets_cli.iam.model import ConditionTerm

Arns: TypeAlias = tuple[str, ...]
Find: TypeAlias = Callable[[ApiCall], Arns]
"""Answers with the ARNs the record names, or with none."""
Holds: TypeAlias = Callable[[ApiCall], bool]
Terms: TypeAlias = Callable[[ApiCall], tuple[ConditionTerm, ...]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where the ARNs of a need come from."""

    says: str
    """For people: `function ARN from functionName`."""
    find: Find
    otherwise: str = ""
    """Why the resource is `*` when nothing is found; empty: say that the record names none."""


@dataclass(frozen=True, slots=True)
class When:
    """When a need applies."""

    says: str
    holds: Holds


@dataclass(frozen=True, slots=True)
class ConditionRecipe:
    """Conditions that held in the call."""

    says: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Need:
    """One action that the event needs."""

    action: str
    """`service:Name`, as the catalog spells it; `=` is the action of the event's own name."""
    on: Recipe | None = None
    """None: whatever the catalog's ARN formats make of the parameters (the identity rule's builder)."""
    when: When | None = None
    """None: always."""
    condition: ConditionRecipe | None = None
    skip_if_none: bool = False
    """Whether the need vanishes where no resource is found, instead of falling back to `*`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the table."""

    id: str
    """Stable; it is the `rule` of the grants it gives."""
    source: str
    """IAM prefix of the event source (overrides applied), such as `s3`."""
    events: tuple[str, ...]
    """Event names without date suffix."""
    needs: tuple[Need, ...]
    """Empty: the call needs no permission, and `note` says why."""
    note: str = ""
    evidence: str = ""
    """Where the row comes from: a documentation page, or what was seen."""
    when: When | None = None
    """Restricts the row; rows are tried in order, a row without `when` ends the search."""
    read: str = "2026-11"
    """Year and month in which the evidence was read."""
