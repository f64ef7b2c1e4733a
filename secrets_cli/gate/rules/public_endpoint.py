"""`public-endpoint`: an endpoint without authorizer, in front of a function of which no access to secrets is known."""

from collections.abc import Iterator

from secrets_cli.gate.exposed import called, open_endpoints
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfFunction, Persona, Rule
from secrets_cli.gate.secret_reads import secret_reads
from secrets_cli.gate.subject import FunctionOf
from secrets_cli.severity import Confidence, Severity


def _check(of: FunctionOf, _knowledge: Knowledge) -> Iterator[Hit]:
    if secret_reads(of.principal):
        return  # `public-endpoint-to-secrets` says more
    for endpoint in open_endpoints(of):
        if not endpoint.api_key:
            yield Hit(
                f"{called(endpoint)} asks nobody who calls function `{of.function.name}`",
                endpoint.location,
                subject=f"{endpoint.kind} {endpoint.name}",
            )


RULE = Rule(
    id="public-endpoint",
    title="lets anybody on the internet call a function",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    persona=Persona.STRICT,
    why=(
        "A web site wants to be called by everybody; an internal tool does not, and the file looks the same. This is a"
        " list of the doors that stand open, for whoever reviews them. Where the role behind one can read secrets,"
        " `public-endpoint-to-secrets` says so to everybody."
    ),
    how_to_fix="Let the endpoint ask who calls, or suppress the finding with the reason why it is public.",
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    ),
    mapping=("CKV_AWS_59", "CKV_AWS_258"),
    check=OfFunction(_check),
)
