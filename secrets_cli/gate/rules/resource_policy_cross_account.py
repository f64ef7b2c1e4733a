"""`resource-policy-cross-account`: a resource that another account can use."""

from collections.abc import Iterator

from secrets_cli.gate.accounts import AWS_OWNED, own_account_of_resources
from secrets_cli.gate.callers import Limit, limit_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Named, Who, lets_in, shown
from secrets_cli.gate.opened import actions_of, can_change, grants, listed
from secrets_cli.gate.principals import statements_of
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if not grants(policy):
        return
    own = own_account_of_resources(policy)
    statements = [at for at in statements_of(policy) if at.statement.effect is Effect.ALLOW]
    named = {one.account for at in statements for one in _others(at, own, knowledge)}
    for at in statements:
        if limit_of(at.statement.conditions) in (Limit.LIMITS, Limit.UNKNOWN):
            continue
        for one in _others(at, own, knowledge):
            yield _hit(at, one, knowledge, is_foreign=bool(own) or len(named) > 1, certain=bool(own))


def _others(at: StatementAt, own: str, knowledge: Knowledge) -> list[Named]:
    known = {own, "", *knowledge.settings.trusted_accounts, *AWS_OWNED}
    return [one for one in lets_in(at.statement, Who.ACCOUNT, Who.ONE) if one.account not in known]


def _hit(at: StatementAt, one: Named, knowledge: Knowledge, *, is_foreign: bool, certain: bool) -> Hit:
    actions = actions_of(at.statement, knowledge.catalog)
    changing = can_change(actions, knowledge.catalog)
    element = at.statement.principal
    whole = one.who is Who.ACCOUNT
    who = f"whoever {shown(one)} chooses" if whole else shown(one)
    return Hit(
        f"{at.named} lets {who} use the resource" + (f" and change it: {listed(changing)}" if changing else ""),
        (element.location if element is not None else None) or at.location,
        about=(at,),
        evidence=() if is_foreign else ("it may be the resource's own account, which the file does not tell",),
        confidence=Confidence.MEDIUM if is_foreign else Confidence.LOW,
        persona=Persona.DEFAULT if certain and whole and changing else Persona.STRICT,
        subject=one.value,
    )


RULE = Rule(
    id="resource-policy-cross-account",
    title="lets another account use a resource",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    persona=Persona.STRICT,
    why=(
        "What another account may do here is decided by that account's administrators from now on. That is often meant;"
        " it should be known, and be as little as the work needs. Where a whole account is named and the resource can be"
        " changed, the default persona sees it too."
    ),
    how_to_fix=(
        "Name the role of the other account that needs it, with the actions it needs. List accounts of your own"
        " organization in `trusted_accounts`, or ask for it with `aws:PrincipalOrgID`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html",
    ),
    mapping=("Access Analyzer external access", "Prowler s3_bucket_cross_account_access", "Security Hub S3.6"),
    check=OfPolicy(_check),
)
