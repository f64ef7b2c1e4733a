"""Key policies as KMS keeps them: read, compared, explained."""

import json

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import MalformedInput
from secrets_cli.secrets.keys.difference import key_policy_difference
from secrets_cli.secrets.keys.document import read_key_policy
from secrets_cli.secrets.keys.explain import Kind, Reach, SubjectKind, explain, key_actions, kind_of_action
from secrets_cli.secrets.keys.policy import key_policy
from secrets_cli.secrets.keys.request import place_of
from tests.unit.secrets.keys.key_cases import ACCOUNT, KEY_ARN, OTHER, ROOT, access, document, policy_text, statement

ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admins"


def test_statements_without_effect_are_told_and_the_others_keep_their_places() -> None:
    read = document(
        {"Sid": "NoAction", "Effect": "Deny", "Principal": "*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": ADMIN}, "Action": "kms:*"},
        statement({"AWS": ADMIN}, "kms:Encrypt", Resource="arn:aws:kms:eu-west-1:111122223333:key/another"),
        statement({"AWS": ADMIN}, "kms:Decrypt", Resource=KEY_ARN),
        statement({"AWS": ADMIN}, "kms:DescribeKey"),
    )
    assert [(one.index, one.sid, one.denies) for one in read.ineffective] == [
        (0, "NoAction", True),
        (1, None, False),
        (2, None, False),
    ]
    assert [one.reason for one in read.ineffective] == [
        "it has no Action",
        "it has no Resource",
        "its Resource is not this key; write `*`",
    ]
    assert [one.index for one in read.policy.statements] == [3, 4]


def test_a_policy_of_nothing_but_such_statements_has_none() -> None:
    assert document({"Effect": "Allow", "Principal": "*", "Action": "kms:*"}).policy.statements == ()


@pytest.mark.parametrize("text", ["", "[]", '{"Statement": ["x"]}', '{"Statement": [{"Effect": "Allow"'])
def test_what_is_no_policy_names_the_key(text: str) -> None:
    with pytest.raises(MalformedInput) as raised:
        read_key_policy(text, KEY_ARN)
    assert KEY_ARN in raised.value.message


def test_order_cut_sids_and_spelling_do_not_make_a_difference() -> None:
    catalog = load_catalog()
    one = document(
        statement({"AWS": [ADMIN, ACCOUNT]}, ["kms:DescribeKey", "kms:PutKeyPolicy"], Sid="A"),
        statement({"AWS": ADMIN}, "kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": ["a", "b"]}}),
    )
    other = document(
        statement({"AWS": ADMIN}, "kms:decrypt", Condition={"StringEquals": {"KMS:viaservice": ["b", "a"]}}),
        statement({"AWS": ROOT}, ["kms:PutKeyPolicy", "kms:DescribeKey"], Sid="B"),
        statement({"AWS": ADMIN}, "kms:PutKeyPolicy"),
        statement({"AWS": ADMIN}, "kms:DescribeKey"),
    )
    assert not key_policy_difference(one.policy, other.policy, catalog)


@pytest.mark.parametrize(
    "changed",
    [
        statement({"AWS": ADMIN}, "kms:Decrypt"),
        statement({"AWS": ADMIN}, "kms:Decrypt", Condition={"StringLike": {"kms:ViaService": "a"}}),
        statement({"AWS": ADMIN}, "kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": ["a", "b"]}}),
        statement({"AWS": ADMIN}, "kms:Decrypt", Effect="Deny", Condition={"StringEquals": {"kms:ViaService": "a"}}),
        statement({"AWS": ROOT}, "kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": "a"}}),
        statement({"AWS": ADMIN}, "kms:Decryp*", Condition={"StringEquals": {"kms:ViaService": "a"}}),
    ],
)
def test_what_does_make_a_difference(changed: dict[str, object]) -> None:
    present = document(statement({"AWS": ADMIN}, "kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": "a"}}))
    assert key_policy_difference(present.policy, document(changed).policy, load_catalog())


def test_a_pattern_is_more_than_the_actions_it_matches_today() -> None:
    catalog = load_catalog()
    everything = document(statement({"AWS": ADMIN}, "kms:*")).policy
    today = document(statement({"AWS": ADMIN}, list(catalog.expand("kms:*")))).policy
    difference = key_policy_difference(everything, today, catalog)
    assert [one.actions for one in difference.removed] == [("kms:*",)]
    assert difference.added == ()


