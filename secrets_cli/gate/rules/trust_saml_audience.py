"""`trust-saml-audience`: a role for SAML users that does not ask to whom the assertion was addressed."""

from collections.abc import Iterator

from secrets_cli.gate.callers import fixes, mentions
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who, lets_in
from secrets_cli.gate.principals import known_actions
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.severity import Confidence, Severity

_RECIPIENT = ("saml:aud", "saml:iss")


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    statement = at.statement
    if at.of.kind is not PolicyKind.TRUST or statement.effect is Effect.DENY:
        return
    if "sts:AssumeRoleWithSAML" not in known_actions(statement.action, knowledge.catalog):
        return
    providers = lets_in(statement, Who.SAML)
    if not providers or any(fixes(term) for term in mentions(statement.conditions, *_RECIPIENT)):
        return
    others = [term for term in statement.conditions if term.key.lower().startswith("saml:") and fixes(term)]
    element = statement.principal
    yield Hit(
        f"{at.named} takes assertions of `{providers[0].value}` whatever their audience: no condition on `SAML:aud`",
        (element.location if element is not None else None) or at.location,
        severity=Severity.LOW if others else None,
    )


RULE = Rule(
    id="trust-saml-audience",
    title="takes SAML assertions whatever their audience",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "An assertion says for which service it was made. `SAML:aud` is the endpoint to which it was posted; without a"
        " condition on it every assertion of the provider that names the role is taken, at every sign-in endpoint. AWS's"
        " console writes the condition into each role it makes for SAML."
    ),
    how_to_fix=(
        'Add `"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}`, with the regional endpoints where you'
        " use them, and further `saml:` keys for roles that not all users may assume."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml",
    ),
    mapping=(),
    check=OfStatement(_check),
)
