"""environment-without-kms: for the auditor."""

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.environment_without_kms import RULE
from tests.unit.gate.functions_text import environment, said, service


def test_variables_without_a_key_are_told_to_the_auditor() -> None:
    assert not said(RULE, environment(A="1"), persona=Persona.STRICT)
    (one,) = said(RULE, environment(A="1"), persona=Persona.AUDITOR)
    assert one.message == "1 environment variable of function `api` is readable by whoever may read its configuration"
    (two,) = said(RULE, environment(A="1", B="2"), persona=Persona.AUDITOR)
    assert two.message.startswith("2 environment variables of function `api` are readable")


def test_a_key_no_variables_and_a_file_for_ones_own_computer_are_no_finding() -> None:
    assert not said(RULE, service("    kmsKeyArn: k\n    environment: {A: 1}\n"), persona=Persona.AUDITOR)
    assert not said(RULE, service("    kmsKeyArn: ${ssm:/key}\n    environment: {A: 1}\n"), persona=Persona.AUDITOR)
    assert not said(RULE, service(""), persona=Persona.AUDITOR)
    assert not said(RULE, '{"F": {"A": "1"}}', "env.json", Persona.AUDITOR)
