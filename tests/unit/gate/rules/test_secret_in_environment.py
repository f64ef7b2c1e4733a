"""secret-in-environment: what looks like a secret is found, and never shown."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.secret_in_environment import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import environment, messages, said, service

GITHUB = "ghp_" + "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2"


def test_a_name_gives_a_value_away() -> None:
    (finding,) = said(RULE, environment(TABLE="orders", DB_PASSWORD="zu3Kpl9wq"))
    assert finding.message == "`DB_PASSWORD` holds a secret in plain text: its name says `password`"
    assert str(finding.location) == "serverless.yml:10:7"
    assert finding.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("CALLBACK", GITHUB, "GitHub Token"),
        ("DATABASE", "postgres://app:zu3Kpl9wq@db.local/app", "Password in a URL"),
        ("CERT", "-----BEGIN RSA PRIVATE KEY-----", "Private Key"),
    ],
)
def test_a_form_of_a_credential_is_high(name: str, value: str, form: str) -> None:
    (finding,) = said(RULE, environment(**{name: value}))
    assert finding.message == f"`{name}` holds a secret in plain text: its value has the form of `{form}`"
    assert finding.severity is Severity.HIGH


@pytest.mark.parametrize("value", ["zu3Kpl9wq", GITHUB, "postgres://app:zu3Kpl9wq@db.local/app"])
def test_no_part_of_the_value_is_shown(value: str) -> None:
    shown = messages(said(RULE, environment(API_TOKEN=value), persona=Persona.AUDITOR))
    assert shown
    assert not any(value[start : start + 6] in shown for start in range(len(value) - 6))


@pytest.mark.parametrize(
    "variables",
    [
        {"DB_PASSWORD": "${env:DB_PASSWORD}"},
        {"DB_PASSWORD": "changeme"},
        {"DB_PASSWORD": "<password>"},
        {"DB_PASSWORD": ""},
        {"SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:app-AbCdEf"},
        {"DB_PASSWORD_PARAMETER": "/app/db"},
        {"TOKEN_URL": "https://auth.example.com/token"},
        {"DATABASE": "postgres://app:${ssm:/app/db}@db.local/app"},
        {"AWS_KEY": "AKIAIOSFODNN7EXAMPLE"},
        {"PASSWORD_MIN_LENGTH": "12"},
        {"TABLE": "orders"},
    ],
)
def test_references_placeholders_and_facts_are_no_finding(variables: dict[str, str]) -> None:
    assert not said(RULE, environment(**variables))


def test_a_password_beside_an_unknown_part_is_found_and_a_name_alone_is_not() -> None:
    assert said(RULE, environment(DATABASE="postgres://app:zu3Kpl9wq@${ssm:/host}/app"))
    assert not said(RULE, environment(DB_PASSWORD="prefix-${ssm:/rest}"))


def test_a_random_value_is_for_the_strict() -> None:
    text = environment(SETTING="q7Xz2Lm9Rt4Vb8Nc1Kd6Wp3Ys5Hg0Jf7Qe2")
    assert not said(RULE, text)
    (finding,) = said(RULE, text, persona=Persona.STRICT)
    assert finding.severity is Severity.LOW


@pytest.mark.parametrize(
    ("name", "reference"),
    [("DB_PASSWORD", "${ssm:/app/db}"), ("ANY", "${ssm:/aws/reference/secretsmanager/app~true}")],
)
def test_a_stored_secret_that_is_copied_at_deployment_is_told_to_the_strict(name: str, reference: str) -> None:
    text = environment(**{name: reference})
    assert not said(RULE, text)
    (finding,) = said(RULE, text, persona=Persona.STRICT)
    assert finding.severity is Severity.INFO
    assert f"`{name}` gets the value of `{reference}` at deployment" in finding.message


def test_a_stored_setting_is_none() -> None:
    assert not said(RULE, environment(TABLE="${ssm:/app/table}"), persona=Persona.AUDITOR)


def test_a_dynamic_reference_of_a_template_is_told_to_the_strict() -> None:
    value = "'{{resolve:secretsmanager:app:SecretString:key}}'"
    text = (
        "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Environment:\n        Variables:\n"
        f"          KEY: !Sub {value}\n"
    )
    (finding,) = said(RULE, text, "t.yml", Persona.STRICT)
    assert str(finding.location) == "t.yml:7:11"


def test_the_variables_of_the_provider_are_told_once() -> None:
    text = service(
        "  other: {handler: h}\n", "  role: arn:aws:iam::111122223333:role/r\n  environment: {PASSWORD: zu3Kpl9}\n"
    )
    assert len(said(RULE, text)) == 1


def test_an_access_key_is_another_rules() -> None:
    assert not said(RULE, environment(AWS_SECRET_ACCESS_KEY="zu3Kpl9wqzu3Kpl9wqzu3Kpl9wqzu3Kpl9wq1234"))


def test_it_masks_its_line() -> None:
    assert RULE.masks_line
