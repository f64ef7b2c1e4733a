"""`not-principal-allow`: an Allow for everybody but the principals that are named."""

from collections.abc import Iterator

from secrets_cli.gate.callers import Limit, limit_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.opened import left_open, listed
from secrets_cli.gate.principals import statements_of
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.iam.model import Effect
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if policy.kind not in (PolicyKind.TRUST, PolicyKind.RESOURCE):
        return
    denies = [one for one in policy.policy.statements if one.effect is Effect.DENY]
    for at in statements_of(policy):
        element = at.statement.principal
        if at.statement.effect is Effect.DENY or element is None or not element.negated:
            continue
        limit = limit_of(at.statement.conditions)
        actions = left_open(at.statement, denies, knowledge)
        if limit is Limit.UNKNOWN or not actions:
            continue
        names = ", ".join(f"`{entry.value}`" for entry in element.entries)
        limited = limit is Limit.LIMITS
        yield Hit(
            f"{at.named} allows everybody but {names}"
            + (", within its conditions" if limited else ", anonymous included"),
            element.location or at.location,
            evidence=(listed(actions),),
            about=(at,),
            severity=Severity.LOW if limited else None,
            confidence=Confidence.MEDIUM if limited else None,
        )


RULE = Rule(
    id="not-principal-allow",
    title="allows everybody but the principals it names",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`NotPrincipal` with `Allow` means all of the world but the few who are named: every other account, and for many"
        " services callers who have not signed in at all. It is nearly always meant the other way round. In trust"
        " policies AWS refuses it."
    ),
    how_to_fix=(
        "Name in `Principal` who may. To keep somebody out, use a `Deny` statement with a condition on"
        " `aws:PrincipalArn`."
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",),
    mapping=(
        "Access Analyzer ALLOW_WITH_NOTPRINCIPAL",
        "Access Analyzer ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        "cfn-nag F7 F8 F9",
    ),
    check=OfPolicy(_check),
    silences=frozenset({"resource-policy-wildcard-action", "key-policy-star-actions"}),
)
