"""Unused or unseen: what a narrowing takes away, what it keeps because the logs are blind, and what it says of both."""

from dataclasses import replace

import pytest

from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.usage.usage import Outcome
from tests.unit.narrow.cases import BUCKET, DATA_TYPES, ROLE, TABLE, allow, grants, narrowed, policy, usage_of, use
from tests.unit.usage.made_selectors import (
    TRAIL,
    advanced_selectors,
    classic,
    classic_selectors,
    data,
    field,
    management,
    resources,
)
from tests.unit.usage.test_last_accessed import report, service

S3 = "AWS::S3::Object"
OTHER = "arn:aws:s3:::other-files"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:jobs"

ONE_BUCKET = classic_selectors(classic(DataResources=[resources(S3, f"{BUCKET}/")]))
DEFAULT = classic_selectors(classic())


def invisible(result: Narrowing) -> dict[str, tuple[str, ...]]:
    return {item.action: item.resources for item in result.invisible}


def removed(result: Narrowing) -> dict[str, str]:
    return {item.action: item.reason for item in result.removed}


def test_an_action_is_unused_only_where_the_selector_covers_its_resource() -> None:
    present = policy(allow("s3:GetObject", [f"{BUCKET}/*", f"{OTHER}/*"]))
    result = narrowed(usage_of(use("ssm:GetParameter")), present, selectors=(ONE_BUCKET,))
    assert grants(result) == {("s3:GetObject", f"{OTHER}/*")}
    (item,) = result.invisible
    assert (item.resources, item.kept, item.partly) == ((f"{OTHER}/*",), True, True)
    assert item.reason == f"AWS::S3::Object data events are logged only on {BUCKET}/*"


def test_what_was_used_on_the_covered_resource_is_cut_and_the_rest_is_kept() -> None:
    present = policy(allow("s3:GetObject", [f"{BUCKET}/*", f"{OTHER}/*"]))
    result = narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/in/a")), present, selectors=(ONE_BUCKET,))
    assert grants(result) == {("s3:GetObject", f"{BUCKET}/in/a"), ("s3:GetObject", f"{OTHER}/*")}
    assert result.proof.holds


def test_a_pattern_that_is_covered_in_part_is_kept_whole() -> None:
    result = narrowed(usage_of(use("ssm:GetParameter")), policy(allow("s3:GetObject")), selectors=(ONE_BUCKET,))
    assert grants(result) == {("s3:GetObject", "*")}


def test_all_of_it_covered_is_removed_with_days_and_regions() -> None:
    present = policy(allow(["s3:GetObject", "ssm:GetParameter"], [f"{BUCKET}/*", "*"]))
    present = policy(allow("s3:GetObject", f"{BUCKET}/*"), allow("ssm:GetParameter"))
    result = narrowed(usage_of(use("ssm:GetParameter")), present, selectors=(ONE_BUCKET,))
    assert removed(result) == {"s3:GetObject": "unused: visible and not used in 2 days in eu-west-1"}
    assert result.invisible == ()


def test_selectors_decide_even_where_the_logs_hold_the_type() -> None:
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"), data_event_types=DATA_TYPES)
    result = narrowed(usage, policy(allow(["s3:GetObject", "s3:PutObject"], f"{BUCKET}/*")), selectors=(DEFAULT,))
    assert ("s3:GetObject", f"{BUCKET}/*") in grants(result)
    assert ("s3:PutObject", f"{BUCKET}/*") in grants(result)
    assert any("they are of another trail, or were changed since" in warning for warning in result.warnings)


def test_selectors_that_log_a_type_make_it_visible_without_one_event_of_it() -> None:
    sqs = advanced_selectors(management(), data("AWS::SQS::Queue"))
    usage = usage_of(use("ssm:GetParameter"), data_event_types=())
    present = policy(allow("sqs:SendMessage", QUEUE), allow("ssm:GetParameter"))
    assert invisible(narrowed(usage, present)) == {"sqs:SendMessage": (QUEUE,)}
    assert removed(narrowed(usage, present, selectors=(sqs,))).keys() == {"sqs:SendMessage"}


