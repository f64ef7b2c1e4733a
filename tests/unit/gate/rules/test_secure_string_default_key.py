"""secure-string-default-key: SecureStrings under AWS's own key."""

import pytest

from secrets_cli.gate.rules.secure_string_default_key import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import said


def _parameter(*lines: str) -> str:
    inner = "\n".join(f"  {line}" for line in ('name = "/a/b"', "value = var.v", *lines))
    return f'variable "v" {{}}\nresource "aws_ssm_parameter" "p" {{\n{inner}\n}}\n'


def test_without_a_key_it_stands_at_the_resource() -> None:
    (finding,) = said(RULE, _parameter('type = "SecureString"'), "main.tf")
    assert finding.message == (
        "`aws_ssm_parameter.p` is encrypted with `alias/aws/ssm`, which every principal of the account may use through SSM"
    )
    assert str(finding.location) == "main.tf:2:1"
    assert finding.severity is Severity.LOW
    assert finding.principal == "parameter aws_ssm_parameter.p"


@pytest.mark.parametrize("key", ["alias/aws/ssm", "arn:aws:kms:eu-central-1:111122223333:alias/aws/ssm"])
def test_the_default_key_by_name_stands_at_the_name(key: str) -> None:
    (finding,) = said(RULE, _parameter('type = "SecureString"', f'key_id = "{key}"'), "main.tf")
    assert str(finding.location) == "main.tf:6:3"


@pytest.mark.parametrize(
    "lines",
    [
        ('type = "String"',),
        ('type = "SecureString"', 'key_id = "alias/app"'),
        ('type = "SecureString"', "key_id = aws_kms_key.app.arn"),
        ("type = var.v",),
    ],
)
def test_other_keys_types_and_what_is_unknown_are_no_finding(lines: tuple[str, ...]) -> None:
    assert not said(RULE, _parameter(*lines), "main.tf")
