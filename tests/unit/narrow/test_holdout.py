"""Narrowed on the earlier part, asked for the later part."""

from dataclasses import replace

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.narrow.holdout import Holdout, cut_at, measured
from secrets_cli.narrow.narrow import Ask
from secrets_cli.narrow.narrowing import Blocked
from secrets_cli.usage.usage import Outcome, Use
from tests.unit.narrow.cases import BUCKET, ROLE, TABLE, allow, policy, usage_of, use

CUT = "2026-03-10T00:00:00Z"
PRESENT = (policy(allow(["s3:GetObject", "dynamodb:*"])),)


def measure(earlier: list[Use], later: list[Use]) -> Holdout | Blocked:
    ask = Ask(ROLE, PRESENT, usage_of())
    return measured(ask, CUT, usage_of(*earlier), usage_of(*later), load_catalog())


def test_a_role_that_goes_on_as_before_is_denied_nothing() -> None:
    found = measure([use("s3:GetObject", f"{BUCKET}/a")], [use("s3:GetObject", f"{BUCKET}/a")])
    assert isinstance(found, Holdout)
    assert (found.later_events, found.later_requests, found.denied_events, found.denied) == (3, 1, 0, ())
    assert found.denied_rate == 0.0


def test_a_new_key_is_denied_and_told_by_its_statement() -> None:
    found = measure(
        [use("s3:GetObject", f"{BUCKET}/a"), use("dynamodb:GetItem", TABLE)],
        [use("s3:GetObject", f"{BUCKET}/b", count=5), use("dynamodb:PutItem", TABLE), use("dynamodb:GetItem", TABLE)],
    )
    assert isinstance(found, Holdout)
    assert (found.later_events, found.denied_requests, found.denied_events) == (11, 2, 8)
    assert [(one.sid, one.action, one.events, one.examples) for one in found.denied] == [
        ("S3GetObjectOrdersFilesAObject", "s3:GetObject", 5, (f"{BUCKET}/b",)),
        ("DynamoDBGetItemOrdersTable", "dynamodb:PutItem", 3, (TABLE,)),
    ]
    assert found.denied_rate == pytest.approx(8 / 11)


def test_what_the_present_policy_does_not_allow_says_nothing() -> None:
    found = measure([use("s3:GetObject", f"{BUCKET}/a")], [use("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:q")])
    assert isinstance(found, Holdout)
    assert (found.later_events, found.denied_events) == (0, 0)


def test_denied_calls_of_the_later_part_are_no_loss() -> None:
    later = [use("dynamodb:PutItem", TABLE, outcome=Outcome.DENIED)]
    found = measure([use("s3:GetObject", f"{BUCKET}/a")], later)
    assert isinstance(found, Holdout)
    assert found.later_events == 0


def test_an_earlier_part_without_the_principal_is_said() -> None:
    ask = Ask(ROLE, PRESENT, usage_of())
    found = measured(ask, CUT, usage_of(principals=()), usage_of(use("dynamodb:GetItem", TABLE)), load_catalog())
    assert isinstance(found, Blocked)
    assert found.reason.startswith(f"the part before {CUT} cannot be narrowed")


def test_a_share_is_of_the_principals_own_time() -> None:
    one = use("s3:GetObject", f"{BUCKET}/a")
    usage = usage_of(replace(one, first_seen="2026-03-01T00:00:00Z", last_seen="2026-03-11T00:00:00Z"))
    assert cut_at("20%", usage, ROLE) == "2026-03-09T00:00:00Z"
    assert cut_at("2026-03-04", usage, ROLE) == "2026-03-04T00:00:00Z"


@pytest.mark.parametrize("asked", ["0%", "95%", "many", "20", ""])
def test_what_is_no_share_and_no_day_is_refused(asked: str) -> None:
    usage = usage_of(use("s3:GetObject", f"{BUCKET}/a"))
    with pytest.raises(ConfigurationError, match="--holdout"):
        cut_at(asked, usage, ROLE)


def test_a_single_moment_has_no_later_part() -> None:
    one = use("s3:GetObject", f"{BUCKET}/a")
    usage = usage_of(replace(one, last_seen=one.first_seen))
    with pytest.raises(ConfigurationError, match="one moment only"):
        cut_at("20%", usage, ROLE)
