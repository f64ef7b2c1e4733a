"""cors-wildcard: answers that any website may read."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.cors_wildcard import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import reading, said, service

EVENT = """\
    events:
      - http:
          path: x
          method: post
"""
HEADER = '          response: {headers: {"Access-Control-Allow_Origin": "\'*\'"}}\n'


def test_in_front_of_secrets_it_is_medium_for_everybody() -> None:
    (finding,) = said(RULE, service(f"{EVENT}          cors: true\n", reading()))
    assert finding.message == (
        "any website may read what this endpoint answers, and function `api` behind it can read secrets"
    )
    assert finding.severity is Severity.MEDIUM
    assert str(finding.location) == "serverless.yml:12:11"


def test_a_slip_in_the_header_and_what_it_means_are_both_said() -> None:
    (finding,) = said(RULE, service(EVENT + HEADER, reading()))
    assert finding.message.startswith(
        "`Access-Control-Allow_Origin` is no header that browsers know: `Access-Control-Allow-Origin` is meant, and its"
        " value `*` would let any website read"
    )
    assert str(finding.location) == "serverless.yml:12:32"


def test_the_right_header_is_found_as_cors_is() -> None:
    (finding,) = said(RULE, service(EVENT + HEADER.replace("Allow_O", "Allow-O"), reading()))
    assert finding.message.startswith("any website may read")


@pytest.mark.parametrize(
    "text",
    [
        service(f"{EVENT}          cors: true\n"),
        service(f"{EVENT}          cors: true\n          authorizer: aws_iam\n", reading()),
        service("    url: {cors: true}\n"),
        service("    events: [{httpApi: GET /x}]\n", "  httpApi: {cors: true}\n" + reading("*", "s3:GetObject")),
    ],
)
def test_elsewhere_it_is_low_and_for_the_strict(text: str) -> None:
    assert not said(RULE, text)
    (finding,) = said(RULE, text, persona=Persona.STRICT)
    assert finding.severity is Severity.LOW
    assert finding.message == "any website may read what this endpoint answers"


@pytest.mark.parametrize("cors", ["false", "{origin: 'https://a.example.com'}", "{origins: ['${ssm:/origin}']}"])
def test_named_and_unknown_origins_are_no_finding(cors: str) -> None:
    assert not said(RULE, service(f"{EVENT}          cors: {cors}\n", reading()), persona=Persona.STRICT)


def test_a_setting_that_counts_for_several_endpoints_is_one_finding() -> None:
    text = service("    events: [{httpApi: GET /x}, {httpApi: GET /y}]\n", "  httpApi: {cors: true}\n" + reading())
    assert len(said(RULE, text)) == 1
