"""What rules look at: statements, grants, principals and functions, each with its place."""

from dataclasses import dataclass

from secrets_cli.gate.resource_pattern import is_everything
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy, Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import FunctionAt, PolicyAt


@dataclass(frozen=True, slots=True)
class StatementAt:
    """One statement of one policy."""

    of: PolicyAt
    statement: Statement

    @property
    def location(self) -> Location:
        """Of the statement, else of its policy."""
        return self.statement.location or self.of.location

    @property
    def alone(self) -> Policy:
        """A policy of this statement alone."""
        return Policy((self.statement,), self.of.policy.version, name=self.of.policy.name)

    @property
    def named(self) -> str:
        """How a message names it: its Sid, else its number in the policy from 1; and the policy, where that is not written out
        in the file."""
        own = f"`{self.statement.sid}`" if self.statement.sid else f"statement {self.statement.index + 1}"
        return f"{own} of {self.of.attached_by}" if self.of.attached_by else own


@dataclass(frozen=True, slots=True)
class Granted:
    """What one Allow statement of an identity policy grants after Deny statements and the boundary."""

    at: StatementAt
    actions: frozenset[str]
    """The known actions, in the catalog's spelling; never empty. Actions the catalog does not know are in
    `at.statement.action` alone."""
    denies: tuple[Statement, ...] = ()
    """The Deny statements of the principal and its boundary that may hold: what they take back in part is still in
    `actions`."""
    bounds: tuple[Statement, ...] | None = None
    """The Allow statements of its boundary; None without a boundary."""

    @property
    def statement(self) -> Statement:
        """The statement."""
        return self.at.statement

    @property
    def everywhere(self) -> bool:
        """Whether its Resource is `*`, or another pattern that every ARN matches."""
        resource = self.at.statement.resource
        return resource is not None and not resource.negated and any(is_everything(one) for one in resource.values)


@dataclass(frozen=True, slots=True)
class Principal:
    """All that a file says about one principal, or one policy by itself."""

    name: str
    """As the file names it; empty for a policy by itself."""
    file: str
    policies: tuple[PolicyAt, ...]
    """Of every kind, in the file's order; those that can hold at the same time."""
    granted: tuple[Granted, ...] = ()
    """What its identity policies grant, in order; statements that grant no known action are left out."""

    def of_kind(self, kind: PolicyKind) -> tuple[PolicyAt, ...]:
        """Its policies of one kind."""
        return tuple(policy for policy in self.policies if policy.kind is kind)


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """A function and the principal it runs as, where the file says it."""

    function: FunctionAt
    principal: Principal | None
