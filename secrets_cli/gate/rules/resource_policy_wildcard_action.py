"""`resource-policy-wildcard-action`: a resource policy that gives every action away."""

from collections.abc import Iterator

from secrets_cli.catalog.service import AccessLevel
from secrets_cli.gate.accounts import own_account_of_resources
from secrets_cli.gate.callers import Limit, limit_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Named, Who, named_in, shown
from secrets_cli.gate.opened import actions_of, grants, listed
from secrets_cli.gate.principals import statements_of
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.inputs.found import UNKNOWN, PolicyAt
from secrets_cli.severity import Confidence, Severity


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if not grants(policy):
        return
    own = own_account_of_resources(policy)
    for at in statements_of(policy):
        wide = [value for value in at.statement.action.values if _is_all(value)]
        if at.statement.effect is Effect.DENY or at.statement.action.negated or not wide:
            continue
        others = _others(at, own)
        actions = actions_of(at.statement, knowledge.catalog)
        if others and any(_gives_it_away(name, knowledge) for name in actions):
            yield _hit(at, wide[0], others, actions)


def _gives_it_away(name: str, knowledge: Knowledge) -> bool:
    """Whether the action deletes, or says who may; an API's `execute-api:*` does neither."""
    action = knowledge.catalog.action(name)
    return action is not None and (
        action.name.startswith("Delete") or action.access_level is AccessLevel.PERMISSIONS_MANAGEMENT
    )


def _is_all(value: str) -> bool:
    service, colon, action = value.partition(":")
    return value == "*" or (bool(colon) and action == "*" and service != UNKNOWN)


def _others(at: StatementAt, own: str) -> list[Named]:
    """Whom it is given to, without the account itself: its root as a principal leaves the decision to its IAM policies, and
    is what SQS and others write by themselves."""
    element = at.statement.principal
    if element is None or element.negated:
        return []
    named = [one for one in named_in(element) if one.who is not Who.UNKNOWN]
    accounts = {one.account for one in named if one.account}
    alone = own or (accounts.pop() if len(accounts) == 1 and all(one.who is Who.ACCOUNT for one in named) else "")
    return [one for one in named if not (one.who is Who.ACCOUNT and one.account == alone)]


def _hit(at: StatementAt, wide: str, others: list[Named], actions: frozenset[str]) -> Hit:
    limited = limit_of(at.statement.conditions) in (Limit.LIMITS, Limit.UNKNOWN)
    who = "everybody" if any(one.who is Who.EVERYONE for one in others) else ", ".join(shown(one) for one in others)
    return Hit(
        f"{at.named} gives {who} `{wide}`: its deletion and its policy too",
        at.statement.action.location or at.location,
        about=(at,),
        evidence=(f"{len(actions):,} known actions: {listed(actions)}",),
        confidence=Confidence.MEDIUM if limited else None,
    )


RULE = Rule(
    id="resource-policy-wildcard-action",
    title="gives every action on a resource away",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Every action on a queue, bucket or repository includes deleting it and replacing the very policy that gives the"
        " access: whoever has it can let in others and keep out its owner. What AWS adds to the service is given away"
        " with it, today unknown."
    ),
    how_to_fix="Name the actions that the principal needs: `sqs:SendMessage`, `s3:GetObject` and the like.",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    ),
    mapping=(
        "Guard S3_BUCKET_POLICY_NO_WILDCARD_ACTION",
        "Guard SQS_QUEUEPOLICY_NO_WILDCARD_ACTION",
        "CKV_AWS_72",
        "cfn-nag W42 F20",
    ),
    check=OfPolicy(_check),
)
