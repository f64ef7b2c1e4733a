"""`trust-cross-account`: a role that principals of another account can assume without any further condition."""

from collections.abc import Iterator, Sequence

from secrets_cli.gate.accounts import own_accounts_of_role
from secrets_cli.gate.callers import Limit, fixes, limit_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Named, Who, lets_in, shown
from secrets_cli.gate.principals import known_actions, statements_of
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.subject import Principal, StatementAt
from secrets_cli.iam.model import ConditionTerm, Effect, Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.severity import Confidence, Severity

_SHARED_WORDS = ("sts:externalid", "sts:sourceidentity", "sts:rolesessionname", "aws:username")
_TAGS = ("aws:principaltag/", "aws:requesttag/")
_MFA = "aws:multifactorauthpresent"


def _check(principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    own = own_accounts_of_role(principal.policies)
    for policy in principal.of_kind(PolicyKind.TRUST):
        statements = [at for at in statements_of(policy) if _assumes(at.statement, knowledge)]
        named = {one.account for at in statements for one in _others(at.statement, knowledge) if one.account not in own}
        for at in statements:
            if not _asks_for_more(at.statement.conditions):
                yield from _hits(at, _others(at.statement, knowledge), own, named)


def _assumes(statement: Statement, knowledge: Knowledge) -> bool:
    return statement.effect is Effect.ALLOW and "sts:AssumeRole" in known_actions(statement.action, knowledge.catalog)


def _others(statement: Statement, knowledge: Knowledge) -> list[Named]:
    trusted = knowledge.settings.trusted_accounts
    found = lets_in(statement, Who.ACCOUNT, Who.ONE)
    return [one for one in found if one.account and one.account not in trusted and not one.holds_wildcard]


def _asks_for_more(terms: Sequence[ConditionTerm]) -> bool:
    """An external id, a second factor, an organization, a network, a tag: or something that is not known."""
    return limit_of(terms) in (Limit.LIMITS, Limit.UNKNOWN) or any(_narrows(term) for term in terms)


def _narrows(term: ConditionTerm) -> bool:
    key = term.key.lower()
    if key == _MFA:
        return fixes(term) and term.operator.base == "Bool" and {value.lower() for value in term.values} == {"true"}
    return fixes(term) and (key in _SHARED_WORDS or key.startswith(_TAGS))


def _hits(at: StatementAt, others: Sequence[Named], own: frozenset[str], named: set[str]) -> Iterator[Hit]:
    element = at.statement.principal
    place = (element.location if element is not None else None) or at.location
    for one in others:
        is_own = one.account in own
        is_foreign = not is_own and bool(own or len(named) > 1)
        whole = one.who is Who.ACCOUNT
        who = f"every principal of {shown(one)} that its IAM policies allow" if whole else shown(one)
        yield Hit(
            f"{at.named} lets {who} assume the role without any condition",
            place,
            about=(at,),
            evidence=() if is_own or is_foreign else (_PERHAPS_OWN,),
            severity=Severity.MEDIUM if whole and not is_own else Severity.LOW,
            confidence=Confidence.MEDIUM if is_foreign else Confidence.LOW,
            persona=Persona.DEFAULT if whole and not is_own else Persona.STRICT,
            subject=one.value,
        )


_PERHAPS_OWN = "it may be the role's own account, which the file does not tell: then name the roles and users of it"


RULE = Rule(
    id="trust-cross-account",
    title="lets a whole account, or a principal of another one, assume a role without any condition",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "An account as the principal (`arn:aws:iam::111122223333:root`, or its number alone) is not its root user: it is"
        " every role and user there to whom its administrators give `sts:AssumeRole`, today and later. Where the account"
        " is a vendor's, all of the vendor's customers share it: without an external id the vendor can be tricked into"
        " using your role for somebody else (the confused deputy)."
    ),
    how_to_fix=(
        "Name the role that needs it. For a vendor ask for an external id (`StringEquals` on `sts:ExternalId`), for"
        " people a second factor (`Bool` on `aws:MultiFactorAuthPresent`), for accounts of your own organization"
        " `aws:PrincipalOrgID`. Accounts listed in `trusted_accounts` are not reported."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts",
    ),
    mapping=("CKV_AWS_61", "cloudsplaining AssumableByCrossAccountPrincipals"),
    check=OfPrincipal(_check),
)
