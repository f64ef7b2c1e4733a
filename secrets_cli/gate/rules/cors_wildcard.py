"""`cors-wildcard`: an endpoint whose answers any website may read."""

from collections.abc import Iterator
from dataclasses import dataclass

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfFunction, Persona, Rule
from secrets_cli.gate.secret_reads import secret_reads
from secrets_cli.gate.subject import FunctionOf
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import Authorizer, EndpointAt
from secrets_cli.severity import Confidence, Severity

_ORIGIN = "Access-Control-Allow-Origin"


@dataclass(frozen=True, slots=True)
class _Said:
    """A place that lets every origin in."""

    location: Location
    message: str
    header: str = ""


def _check(of: FunctionOf, _knowledge: Knowledge) -> Iterator[Hit]:
    reads = bool(secret_reads(of.principal))
    worst: dict[_Said, bool] = {}
    for endpoint in of.function.endpoints:
        exposed = reads and endpoint.authorizer is Authorizer.NONE and not endpoint.private
        for said in _said(endpoint):
            worst[said] = worst.get(said, False) or exposed
    for said, exposed in worst.items():
        behind = f", and function `{of.function.name}` behind it can read secrets" if exposed else ""
        yield Hit(
            f"{said.message}{behind}",
            said.location,
            severity=Severity.MEDIUM if exposed else None,
            persona=Persona.DEFAULT if exposed else None,
            subject=said.header,
        )


def _said(endpoint: EndpointAt) -> Iterator[_Said]:
    if "*" in endpoint.cors_origins:
        yield _Said(endpoint.cors_location or endpoint.location, "any website may read what this endpoint answers")
    for header in endpoint.headers:
        plain = header.name.lower().replace("_", "-")
        if plain != _ORIGIN.lower() or header.value != "*":
            continue
        if plain == header.name.lower():
            yield _Said(header.location, "any website may read what this endpoint answers", header.name)
        else:
            yield _Said(
                header.location,
                f"`{header.name}` is no header that browsers know: `{_ORIGIN}` is meant, and its value `*` would let any"
                " website read what this endpoint answers",
                header.name,
            )


RULE = Rule(
    id="cors-wildcard",
    title="lets any website read what it answers",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.STRICT,
    why=(
        "`Access-Control-Allow-Origin: *` tells browsers that a script of any website may call the endpoint and read the"
        " answer. Where the endpoint asks nobody who calls and its function can read secrets, a page that somebody in your"
        " network opens becomes a client of it: that is of medium severity, and shown to everybody. Anywhere else it is low"
        " and for the strict persona, for browsers send no cookies to such an endpoint.\n\nA slip in the header's name (an"
        " underscore for a dash) has no effect at all; it is found for what it means to say."
    ),
    how_to_fix="Name the origins that call it: `cors: {origin: https://app.example.com}`, `AllowOrigins: [...]`.",
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html",
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Access-Control-Allow-Origin",
    ),
    mapping=("prowler awslambda_function_url_cors_policy",),
    check=OfFunction(_check),
)
