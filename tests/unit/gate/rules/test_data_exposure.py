"""`data-exposure`: which statements read all data of a kind."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules import data_exposure
from secrets_cli.severity import Severity
from tests.unit.gate.rules.statements import found_in_statement

RULES = [data_exposure.RULE]


@pytest.mark.parametrize(
    ("action", "resource", "severity", "message"),
    [
        ("s3:GetObject", "*", Severity.MEDIUM, "`One` reads objects in S3, all there are"),
        ("s3:Get*", "arn:aws:s3:::*", Severity.MEDIUM, "`One` reads objects in S3, all there are"),
        ("s3:GetObject", "arn:aws:s3:::*/*", Severity.MEDIUM, "`One` reads objects in S3, all there are"),
        ("secretsmanager:GetSecretValue", "*", Severity.HIGH, "`One` reads secrets in Secrets Manager, all there are"),
        (
            "dynamodb:Query",
            "arn:aws:dynamodb:eu-central-1:111122223333:table/*",
            Severity.MEDIUM,
            "`One` reads items in DynamoDB, all there are",
        ),
        (
            ["ssm:GetParameter", "kms:Decrypt", "sqs:ReceiveMessage", "s3:GetObject"],
            "*",
            Severity.MEDIUM,
            "`One` reads parameters, secret ones included, what KMS keys encrypt, objects in S3 and 1 more,"
            " all there are",
        ),
    ],
)
def test_everything_of_a_kind(action: object, resource: object, severity: Severity, message: str) -> None:
    (finding,) = found_in_statement(RULES, action, resource)
    assert finding.message == message
    assert finding.severity is severity
    assert (finding.location.line, finding.location.column) == (4, 2)


def test_the_evidence_names_the_actions() -> None:
    (finding,) = found_in_statement(RULES, ["s3:GetObject", "kms:Decrypt"])
    assert finding.evidence == ("what KMS keys encrypt: `kms:Decrypt`", "objects in S3: `s3:GetObject`")


@pytest.mark.parametrize(
    ("action", "resource", "condition"),
    [
        ("s3:GetObject", "arn:aws:s3:::app/*", None),
        ("s3:GetObject", "arn:aws:s3:::app-*/*", None),
        ("s3:ListBucket", "*", None),
        ("s3:GetBucketLocation", "*", None),
        ("secretsmanager:ListSecrets", "*", None),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:app/*", None),
        ("ecr:GetAuthorizationToken", "*", None),
        ("kms:Decrypt", "*", {"StringEquals": {"kms:ViaService": "ssm.eu-central-1.amazonaws.com"}}),
        ("s3:GetObject", "*", {"StringEquals": {"s3:ExistingObjectTag/team": "a"}}),
        ("s3:GetObject", "*", {"StringNotEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}),
    ],
)
def test_what_is_limited_or_no_data(action: object, resource: object, condition: object) -> None:
    assert found_in_statement(RULES, action, resource, condition, Persona.AUDITOR) == ()


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
        {"StringNotEquals": {"s3:ExistingObjectTag/secret": "true"}},
    ],
)
def test_conditions_that_leave_all_data(condition: object) -> None:
    assert found_in_statement(RULES, "s3:GetObject", "*", condition)


def test_a_deny_reads_nothing() -> None:
    assert found_in_statement(RULES, "s3:GetObject", effect="Deny") == ()


@pytest.mark.parametrize("action", ["logs:GetLogEvents", "codecommit:GitPull", "athena:GetQueryResults"])
def test_what_many_need_is_for_the_strict(action: str) -> None:
    assert found_in_statement(RULES, action) == ()
    assert len(found_in_statement(RULES, action, persona=Persona.STRICT)) == 1