@pytest.mark.parametrize(
    ("selectors", "hidden", "gone"),
    [
        (classic_selectors(classic("WriteOnly")), "ssm:GetParameter", "ssm:PutParameter"),
        (classic_selectors(classic("ReadOnly")), "ssm:PutParameter", "ssm:GetParameter"),
        (classic_selectors(classic(ExcludeManagementEventSources=["kms.amazonaws.com"])), "kms:Encrypt", "ssm:PutParameter"),
    ],
)  # fmt: skip
def test_management_events_that_are_left_out_are_invisible(selectors: object, hidden: str, gone: str) -> None:
    present = policy(allow([hidden, gone]), allow("sqs:CreateQueue"))
    result = narrowed(usage_of(use("sqs:CreateQueue")), present, selectors=(selectors,))
    assert hidden in invisible(result)
    assert gone in removed(result)


def test_a_selector_for_other_callers_shows_nothing_of_this_one() -> None:
    mine = field("userIdentity.arn", StartsWith=["arn:aws:sts::123456789012:assumed-role/orders-dev/"])
    other = field("userIdentity.arn", StartsWith=["arn:aws:sts::123456789012:assumed-role/other/"])
    present = policy(allow("s3:GetObject", f"{BUCKET}/*"))
    usage = usage_of(use("ssm:GetParameter"))
    assert invisible(narrowed(usage, present, selectors=(advanced_selectors(management(), data(S3, mine)),))) == {}
    assert invisible(narrowed(usage, present, selectors=(advanced_selectors(management(), data(S3, other)),)))


def test_data_events_that_are_off_are_said_first() -> None:
    present = policy(allow(["s3:GetObject", "s3:PutObject"], f"{BUCKET}/*"), allow("dynamodb:GetItem", TABLE))
    result = narrowed(usage_of(use("ssm:GetParameter"), data_event_types=()), present, selectors=(DEFAULT,))
    assert result.sight is not None
    assert [(off.type, off.actions) for off in result.sight.data_events_off] == [
        (S3, 2),
        ("AWS::DynamoDB::Table", 1),
    ]
    assert result.sight.selectors == (TRAIL,)
    assert result.warnings[0].startswith(
        "DATA EVENTS ARE OFF for AWS::S3::Object (2 actions), AWS::DynamoDB::Table (1 action)"
    )
    without = narrowed(usage_of(use("ssm:GetParameter"), data_event_types=()), present)
    assert without.warnings[0].startswith("NO DATA EVENTS IN THE LOGS for ")


def test_types_that_no_granted_action_needs_do_not_shout() -> None:
    result = narrowed(
        usage_of(use("ssm:GetParameter"), data_event_types=()), policy(allow("ssm:*")), selectors=(DEFAULT,)
    )
    assert result.sight is not None
    assert result.sight.data_events_off == ()
    assert result.warnings == ()


def test_dropping_a_partly_invisible_action_keeps_what_was_used() -> None:
    present = policy(allow("s3:GetObject", [f"{BUCKET}/*", f"{OTHER}/*"]))
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/in/a"))
    result = narrowed(usage, present, selectors=(ONE_BUCKET,), drop_invisible=frozenset({"s3"}))
    assert grants(result) == {("s3:GetObject", f"{BUCKET}/in/a")}
    (item,) = result.invisible
    assert not item.kept


def test_a_resource_in_a_region_without_records_is_kept() -> None:
    far = "arn:aws:sqs:us-east-1:123456789012:far"
    present = policy(allow("sqs:DeleteQueue", [QUEUE, far]), allow("ssm:GetParameter"))
    result = narrowed(usage_of(use("ssm:GetParameter")), present)
    assert grants(result) == {("sqs:DeleteQueue", far), ("ssm:GetParameter", "*")}
    assert result.invisible[0].reason == "the logs hold no record of region us-east-1"


