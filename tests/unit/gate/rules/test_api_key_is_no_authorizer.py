"""api-key-is-no-authorizer: `private: true` and nothing else."""

import pytest

from secrets_cli.gate.rules.api_key_is_no_authorizer import RULE
from tests.unit.gate.functions_text import reading, said, service


def _event(settings: str) -> str:
    return service(f"    events: [{{http: {{path: /x, method: get, {settings}}}}}]\n")


def test_a_key_alone_is_found() -> None:
    (finding,) = said(RULE, _event("private: true"))
    assert finding.message == (
        "the REST API `GET /x` asks for an API key only, which is for metering and not for authorization"
    )
    assert str(finding.location) == "serverless.yml:8:15"


@pytest.mark.parametrize("settings", ["private: true, authorizer: aws_iam", "private: false", "cors: true"])
def test_a_key_beside_an_authorizer_or_no_key_is_not(settings: str) -> None:
    assert not said(RULE, _event(settings))


def test_where_the_function_reads_secrets_another_rule_says_so() -> None:
    text = service("    events: [{http: {path: /x, method: get, private: true}}]\n", reading())
    assert not said(RULE, text)
