"""Access that a team has said is fine: rules about what is granted have nothing to say of it."""

from collections.abc import Sequence

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.path_pattern import path_matches
from secrets_cli.gate.rule import OfGrant, OfPrincipal, Rule
from secrets_cli.gate.settings import Access
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect, Policy

_NEVER_ALLOWED = frozenset({"denied-by-team", "required-by-team"})


def is_allowed(rule: Rule, about: Sequence[StatementAt], knowledge: Knowledge) -> bool:
    """Whether a rule of what is granted speaks of statements alone that grant nothing beyond the allowed access: proven."""
    if not about or not isinstance(rule.check, OfGrant | OfPrincipal) or rule.id in _NEVER_ALLOWED:
        return False
    return all(_within_allowed(at, knowledge) for at in about)


def _within_allowed(at: StatementAt, knowledge: Knowledge) -> bool:
    file = at.location.file
    allowed = tuple(one.policy for one in knowledge.settings.at(file).allowed if is_spoken_of(one, file, knowledge))
    if not allowed:
        return False
    if at.statement.effect is Effect.DENY:
        return True
    from secrets_cli.iam.contain import Contained, contains  # proofs take long to load, and few teams have an allowance

    return isinstance(contains(allowed, (Policy((at.statement,), at.of.policy.version),)), Contained)


def is_spoken_of(access: Access, file: str, knowledge: Knowledge) -> bool:
    """Whether the file is none of those that the access leaves out."""
    path = knowledge.settings.folders.from_configuration(file)
    return not any(path_matches(pattern, path) for pattern in access.except_paths)
