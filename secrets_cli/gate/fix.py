"""What would mend a finding, as a change of what a statement says; writing it into the file is another's work."""

from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy


@dataclass(frozen=True, slots=True)
class ReplaceValues:
    """Other values for one element of the statement that stands at `statement`."""

    statement: Location
    element: str
    """`Action`, `NotAction`, `Resource` or `NotResource`."""
    old: tuple[str, ...]
    """The values that go, as written."""
    new: tuple[str, ...]
    """The values that come in their place, where the first of `old` stood; empty to leave them out."""


@dataclass(frozen=True, slots=True)
class RemoveStatement:
    """The statement that stands at `statement` goes."""

    statement: Location


@dataclass(frozen=True, slots=True)
class SetVersion:
    """The document that stands at `document` gets this Version."""

    document: Location
    version: str


@dataclass(frozen=True, slots=True)
class ReplacePolicies:
    """The documents that stand at `documents`, all policies of one principal, give way to other policies."""

    documents: tuple[Location, ...]
    policies: tuple[Policy, ...]


Change: TypeAlias = ReplaceValues | RemoveStatement | SetVersion | ReplacePolicies


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a finding."""

    what: str
    """As an order, lower-case, without a full stop: "replace `ssm:Get*` by the four actions it can mean here"."""
    safe: bool
    """Whether the result is proven to grant the same, or a subset that no request can need. Whoever applies it proves that
    again."""
    changes: tuple[Change, ...]
