"""A made account of principals who reach (or do not reach) one parameter in as many different ways."""

import json
from collections.abc import Mapping
from typing import Any

from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.secrets.access.account_details import parse_account
from secrets_cli.secrets.access.routes import KEY_POLICY, PARAMETER_POLICY, Target
from secrets_cli.secrets.access.who_reads import Question
from secrets_cli.secrets.parameter_name import Place

ACCOUNT = "111122223333"
PARTNER = "444455556666"
PLACE = Place("aws", "eu-west-1", ACCOUNT)
NAME = "/billing/prod/db"
ARN = PLACE.parameter_arn(NAME)
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def inline(*statements: Mapping[str, Any], name: str = "own") -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": document(*statements)}


def user(name: str, *statements: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    policies = [inline(*statements)] if statements else []
    return {
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "UserName": name,
        "UserId": f"AIDA{name.upper()}",
        "Path": "/",
        "UserPolicyList": policies,
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        **more,
    }


def role(name: str, trusts: Any, *statements: Mapping[str, Any], path: str = "/", **more: Any) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": trusts, "Action": "sts:AssumeRole"}
    return {
        "Arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}",
        "RoleName": name,
        "RoleId": f"AROA{name.upper()}",
        "Path": path,
        "AssumeRolePolicyDocument": document(trust),
        "RolePolicyList": [inline(*statements)] if statements else [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        **more,
    }


def managed(name: str, *statements: Mapping[str, Any], account: str = ACCOUNT) -> dict[str, Any]:
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document(*statements)}
    return {"Arn": f"arn:aws:iam::{account}:policy/{name}", "PolicyName": name, "PolicyVersionList": [version]}


def attached(*names: str, account: str = ACCOUNT) -> list[dict[str, str]]:
    return [{"PolicyName": name, "PolicyArn": f"arn:aws:iam::{account}:policy/{name}"} for name in names]


VIA_SSM = {"StringEquals": {"kms:ViaService": "ssm.eu-west-1.amazonaws.com"}}
DECRYPT = allow("kms:Decrypt", KEY, Sid="Decrypt", Condition=VIA_SSM)
GET = allow("ssm:GetParameter", ARN, Sid="Get")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def details() -> dict[str, Any]:
    return {
        "UserDetailList": [
            user("direct", GET, DECRYPT),
            user(
                "byancestor",
                allow("ssm:GetParametersByPath", f"{PLACE.parameter_arn('/billing')}", Sid="Path"),
                DECRYPT,
            ),
            user("historian", allow("ssm:GetParameterHistory", ARN, Sid="History"), DECRYPT),
            user("keyonly"),
            user(
                "bounded",
                allow("ssm:Get*", Sid="All"),
                DECRYPT,
                PermissionsBoundary={
                    "PermissionsBoundaryType": "Policy",
                    "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/OnlyS3",
                },
            ),
            user("iamwriter", allow("iam:PutUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/iamwriter", Sid="WriteOwn")),
            user(
                "oneaction", allow("ssm:GetParameter*", ARN, Sid="Read"), deny("ssm:GetParameter", Sid="NoGet"), DECRYPT
            ),
            user("withmfa", allow("ssm:GetParameter", ARN, Sid="GetWithMfa", Condition=MFA), DECRYPT),
            user("ingroup", GroupList=["readers"]),
            user("nokms", GET),
            user("stranger", allow("s3:*")),
        ],
        "GroupDetailList": [
            {
                "Arn": f"arn:aws:iam::{ACCOUNT}:group/readers",
                "GroupName": "readers",
                "GroupPolicyList": [],
                "AttachedManagedPolicies": attached("ReadBilling"),
            }
        ],
        "RoleDetailList": [
            role("keyadmin", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, allow("ssm:GetParameter", ARN, Sid="Get")),
            role("app", {"Service": "lambda.amazonaws.com"}, GET, DECRYPT),
            role("jump", {"AWS": f"arn:aws:iam::{ACCOUNT}:user/stranger"}, GET, DECRYPT),
            role(
                "AWSServiceRoleForSomething",
                {"Service": "something.amazonaws.com"},
                path="/aws-service-role/something.amazonaws.com/",
            ),
        ],
        "Policies": [
            managed("OnlyS3", allow("s3:*", Sid="S3")),
            managed("ReadBilling", allow(["ssm:GetParameter", "ssm:GetParameters"], ARN, Sid="Read"), DECRYPT),
        ],
    }


def key_policy() -> dict[str, Any]:
    def to(principal: str, action: str | list[str], sid: str, **more: Any) -> dict[str, Any]:
        return {**allow(action, Sid=sid, **more), "Principal": {"AWS": principal}}

    return document(
        to(f"arn:aws:iam::{ACCOUNT}:root", "kms:*", "EnableIamPolicies"),
        to(f"arn:aws:iam::{ACCOUNT}:user/keyonly", "kms:Decrypt", "KeyOnly"),
        to(f"arn:aws:iam::{ACCOUNT}:role/keyadmin", ["kms:PutKeyPolicy", "kms:DescribeKey"], "Administer"),
        to(f"arn:aws:iam::{PARTNER}:role/partner", "kms:Decrypt", "Partner", Condition=VIA_SSM),
    )


def parameter_policy() -> dict[str, Any]:
    return document(
        {
            **allow(["ssm:GetParameter", "ssm:GetParameters"], ARN, Sid="Share"),
            "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"},
        }
    )


def question(
    account: dict[str, Any] | None = None,
    key: dict[str, Any] | None = None,
    parameter: dict[str, Any] | None = None,
    scps: tuple[tuple[dict[str, Any], ...], ...] = (),
) -> Question:
    """The made account, any part of it given otherwise."""
    return Question(
        Target(
            PLACE,
            NAME,
            KEY,
            parse_policy(json.dumps(key or key_policy()), KEY_POLICY, PolicyKind.RESOURCE),
            parse_policy(json.dumps(parameter or parameter_policy()), PARAMETER_POLICY, PolicyKind.RESOURCE),
        ),
        parse_account(json.dumps(account or details()).encode(), "made"),
        tuple(tuple(parse_policy(json.dumps(one), "scp", PolicyKind.SCP) for one in level) for level in scps),
    )
