"""secure-string-in-state: values that are written out."""

import pytest

from secrets_cli.gate.rules.secure_string_in_state import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import messages, said


def _parameter(type: str, value: str) -> str:
    return (
        'variable "v" {}\nlocals {\n  v = "zu3Kpl9wq"\n}\n'
        f'resource "aws_ssm_parameter" "p" {{\n  name = "/a/b"\n  type = "{type}"\n  value = {value}\n}}\n'
    )


@pytest.mark.parametrize("value", ['"zu3Kpl9wq"', "local.v", 'jsonencode({ key = "zu3Kpl9wq" })'])
def test_a_written_value_is_found_and_not_shown(value: str) -> None:
    found = said(RULE, _parameter("SecureString", value), "main.tf")
    assert [one.message for one in found] == [
        "the value of `aws_ssm_parameter.p` is written out here, and from here goes into the state in plain text"
    ]
    assert str(found[0].location) == "main.tf:8:3"
    assert found[0].severity is Severity.MEDIUM
    assert "zu3" not in messages(found)


@pytest.mark.parametrize(
    "value", ["var.v", "random_password.p.result", '"changeme"', '"placeholder"', '"${var.v}-x"', '""', "null"]
)
def test_unknown_values_and_placeholders_are_no_finding(value: str) -> None:
    assert not said(RULE, _parameter("SecureString", value), "main.tf")


def test_a_plain_parameter_is_another_rules() -> None:
    assert not said(RULE, _parameter("String", '"zu3Kpl9wq"'), "main.tf")


def test_it_masks_its_line() -> None:
    assert RULE.masks_line
