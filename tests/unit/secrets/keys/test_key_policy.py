"""The policy built for a key, and its proof."""

from dataclasses import replace

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import PolicyKind, parse_policy
from secrets_cli.iam.pattern import matches
from secrets_cli.iam.render import policy_document, render_policy
from secrets_cli.secrets.keys.policy import ADMINISTRATOR_ACTIONS, USE_ACTIONS, AccountAccess, Via, key_policy
from secrets_cli.secrets.keys.principal import PrincipalKind, checked_principal, principal_of_caller
from secrets_cli.secrets.keys.proof import may_manage, prove
from secrets_cli.secrets.keys.request import place_of
from tests.unit.secrets.keys.key_cases import ACCOUNT, KEY_ARN, OTHER, ROOT, access, role


def test_the_policy_as_kms_gets_it() -> None:
    policy = policy_document(key_policy(access(users=("app",), readers=("viewer",), writers=("ci",))))
    statements = policy["Statement"]
    assert isinstance(statements, list)
    through = {"StringEquals": {"kms:ViaService": "ssm.eu-west-1.amazonaws.com"}}
    told = [(s["Sid"], s["Principal"]["AWS"], s["Action"], s.get("Condition")) for s in statements]
    arn = f"arn:aws:iam::{ACCOUNT}:role/"
    assert told == [
        ("RootUserRecoversTheKey", ROOT, list(ADMINISTRATOR_ACTIONS), {"ArnEquals": {"aws:PrincipalArn": ROOT}}),
        ("AdministratorsManageTheKey", f"{arn}admins", list(ADMINISTRATOR_ACTIONS), None),
        ("UsersThroughParameterStore", f"{arn}app", list(USE_ACTIONS), through),
        ("ReadersThroughParameterStore", f"{arn}viewer", "kms:Decrypt", through),
        ("WritersThroughParameterStore", f"{arn}ci", ["kms:Encrypt", "kms:GenerateDataKey"], through),
        ("UsersSeeTheKey", [f"{arn}app", f"{arn}viewer", f"{arn}ci"], "kms:DescribeKey", None),
    ]


def test_administrators_get_named_actions_and_none_that_uses_the_key() -> None:
    assert not any("*" in action for action in ADMINISTRATOR_ACTIONS)
    assert len(set(ADMINISTRATOR_ACTIONS)) == len(ADMINISTRATOR_ACTIONS)
    forbidden = (
        "kms:CreateGrant",
        "kms:*crypt*",
        "kms:Generate*",
        "kms:ReplicateKey",
        "kms:Sign",
        "kms:DeriveSharedSecret",
    )
    assert not [a for a in ADMINISTRATOR_ACTIONS for pattern in forbidden if matches(pattern, a)]


@pytest.mark.parametrize("account", AccountAccess)
@pytest.mark.parametrize("via", Via)
def test_every_kind_of_policy_is_proven_and_parses_to_itself(account: AccountAccess, via: Via) -> None:
    asked = access(("admins", "path/more"), ("app", "path/app"), ("viewer",), ("ci",), via, account)
    policy = key_policy(asked)
    proof = prove(policy, asked)
    assert proof.holds
    assert proof.requests >= 40
    assert bool(proof.limits) == (account is AccountAccess.IAM)
    assert parse_policy(render_policy(policy), "made", PolicyKind.RESOURCE) == policy


def _altered(policy: Policy, sid: str, **changed: object) -> Policy:
    return replace(policy, statements=tuple(replace(s, **changed) if s.sid == sid else s for s in policy.statements))  # type: ignore[arg-type]  # fields of a Statement


def _broken(policy: Policy) -> set[tuple[str, str]]:
    return {(c.subject.rpartition("/")[2], c.text) for c in prove(policy, access()).claims if not c.holds}


