"""public-endpoint: open doors, for the strict persona."""

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.public_endpoint import RULE
from tests.unit.gate.functions_text import reading, said, service

URL = "    url: true\n"


def test_an_open_function_url_is_told_to_the_strict() -> None:
    assert not said(RULE, service(URL))
    (finding,) = said(RULE, service(URL), persona=Persona.STRICT)
    assert finding.message == "the function URL asks nobody who calls function `api`"
    assert str(finding.location) == "serverless.yml:8:5"


def test_where_another_rule_says_more_it_is_silent() -> None:
    assert not said(RULE, service(URL, reading()), persona=Persona.STRICT)
    keyed = "    events: [{http: {path: /x, method: get, private: true}}]\n"
    assert not said(RULE, service(keyed), persona=Persona.STRICT)


def test_an_authorizer_that_is_not_known_is_no_finding() -> None:
    text = service("    url: {authorizer: '${ssm:/authorizer}'}\n")
    assert not said(RULE, text, persona=Persona.STRICT)
