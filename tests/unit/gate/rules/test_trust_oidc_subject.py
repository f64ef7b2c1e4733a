"""`trust-oidc-subject`."""

from collections.abc import Sequence

import pytest

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.rules.trust_oidc_subject import RULE
from secrets_cli.gate.settings import Settings
from tests.unit.gate.judging import findings_in
from tests.unit.gate.made_documents import ACCOUNT, STRICT, Conditions, in_trust, statement, weights

GITHUB = "token.actions.githubusercontent.com"
AUDIENCE = {f"{GITHUB}:aud": "sts.amazonaws.com"}


def judged(issuer: str, conditions: Conditions | None, settings: Settings | None = None) -> tuple[Finding, ...]:
    named = issuer if issuer == "cognito-identity.amazonaws.com" or issuer.startswith("accounts.") else None
    provider = named or f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"
    return in_trust(
        RULE, statement({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", None, conditions), settings=settings
    )


def subject(operator: str, *values: str) -> Sequence[Finding]:
    return judged(GITHUB, {"StringEquals": AUDIENCE} | {operator: {f"{GITHUB}:sub": list(values)}}, STRICT)


@pytest.mark.parametrize("conditions", [None, {"StringEquals": AUDIENCE}])
def test_no_subject(conditions: Conditions | None) -> None:
    (found,) = judged(GITHUB, conditions)
    assert found.message == (
        "statement 1 lets every workflow of every GitHub repository in the world assume the role: no condition on"
        " `token.actions.githubusercontent.com:sub`"
    )
    assert (found.severity.value, found.location.line) == ("high", 2)


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "repo:*",
        "repo:*/*",
        "repo:*/app:*",
        "repo:acme*",
        "repo:acme*/app:ref:refs/heads/main",
        "*:ref:refs/heads/main",
        "ref:refs/heads/*",
        "environment:prod*",
        "workflow:*",
        "repository_owner:*",
        "job_workflow_ref:*/deploy.yml@*",
    ],
)
def test_a_subject_of_strangers(value: str) -> None:
    (found,) = subject("StringLike", value)
    assert found.severity.value == "high"
    assert value in found.message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("repo:acme/*", ["low"]),
        ("repo:acme/*:ref:refs/heads/main", ["low"]),
        ("repository_owner:acme*", ["low"]),
        ("repo:acme/api-*:ref:refs/heads/main", ["low"]),
        ("repo:acme/app:*", ["info"]),
        ("repo:acme/app:ref:refs/heads/release-*", []),
        ("repo:acme@123456/app@456789:ref:refs/heads/main", []),
        ("job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main", []),
    ],
)
def test_a_subject_of_one_owner(value: str, expected: list[str]) -> None:
    assert weights(subject("StringLike", value)) == expected


def test_who_sees_it() -> None:
    for value, seen in (("repo:acme/*", ["low"]), ("repo:acme/api-*:*", []), ("repo:acme/app:*", [])):
        conditions = {"StringLike": {f"{GITHUB}:sub": value}}
        assert weights(judged(GITHUB, conditions)) == seen


def test_the_widest_value_counts() -> None:
    assert weights(subject("StringLike", "repo:acme/app:ref:refs/heads/main", "repo:*")) == ["high"]


def test_letter_by_letter() -> None:
    """`StringEquals` has no wildcards: nobody's subject is `repo:*`."""
    assert not subject("StringEquals", "repo:*")
    assert not subject("StringEquals", "repo:acme/app:ref:refs/heads/main")


@pytest.mark.parametrize("operator", ["ForAllValues:StringLike", "StringLikeIfExists"])
def test_operators_that_hold_without_the_claim(operator: str) -> None:
    (found,) = subject(operator, "repo:acme/app:ref:refs/heads/main")
    assert found.severity.value == "low"
    assert "does not ask for the claim" in found.message


@pytest.mark.parametrize("operator", ["StringNotLike", "StringNotEquals"])
def test_all_but_one(operator: str) -> None:
    assert weights(subject(operator, "repo:evil/app:*")) == ["high"]


def test_other_claims_that_settle_it() -> None:
    for claim in ("repository", "repository_id", "job_workflow_ref", "enterprise_id"):
        assert not judged(GITHUB, {"StringEquals": {f"{GITHUB}:{claim}": "acme/app"}}, STRICT)
    assert weights(judged(GITHUB, {"StringLike": {f"{GITHUB}:repository": "*/app"}})) == ["high"]
    assert weights(judged(GITHUB, {"StringLike": {f"{GITHUB}:repository_id": "*"}})) == ["high"]
    assert weights(judged(GITHUB, {"StringLike": {f"{GITHUB}:repository": "acme/*"}})) == ["low"]
    both = {f"{GITHUB}:sub": "repo:acme/*", f"{GITHUB}:job_workflow_ref": "acme/ci/.github/workflows/deploy.yml@*"}
    assert not judged(GITHUB, {"StringLike": both}, STRICT)
    assert weights(judged(GITHUB, {"StringEquals": {f"{GITHUB}:actor": "bob"}})) == ["high"]


