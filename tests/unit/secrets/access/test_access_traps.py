"""Single rules of who can read, each on an account made for it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from secrets_cli.iam.model import Statement
from secrets_cli.secrets.access.conditional import Answer, Told
from secrets_cli.secrets.access.grants import parse_grants, with_grants
from secrets_cli.secrets.access.routes import Way, ancestors
from secrets_cli.secrets.access.who_reads import Row, access, why_denied
from tests.unit.secrets.access.made_account import (
    ACCOUNT,
    ARN,
    DECRYPT,
    GET,
    KEY,
    MFA,
    PARTNER,
    PLACE,
    allow,
    attached,
    deny,
    document,
    managed,
    question,
    role,
    user,
)

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
NO_POLICY = document({**allow("ssm:GetParameter", Sid="Nobody"), "Principal": {"AWS": ROOT}})


def _account(*users: dict[str, Any], roles: tuple[dict[str, Any], ...] = (), policies: Any = ()) -> dict[str, Any]:
    return {
        "UserDetailList": list(users),
        "GroupDetailList": [],
        "RoleDetailList": list(roles),
        "Policies": list(policies),
    }


def _key(*statements: dict[str, Any], delegates: bool = True) -> dict[str, Any]:
    root = {**allow("kms:*", Sid="Root"), "Principal": {"AWS": ROOT}}
    return document(*((root,) if delegates else ()), *statements)


def _row(account: dict[str, Any], key: dict[str, Any] | None = None, name: str = "u", **more: Any) -> Row:
    found = access(question(account, key or _key(), NO_POLICY, **more))
    return next(row for row in found.rows if row.caller.arn.endswith(f"/{name}"))


def _told(row: Row, way: Way, path: str = "") -> Told:
    return next(cell.told for cell in row.cells if cell.way is way and cell.path == path)


def test_the_folders_above_a_name() -> None:
    assert ancestors("/a/b/c") == ("/a/b", "/a", "/")
    assert ancestors("/a") == ("/",)
    assert ancestors("db") == ("/",)


def test_without_delegation_identity_policies_do_not_count_for_the_key() -> None:
    key = _key({**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/other"}}, delegates=False)
    told = _told(_row(_account(user("u", GET, DECRYPT)), key), Way.GET)
    assert why_denied(told).startswith("no kms: the key policy does not allow it")


def test_the_key_policy_alone_suffices_where_it_names_the_user() -> None:
    key = _key(
        {**allow("kms:Decrypt", Sid="U"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/u"}}, delegates=False
    )
    told = _told(_row(_account(user("u", GET)), key), Way.GET)
    assert told.answer is Answer.ALLOWED
    assert [one.sid for one in told.by] == ["Get", "U"]


def test_a_role_named_in_the_key_policy_is_still_limited_by_its_boundary() -> None:
    bounded = role(
        "r",
        {"Service": "lambda.amazonaws.com"},
        GET,
        PermissionsBoundary={"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/OnlySsm"},
    )
    key = _key({**allow("kms:Decrypt", Sid="R"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"}})
    account = _account(roles=(bounded,), policies=[managed("OnlySsm", allow("ssm:*"))])
    told = _told(_row(account, key, "r"), Way.GET)
    assert why_denied(told) == "no kms: the boundary does not allow it"


def test_a_path_spelled_with_a_slash_at_its_end_is_another_resource() -> None:
    below = allow("ssm:GetParametersByPath", f"{PLACE.parameter_arn('/billing')}/*", Sid="Below")
    row = _row(_account(user("u", below, DECRYPT)))
    assert _told(row, Way.BY_PATH, "/billing").answer is Answer.ALLOWED
    closed = deny("ssm:GetParametersByPath", PLACE.parameter_arn("/billing"), Sid="NotThePath")
    row = _row(_account(user("u", below, closed, DECRYPT)))
    assert _told(row, Way.BY_PATH, "/billing").answer is Answer.ALLOWED


def test_a_deny_on_the_parameter_does_not_stop_a_call_for_a_path_above() -> None:
    row = _row(_account(user("u", allow("ssm:*"), deny("ssm:*", ARN), DECRYPT)))
    assert [cell.path for cell in row.cells if cell.told.answer is Answer.ALLOWED] == ["/billing/prod", "/billing", "/"]
    assert row.reads.answer is Answer.ALLOWED


def test_recursion_refused_leaves_the_nearest_folder() -> None:
    flat = allow("ssm:GetParametersByPath", Condition={"StringEquals": {"ssm:Recursive": "false"}})
    row = _row(_account(user("u", flat, DECRYPT)))
    assert [cell.path for cell in row.cells if cell.told.answer is Answer.ALLOWED] == ["/billing/prod"]


def test_tags_of_the_parameter_do_not_count_by_path() -> None:
    tagged = deny("ssm:Get*", Condition={"StringEquals": {"aws:ResourceTag/secret": "yes"}})
    row = _row(_account(user("u", allow("ssm:Get*"), tagged, DECRYPT)))
    assert _told(row, Way.GET).needs == ("aws:ResourceTag/secret != yes",)
    assert _told(row, Way.BY_PATH, "/billing").answer is Answer.ALLOWED


def test_every_level_of_service_control_policies_must_allow() -> None:
    account = _account(user("u", GET, DECRYPT))
    everything = document(allow("*"))
    assert _told(_row(account, scps=((everything,), (everything,))), Way.GET).answer is Answer.ALLOWED
    told = _told(_row(account, scps=((everything,), (document(allow("s3:*")),))), Way.GET)
    assert why_denied(told) == "the service control policies of level 1 do not allow it"


def test_the_managed_key_lets_everybody_in_who_may_call_parameter_store() -> None:
    managed_key = document(
        {
            **allow(["kms:Decrypt"], Sid="ThroughSsm"),
            "Principal": {"AWS": "*"},
            "Condition": {
                "StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "ssm.eu-west-1.amazonaws.com"}
            },
        }
    )
    found = access(question(_account(user("u", GET)), managed_key, NO_POLICY))
    reads = {row.caller.kind: row.reads.answer for row in found.rows}
    assert reads == {"root user": Answer.ALLOWED, "user": Answer.ALLOWED, "everyone": Answer.DENIED}


def test_everyone_in_both_policies_is_everyone() -> None:
    opened = {"Principal": "*"}
    key = _key({**allow("kms:Decrypt"), **opened})
    parameter = document({**allow("ssm:GetParameter", ARN), **opened})
    found = access(question(_account(user("u")), key, parameter))
    everyone = next(row for row in found.rows if row.caller.kind == "everyone")
    assert everyone.reads.needs == ("a policy in the caller's own account to allow it",)
    assert next(row for row in found.rows if row.caller.kind == "user").reads.answer is Answer.ALLOWED


def test_services_and_providers_are_named_and_deleted_principals_are_told() -> None:
    key = _key(
        {**allow("kms:Decrypt"), "Principal": {"Service": "backup.amazonaws.com", "AWS": "AROADELETEDROLE"}},
        {**allow("kms:Decrypt"), "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/sso"}},
        {**allow("kms:Decrypt"), "Principal": {"AWS": PARTNER}},
    )
    found = access(question(_account(user("u")), key, NO_POLICY))
    kinds = {row.caller.arn: row.caller.kind for row in found.rows if row.caller.external}
    assert kinds == {
        "backup.amazonaws.com": "service",
        f"arn:aws:iam::{ACCOUNT}:saml-provider/sso": "federated",
        f"arn:aws:iam::{PARTNER}:root": "any principal of another account",
    }
    assert found.deleted == ("AROADELETEDROLE",)
    assert not [row for row in found.rows if row.caller.external and row.reads.answer is not Answer.DENIED]


def test_an_identity_that_the_details_do_not_list_is_conditional() -> None:
    key = _key({**allow("kms:Decrypt"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/unlisted"}})
    row = _row(_account(user("u")), key, "unlisted")
    assert row.reads.answer is Answer.CONDITIONAL
    assert "not in the account's details" in row.reads.needs[0]


def test_a_session_named_in_the_key_policy_needs_that_name() -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/r/deploy"
    key = _key({**allow("kms:Decrypt"), "Principal": {"AWS": session}}, delegates=False)
    account = _account(roles=(role("r", {"AWS": ROOT}, GET),))
    row = _row(account, key, "r")
    assert row.reads.answer is Answer.CONDITIONAL
    assert row.reads.needs == ("a session named `deploy`",)


def test_an_attached_policy_that_is_not_there_makes_answers_conditional() -> None:
    row = _row(_account(user("u", GET, DECRYPT, AttachedManagedPolicies=attached("Lost"))))
    assert row.reads.answer is Answer.CONDITIONAL
    assert row.reads.needs == (
        f"policy `arn:aws:iam::{ACCOUNT}:policy/Lost` (its document is not in the account's details) not to deny it",
    )
    row = _row(_account(user("u", AttachedManagedPolicies=attached("Lost"))))
    assert row.reads.needs[0].endswith("to allow it")


def test_a_policy_that_cannot_be_parsed_is_not_taken_for_none() -> None:
    broken = user("u", UserPolicyList=[{"PolicyName": "p", "PolicyDocument": {"Statement": [{"Effect": "allow"}]}}])
    row = _row(_account(broken))
    assert row.reads.answer is Answer.CONDITIONAL


def test_tags_known_of_a_user_settle_a_condition() -> None:
    by_tag = allow("ssm:GetParameter", Condition={"StringEquals": {"aws:PrincipalTag/team": "billing"}})
    mine = user("u", by_tag, DECRYPT, Tags=[{"Key": "team", "Value": "billing"}])
    assert _row(_account(mine)).reads.answer is Answer.ALLOWED
    assert _row(_account(user("u", by_tag, DECRYPT))).reads.answer is Answer.DENIED
    unknown = user("u", by_tag, DECRYPT)
    del unknown["Tags"]
    assert _row(_account(unknown)).reads.answer is Answer.CONDITIONAL


def test_a_role_whose_sessions_may_be_tagged_is_conditional_on_the_tag() -> None:
    by_tag = allow("ssm:GetParameter", Condition={"StringEquals": {"aws:PrincipalTag/team": "billing"}})
    plain = role("r", {"AWS": ROOT}, by_tag, DECRYPT)
    assert _row(_account(roles=(plain,)), name="r").reads.answer is Answer.DENIED
    taggable = role("r", {"AWS": ROOT}, by_tag, DECRYPT)
    taggable["AssumeRolePolicyDocument"]["Statement"][0]["Action"] = ["sts:AssumeRole", "sts:TagSession"]
    assert _row(_account(roles=(taggable,)), name="r").reads.needs == ("aws:PrincipalTag/team = billing",)


def test_the_ciphertext_and_the_key_used_directly_read_too() -> None:
    direct_only = allow("kms:Decrypt", KEY, Condition={"Null": {"kms:ViaService": "true"}})
    row = _row(_account(user("u", GET, direct_only)))
    assert _told(row, Way.GET).answer is Answer.DENIED
    assert _told(row, Way.CIPHERTEXT).answer is Answer.ALLOWED
    assert row.reads.answer is Answer.ALLOWED


def test_mfa_for_one_call_and_none_for_the_other_is_no_way() -> None:
    without = deny("kms:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    get = allow("ssm:GetParameter", ARN, Condition=MFA)
    assert _told(_row(_account(user("u", get, DECRYPT, without))), Way.GET).answer is Answer.DENIED


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, ("aws:SourceIp in 10.0.0.0/8",)),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, ("aws:PrincipalOrgID like o-*",)),
        (
            {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}},
            ("aws:CurrentTime before 2030-01-01T00:00:00Z",),
        ),
        ({"Null": {"aws:MultiFactorAuthAge": "false"}}, ("aws:MultiFactorAuthAge present",)),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, ("aws:SourceVpc != vpc-1",)),
    ],
)
def test_what_hangs_on_the_unknown_says_on_what(condition: dict[str, Any], needs: tuple[str, ...]) -> None:
    row = _row(_account(user("u", allow("ssm:GetParameter", ARN, Condition=condition), DECRYPT)))
    assert row.reads.answer is Answer.CONDITIONAL
    assert row.reads.needs == needs


def test_what_is_known_is_not_conditional() -> None:
    known = {
        "StringEquals": {"aws:RequestedRegion": "eu-west-1", "aws:PrincipalAccount": ACCOUNT, "aws:username": "u"},
        "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/*"},
        "Bool": {"aws:SecureTransport": "true", "aws:ViaAWSService": "false"},
    }
    row = _row(_account(user("u", allow("ssm:GetParameter", ARN, Condition=known), DECRYPT)))
    assert row.reads.answer is Answer.ALLOWED


def test_more_conditions_than_can_be_tried_are_never_a_plain_answer() -> None:
    many = [
        deny("ssm:*", Condition={"StringEquals": {f"aws:PrincipalTag/t{number}": ["a", "b"]}}) for number in range(13)
    ]
    row = _row(_account(roles=(role("r", {"AWS": ROOT}, GET, DECRYPT, *many),)), name="r")
    assert row.reads.answer is Answer.ALLOWED  # the tags are known: there are none
    tagged = role("r", {"AWS": ROOT}, GET, DECRYPT, *many)
    del tagged["Tags"]
    row = _row(_account(roles=(tagged,)), name="r")
    assert row.reads.answer is Answer.CONDITIONAL
    assert "too many to try" in row.reads.needs[0]


def test_a_grant_lets_its_grantee_decrypt() -> None:
    document_ = {
        "Grants": [
            {
                "GrantId": "0123",
                "GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:user/u",
                "Operations": ["Decrypt"],
                "Constraints": {"EncryptionContextEquals": {"PARAMETER_ARN": ARN}},
            }
        ]
    }
    grants = parse_grants(json.dumps(document_).encode(), "grants")
    asked = question(_account(user("u", GET)), _key(_somebody(), delegates=False), NO_POLICY)
    assert asked.target.key_policy is not None
    target = replace(asked.target, key_policy=with_grants(asked.target.key_policy, grants))
    row = next(one for one in access(replace(asked, target=target)).rows if one.caller.kind == "user")
    assert [one.sid for one in row.reads.by] == ["Get", "grant 0123"]
    assert isinstance(grants[0], Statement)


def _somebody() -> dict[str, Any]:
    return {**allow("kms:DescribeKey"), "Principal": {"AWS": ROOT}}
