"""Everybody of an account, from `get-account-authorization-details`."""

import json
from collections.abc import Mapping
from urllib.parse import quote

from secrets_cli.catalog.managed_policies import managed_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.account_details import read_account_details
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.found import Found, Supplied

_OWN = "arn:aws:iam::111122223333:policy/own"
_ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def _document(action: str) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def _read(details: Mapping[str, object]) -> Found:
    document = read_document(json.dumps(details, indent=1), "account.json")
    return read_account_details(document, "account.json", Supplied(managed=managed_policy))


def _managed(arn: str, document: object) -> dict[str, object]:
    versions = [
        {"Document": _document("s3:DeleteBucket"), "VersionId": "v1", "IsDefaultVersion": False},
        {"Document": document, "VersionId": "v2", "IsDefaultVersion": True},
    ]
    return {"PolicyName": arn.rsplit("/", 1)[1], "Arn": arn, "PolicyVersionList": versions}


def _held(found: Found) -> list[tuple[str, PolicyKind, tuple[str, ...]]]:
    return [(one.principal, one.kind, one.policy.statements[0].action.values) for one in found.policies]


def test_a_user_has_its_own_policies_and_those_of_its_groups() -> None:
    found = _read(
        {
            "UserDetailList": [
                {
                    "UserName": "ann",
                    "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": _document("s3:GetObject")}],
                    "GroupList": ["devs", "gone"],
                    "AttachedManagedPolicies": [{"PolicyName": "own", "PolicyArn": _OWN}],
                    "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": _OWN},
                }
            ],
            "GroupDetailList": [
                {"GroupName": "devs", "GroupPolicyList": [{"PolicyName": "g", "PolicyDocument": _document("sqs:*")}]}
            ],
            "Policies": [_managed(_OWN, _document("ssm:GetParameter"))],
        }
    )
    assert _held(found) == [
        ("user ann", PolicyKind.IDENTITY, ("s3:GetObject",)),
        ("user ann", PolicyKind.IDENTITY, ("ssm:GetParameter",)),
        ("user ann", PolicyKind.IDENTITY, ("sqs:*",)),
        ("user ann", PolicyKind.BOUNDARY, ("ssm:GetParameter",)),
        ("group devs", PolicyKind.IDENTITY, ("sqs:*",)),
    ]
    assert found.unresolved == ()


def test_a_role_has_its_trust_policy_and_a_linked_one_is_left_out() -> None:
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    found = _read(
        {
            "RoleDetailList": [
                {"RoleName": "r", "Path": "/", "AssumeRolePolicyDocument": trust},
                {"RoleName": "s", "Path": "/aws-service-role/x/", "AssumeRolePolicyDocument": trust},
            ]
        }
    )
    assert _held(found) == [("role r", PolicyKind.TRUST, ("sts:AssumeRole",))]


def test_a_policy_of_aws_stands_where_it_is_attached() -> None:
    role = {"RoleName": "r", "Path": "/", "AttachedManagedPolicies": [{"PolicyName": "x", "PolicyArn": _ADMIN}]}
    (policy,) = _read({"RoleDetailList": [role], "Policies": [_managed(_ADMIN, _document("*"))]}).policies
    assert policy.attached_by == f"managed {_ADMIN}"
    assert policy.policy.statements[0].location == policy.location
    assert policy.location.line == 9


def test_a_document_in_text_stands_where_the_text_stands() -> None:
    text = quote(json.dumps(_document("s3:GetObject")))
    user = {"UserName": "ann", "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": text}]}
    (policy,) = _read({"UserDetailList": [user]}).policies
    assert policy.policy.statements[0].location == policy.location
    assert (policy.location.file, policy.location.line) == ("account.json", 8)


def test_what_nobody_has_is_a_policy_by_itself() -> None:
    found = _read({"UserDetailList": [], "Policies": [_managed(_OWN, _document("sqs:*"))]})
    assert _held(found) == [("", PolicyKind.IDENTITY, ("sqs:*",))]


def test_what_cannot_be_read_or_is_not_known_is_unresolved() -> None:
    gone = "arn:aws:iam::111122223333:policy/gone"
    user = {
        "UserName": "ann",
        "UserPolicyList": [
            {"PolicyName": "a", "PolicyDocument": "{"},
            {"PolicyName": "b", "PolicyDocument": _document("no-service")},
        ],
        "AttachedManagedPolicies": [{"PolicyName": "gone", "PolicyArn": gone}],
    }
    found = _read({"UserDetailList": [user]})
    assert found.policies == ()
    first, second, third = (one.reason for one in found.unresolved)
    assert first.startswith("the policy cannot be read")
    assert second.startswith("AWS would refuse this policy")
    assert third == f"what `{gone}` grants is not known"