def test_an_invisible_action_is_kept_on_every_resource_with_its_conditions() -> None:
    """One statement without conditions does not stand in for another on other resources."""
    bound = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    present = policy(allow("s3:GetObject", f"{BUCKET}/*"), allow("s3:GetObject", f"{OTHER}/*", Condition=bound))
    result = narrowed(usage_of(use("ssm:GetParameter"), data_event_types=()), present)
    assert grants(result) == {("s3:GetObject", f"{BUCKET}/*"), ("s3:GetObject", f"{OTHER}/*")}
    bounds = {s.resource.values: s.conditions for p in result.policies for s in p.statements if s.resource is not None}
    assert bounds[f"{OTHER}/*",][0].key == "aws:SourceVpc"
    assert bounds[f"{BUCKET}/*",] == ()


def last_accessed(*services: dict[str, object]) -> object:
    """A report on ROLE."""
    found = report(*services)
    return replace(found, entities=frozenset({ROLE}))


def test_last_accessed_data_stand_beside_what_is_invisible() -> None:
    present = policy(allow("s3:GetObject", f"{BUCKET}/*"), allow("sqs:SendMessage", QUEUE), allow("sns:Publish"))
    found = last_accessed(service("s3", "2026-03-01T12:00:00Z"), service("sqs"))
    result = narrowed(usage_of(use("ssm:GetParameter"), data_event_types=()), present, last_accessed=found)
    said = {item.action: item.last_accessed for item in result.invisible}
    assert said["s3:GetObject"] == "IAM last saw s3 used at 2026-03-01T12:00:00Z (service level)"
    assert said["sqs:SendMessage"].startswith("IAM saw no attempt to use sqs in its tracking period")
    assert said["sns:Publish"] == ""
    assert {item.action for item in result.invisible if item.kept} == said.keys(), "it takes nothing away"


def test_an_action_that_iam_saw_in_these_days_and_the_logs_do_not_show_is_kept() -> None:
    present = policy(allow(["sqs:DeleteQueue", "sqs:CreateQueue"], QUEUE), allow("ssm:GetParameter"))
    found = last_accessed(
        service("sqs", "2026-03-01T12:00:00Z", ("DeleteQueue", "2026-03-01T12:00:00Z"), ("CreateQueue", None))
    )
    result = narrowed(usage_of(use("ssm:GetParameter")), present, last_accessed=found)
    assert ("sqs:DeleteQueue", QUEUE) in grants(result)
    assert result.invisible[0].reason == (
        "IAM last saw sqs:DeleteQueue used at 2026-03-01T12:00:00Z (action level), in the days of these logs, which do not "
        "show it"
    )
    assert "IAM saw no attempt to use sqs:CreateQueue" in removed(result)["sqs:CreateQueue"]
    assert any("which show no call of it" in warning for warning in result.warnings)


def test_a_denied_call_explains_what_iam_saw() -> None:
    present = policy(allow("sqs:DeleteQueue", QUEUE), allow("ssm:GetParameter"))
    found = last_accessed(service("sqs", "2026-03-01T12:00:00Z", ("DeleteQueue", "2026-03-01T12:00:00Z")))
    usage = usage_of(use("ssm:GetParameter"), use("sqs:DeleteQueue", QUEUE, outcome=Outcome.DENIED))
    result = narrowed(usage, present, last_accessed=found)
    assert "sqs:DeleteQueue" in removed(result)


def test_days_without_any_record_are_a_hole() -> None:
    usage = usage_of(use("ssm:GetParameter"))
    days = (("eu-west-1", "2026-03-01"), ("us-east-1", "2026-03-04"))
    usage = replace(usage, coverage=replace(usage.coverage, days=days))
    result = narrowed(usage, policy(allow("ssm:GetParameter")))
    assert result.warnings == (
        "no record by anybody on 2 days between the first and the last: 2026-03-02, 2026-03-03; were their files left out?",
    )


def test_a_long_list_of_types_is_cut_and_counted() -> None:
    result = narrowed(usage_of(use("ssm:GetParameter")), policy(allow("*")), selectors=(DEFAULT,))
    assert result.sight is not None
    kinds = [off.type for off in result.sight.data_events_off]
    assert kinds[:3] == [S3, "AWS::DynamoDB::Table", "AWS::Lambda::Function"]
    assert f" and {len(kinds) - 8} more types (" in result.warnings[0]
