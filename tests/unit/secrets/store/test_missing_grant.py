"""What a denial says, and the statement that mends it: judged by the evaluator."""

import json

import pytest

from secrets_cli.iam.decision import Verdict
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import PolicySet, Request
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.secrets.store.missing_grant import advice, denial, mended_arn, missing_statement

HERE = Place("aws", "eu-west-1", "123456789012")
DB = "arn:aws:ssm:eu-west-1:123456789012:parameter/billing/prod/db"
OTHER = "arn:aws:ssm:eu-west-1:123456789012:parameter/billing/prod/db2"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
ANNA = "arn:aws:iam::123456789012:user/anna"


def _allows(statement: dict[str, JsonValue], action: str, resource: str, **context: str) -> bool:
    policy = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "missing")
    request = Request(ANNA, action, resource, {name.replace("__", ":"): value for name, value in context.items()})
    return evaluate(request, PolicySet((policy,))).verdict is Verdict.ALLOWED


def _denied(action: str, arn: str, because: str = "no identity-based policy allows the {action} action") -> str:
    return (
        f"AWS denied `ssm:GetParameter` on `/billing/prod/db`: User: {ANNA} is not authorized to perform: {action} on "
        f"resource: {arn} because {because.format(action=action)}"
    )


def test_a_denial_of_ssm_names_its_parameter_and_mends_that_alone() -> None:
    found = denial(_denied("ssm:GetParameter", DB), "ssm:GetParameter", ("/billing/prod/db",), HERE)
    assert (found.action, found.resources, found.side, found.obstacle) == ("ssm:GetParameter", (DB,), "SSM", "")
    assert _allows(found.statement, "ssm:GetParameter", DB)
    assert not _allows(found.statement, "ssm:GetParameter", OTHER)
    assert not _allows(found.statement, "ssm:GetParameters", DB)
    assert json.dumps(found.statement) in advice(found)
    assert "`parameter//` never matches" in advice(found)


def test_a_denial_of_kms_is_mended_for_this_parameter_through_parameter_store_alone() -> None:
    found = denial(_denied("kms:Decrypt", KEY), "ssm:GetParameter", ("/billing/prod/db",), HERE)
    assert (found.action, found.resources, found.side) == ("kms:Decrypt", (KEY,), "KMS")
    through = {"kms__ViaService": "ssm.eu-west-1.amazonaws.com"}
    context = "kms__EncryptionContext__PARAMETER_ARN"
    assert _allows(found.statement, "kms:Decrypt", KEY, **through, **{context: DB})
    assert not _allows(found.statement, "kms:Decrypt", KEY, **through, **{context: OTHER})
    assert not _allows(found.statement, "kms:Decrypt", KEY, **{context: DB})
    assert not _allows(found.statement, "kms:Encrypt", KEY, **through, **{context: DB})
    assert "the key's policy must allow it too" in advice(found)


@pytest.mark.parametrize(
    "text",
    [
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are "
        "not allowed to access",
        "Access denied (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)",
        "Access denied (Service: Kms, Status Code: 400)",
    ],
)
def test_kms_s_own_sentences_are_of_the_kms_side(text: str) -> None:
    found = denial(text, "ssm:GetParameter", ("/billing/prod/db",), HERE)
    assert (found.action, found.side) == ("kms:Decrypt", "KMS")
    assert found.resources == ("arn:aws:kms:eu-west-1:123456789012:key/*",)


def test_a_write_that_kms_denies_needs_encrypt() -> None:
    found = denial("(Service: AWSKMS)", "ssm:PutParameter", ("/billing/prod/db",), HERE)
    assert found.action == "kms:Encrypt"


@pytest.mark.parametrize(
    ("because", "obstacle"),
    [
        ("with an explicit deny in an identity-based policy", "an explicit deny in an identity-based policy"),
        ("with an explicit deny in a service control policy", "an explicit deny in a service control policy"),
        ("with an explicit deny in a permissions boundary", "an explicit deny in a permissions boundary"),
        ("with an explicit deny", "an explicit deny"),
        ("because no session policy allows the action", "a session policy that does not allow it"),
        ("because no permissions boundary allows the x", "a permissions boundary that does not allow it"),
        ("because no service control policy allows the x", "a service control policy that does not allow it"),
    ],
)
def test_what_no_statement_mends_is_said(because: str, obstacle: str) -> None:
    text = f"User: {ANNA} is not authorized to perform: ssm:GetParameter on resource: {DB} {because}"
    found = denial(text, "ssm:GetParameter", ("/billing/prod/db",), HERE)
    assert found.obstacle == obstacle
    assert "no statement added to the caller's policy gets past it" in advice(found)


def test_listing_takes_no_arn() -> None:
    found = denial("denied", "ssm:DescribeParameters", (), HERE)
    assert found.resources == ("*",)
    assert found.statement["Resource"] == "*"
    assert "parameter//" not in advice(found)
    assert missing_statement("ssm:DescribeParameters", DB)["Resource"] == "*"


def test_the_double_slash_is_mended() -> None:
    assert mended_arn("arn:aws:ssm:r:1:parameter//a/b") == "arn:aws:ssm:r:1:parameter/a/b"
    assert mended_arn("arn:aws:s3:::b//c") == "arn:aws:s3:::b//c"
    assert _allows(
        missing_statement("ssm:GetParameter", DB.replace("parameter/", "parameter//")), "ssm:GetParameter", DB
    )


def test_many_parameters_are_one_statement() -> None:
    statement = missing_statement("ssm:GetParameters", DB, OTHER)
    assert statement["Resource"] == [DB, OTHER]
    assert _allows(statement, "ssm:GetParameters", OTHER)
