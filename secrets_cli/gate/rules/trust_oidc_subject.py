"""`trust-oidc-subject`: a trust policy that does not say whose tokens of an OpenID Connect provider it takes."""

from collections.abc import Iterator, Sequence

from secrets_cli.gate.callers import needs_the_key
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Named, Who, lets_in
from secrets_cli.gate.oidc_providers import Provider, Width, provider_of, width_of
from secrets_cli.gate.principals import known_actions
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import ConditionTerm, Effect
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_ASSUME = "sts:AssumeRoleWithWebIdentity"
_COGNITO = "cognito-identity.amazonaws.com"
_COMPARING = ("StringEquals", "StringLike", "Arn")


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    statement = at.statement
    if at.of.kind is not PolicyKind.TRUST or statement.effect is Effect.DENY:
        return
    if any(UNKNOWN in term.key for term in statement.conditions):
        return
    if _ASSUME not in known_actions(statement.action, knowledge.catalog):
        return
    for named in lets_in(statement, Who.OIDC):
        yield from _of_provider(at, named, provider_of(named.value))


def _of_provider(at: StatementAt, named: Named, provider: Provider) -> Iterator[Hit]:
    terms = [term for term in at.statement.conditions if term.key.lower().startswith(f"{named.value.lower()}:")]
    telling = [term for term in terms if _claim(term, named) in provider.claims]
    asked = [(width, term) for term in telling if (width := _width(term, _claim(term, named), provider)) is not None]
    if not asked:
        yield _missing(at, named, provider, terms, telling)
        return
    width, term = min(asked, key=lambda one: one[0])
    yield from _wide(at, term, provider, _claim(term, named), width)
    if named.value == _COGNITO:
        yield from _guests(at, terms)


def _claim(term: ConditionTerm, named: Named) -> str:
    return term.key[len(named.value) + 1 :].lower()


def _width(term: ConditionTerm, claim: str, provider: Provider) -> Width | None:
    """The widest of the values; None where the operator holds for tokens without the claim, or for every value of it."""
    if not term.operator.base.startswith(_COMPARING) or not needs_the_key(term):
        return None
    if any(UNKNOWN in value for value in term.values):
        return Width.ONE
    literal = term.operator.base.startswith("StringEquals")
    return max(
        (Width.ONE if literal and ("*" in one or "?" in one) else width_of(provider, claim, one)) for one in term.values
    )


def _missing(
    at: StatementAt, named: Named, provider: Provider, terms: Sequence[ConditionTerm], telling: Sequence[ConditionTerm]
) -> Hit:
    claim = f"{named.value}:{provider.claims[0]}"
    if any("Not" not in term.operator.base and term.operator.base != "Null" for term in telling):
        term = telling[0]
        return Hit(
            f"{at.named} holds for tokens without `{term.key}` too: `{term.operator}` does not ask for the claim",
            term.location or at.location,
            evidence=(f"use `{term.operator.base}` alone",),
            severity=Severity.LOW,
            subject=claim,
        )
    severity, persona = _weight(provider, terms)
    return Hit(
        f"{at.named} lets {provider.everybody} assume the role: no condition on `{claim}`",
        (at.statement.principal.location if at.statement.principal else None) or at.location,
        severity=severity,
        persona=persona,
        subject=claim,
    )


def _weight(provider: Provider, terms: Sequence[ConditionTerm]) -> tuple[Severity, Persona]:
    """A provider of one customer, asked for some claim of its tokens at least, is the less of it."""
    if provider.without is Severity.LOW and terms:
        return Severity.LOW, Persona.STRICT
    return max(provider.without, Severity.MEDIUM, key=lambda one: one.rank), Persona.DEFAULT


_WIDTHS = {
    Width.STRANGERS: (Severity.HIGH, Persona.DEFAULT, "others than one owner: whoever takes a fitting name"),
    Width.CUSTOMER: (Severity.MEDIUM, Persona.DEFAULT, "every part of it"),
    Width.OWNER: (Severity.LOW, Persona.DEFAULT, "everything of one owner, what it adds tomorrow included"),
    Width.SEVERAL: (Severity.LOW, Persona.STRICT, "all whose names fit"),
    Width.EVERY_RUN: (Severity.INFO, Persona.STRICT, "every branch, tag, environment and pull request"),
}


def _wide(at: StatementAt, term: ConditionTerm, provider: Provider, claim: str, width: Width) -> Iterator[Hit]:
    if width not in _WIDTHS:
        return
    severity, persona, who = _WIDTHS[width]
    values = ", ".join(f"`{value}`" for value in term.values if width_of(provider, claim, value) is width)
    yield Hit(
        f"{at.named} takes tokens of {provider.title} from {who}: `{term.key}` is {values}",
        term.location or at.location,
        severity=severity,
        persona=persona,
        confidence=Confidence.MEDIUM if width is not Width.STRANGERS else None,
        subject=term.key,
    )


def _guests(at: StatementAt, terms: Sequence[ConditionTerm]) -> Iterator[Hit]:
    """Tokens of an identity pool say in `amr` whether their user has logged in."""
    asked = [term for term in terms if term.key.lower().endswith(":amr")]
    if not asked:
        yield Hit(
            f"{at.named} lets guests of the identity pool assume the role: no condition on `{_COGNITO}:amr`",
            (at.statement.principal.location if at.statement.principal else None) or at.location,
            evidence=(
                '`"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}` keeps them out',
            ),
            severity=Severity.LOW,
            confidence=Confidence.MEDIUM,
            subject=f"{_COGNITO}:amr",
        )


RULE = Rule(
    id="trust-oidc-subject",
    title="does not say whose tokens of an OpenID Connect provider it takes",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "GitHub, GitLab.com, HCP Terraform and others sign the tokens of all their customers under one issuer. The audience"
        " is the same for everybody, so only the subject (`sub`) says whose workflow it is: without a condition on it, or"
        " with `repo:*`, anybody with a free account there becomes the role. A name without its end, as in `repo:acme*`,"
        " lets in `acme-evil` too. A subject that begins with a branch, an environment or a workflow's name says nothing"
        " about the repository. Providers with an issuer of their own for each customer (an EKS cluster, CircleCI) let in"
        " every part of that customer."
    ),
    how_to_fix=(
        "Compare the subject with owner and repository, best with the branch or environment:"
        ' `"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}`. Neither'
        " `ForAllValues:` nor `...IfExists`: both hold where the claim is missing."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
        "https://docs.github.com/en/actions/reference/security/oidc",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html",
    ),
    mapping=(
        "Access Analyzer MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        "Access Analyzer MISSING_GITHUB_REPO_CONDITION_KEY",
        "Access Analyzer SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        "CKV_AWS_358",
        "CKV_AWS_393",
    ),
    check=OfStatement(_check),
)
