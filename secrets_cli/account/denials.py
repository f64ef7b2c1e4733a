"""What a principal was refused since its policies were replaced, and which of the old grants each refusal asks for.

Where the uses come from does not matter here: any source that ends in `secrets_cli.usage.usage.Usage` will do. A refusal of
something that the old policies did not allow either is told apart: putting the old grants back would not help it.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.narrow.present import Scope, deny_statements, scopes_of
from secrets_cli.usage.usage import Outcome, Use


class Cause(enum.Enum):
    """What stands behind a refusal, as far as the policies tell; the value as in JSON."""

    REMOVED = "removed"
    """The old policies allow it and the new ones do not: the grant can be put back."""
    NEVER_ALLOWED = "never-allowed"
    """The old policies do not allow it either."""
    ALLOWED_NOW = "allowed-now"
    """The new policies allow it: something else refuses, such as the resource's own policy, a boundary or a condition."""


@dataclass(frozen=True, slots=True)
class Denial:
    """One action on one resource that was refused, however often."""

    action: str
    resource: str
    event_names: tuple[str, ...]
    count: int
    """Number of records."""
    first_seen: str
    """UTC, ISO 8601; empty where no record had a time."""
    last_seen: str
    event_ids: tuple[str, ...]
    """A few samples."""
    cause: Cause
    put_back: tuple[Statement, ...] = ()
    """Where it was removed: the old grant cut down to this resource, under its old conditions."""


_SAMPLES = 5


def denials_of(
    uses: Iterable[Use], principal: str, old: Sequence[Policy], new: Sequence[Policy], catalog: Catalog
) -> tuple[Denial, ...]:
    """The refusals of `principal` among the uses, those that can be put back first, then the most frequent.

    `old` are its policies before the change and `new` those after it.
    """
    groups: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        if use.principal == principal and use.outcome is Outcome.DENIED:
            groups.setdefault((use.action, use.resource), []).append(use)
    found = [_denial(group, old, new, catalog) for group in groups.values()]
    order = list(Cause)
    return tuple(sorted(found, key=lambda one: (order.index(one.cause), -one.count, one.action, one.resource)))


def put_back_policy(denials: Iterable[Denial]) -> Policy | None:
    """One policy with all that was removed and is asked for, to be put beside the narrowed one; None where there is nothing.

    Grants on the same resource under the same conditions are one statement. It is cut out of the old policies, so it allows
    nothing that they did not.
    """
    actions: dict[Statement, list[str]] = {}
    for denial in denials:
        for statement in denial.put_back:
            rest = replace(statement, action=Element(("",)), sid=None)
            actions.setdefault(rest, [])
            actions[rest] += [one for one in statement.action.values if one not in actions[rest]]
    if not actions:
        return None
    statements = [
        replace(rest, action=Element(tuple(sorted(names))), sid=f"PutBack{number}", index=number - 1)
        for number, (rest, names) in enumerate(actions.items(), 1)
    ]
    return Policy(tuple(statements))


def _denial(uses: Sequence[Use], old: Sequence[Policy], new: Sequence[Policy], catalog: Catalog) -> Denial:
    use = uses[0]
    times = sorted(filter(None, (one.first_seen for one in uses)))
    ends = sorted(filter(None, (one.last_seen for one in uses)))
    was = _grants(old, use, catalog)
    cause = _cause(was, old, new, use, catalog)
    return Denial(
        use.action,
        use.resource,
        tuple(dict.fromkeys(one.event_name for one in uses)),
        sum(one.count for one in uses),
        times[0] if times else "",
        ends[-1] if ends else "",
        tuple(dict.fromkeys(event for one in uses for event in one.event_ids))[:_SAMPLES],
        cause,
        was if cause is Cause.REMOVED else (),
    )


def _cause(was: Sequence[Statement], old: Sequence[Policy], new: Sequence[Policy], use: Use, catalog: Catalog) -> Cause:
    if not was or _denied(was, old):
        return Cause.ALLOWED_NOW if _allowed(_grants(new, use, catalog), new) else Cause.NEVER_ALLOWED
    return Cause.ALLOWED_NOW if _allowed(was, new) else Cause.REMOVED


def _grants(policies: Sequence[Policy], use: Use, catalog: Catalog) -> tuple[Statement, ...]:
    """The Allow statements of the policies, cut down to the action and the resource of the use."""
    return tuple(_statement(scope, use.action) for scope in scopes_of(policies, use.action, use.resource, catalog))


def _statement(scope: Scope, action: str) -> Statement:
    resource = Element(scope.excluding, negated=True) if scope.excluding else Element((scope.resource,))
    return Statement(Effect.ALLOW, Element((action,)), resource, None, scope.conditions)


def _denied(grants: Sequence[Statement], policies: Sequence[Policy]) -> bool:
    """Whether the policies' own Deny statements take away all of it."""
    denies = tuple(statement for _, statement in deny_statements(policies))
    return isinstance(contains((), (Policy((*grants, *denies)),)), Contained)


def _allowed(grants: Sequence[Statement], policies: Sequence[Policy]) -> bool:
    """Whether the policies allow all of it."""
    return bool(grants) and isinstance(contains(policies, (Policy(tuple(grants)),)), Contained)