def test_the_proof_fails_where_administrators_could_use_the_key() -> None:
    policy = key_policy(access())
    admins, users = policy.statements[1], policy.statements[2]
    wide = replace(admins.action, values=("kms:Create*", *admins.action.values))
    assert _broken(_altered(policy, "AdministratorsManageTheKey", action=wide)) == {
        ("admins", "may not kms:Encrypt, Decrypt, GenerateDataKey and CreateGrant")
    }
    assert ("app", "may not kms:Encrypt, Decrypt and GenerateDataKey directly") in _broken(
        _altered(policy, "UsersThroughParameterStore", conditions=())
    )
    assert _broken(_altered(policy, "UsersThroughParameterStore", principal=admins.principal)) >= {
        ("app", "may kms:Encrypt, Decrypt and GenerateDataKey through Parameter Store")
    }
    # Without its condition the root statement hands management to IAM.
    assert ("any-other-iam-administrator", "may not kms:PutKeyPolicy and CreateGrant") in _broken(
        _altered(policy, "RootUserRecoversTheKey", conditions=())
    )
    assert users.sid == "UsersThroughParameterStore"


def test_an_administrator_who_is_a_user_is_not_claimed_to_be_kept_out() -> None:
    both = access(admins=("one",), users=("one",))
    texts = [claim.text for claim in prove(key_policy(both), both).claims if claim.subject.endswith("role/one")]
    assert "may not kms:CreateGrant" in texts
    assert not any("may not" in text and "Decrypt" in text and "directly" not in text for text in texts)
    assert prove(key_policy(both), both).holds


def test_another_account_s_user_needs_its_own_policies_too() -> None:
    asked = replace(access(), users=(role("app", OTHER),))
    proof = prove(key_policy(asked), asked)
    assert proof.holds
    assert proof.limits == (f"another account's policies must allow it too: arn:aws:iam::{OTHER}:role/app",)


def test_the_account_as_a_user_is_said_to_leave_it_to_iam() -> None:
    asked = replace(access(), users=(checked_principal(ROOT),))
    proof = prove(key_policy(asked), asked)
    assert proof.holds
    assert "each IAM administrator of the account can read" in proof.limits[0]


@pytest.mark.parametrize(
    ("caller", "account", "expected"),
    [
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/admins/me", AccountAccess.NONE, True),
        (f"arn:aws:iam::{ACCOUNT}:user/me", AccountAccess.NONE, False),
        (f"arn:aws:iam::{ACCOUNT}:user/me", AccountAccess.RECOVERY, False),
        (f"arn:aws:iam::{ACCOUNT}:user/me", AccountAccess.IAM, None),
        (ROOT, AccountAccess.RECOVERY, True),
        (ROOT, AccountAccess.NONE, False),
        (ROOT, AccountAccess.IAM, True),
    ],
)
def test_who_could_change_the_policy_again(caller: str, account: AccountAccess, expected: bool | None) -> None:
    assert may_manage(key_policy(access(account=account)), caller, place_of(KEY_ARN)) is expected


def test_principals_taken() -> None:
    for word, kind in (
        (ROOT, PrincipalKind.ROOT),
        (f"arn:aws:iam::{ACCOUNT}:user/division/bob", PrincipalKind.USER),
        (f"arn:aws-cn:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_1", PrincipalKind.ROLE),
    ):
        assert checked_principal(word).kind is kind
        assert checked_principal(word).account == ACCOUNT


@pytest.mark.parametrize(
    ("word", "message", "help"),
    [
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/app/me", "a session of a role", f"`arn:aws:iam::{ACCOUNT}:role/app`"),
        (ACCOUNT, "it is an account", f"arn:aws:iam::{ACCOUNT}:root"),
        ("*", "has a wildcard", "arn:aws:iam::ACCOUNT"),
        (f"arn:aws:iam::{ACCOUNT}:role/*", "has a wildcard", "arn:aws:iam::ACCOUNT"),
        ("arn:aws:iam::1234:role/app", "not the ARN of a role", "12 digits"),
        (f"arn:aws:iam::{ACCOUNT}:group/devs", "not the ARN of a role", "12 digits"),
        ("app", "not the ARN of a role", "12 digits"),
        ("", "not the ARN of a role", "12 digits"),
    ],
)
def test_principals_refused(word: str, message: str, help: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        checked_principal(word)
    assert message in raised.value.message
    assert help in raised.value.help


def test_a_caller_is_named_by_its_role() -> None:
    assert principal_of_caller(f"arn:aws:sts::{ACCOUNT}:assumed-role/app/me") == f"arn:aws:iam::{ACCOUNT}:role/app"
    assert principal_of_caller(f"arn:aws:iam::{ACCOUNT}:user/me") == f"arn:aws:iam::{ACCOUNT}:user/me"
