"""Whether a statement grants some of the access that somebody speaks of, with a request that shows it."""

from collections.abc import Sequence

from secrets_cli.gate.subject import StatementAt
from secrets_cli.gate.unknown_values import at_least
from secrets_cli.iam.contain import Difference, KnownRequests, NotContained, contains
from secrets_cli.iam.model import VERSION_2012, Effect, Element, Policy, Statement
from secrets_cli.iam.request import Request

_ANY = Element(("*",))


def shared_access(
    at: StatementAt, access: Policy, policies: Sequence[Policy], known: KnownRequests | None
) -> Request | None:
    """A request that the Allow statement grants, after the Deny statements of `policies`, and that `access` (a policy of one
    Allow statement without a condition) grants too.

    None where there is none, where no such request is known to be made, or where it depends on what is unknown. A condition of
    the statement is left as it is: the access is possible when it holds.
    """
    alone = Policy((at.statement,), at.of.policy.version)
    denies = (Policy(tuple(s for s in one.statements if s.effect is Effect.DENY), one.version) for one in policies)
    granted = at_least((alone, *(one for one in denies if one.statements)))
    shown = contains((), (*granted, _beyond(access)), known)
    if isinstance(shown, NotContained) and shown.difference is Difference.WIDENING:
        return shown.witness
    return None


def _beyond(access: Policy) -> Policy:
    """A Deny of everything but that access."""
    (statement,) = access.statements
    denies = [Statement(Effect.DENY, Element(statement.action.values, negated=True), _ANY)]
    if statement.resource is not None and "*" not in statement.resource.values:
        denies.append(Statement(Effect.DENY, _ANY, Element(statement.resource.values, negated=True)))
    return Policy(tuple(denies), VERSION_2012)
