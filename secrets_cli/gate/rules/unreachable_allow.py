"""`unreachable-allow`: an Allow all of which is denied again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from secrets_cli.gate.condition_truth import Truth, truth_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed
from secrets_cli.gate.principals import known_actions, statements_of
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.subject import Principal, StatementAt
from secrets_cli.iam.model import Effect, Policy, Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_KINDS = (PolicyKind.IDENTITY, PolicyKind.SESSION)


def _check(principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    every = [at for kind in _KINDS for policy in principal.of_kind(kind) for at in statements_of(policy)]
    denies = [at for at in every if _always_denies(at, knowledge)]
    if not denies:
        return
    granted = {one.at.location for one in principal.granted}
    for at in every:
        if at.statement.effect is Effect.ALLOW and at.location not in granted:
            yield from _judged(at, denies, knowledge)


def _always_denies(at: StatementAt, knowledge: Knowledge) -> bool:
    statement = at.statement
    if statement.effect is not Effect.DENY or _holds_unknown(statement):
        return False
    return truth_of(statement.conditions, knowledge.today) is Truth.ALWAYS


def _holds_unknown(statement: Statement) -> bool:
    elements = (statement.action, statement.resource)
    return any(UNKNOWN in value for element in elements if element is not None for value in element.values)


def _judged(at: StatementAt, denies: Sequence[StatementAt], knowledge: Knowledge) -> Iterator[Hit]:
    actions = known_actions(at.statement.action, knowledge.catalog)
    touching = [deny for deny in denies if actions & known_actions(deny.statement.action, knowledge.catalog)]
    if not touching:
        return
    from secrets_cli.iam.contain import Contained, contains  # takes long to load, and few statements need a proof
    from secrets_cli.iam.difference import grants_something

    if not grants_something((at.alone,)):
        return
    policies = (at.alone, *(_unconditional(deny) for deny in touching))
    if isinstance(contains((), policies), Contained):
        named = tuple(dict.fromkeys(f"{deny.named} at {deny.location}" for deny in touching))
        yield Hit(
            f"all that {at.named} grants is denied again by {touching[0].named}"
            + (f" and {len(touching) - 1} more" if len(touching) > 1 else ""),
            at.location,
            evidence=(*named, f"it would grant {listed(tuple(sorted(actions)))}"),
            about=(at,),
        )


def _unconditional(deny: StatementAt) -> Policy:
    alone = deny.alone
    return replace(alone, statements=tuple(replace(one, conditions=()) for one in alone.statements))


RULE = Rule(
    id="unreachable-allow",
    title="grants what other statements of the principal deny again, all of it",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A Deny always wins, so the Allow does nothing today. It is a trap for tomorrow: whoever relaxes the Deny grants, without"
        " seeing it, what the Allow says. That the statements together grant nothing is proven for every action, resource and"
        " context; conditions that depend on the request are never taken to hold."
    ),
    how_to_fix="Remove the Allow, or narrow the Deny if the Allow is what is meant.",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html",
    ),
    mapping=(),
    check=OfPrincipal(_check),
)
