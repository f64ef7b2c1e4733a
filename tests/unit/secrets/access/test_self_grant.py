"""Who can give themselves access: a way counts only where the value can be read after it."""

from typing import Any

import pytest

from secrets_cli.secrets.access.conditional import Answer
from secrets_cli.secrets.access.self_grant import SelfGrant, self_grants
from secrets_cli.secrets.access.who_reads import access
from tests.unit.secrets.access.made_account import (
    ACCOUNT,
    ARN,
    DECRYPT,
    GET,
    KEY,
    allow,
    attached,
    deny,
    document,
    inline,
    managed,
    question,
    role,
    user,
)

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ME = f"arn:aws:iam::{ACCOUNT}:user/me"
NO_POLICY = document({**allow("ssm:GetParameter", Sid="Nobody"), "Principal": {"AWS": "444455556666"}})


def _group(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    return {
        "Arn": f"arn:aws:iam::{ACCOUNT}:group/{name}",
        "GroupName": name,
        "GroupPolicyList": [inline(*statements)] if statements else [],
        "AttachedManagedPolicies": [],
    }


def _ways(
    *users: dict[str, Any],
    roles: tuple[dict[str, Any], ...] = (),
    groups: tuple[dict[str, Any], ...] = (),
    policies: tuple[dict[str, Any], ...] = (),
    key: dict[str, Any] | None = None,
) -> dict[str, SelfGrant]:
    """The ways of the user `me`, by action."""
    account = {
        "UserDetailList": list(users),
        "GroupDetailList": list(groups),
        "RoleDetailList": list(roles),
        "Policies": list(policies),
    }
    delegating = document({**allow("kms:*", Sid="Root"), "Principal": {"AWS": ROOT}})
    found = access(question(account, key or delegating, NO_POLICY))
    return {one.action: one for one in self_grants(found) if one.caller.arn == ME}


@pytest.mark.parametrize("action", ["iam:PutUserPolicy", "iam:AttachUserPolicy"])
def test_a_policy_written_to_oneself(action: str) -> None:
    found = _ways(user("me", allow(action, ME)))
    assert {(way.action, way.on, way.told.answer) for way in found.values()} == {(action, (ME,), Answer.ALLOWED)}


def test_a_policy_written_to_another_is_no_way() -> None:
    assert not _ways(user("me", allow("iam:PutUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/other")))


def test_a_policy_is_worth_nothing_under_a_boundary_until_that_is_removed() -> None:
    bounded = {"PermissionsBoundary": {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/OnlyIam"}}
    only_iam = managed("OnlyIam", allow("iam:*"))
    assert not _ways(user("me", allow("iam:PutUserPolicy"), **bounded), policies=(only_iam,))
    reader = user("me", allow(["ssm:GetParameter", "kms:Decrypt", "iam:DeleteUserPermissionsBoundary"]), **bounded)
    assert list(_ways(reader, policies=(only_iam,))) == ["iam:DeleteUserPermissionsBoundary"]


def test_a_policy_is_worth_nothing_where_the_key_does_not_delegate() -> None:
    key = document({**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/other"}})
    assert not _ways(user("me", allow("iam:PutUserPolicy")), key=key)
    # But whoever can make keys for the user that the key policy names can be that user.
    assert _ways(user("me", allow("iam:*")), key=key)["iam:CreateAccessKey"].told.answer is Answer.CONDITIONAL


def test_a_deny_of_ones_own_can_be_detached() -> None:
    closed = managed("Closed", deny("ssm:*"))
    me = user("me", GET, DECRYPT, allow("iam:DetachUserPolicy", ME), AttachedManagedPolicies=attached("Closed"))
    assert list(_ways(me, policies=(closed,))) == ["iam:DetachUserPolicy"]


def test_a_version_of_a_policy_that_applies() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Mine"
    mine = managed("Mine", allow("s3:*"))
    mine["PolicyVersionList"].append(
        {"VersionId": "v0", "IsDefaultVersion": False, "Document": document(allow(["ssm:GetParameter", "kms:Decrypt"]))}
    )
    for action in ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"):
        me = user("me", allow(action, arn), AttachedManagedPolicies=attached("Mine"))
        assert {(way.action, way.on) for way in _ways(me, policies=(mine,)).values()} == {(action, (arn,))}
    harmless = managed("Mine", allow("s3:*"))
    harmless["PolicyVersionList"].append(
        {"VersionId": "v0", "IsDefaultVersion": False, "Document": document(allow("sqs:*"))}
    )
    me = user("me", allow("iam:SetDefaultPolicyVersion", arn), AttachedManagedPolicies=attached("Mine"))
    assert not _ways(me, policies=(harmless,))


def test_a_policy_of_aws_cannot_be_changed() -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnly"
    theirs = {**managed("ReadOnly", allow("s3:*")), "Arn": arn}
    me = user("me", allow("iam:CreatePolicyVersion"), AttachedManagedPolicies=[{"PolicyArn": arn}])
    assert not _ways(me, policies=(theirs,))


def test_a_group_that_reads_can_be_joined_and_ones_own_group_written_to() -> None:
    readers, others = _group("readers", GET, DECRYPT), _group("others", allow("s3:*"))
    found = _ways(user("me", allow("iam:AddUserToGroup")), groups=(readers, others))
    assert found["iam:AddUserToGroup"].on == (f"arn:aws:iam::{ACCOUNT}:group/readers",)
    found = _ways(user("me", allow("iam:PutGroupPolicy"), GroupList=["others"]), groups=(readers, others))
    assert found["iam:PutGroupPolicy"].on == (f"arn:aws:iam::{ACCOUNT}:group/others",)


def test_a_grant_on_the_key_made_to_oneself() -> None:
    assert _ways(user("me", GET, allow("kms:CreateGrant", KEY)))["kms:CreateGrant"].gains == "the value"
    assert _ways(user("me", allow("kms:CreateGrant", KEY)))["kms:CreateGrant"].gains == "the key"
    for_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert not _ways(user("me", GET, allow("kms:CreateGrant", KEY, Condition=for_aws)))


def test_a_policy_on_the_parameter() -> None:
    assert list(_ways(user("me", allow("ssm:PutResourcePolicy", ARN), DECRYPT))) == ["ssm:PutResourcePolicy"]
    assert not _ways(user("me", allow("ssm:PutResourcePolicy", ARN)))


def test_a_role_that_reads() -> None:
    reader = role("reader", {"AWS": ROOT}, GET, DECRYPT)
    arn = reader["Arn"]
    assert _ways(user("me", allow("sts:AssumeRole", arn)), roles=(reader,))["sts:AssumeRole"].on == (arn,)
    # A trust policy that leaves it to IAM lets nobody in by itself.
    assert not _ways(user("me"), roles=(reader,))
    assert not _ways(user("me", allow("sts:AssumeRole")), roles=(role("reader", {"Service": "x.com"}, GET, DECRYPT),))
    named = role("reader", {"AWS": ME}, GET, DECRYPT)
    assert list(_ways(user("me"), roles=(named,))) == ["sts:AssumeRole"]
    named["AssumeRolePolicyDocument"]["Statement"][0]["Condition"] = {"StringEquals": {"sts:ExternalId": "e"}}
    assert _ways(user("me"), roles=(named,))["sts:AssumeRole"].told.needs == ("sts:ExternalId = e",)


def test_a_role_s_trust_rewritten() -> None:
    reader = role("reader", {"Service": "x.com"}, GET, DECRYPT)
    found = _ways(user("me", allow("iam:UpdateAssumeRolePolicy")), roles=(reader,))
    assert list(found) == ["iam:UpdateAssumeRolePolicy"]


def test_a_function_that_runs_as_a_reader() -> None:
    reader = role("reader", {"Service": "lambda.amazonaws.com"}, GET, DECRYPT)
    functions = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:app-*"
    found = _ways(user("me", allow("lambda:UpdateFunctionCode", functions)), roles=(reader,))
    (needs,) = found["lambda:UpdateFunctionCode"].told.needs
    assert "function:app-any" in needs
    passing = allow("iam:PassRole", reader["Arn"])
    making = allow(["lambda:CreateFunction", "lambda:InvokeFunction"], functions)
    (way,) = _ways(user("me", passing, making), roles=(reader,)).values()
    assert way.told.answer is Answer.ALLOWED
    assert not _ways(user("me", making), roles=(reader,))
    elsewhere = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    assert not _ways(user("me", allow("iam:PassRole", Condition=elsewhere), making), roles=(reader,))


def test_a_user_that_reads() -> None:
    found = _ways(user("me", allow("iam:CreateAccessKey")), user("reader", GET, DECRYPT))
    assert found["iam:CreateAccessKey"].on == (f"arn:aws:iam::{ACCOUNT}:user/reader",)


def test_many_readers_are_named_up_to_a_number() -> None:
    readers = tuple(user(f"reader{number}", GET, DECRYPT) for number in range(30))
    way = _ways(user("me", allow("iam:CreateAccessKey")), *readers)["iam:CreateAccessKey"]
    assert (len(way.on), way.more) == (20, True)


def test_who_reads_already_is_not_listed() -> None:
    assert not _ways(user("me", allow("*")))
