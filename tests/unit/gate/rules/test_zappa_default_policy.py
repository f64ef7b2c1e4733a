"""zappa-default-policy: what a stage gets that says nothing."""

import pytest

from secrets_cli.gate.rules.zappa_default_policy import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import said
from tests.unit.gate.judging import findings_in

SETTINGS = """\
{
  "dev": {
    "app_function": "app.app",
    "runtime": "python3.13"%s
  }
}
"""


def test_silence_brings_the_default_policy() -> None:
    (finding,) = said(RULE, SETTINGS % "", "zappa_settings.json")
    assert finding.message.startswith("stage dev gets Zappa's default policy: 5")
    assert finding.message.endswith("actions on every resource of 10 services")
    assert finding.severity is Severity.HIGH
    assert str(finding.location) == "zappa_settings.json:2:3"
    assert finding.principal == "stage dev"
    assert "s3 1" in finding.evidence[0]


def test_where_it_is_written_it_stands_there() -> None:
    (finding,) = said(RULE, SETTINGS % ',\n    "manage_roles": true', "zappa_settings.json")
    assert str(finding.location) == "zappa_settings.json:5:5"


@pytest.mark.parametrize("setting", ['"manage_roles": false', '"attach_policy": "execution-policy.json"'])
def test_a_stage_that_says_otherwise_is_no_finding(setting: str) -> None:
    assert not said(RULE, SETTINGS % f",\n    {setting}", "zappa_settings.json")


def test_each_stage_has_its_own() -> None:
    text = '{"dev": {"s3_bucket": "b"},\n "prod": {"extends": "dev"},\n "own": {"manage_roles": false}}'
    found = said(RULE, text, "zappa_settings.json")
    assert [(one.principal, one.location.line) for one in found] == [("stage dev", 1), ("stage prod", 2)]


def test_it_says_all_there_is_to_say_of_its_statements() -> None:
    found = findings_in(SETTINGS % "", "zappa_settings.json")
    assert {one.rule for one in found} == {RULE.id}


def test_extra_permissions_are_judged_as_any_statement() -> None:
    extra = ',\n    "extra_permissions": [{"Effect": "Allow", "Action": ["ssm:Get*"], "Resource": "*"}]'
    found = findings_in(SETTINGS % extra, "zappa_settings.json")
    assert ("ssm-get-wildcard", 5) in {(one.rule, one.location.line) for one in found}
