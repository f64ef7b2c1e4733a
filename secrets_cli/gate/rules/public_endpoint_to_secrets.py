"""`public-endpoint-to-secrets`: an endpoint without authorizer in front of a function that can read secrets."""

from collections.abc import Iterator

from secrets_cli.gate.exposed import called, open_endpoints
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfFunction, Persona, Rule
from secrets_cli.gate.secret_reads import secret_reads, told
from secrets_cli.gate.subject import FunctionOf
from secrets_cli.severity import Confidence, Severity

_MOST = 3
"""Resources that the message names; the evidence has the others."""


def _check(of: FunctionOf, _knowledge: Knowledge) -> Iterator[Hit]:
    reads = sorted(secret_reads(of.principal), key=lambda one: not one.broad)
    if not reads:
        return
    broad = reads[0].broad
    for endpoint in open_endpoints(of):
        sure = broad and endpoint.kind != "alb"
        key = "; the API key it asks for is for metering, not for authorization" if endpoint.api_key else ""
        kind = "parameter" if reads[0].actions[0].startswith("ssm:") else "secret"
        what = f"every {kind} of the account" if broad else ", ".join(reads[0].resources[:_MOST])
        yield Hit(
            f"{called(endpoint)} asks nobody who calls, and function `{of.function.name}` behind it can read {what}"
            f" (granted at {reads[0].location}){key}",
            endpoint.location,
            evidence=(*told(reads),),
            about=tuple(one.granted.at for one in reads),
            severity=Severity.HIGH if sure else Severity.MEDIUM,
            confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
            subject=f"{endpoint.kind} {endpoint.name}",
        )


RULE = Rule(
    id="public-endpoint-to-secrets",
    title="lets anybody on the internet call a function whose role can read secrets",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "An endpoint without an authorizer is called by anybody who finds its address, and addresses of API Gateway and of"
        " function URLs are found: they stand in certificates, logs and client code. What the function's role can read,"
        " one slip in its code gives away: a path or a parameter name taken from the request, an error message with the"
        " whole answer in it. An API key does not help: AWS gives it out for metering, and says not to authorize by it.\n\n"
        "Where the role reads every parameter or secret of the account it is of high severity, where it reads named ones"
        " of medium: a web shop's database password has to be read by somebody. A load balancer may stand inside a"
        " network, so behind one it is medium too."
    ),
    how_to_fix=(
        "Let the endpoint ask who calls: `AWS_IAM`, a JWT or Cognito authorizer, an authorizer of your own. Where it must"
        " be public (a login page, a web hook), name the few parameters its function needs in the role's `Resource`, check"
        " the caller's signature in the code, and suppress this finding with that reason. Callers with a role of AWS need"
        " no function in between: let them call `ssm:GetParameter` themselves."
    ),
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html",
    ),
    mapping=("CKV_AWS_59 (methods without authorization)", "CKV_AWS_258 (function URLs without authorization)"),
    check=OfFunction(_check),
)
