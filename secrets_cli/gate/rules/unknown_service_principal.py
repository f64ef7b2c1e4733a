"""`unknown-service-principal`: a service principal that is misspelt, or not known."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who, named_in
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.service_principals import KnownService, Misspelt, judged
from secrets_cli.gate.subject import StatementAt
from secrets_cli.severity import Confidence, Severity


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    element = at.statement.principal
    for named in named_in(element):
        if element is None or named.who is not Who.SERVICE or named.holds_wildcard:
            continue
        found = judged(named.value, knowledge.catalog)
        if isinstance(found, KnownService):
            continue
        misspelt = isinstance(found, Misspelt)
        meant = f": `{found.meant}` may be meant" if isinstance(found, Misspelt) and found.meant else ""
        what = "is no service principal" if misspelt else "is no service principal known here"
        yield Hit(
            f"`{named.value}` {what}{meant}",
            element.location or at.location,
            severity=None if misspelt else Severity.INFO,
            confidence=None if misspelt else Confidence.LOW,
            persona=None if misspelt else Persona.AUDITOR,
            subject=named.value,
        )


RULE = Rule(
    id="unknown-service-principal",
    title="names a service that does not exist",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "A service principal is `service.amazonaws.com` with few exceptions. AWS refuses a policy that names one that does"
        " not exist, so the deployment fails; where a service keeps the policy all the same, the statement lets in nobody."
        " The right name is often not that of the actions: `ecs-tasks.amazonaws.com` for tasks,"
        " `edgelambda.amazonaws.com` for Lambda@Edge."
    ),
    how_to_fix="Look the name up in the service's guide, under service-linked roles or identity and access management.",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services",
    ),
    mapping=("Access Analyzer INVALID_SERVICE_PRINCIPAL_FORMAT",),
    check=OfStatement(_check),
)
