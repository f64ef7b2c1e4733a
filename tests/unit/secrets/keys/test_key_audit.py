"""The rules on keys: each fires on what it is about, and not beside it."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.aws.keys import Alias, Grant, LastUse, Rotation
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.render import policy_document
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.keys.audit import RULES, SECOND_OPINION, KeyAudit, audit_keys
from secrets_cli.secrets.keys.document import KeyDocument
from secrets_cli.secrets.keys.policy import key_policy
from secrets_cli.secrets.keys.rules import Judging
from secrets_cli.secrets.keys.second_opinion import Opinion, second_opinion
from secrets_cli.secrets.keys.survey import SurveyedKey, Unread
from secrets_cli.severity import Confidence, Severity
from tests.unit.secrets.keys.key_cases import (
    ACCOUNT,
    KEY_ARN,
    NOW,
    OTHER,
    ROOT,
    access,
    document,
    key,
    statement,
    survey,
    surveyed,
)

ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admins"
APP = f"arn:aws:iam::{ACCOUNT}:role/app"


def _audit(*keys: SurveyedKey, **more: Any) -> KeyAudit:
    return audit_keys([survey(*keys, **more)], load_catalog(), Judging(NOW))


def _found(*keys: SurveyedKey, **more: Any) -> list[tuple[str, Severity]]:
    return [(one.rule, one.severity) for one in _audit(*keys, **more).findings]


def _of(*statements: dict[str, Any]) -> list[tuple[str, Severity]]:
    return _found(surveyed(document(statement({"AWS": ROOT}, "kms:PutKeyPolicy"), *statements)))


def _only(*statements: dict[str, Any]) -> Finding:
    read = document(statement({"AWS": ROOT}, "kms:PutKeyPolicy"), *statements)
    (finding,) = _audit(surveyed(read)).findings
    return finding


def _ours() -> KeyDocument:
    statements: Any = policy_document(key_policy(access(readers=("viewer",), writers=("ci",))))["Statement"]
    return document(*statements)


def test_a_key_of_ours_has_no_finding() -> None:
    audit = _audit(surveyed(_ours(), parameters=("/a",)))
    assert audit.findings == ()
    assert audit.keys == 1
    assert audit.notes == ()


def test_aws_s_default_policy_is_left_to_iam() -> None:
    assert _found(surveyed(document(statement({"AWS": ROOT}, "kms:*")))) == [("key-left-to-iam", Severity.INFO)]


@pytest.mark.parametrize(
    ("condition", "severity"),
    [
        ({}, Severity.HIGH),
        ({"StringEquals": {"kms:ViaService": "ssm.eu-west-1.amazonaws.com"}}, Severity.HIGH),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, Severity.HIGH),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, Severity.MEDIUM),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, Severity.LOW),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, Severity.MEDIUM),
        ({"StringEquals": {"kms:CallerAccount": ACCOUNT}}, Severity.MEDIUM),
        (
            {"StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "ssm.eu-west-1.amazonaws.com"}},
            Severity.LOW,
        ),
    ],
)
def test_a_principal_star_is_as_bad_as_its_conditions_leave_it(condition: dict[str, Any], severity: Severity) -> None:
    found = _only(statement({"AWS": "*"}, "kms:Decrypt", Condition=condition, Sid="Open"))
    assert (found.rule, found.severity, found.evidence) == ("key-open-to-anybody", severity, ("Open",))


def test_a_deny_that_keeps_strangers_out_counts() -> None:
    keep_out = statement("*", "kms:*", Effect="Deny", Condition={"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}})
    found = _audit(
        surveyed(document(statement({"AWS": ROOT}, "kms:PutKeyPolicy"), statement("*", "kms:Decrypt"), keep_out))
    )
    ((rule, severity),) = [(one.rule, one.severity) for one in found.findings]
    # No stranger gets in, but everybody of the account does, and policyuniverse knows no Deny.
    assert (rule, severity) == ("key-open-to-anybody", Severity.MEDIUM)
    assert "everybody of the account" in found.findings[0].message


def test_everybody_but_one_is_everybody() -> None:
    allow = {"Effect": "Allow", "NotPrincipal": {"AWS": APP}, "Action": "kms:Decrypt", "Resource": "*"}
    assert ("key-open-to-anybody", Severity.HIGH) in _of(allow)


@pytest.mark.parametrize(
    ("action", "severity"),
    [("kms:Decrypt", Severity.MEDIUM), ("kms:ScheduleKeyDeletion", Severity.HIGH), ("kms:DescribeKey", Severity.LOW)],
)
def test_another_account_is_as_bad_as_what_it_may(action: str, severity: Severity) -> None:
    for principal in (f"arn:aws:iam::{OTHER}:role/far", OTHER):
        found = _only(statement({"AWS": principal}, action, Sid="Far"))
        assert (found.rule, found.severity, found.evidence) == ("key-cross-account", severity, ("Far",))
        assert OTHER in found.message


def test_an_administrator_who_is_a_user() -> None:
    found = _of(statement({"AWS": ADMIN}, ["kms:PutKeyPolicy", "kms:Decrypt"]))
    assert found == [("key-administrator-is-user", Severity.MEDIUM)]
    apart = (statement({"AWS": ADMIN}, "kms:PutKeyPolicy"), statement({"AWS": APP}, "kms:Decrypt"))
    assert _of(*apart) == []


def test_create_grant_is_for_aws_resources_alone() -> None:
    assert _of(statement({"AWS": ADMIN}, "kms:Create*")) == [("key-create-grant", Severity.MEDIUM)]
    resource = {"Bool": {"kms:GrantIsForAWSResource": True}}
    assert _of(statement({"AWS": ADMIN}, "kms:CreateGrant", Condition=resource)) == []
    not_so = {"Bool": {"kms:GrantIsForAWSResource": False}}
    assert _of(statement({"AWS": ADMIN}, "kms:CreateGrant", Condition=not_so)) == []
    some = {"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt"]}}
    found = _only(statement({"AWS": ADMIN}, "kms:CreateGrant", Condition=some))
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.MEDIUM)


def test_statements_without_effect() -> None:
    allow = {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt"}
    deny = {"Sid": "B", "Effect": "Deny", "Principal": "*", "Resource": "*"}
    assert _of(allow, deny) == [
        ("key-statement-without-effect", Severity.LOW),
        ("key-statement-without-effect", Severity.MEDIUM),
    ]


def test_a_key_that_nobody_manages() -> None:
    assert _found(surveyed(document(statement({"AWS": APP}, "kms:Decrypt")))) == [
        ("key-without-administrator", Severity.HIGH)
    ]
    # What a share adds is not where administrators are named.
    assert _found(surveyed(_ours(), document(statement({"AWS": APP}, "kms:Decrypt"), name="AWS_RAM"))) == []


def test_a_deleted_principal_is_one_finding() -> None:
    assert _of(statement({"AWS": "AROAEXAMPLEEXAMPLE12"}, "kms:*")) == [("key-principal-gone", Severity.LOW)]


def test_every_policy_of_a_key_is_judged() -> None:
    shared = document(statement({"AWS": OTHER}, "kms:Decrypt", Sid="Share"), name="AWS_RAM")
    (found,) = _audit(surveyed(_ours(), shared)).findings
    assert found.evidence == ("Share (policy AWS_RAM)",)


def _state(**facts: Any) -> list[tuple[str, Severity]]:
    return _found(surveyed(_ours(), **({"parameters": ("/a",)} | facts)))


def test_rotation() -> None:
    assert _state(rotation=Rotation(False)) == [("key-no-rotation", Severity.MEDIUM)]
    assert _state(rotation=None) == []
    assert _state(rotation=Rotation(False), key=key(state="Disabled"), parameters=()) == [
        ("key-disabled", Severity.LOW)
    ]


def test_keys_that_are_going_or_gone() -> None:
    pending = key(state="PendingDeletion", deletion=datetime(2026, 12, 1, tzinfo=UTC))
    assert _state(key=pending) == [("key-pending-deletion", Severity.HIGH)]
    assert _state(key=pending, parameters=()) == [("key-pending-deletion", Severity.INFO)]
    assert _state(key=key(state="Disabled")) == [("key-disabled", Severity.MEDIUM)]
    loose = Alias("alias/old", "arn:aws:kms:eu-west-1:111122223333:alias/old", "gone")
    assert _found(loose_aliases=(loose,)) == [("key-alias-without-key", Severity.MEDIUM)]


def test_parameters_that_depend_on_a_key_are_named() -> None:
    names = tuple(f"/a/{number}" for number in range(8))
    audit = _audit(surveyed(_ours(), key=key(state="Disabled"), parameters=names))
    assert audit.findings[0].evidence == (*names[:5], "and 3 more")


LONG_AGO, LATELY = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"last_use": LastUse("Decrypt", LATELY, LONG_AGO)}, None),
        ({"last_use": LastUse("Decrypt", LONG_AGO, LONG_AGO)}, Confidence.MEDIUM),
        ({"last_use": LastUse("", None, LONG_AGO)}, Confidence.MEDIUM),
        ({"last_use": LastUse("", None, LATELY)}, None),
        ({"last_use": LastUse("Decrypt", LONG_AGO, LONG_AGO), "parameters": ("/a",)}, None),
        ({"last_use": LastUse("Decrypt", LONG_AGO, LONG_AGO), "parameters": None}, None),
        ({"last_use": LastUse("", None, LONG_AGO), "key": key(created=LATELY)}, None),
        ({"aliases": ()}, Confidence.LOW),
        ({}, None),
        ({"aliases": (), "grants": (Grant("g", "", "ec2.amazonaws.com", ("Decrypt",), False),)}, None),
    ],
)
def test_unused_keys(facts: dict[str, Any], expected: Confidence | None) -> None:
    found = _audit(surveyed(_ours(), **facts)).findings
    assert [(one.rule, one.confidence) for one in found] == ([("key-unused", expected)] if expected else [])


def test_that_kms_does_not_tell_of_use_is_noted() -> None:
    assert "kms:GetKeyLastUsage" in _audit(surveyed(_ours(), parameters=("/a",)), last_use_known=False).notes[0]


def test_grants_to_principals() -> None:
    def granted(grantee: str, *operations: str) -> list[tuple[str, Severity]]:
        return _state(grants=(Grant("g", "", grantee, operations, False),))

    assert granted(APP, "Decrypt") == [("key-grant", Severity.LOW)]
    assert granted(f"arn:aws:iam::{OTHER}:role/x", "GenerateDataKey") == [("key-grant", Severity.MEDIUM)]
    assert granted(APP, "DescribeKey") == []
    assert granted("dynamodb.eu-west-1.amazonaws.com", "Decrypt") == []


def test_what_could_not_be_read_is_handed_on() -> None:
    unread = Unread(KEY_ARN, "could not be asked for its policy")
    assert _audit(unread=(unread,)).unread == (unread,)


# --- the second opinion ---


def test_policyuniverse_knows_an_open_statement() -> None:
    read = document(statement({"AWS": APP}, "kms:Decrypt"), statement("*", "kms:Decrypt"))
    assert second_opinion(read) == Opinion((1,))


def test_its_word_counts_only_where_ours_is_silent() -> None:
    administers = statement({"AWS": ROOT}, "kms:PutKeyPolicy")
    closed = statement("*", "kms:Decrypt", Sid="Closed", Condition={"StringEquals": {"aws:PrincipalTag/team": "a"}})
    denied = statement("*", "kms:Decrypt", Effect="Deny")
    read = document(administers, closed, denied)
    (found,) = _audit(surveyed(read)).findings
    assert (found.rule, found.severity, found.confidence) == (SECOND_OPINION, Severity.LOW, Confidence.LOW)
    assert found.evidence == ("Closed",)
    ours = _audit(surveyed(document(administers, statement("*", "kms:Decrypt")))).findings
    assert [one.rule for one in ours] == ["key-open-to-anybody"]


def test_a_second_opinion_that_fails_or_hangs_is_noted_and_no_more() -> None:
    broken = KeyDocument("default", _ours().policy, (), "no JSON")
    assert second_opinion(broken).unavailable == "it failed (JSONDecodeError)"
    never = threading.Event()
    slow = second_opinion(_ours(), seconds=0.05, judge=lambda _text: [0] if never.wait(60) else [])
    never.set()
    assert slow.unavailable == "it did not answer in 0 s"
    audit = audit_keys(
        [survey(surveyed(_ours(), parameters=("/a",)))],
        load_catalog(),
        Judging(NOW),
        opinion=lambda _document: Opinion(unavailable="it did not answer in 5 s"),
    )
    assert (audit.findings, audit.notes) == ((), ("second opinion unavailable: it did not answer in 5 s",))


def test_only_the_rules_asked_for() -> None:
    open_and_still = surveyed(document(statement("*", "kms:*")), rotation=Rotation(False))
    only = audit_keys([survey(open_and_still)], load_catalog(), Judging(NOW), frozenset({"key-no-rotation"}))
    assert [one.rule for one in only.findings] == ["key-no-rotation"]


def test_every_rule_is_documented(checkout: Path) -> None:
    page = (checkout / "docs" / "keys.md").read_text(encoding="utf-8")
    assert [rule for rule in RULES if f"`{rule}`" not in page] == []
    assert len(set(RULES)) == len(RULES)
