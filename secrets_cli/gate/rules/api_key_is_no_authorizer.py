"""`api-key-is-no-authorizer`: an endpoint that asks for an API key and for nothing else."""

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
        if endpoint.api_key:
            yield Hit(
                f"{called(endpoint)} asks for an API key only, which is for metering and not for authorization",
                endpoint.location,
                subject=f"{endpoint.kind} {endpoint.name}",
            )


RULE = Rule(
    id="api-key-is-no-authorizer",
    title="asks for an API key and for nothing else",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "An API key of API Gateway names a caller for quotas and usage plans. It is one text for all requests, never"
        " expires, is sent in a header that logs keep, and whoever holds a key of one API of a usage plan may call all of"
        " that plan's APIs. AWS's documentation says not to use it for authentication or authorization. `private: true`"
        " in a serverless.yml sounds like more, and is this."
    ),
    how_to_fix="Add an authorizer (`AWS_IAM`, JWT, Cognito, your own) beside the key.",
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html",),
    mapping=(),
    check=OfFunction(_check),
)
