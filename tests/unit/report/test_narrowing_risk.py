"""What went, the worst first; and the ways to more permissions that are closed by it."""

from dataclasses import replace

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.model import Policy
from secrets_cli.report.narrowing_risk import (
    Alike,
    Removal,
    Risk,
    reaches_everything,
    removals_by_risk,
    removals_together,
    ways_open,
)
from tests.unit.narrow.cases import BUCKET, allow, deny, narrowed, policy, usage_of, use

CATALOG = load_catalog()
SEEN = usage_of(use("s3:GetObject", f"{BUCKET}/a"))


def removals(*policies: Policy) -> tuple[Removal, ...]:
    result = narrowed(SEEN, policy(allow("s3:GetObject")), *policies)
    return removals_by_risk(result, ways_open(result, CATALOG), CATALOG)


@pytest.mark.parametrize(
    ("action", "risk", "why"),
    [
        ("iam:PutRolePolicy", Risk.ESCALATES, "could give itself every permission"),
        ("iam:CreateAccessKey", Risk.ESCALATES, "could act as other users and roles"),
        ("redshift:GetClusterCredentials", Risk.CREDENTIALS, "can return log-ins to databases"),
        ("s3:PutBucketPolicy", Risk.OPENS, "can open buckets to others"),
        ("s3:BypassGovernanceRetention", Risk.PERMISSIONS, ""),
        ("kms:Decrypt", Risk.READS_DATA, "can read what KMS keys encrypt"),
        ("sqs:PurgeQueue", Risk.WRITES, ""),
        ("s3:PutBucketTagging", Risk.TAGS, ""),
        ("s3:GetBucketPolicy", Risk.READS, ""),
        ("s3:ListAllMyBuckets", Risk.LISTS, ""),
    ],
)
def test_an_action_is_as_bad_as_the_gate_says_else_as_its_access_level(action: str, risk: Risk, why: str) -> None:
    (removal,) = removals(policy(allow(action)))
    assert (removal.action, removal.risk, removal.why) == (action, risk, why)


def test_the_worst_goes_first_and_of_one_risk_what_was_granted_everywhere() -> None:
    found = removals(
        policy(
            allow(["s3:ListAllMyBuckets", "lambda:CreateFunction", "iam:PassRole", "lambda:InvokeFunction"]),
            allow("iam:PutRolePolicy"),
            allow(["sqs:CreateQueue", "kms:Decrypt", "kms:DisableKey"]),
            allow(["kms:CancelKeyDeletion"], "arn:aws:kms:eu-west-1:123456789012:key/a"),
        )
    )
    risks = [one.risk for one in found]
    assert risks == sorted(risks, key=list(Risk).index)
    gains = [one.why for one in found if one.risk is Risk.ESCALATES]
    assert gains[0] == "could give itself every permission"
    assert gains == sorted(gains, key=["could give itself every permission", gains[-1]].index)
    writes = [one.action for one in found if one.risk is Risk.WRITES]
    assert writes == ["kms:DisableKey", "kms:CancelKeyDeletion"]


def test_a_step_alone_is_no_way() -> None:
    (removal,) = removals(policy(allow("lambda:CreateFunction")))
    assert removal.risk is Risk.WRITES


def test_ways_are_those_the_policies_leave_open() -> None:
    opening = policy(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))
    result = narrowed(SEEN, policy(allow("s3:GetObject")), opening)
    ways = ways_open(result, CATALOG)
    assert [path.end.value for path in ways.before] == ["run code as a role that it passes"]
    assert ways.after == ()
    denied = narrowed(SEEN, policy(allow("s3:GetObject")), opening, policy(deny("iam:PassRole")))
    assert ways_open(denied, CATALOG).before == ()


def test_to_assume_one_named_role_is_no_way() -> None:
    result = narrowed(SEEN, policy(allow("s3:GetObject"), allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/a")))
    assert ways_open(result, CATALOG).before == ()


def test_a_way_that_the_role_uses_stays_open_and_is_said() -> None:
    usage = usage_of(use("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/orders-dev"))
    result = narrowed(usage, policy(allow("iam:PutRolePolicy")))
    ways = ways_open(result, CATALOG)
    assert len(ways.before) == 1
    assert ways.after == ways.before


def test_conditions_on_dates_are_judged_by_the_last_day_seen() -> None:
    over = {"DateLessThan": {"aws:CurrentTime": "2026-03-02T00:00:00Z"}}
    result = narrowed(SEEN, policy(allow("s3:GetObject"), allow("iam:PutRolePolicy", Condition=over)))
    assert ways_open(result, CATALOG).before == ()
    earlier = replace(result, statements=())
    assert len(ways_open(earlier, CATALOG).before) == 1


@pytest.mark.parametrize(
    ("action", "resources", "expected"),
    [
        ("s3:GetObject", ("*",), True),
        ("s3:GetObject", ("arn:aws:s3:::*",), True),
        ("s3:GetObject", ("not arn:aws:s3:::a/*",), True),
        ("s3:GetObject", ("arn:aws:s3:::a/*",), False),
        ("sqs:SendMessage", ("arn:aws:sqs:*:*:*",), True),
        ("sqs:SendMessage", ("arn:aws:sqs:*:123456789012:*",), True),
        ("sqs:SendMessage", ("arn:aws:sqs:*:*:a-*",), False),
        ("s3:ListAllMyBuckets", ("*",), False),
        ("nothing:Known", ("*",), True),
    ],
)
def test_everything_is_everything_of_a_type(action: str, resources: tuple[str, ...], expected: bool) -> None:
    assert reaches_everything(action, resources, CATALOG) is expected


def test_what_is_alike_is_told_together() -> None:
    found = removals_together(removals(policy(allow(["kms:Decrypt", "kms:ReEncryptFrom", "sqs:PurgeQueue"]))))
    assert [(group.risk, group.actions) for group in found] == [
        (Risk.READS_DATA, ("kms:Decrypt", "kms:ReEncryptFrom")),
        (Risk.WRITES, ("sqs:PurgeQueue",)),
    ]
    assert found[0].alike == (Alike("can read what KMS keys encrypt", (), ("kms:Decrypt", "kms:ReEncryptFrom")),)


def test_every_risk_has_a_title() -> None:
    assert len({risk.title for risk in Risk}) == len(Risk)
