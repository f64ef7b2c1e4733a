"""Whether policyuniverse takes a statement for open to the world where our own judgement does not.

Known of the library, and so no reason to doubt ours: it looks at Allow statements one by one and not at the Deny statements
beside them; it knows the condition keys of 2023, so that an access point's account, a source's organization or a mount
target limit nothing to it; it takes `...IfExists` and `ForAllValues:` for limits, and a network for open only at `/0`. Where it
finds less than we do, nothing is said. It is loaded when asked, and has some seconds for each policy.

Source: https://github.com/Netflix-Skunkworks/policyuniverse (policyuniverse/statement.py, release 1.5.1)
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.gate.callers import Limit, limit_of, limit_of_term
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.opened import opened
from secrets_cli.gate.principals import statements_of
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.render import policy_document
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.secrets.keys.second_opinion import SECONDS, opinion_on


@dataclass(frozen=True, slots=True)
class Differs:
    """A statement that it takes for open, and we do not."""

    at: StatementAt
    because: tuple[str, ...]
    """Why we take it for closed."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """It gave no opinion."""

    reason: str


SecondOpinion: TypeAlias = tuple[Differs, ...] | Unavailable


def second_opinion_on(
    policy: PolicyAt, knowledge: Knowledge, judge: Callable[[str], Iterable[int]] | None = None
) -> SecondOpinion:
    """Where it differs from us on one resource or trust policy. Never raises. `judge` stands for the library in tests."""
    opinion = opinion_on(json.dumps(policy_document(policy.policy)), SECONDS, judge)
    if opinion.unavailable:
        return Unavailable(opinion.unavailable)
    ours = {one.at.statement.index for one in opened(policy, knowledge)}
    statements = statements_of(policy)
    theirs = [statements[place] for place in opinion.open_statements if place < len(statements)]
    return tuple(Differs(at, _because(at)) for at in theirs if at.statement.index not in ours and _is_judged(at))


def _is_judged(at: StatementAt) -> bool:
    """What is not resolved we have not judged; an Allow with NotPrincipal has a rule of its own."""
    element = at.statement.principal
    negated = element is not None and element.negated
    return not negated and limit_of(at.statement.conditions) is not Limit.UNKNOWN


def _because(at: StatementAt) -> tuple[str, ...]:
    limiting = [term for term in at.statement.conditions if limit_of_term(term) is Limit.LIMITS]
    if limiting:
        return tuple(f"`{term.operator}` on `{term.key}` limits who can call" for term in limiting)
    return ("a Deny statement of the same policy closes it, or nothing that is known is granted",)