def test_each_action_on_a_key_is_of_one_kind() -> None:
    catalog = load_catalog()
    kinds = {name.partition(":")[2]: kind_of_action(name, catalog) for name in key_actions(catalog)}
    assert kinds["Decrypt"] is kinds["GenerateDataKeyPair"] is kinds["ReEncryptFrom"] is kinds["VerifyMac"] is Kind.USE
    assert kinds["PutKeyPolicy"] is kinds["CreateGrant"] is kinds["ImportKeyMaterial"] is Kind.ADMINISTER
    assert kinds["DescribeKey"] is kinds["ListGrants"] is kinds["GetKeyLastUsage"] is Kind.READ
    assert kind_of_action("kms:SomethingNew", catalog) is Kind.USE


def _told(*statements: dict[str, object]) -> dict[tuple[SubjectKind, str], dict[str, Reach]]:
    read = read_key_policy(policy_text(*statements), KEY_ARN)
    found = explain(read.policy, place_of(KEY_ARN), load_catalog())
    return {
        (one.subject.kind, one.subject.name): {a.action.partition(":")[2]: a.reach for a in one.allowed}
        for one in found
    }


def test_aws_s_default_policy_leaves_everything_to_iam() -> None:
    told = _told(statement({"AWS": ROOT}, "kms:*"))
    assert set(told) == {(SubjectKind.BY_IAM, ACCOUNT)}
    assert set(told[SubjectKind.BY_IAM, ACCOUNT].values()) == {Reach.ALWAYS}


def test_our_own_policy_explained() -> None:
    read = read_key_policy(json.dumps(_document_of_ours()), KEY_ARN)
    powers = {one.subject.name: one for one in explain(read.policy, place_of(KEY_ARN), load_catalog())}
    assert powers[ADMIN].of(Kind.USE) == ()
    app = powers[f"arn:aws:iam::{ACCOUNT}:role/app"]
    assert {one.action for one in app.of(Kind.USE)} == {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
    assert {one.reach for one in app.of(Kind.USE)} == {Reach.SSM}
    assert {one.sid for one in app.of(Kind.USE)} == {"UsersThroughParameterStore"}
    assert app.of(Kind.ADMINISTER) == ()
    root = powers[ACCOUNT]
    assert root.subject.kind is SubjectKind.ROOT_USER
    assert root.of(Kind.USE) == ()


def _document_of_ours() -> dict[str, object]:
    from secrets_cli.iam.render import policy_document

    return {**policy_document(key_policy(access()))}


def test_the_policy_of_aws_ssm_lets_in_everybody_of_the_account_through_parameter_store() -> None:
    through = {"StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "ssm.eu-west-1.amazonaws.com"}}
    told = _told(statement({"AWS": "*"}, ["kms:Decrypt", "kms:Encrypt"], Condition=through))
    assert told == {(SubjectKind.ACCOUNT, ACCOUNT): {"Decrypt": Reach.SSM, "Encrypt": Reach.SSM}}


def test_strangers_conditions_and_denials() -> None:
    named = {"Bool": {"kms:GrantIsForAWSResource": True}}
    told = _told(
        statement("*", "kms:Decrypt"),
        statement({"AWS": f"arn:aws:iam::{OTHER}:root"}, "kms:Encrypt"),
        statement({"AWS": ADMIN}, "kms:CreateGrant", Condition=named),
        statement({"Service": "cloudtrail.amazonaws.com"}, "kms:GenerateDataKey*"),
        statement({"AWS": ADMIN}, "kms:Decrypt", Effect="Deny"),
    )
    assert told[SubjectKind.EVERYONE, "*"] == {"Decrypt": Reach.ALWAYS}
    assert told[SubjectKind.BY_IAM, OTHER] == {"Decrypt": Reach.ALWAYS, "Encrypt": Reach.ALWAYS}
    assert told[SubjectKind.PRINCIPAL, ADMIN] == {"CreateGrant": Reach.CONDITIONS}
    service = told[SubjectKind.PRINCIPAL, "cloudtrail.amazonaws.com"]
    assert service["GenerateDataKey"] is Reach.ALWAYS


def test_not_principal_is_about_everybody_else() -> None:
    allow: dict[str, object] = {
        "Effect": "Allow",
        "NotPrincipal": {"AWS": ADMIN},
        "Action": "kms:Decrypt",
        "Resource": "*",
    }
    assert _told(allow)[SubjectKind.EVERYONE, "*"] == {"Decrypt": Reach.ALWAYS}
