"""What is said of a refusal: put back, never allowed, or allowed and refused by something else."""

import json
from collections.abc import Mapping
from typing import Any

from secrets_cli.account.denials import Cause, denials_of, put_back_policy
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.usage.usage import Outcome, Use
from tests.unit.account.scenarios import FILES, ROLE, allow, deny, policy

OBJECT = "arn:aws:s3:::files/a"
VPC = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}


def parsed(*statements: Mapping[str, Any]) -> tuple[Policy, ...]:
    """One policy."""
    return (parse_policy(json.dumps(policy(*statements)), "p"),)


def use(action: str, resource: str = OBJECT, outcome: Outcome = Outcome.DENIED, principal: str = ROLE) -> Use:
    """A refused call."""
    time = "2026-11-21T08:00:00Z"
    return Use(
        principal,
        "s",
        "s3.amazonaws.com",
        "Event",
        action,
        resource,
        (),
        "eu-west-1",
        "1",
        outcome,
        2,
        time,
        time,
        ("e",),
    )


NEW = parsed(allow("s3:GetObject", FILES))


def causes(old: tuple[Policy, ...], *uses: Use) -> dict[str, Cause]:
    """By action."""
    return {one.action: one.cause for one in denials_of(uses, ROLE, old, NEW, load_catalog())}


def test_each_cause() -> None:
    old = parsed(allow("s3:*"), deny("s3:DeleteObject"))
    found = causes(old, use("s3:PutObject"), use("s3:DeleteObject"), use("s3:GetObject"), use("sqs:SendMessage"))
    assert found == {
        "s3:PutObject": Cause.REMOVED,
        "s3:DeleteObject": Cause.NEVER_ALLOWED,
        "s3:GetObject": Cause.ALLOWED_NOW,
        "sqs:SendMessage": Cause.NEVER_ALLOWED,
    }


def test_others_and_what_was_not_refused_are_left_out() -> None:
    uses = [use("s3:PutObject", outcome=Outcome.USED), use("s3:PutObject", principal=f"{ROLE}-other")]
    assert denials_of(uses, ROLE, parsed(allow("s3:*")), NEW, load_catalog()) == ()


def test_what_is_put_back_is_cut_to_the_resource_keeps_conditions_and_is_within_the_old() -> None:
    old = parsed(allow("s3:*", Condition=VPC))
    uses = [use("s3:PutObject"), use("s3:PutObjectAcl"), use("s3:PutObject", "arn:aws:s3:::other/b")]
    found = denials_of(uses, ROLE, old, NEW, load_catalog())
    back = put_back_policy(found)
    assert back is not None
    assert isinstance(contains(old, (back,)), Contained)
    assert [(one.action.values, one.resource.values if one.resource else ()) for one in back.statements] == [
        (("s3:PutObject", "s3:PutObjectAcl"), (OBJECT,)),
        (("s3:PutObject",), ("arn:aws:s3:::other/b",)),
    ]
    assert all(one.conditions for one in back.statements)
    assert found[0].count == 2


def test_nothing_to_put_back() -> None:
    assert put_back_policy(denials_of([use("sqs:SendMessage")], ROLE, NEW, NEW, load_catalog())) is None
