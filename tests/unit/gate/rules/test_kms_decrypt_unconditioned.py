"""kms-decrypt-unconditioned: any key, for any purpose."""

import json

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.kms_decrypt_unconditioned import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import said, service

KEY = "arn:aws:kms:eu-central-1:111122223333:key"


def _policy(action: object, resource: object, *more: object, **condition: object) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement, *more]})


@pytest.mark.parametrize("resource", ["*", f"{KEY}/*", "arn:aws:kms:*:*:key/*", "arn:aws:kms:*:111122223333:*"])
def test_any_key_is_medium(resource: str) -> None:
    (finding,) = said(RULE, _policy(["s3:GetObject", "kms:Decrypt"], resource), "p.json")
    assert finding.severity is Severity.MEDIUM
    assert finding.message == (
        f"`kms:Decrypt` on `{resource}` decrypts with every key whose policy leaves it to IAM, for any purpose"
    )


def test_a_named_key_is_low_and_for_the_strict() -> None:
    text = _policy("kms:De*", f"{KEY}/1234")
    assert not said(RULE, text, "p.json")
    (finding,) = said(RULE, text, "p.json", Persona.STRICT)
    assert finding.severity is Severity.LOW
    assert finding.message == f"`kms:De*` on `{KEY}/1234` says nothing about the service or what is decrypted"


@pytest.mark.parametrize(
    "key",
    ["kms:ViaService", "kms:EncryptionContext:PARAMETER_ARN", "KMS:ResourceAliases", "aws:ResourceTag/app"],
)
def test_a_condition_that_says_what_for_is_enough(key: str) -> None:
    assert not said(RULE, _policy("kms:Decrypt", "*", StringLike={key: "x"}), "p.json", Persona.AUDITOR)


def test_another_condition_is_not() -> None:
    assert said(RULE, _policy("kms:Decrypt", "*", StringEquals={"aws:RequestedRegion": "eu-central-1"}), "p.json")


def test_a_deny_may_say_what_for() -> None:
    deny = {
        "Effect": "Deny",
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringNotLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
    }
    assert not said(RULE, _policy("kms:Decrypt", "*", deny), "p.json", Persona.AUDITOR)


@pytest.mark.parametrize("action", ["*", "kms:*", "kms:Encrypt", "kms:DescribeKey", "s3:*"])
def test_wildcards_of_whole_services_are_other_rules(action: str) -> None:
    assert not said(RULE, _policy(action, "*"), "p.json", Persona.AUDITOR)


@pytest.mark.parametrize("resource", ["'${ssm:/key}'", "'arn:aws:kms:eu-central-1:111122223333:${ssm:/key}'"])
def test_an_unknown_key_is_no_finding(resource: str) -> None:
    text = service(
        "", f"  iam: {{role: {{statements: [{{Effect: Allow, Action: 'kms:Decrypt', Resource: {resource}}}]}}}}\n"
    )
    assert not said(RULE, text, persona=Persona.AUDITOR)