@pytest.mark.parametrize(
    ("issuer", "conditions", "expected"),
    [
        ("gitlab.com", {"StringEquals": {"gitlab.com:aud": "https://gitlab.com"}}, ["high"]),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:*"}}, ["high"]),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:acme/*:ref_type:branch:ref:main"}}, ["low"]),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:acme/app:ref_type:branch:ref:main"}}, []),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:acme/web/*:ref_type:branch:ref:main"}}, ["low"]),
        ("app.terraform.io", {"StringEquals": {"app.terraform.io:aud": "aws.workload.identity"}}, ["high"]),
        ("app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:*"}}, ["high"]),
        ("app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:acme:project:*"}}, ["low"]),
        ("app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:acme:project:p:workspace:w:*"}}, []),
        ("oidc.circleci.com/org/1a2b", None, ["medium"]),
        ("oidc.circleci.com/org/1a2b", {"StringEquals": {"oidc.circleci.com/org/1a2b:aud": "1a2b"}}, ["low"]),
        ("oidc.circleci.com/org/1a2b", {"StringLike": {"oidc.circleci.com/org/1a2b:sub": "org/1a2b/project/3c/*"}}, []),
        ("oidc.eks.eu-central-1.amazonaws.com/id/AB", None, ["medium"]),
        (
            "oidc.eks.eu-central-1.amazonaws.com/id/AB",
            {"StringEquals": {"oidc.eks.eu-central-1.amazonaws.com/id/AB:aud": "sts.amazonaws.com"}},
            ["medium"],
        ),
        (
            "oidc.eks.eu-central-1.amazonaws.com/id/AB",
            {"StringLike": {"oidc.eks.eu-central-1.amazonaws.com/id/AB:sub": "system:serviceaccount:*:*"}},
            ["medium"],
        ),
        (
            "oidc.eks.eu-central-1.amazonaws.com/id/AB",
            {"StringLike": {"oidc.eks.eu-central-1.amazonaws.com/id/AB:sub": "system:serviceaccount:web:*"}},
            ["low"],
        ),
        (
            "oidc.eks.eu-central-1.amazonaws.com/id/AB",
            {"StringEquals": {"oidc.eks.eu-central-1.amazonaws.com/id/AB:sub": "system:serviceaccount:web:api"}},
            [],
        ),
        ("login.example.com", None, ["medium"]),
        ("login.example.com", {"StringEquals": {"login.example.com:sub": "service-a"}}, []),
        ("accounts.google.com", None, ["high"]),
        ("accounts.google.com", {"StringEquals": {"accounts.google.com:aud": "66677788899900"}}, []),
    ],
)
def test_other_providers(issuer: str, conditions: Conditions | None, expected: list[str]) -> None:
    assert weights(judged(issuer, conditions, STRICT)) == expected


POOL = {"cognito-identity.amazonaws.com:aud": "eu-central-1:12345678-dead-beef-cafe-123456790ab"}


def test_cognito() -> None:
    signed_in = {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}
    issuer = "cognito-identity.amazonaws.com"
    assert weights(judged(issuer, None)) == ["high"]
    assert weights(judged(issuer, signed_in)) == ["high"]
    assert not judged(issuer, {"StringEquals": POOL} | signed_in)
    (found,) = judged(issuer, {"StringEquals": POOL})
    assert found.severity.value == "low"
    assert "guests" in found.message


def test_what_is_not_known() -> None:
    text = """
variable "subject" { type = string }
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"]
    }
    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = [var.subject]
    }
  }
}
resource "aws_iam_role" "ci" { assume_role_policy = data.aws_iam_policy_document.trust.json }
"""
    assert not findings_in(text, "main.tf", [RULE], STRICT)
    unknown_key = text.replace('"token.actions.githubusercontent.com:sub"', '"${var.subject}:sub"')
    assert not findings_in(unknown_key, "main.tf", [RULE], STRICT)
    assert findings_in(text.replace("[var.subject]", '["repo:*"]'), "main.tf", [RULE])[0].severity.value == "high"


def test_what_is_no_token() -> None:
    provider = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"}
    assert not in_trust(RULE, statement(provider, "sts:AssumeRole"))
    assert not in_trust(RULE, statement(provider, "sts:AssumeRoleWithWebIdentity", effect="Deny"))
