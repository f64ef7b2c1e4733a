"""Containment of policies that name principals: trust policies, resource policies, resource control policies.

Each Allow statement of the new side is taken apart by principal. What it grants to one must be within what the old side's
statements for that principal grant. An entry is covered by the same entry and by `*` alone: that an account covers its roles,
say, is not taken for granted, as the two are judged differently (a role named itself needs no policy of its own). Deny
statements of the old side must all be there still, the same. What is not proven by that is new.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from secrets_cli.gate.partial_containment import KnownInPart, contained_as_known
from secrets_cli.gate.same_content import content_of
from secrets_cli.gate.unknown_values import unknown_places
from secrets_cli.iam.contain import Contained, Containment, Undecided
from secrets_cli.iam.contain_known import KnownRequests
from secrets_cli.iam.model import Effect, Element, Policy, PrincipalElement, PrincipalEntry, Statement
from secrets_cli.inputs.found import UNKNOWN


@dataclass(frozen=True, slots=True)
class Newly:
    """One principal that a statement grants something that it had not."""

    entry: PrincipalEntry | None
    """None where the statement grants to all but some (NotPrincipal), or where a Deny statement is gone."""
    statement: Statement | None
    """The new side's; None where it is a Deny statement that is gone."""
    containment: Containment
    """Never Contained."""


def newly_granted(old: KnownInPart, new: KnownInPart, known: KnownRequests | None) -> tuple[Newly, ...]:
    """What the new side grants to principals beyond the old; empty where that is proven to be nothing."""
    before, after = _signs(old), _signs(new)
    if any(one.effect is Effect.DENY and sign not in after for sign, one in before.items()):
        what = Undecided("a Deny statement is gone, or says something else")
        return tuple(Newly(None, one, what) for one in _of_effect(new.policies, Effect.ALLOW)) or (
            Newly(None, None, what),
        )
    return tuple(
        found
        for policy in new.policies
        for statement in policy.statements
        if statement.effect is Effect.ALLOW and _sign(statement, policy, new) not in before
        for found in _of_statement(statement, policy, old, new, known)
    )


def _of_statement(
    statement: Statement, policy: Policy, old: KnownInPart, new: KnownInPart, known: KnownRequests | None
) -> Iterable[Newly]:
    principal = statement.principal
    if principal is None or principal.negated:
        yield Newly(None, statement, Undecided("it grants to all principals but some, and has changed"))
        return
    asked = KnownInPart((_without_principal(policy, (statement,)),), new.written)
    for entry in principal.entries:
        grants = tuple(
            _without_principal(one, tuple(s for s in one.statements if s.effect is Effect.ALLOW and _names(s, entry)))
            for one in old.policies
        )
        there = KnownInPart(tuple(one for one in grants if one.statements), old.written)
        answer = contained_as_known(there, asked, known)
        if not isinstance(answer, Contained):
            yield Newly(entry, statement, answer)


def _names(statement: Statement, entry: PrincipalEntry) -> bool:
    principal: PrincipalElement | None = statement.principal
    if principal is None or principal.negated:
        return False
    return UNKNOWN not in entry.value and any(one == entry or _is_everyone(one, entry) for one in principal.entries)


def _is_everyone(one: PrincipalEntry, entry: PrincipalEntry) -> bool:
    return one.kind == "*" or (one.kind == entry.kind == "AWS" and one.value == "*")


def _without_principal(policy: Policy, statements: Sequence[Statement]) -> Policy:
    """As an identity policy: a statement without Resource is about the one that carries it, whichever that is."""
    plain = tuple(replace(one, principal=None, resource=one.resource or Element(("*",))) for one in statements)
    return replace(policy, statements=plain)


def _signs(side: KnownInPart) -> dict[str, Statement]:
    """The statements, each by a text that two of the same meaning share."""
    return {_sign(one, policy, side): one for policy in side.policies for one in policy.statements}


def _sign(statement: Statement, policy: Policy, side: KnownInPart) -> str:
    written = (side.written(place) for place in unknown_places(statement))
    return "\0".join((content_of(statement, policy.version), *written))


def _of_effect(policies: Sequence[Policy], effect: Effect) -> Iterable[Statement]:
    return (one for policy in policies for one in policy.statements if one.effect is effect)
