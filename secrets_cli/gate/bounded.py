"""Identity policies under a permissions boundary, as identity policies that grant just what both allow."""

from collections.abc import Sequence

from secrets_cli.iam.model import VERSION_2012, Effect, Element, Policy, Statement


def bounded(policies: Sequence[Policy], boundaries: Sequence[Policy]) -> tuple[Policy, ...] | None:
    """The policies with a Deny for all that the boundaries do not allow, and the boundaries' own Deny statements.

    None where that cannot be written: a Deny can leave out actions, but not pairs of actions and resources, so every Allow
    statement of a boundary must be for listed actions on `*` without a condition.
    """
    result = [*policies]
    for boundary in boundaries:
        allows = [one for one in boundary.statements if one.effect is Effect.ALLOW]
        if not all(_is_plain(one) for one in allows):
            return None
        actions = tuple(dict.fromkeys(value for one in allows for value in one.action.values))
        beyond = Element(actions, negated=True) if actions else Element(("*",))
        denied = (Statement(Effect.DENY, beyond, Element(("*",))),)
        result.append(Policy(denied, VERSION_2012, name=boundary.name))
        own = tuple(one for one in boundary.statements if one.effect is Effect.DENY)
        if own:
            result.append(Policy(own, boundary.version, name=boundary.name))
    return tuple(result)


def _is_plain(statement: Statement) -> bool:
    resource = statement.resource
    everywhere = resource is not None and not resource.negated and "*" in resource.values
    return everywhere and not statement.action.negated and not statement.conditions
