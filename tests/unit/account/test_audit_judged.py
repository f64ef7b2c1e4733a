"""What policies say by themselves: escalation over all of them, Deny and boundaries honoured, trust, breadth."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

import pytest

from secrets_cli.account.audit.audit import Question, audit_roles
from secrets_cli.account.audit.judged import Kind
from secrets_cli.account.audit.role_audit import RoleAudit
from secrets_cli.account.audit.use import Asked
from secrets_cli.aws.account_details import AccountRole, AccountRoles
from secrets_cli.catalog.load import load_catalog
from tests.audited_roles import ACCOUNT, ADMIN, allow, deny, document, role

SHARED = f"arn:aws:iam::{ACCOUNT}:policy/shared"
CATALOG = load_catalog()
QUESTION = Question(CATALOG, Asked(datetime.date(2026, 11, 21)))


def audited(one: AccountRole, managed: Mapping[str, Any] | None = None) -> RoleAudit:
    texts = {arn: json.dumps(value) for arn, value in (managed or {}).items()}
    return audit_roles(AccountRoles((one,), texts), QUESTION).roles[0]


def paths(one: AccountRole, managed: Mapping[str, Any] | None = None) -> set[str]:
    return {path.id for path in audited(one, managed).paths}


PASS = allow("iam:PassRole")
CREATE = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])


def test_a_path_over_an_inline_and_a_managed_policy() -> None:
    joined = role("app", PASS, attached=[SHARED])
    assert paths(joined, {SHARED: document(CREATE)}) == {"lambda-001"}
    assert paths(role("app", PASS)) == set()
    (path,) = audited(joined, {SHARED: document(CREATE)}).paths
    assert path.policies == ("own", SHARED)
    assert [action for action, _ in path.requests] == [
        "iam:PassRole",
        "lambda:CreateFunction",
        "lambda:InvokeFunction",
    ]


@pytest.mark.parametrize("denied", ["iam:PassRole", "lambda:Create*", "*"])
def test_a_deny_anywhere_closes_it(denied: str) -> None:
    assert paths(role("app", PASS, CREATE, attached=[SHARED]), {SHARED: document(deny(denied))}) == set()


def test_a_boundary_closes_it_and_a_wide_one_does_not() -> None:
    bounded = role("app", PASS, CREATE, boundary=SHARED)
    assert paths(bounded, {SHARED: document(allow("lambda:*"))}) == set()
    assert paths(bounded, {SHARED: document(allow("*"))}) == {"lambda-001"}


def test_a_name_pattern_that_the_caller_can_fill_is_no_limit() -> None:
    zappa = f"arn:aws:iam::{ACCOUNT}:role/*-ZappaLambdaExecutionRole"
    found = audited(role("deploy", allow(["iam:CreateRole", "iam:PutRolePolicy", "sts:AssumeRole"], zappa)))
    assert any(one.severity.value == "high" and one.gains.value.startswith("give itself") for one in found.paths)


def test_one_named_role_is_what_a_statement_is_for() -> None:
    found = audited(role("app", allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/other")))
    assert (found.paths, found.findings) == ((), ())


def test_an_administrator_needs_no_path() -> None:
    found = audited(role("app", attached=[ADMIN]))
    assert (found.administrator, found.paths) == (True, ())
    assert {"full-admin", "broad-managed-policy"} <= {one.rule for one in found.findings}
    assert found.risk.escalation == 50_000


def test_a_bounded_administrator_is_none() -> None:
    found = audited(role("app", attached=[ADMIN], boundary=SHARED), {SHARED: document(allow("s3:GetObject"))})
    assert (found.administrator, found.granted, found.paths) == (False, 1, ())


def test_all_allowed_and_all_denied_is_nothing() -> None:
    found = audited(role("app", allow("*"), deny("*")))
    assert (found.administrator, found.granted, found.risk.total) == (False, 0, 0)


def trusts(principal: Any, **more: Any) -> AccountRole:
    return role("app", trust=document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}))


@pytest.mark.parametrize(
    ("one", "rules"),
    [
        (trusts("*"), {"trust-public"}),
        (trusts({"AWS": "arn:aws:iam::444455556666:root"}), {"trust-cross-account"}),
        (trusts({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), set()),
        (trusts({"Service": "lambda.amazonaws.com"}), set()),
    ],
)
def test_the_trust_policy(one: AccountRole, rules: set[str]) -> None:
    found = audited(one)
    assert {finding.rule for finding in found.findings if finding.kind is Kind.TRUST} == rules
    assert bool(found.risk.trust) is bool(rules)


def test_a_trusted_account_is_not_reported() -> None:
    question = Question(CATALOG, QUESTION.asked, trusted_accounts=frozenset({"444455556666"}))
    account = AccountRoles((trusts({"AWS": "arn:aws:iam::444455556666:root"}),))
    assert audit_roles(account, question).roles[0].findings == ()


def test_an_unknown_managed_policy_is_told_and_not_passed() -> None:
    found = audited(role("app", attached=["arn:aws:iam::aws:policy/NobodyKnows"]))
    assert found.unresolved == ("arn:aws:iam::aws:policy/NobodyKnows: what it grants is not known",)


def test_a_document_that_aws_would_refuse_is_told() -> None:
    found = audited(role("app", {"Effect": "Maybe", "Action": "s3:*", "Resource": "*"}))
    assert found.unresolved
    assert found.unresolved[0].startswith("own: ")


def test_findings_name_policies_as_the_account_does() -> None:
    found = audited(role("app", allow("s3:*", Sid="All"), inline="app-policy"))
    (finding,) = (one for one in found.findings if one.rule == "service-wildcard")
    assert (finding.policy, finding.sids) == ("app-policy", ("All",))
