"""secret-in-plain-parameter: String parameters that look like secrets."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.secret_in_plain_parameter import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import messages, said


def _template(name: str, value: str, type: str = "String") -> str:
    return (
        "Parameters: {P: {Type: String}}\nResources:\n  Db:\n    Type: AWS::SSM::Parameter\n    Properties:\n"
        f"      Name: {name}\n      Type: {type}\n      Value: {value}\n"
    )


def test_a_name_gives_it_away() -> None:
    found = said(RULE, _template("/app/db/password", "zu3Kpl9wq"), "t.yml")
    assert [one.message for one in found] == [
        "`Db` is a plain String and looks like a secret: its name says `password`"
    ]
    assert str(found[0].location) == "t.yml:8:7"
    assert found[0].severity is Severity.MEDIUM
    assert "zu3" not in messages(found)


def test_a_form_of_a_credential_is_high() -> None:
    (finding,) = said(RULE, _template("/app/db", "postgres://app:zu3Kpl9wq@db.local/app"), "t.yml")
    assert finding.severity is Severity.HIGH


def test_terraform_has_them_too() -> None:
    text = 'resource "aws_ssm_parameter" "p" {\n  name = "/a/token"\n  type = "String"\n  value = "zu3Kpl9wq"\n}\n'
    (finding,) = said(RULE, text, "main.tf")
    assert str(finding.location) == "main.tf:4:3"


@pytest.mark.parametrize(
    ("name", "value"),
    [("/app/db/host", "db.local"), ("/app/db/password", "!Ref P"), ("/app/db/password", "changeme")],
)
def test_settings_and_what_is_unknown_are_no_finding(name: str, value: str) -> None:
    assert not said(RULE, _template(name, value), "t.yml", Persona.AUDITOR)
