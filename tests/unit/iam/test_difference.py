"""What only one side grants, by action."""

import pytest

from secrets_cli.catalog.known_requests import KnownToCatalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam import difference as module
from secrets_cli.iam.contain import Contained, Difference, NotContained, Undecided
from secrets_cli.iam.difference import Change, difference, granted_actions, known_differences
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from tests.unit.iam.made_policies import allow, deny, policy

KNOWN = KnownToCatalog(load_catalog())
FROM_HOME = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
FROM_ROOM = {"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}}


def changes(old: Policy, new: Policy) -> dict[str, Change]:
    return {one.action: one.change for one in difference((old,), (new,), KNOWN).actions}


def test_equal_sides_have_no_difference() -> None:
    one = policy(allow(["sqs:SendMessage", "sqs:ReceiveMessage"]))
    other = policy(allow("sqs:ReceiveMessage"), allow("SQS:sendmessage"))
    found = difference((one,), (other,), KNOWN)
    assert (found.actions, found.new_in_old, found.old_in_new) == ((), Contained(), Contained())


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (policy(allow("sqs:SendMessage")), policy(allow("sqs:DeleteQueue")), None),
        (policy(allow("sqs:SendMessage")), policy(allow("sqs:SendMessage", "arn:aws:sqs:*:*:q")), Change.NARROWER),
        (policy(allow("sqs:SendMessage", "arn:aws:sqs:*:*:q")), policy(allow("sqs:SendMessage")), Change.WIDER),
        (
            policy(allow("sqs:SendMessage", "arn:aws:sqs:*:*:q")),
            policy(allow("sqs:SendMessage", "arn:aws:sqs:*:*:r")),
            Change.DIFFERENT,
        ),
        (
            policy(allow("sqs:SendMessage", Condition=FROM_HOME)),
            policy(allow("sqs:SendMessage", Condition=FROM_ROOM)),
            Change.NARROWER,
        ),
        (policy(allow("sqs:SendMessage")), policy(allow("sqs:SendMessage"), deny("sqs:*")), Change.ONLY_OLD),
        (policy(allow("*"), deny("*")), policy(allow("sqs:SendMessage")), Change.ONLY_NEW),
    ],
)
def test_the_change_of_one_action(old: Policy, new: Policy, change: Change | None) -> None:
    found = changes(old, new)
    if change is None:
        assert found == {"sqs:DeleteQueue": Change.ONLY_NEW, "sqs:SendMessage": Change.ONLY_OLD}
    else:
        assert found == {"sqs:SendMessage": change}


def test_it_is_symmetric() -> None:
    one, other = policy(allow("sqs:*")), policy(allow("sqs:Get*", "arn:aws:sqs:*:*:q"), allow("sns:Publish"))
    there, back = changes(one, other), changes(other, one)
    opposite = {Change.ONLY_OLD: Change.ONLY_NEW, Change.NARROWER: Change.WIDER, Change.ONLY_NEW: Change.ONLY_OLD}
    assert back == {action: opposite[change] for action, change in there.items()}


def test_the_statement_that_is_wider_is_named_with_its_actions() -> None:
    """The shape of the seed: actions that a table policy grants on table ARNs, asked for on `*`."""
    old = policy(allow("dynamodb:*", "arn:aws:dynamodb:*:*:*"))
    wide = allow(["dynamodb:List*", "dynamodb:DescribeTimeToLive"], Sid="Wide")
    found = difference((old,), (policy(allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/t"), wide),), KNOWN)
    inside, outside = found.statements
    assert isinstance(inside.contained, Contained)
    assert isinstance(outside.contained, NotContained)
    assert outside.actions == tuple(sorted([*KNOWN.matching("dynamodb:List*"), "dynamodb:DescribeTimeToLive"]))
    classes = {
        one.action: one.new_in_old.difference for one in found.actions if isinstance(one.new_in_old, NotContained)
    }
    assert classes["dynamodb:ListTables"] is Difference.WIDENING
    assert classes["dynamodb:DescribeTimeToLive"] is Difference.ONLY_WHERE_NO_REQUEST_IS_KNOWN


def test_each_action_has_a_witness_of_its_own() -> None:
    found = difference((policy(allow("sns:Publish")),), (policy(allow("sqs:*")),), KNOWN)
    for one in found.actions:
        shown = one.new_in_old if isinstance(one.new_in_old, NotContained) else one.old_in_new
        assert isinstance(shown, NotContained)
        assert shown.witness.action == one.action


def test_the_denies_of_the_new_side_count_for_its_statements() -> None:
    old = policy(allow("sqs:SendMessage"))
    new = policy(allow(["sqs:SendMessage", "sqs:DeleteQueue"]), deny("sqs:Delete*"))
    (verdict,) = difference((old,), (new,), KNOWN).statements
    assert isinstance(verdict.contained, Contained)


def test_unknown_actions_are_compared_and_unknown_patterns_named() -> None:
    found = difference((policy(allow("made:Up")),), (policy(allow(["made:up", "made:It*", "new:Thing"])),), KNOWN)
    assert [(one.action, one.known, one.change) for one in found.actions] == [("new:Thing", False, Change.ONLY_NEW)]
    assert found.unknown_patterns == ("made:It*",)
    assert isinstance(found.new_in_old, NotContained)


def test_undecided_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "contains", lambda *_: Undecided("too long"))
    found = difference(
        (policy(allow("sqs:SendMessage")),), (policy(allow("sqs:SendMessage", "arn:aws:sqs:::q")),), KNOWN
    )
    assert [(one.change, one.new_in_old) for one in found.actions] == [(Change.UNDECIDED, Undecided("too long"))]


def test_not_action_is_expanded() -> None:
    everything_else = {"Effect": "Allow", "NotAction": ["sqs:*"], "Resource": "*"}
    granted = granted_actions((policy(everything_else),), KNOWN)
    assert set(granted) == set(KNOWN.matching("*")) - set(KNOWN.matching("sqs:*"))


def test_what_a_deny_takes_back_is_not_granted() -> None:
    whole = policy(allow("sqs:*", "arn:aws:sqs:*:*:q"), deny("sqs:*", "arn:aws:sqs:*"), allow("sns:Publish"))
    assert granted_actions((whole,), KNOWN) == ("sns:Publish",)


def test_known_differences_are_the_actions_of_the_difference() -> None:
    one, other = (policy(allow("sqs:*")),), (policy(allow("sqs:Get*", "arn:aws:sqs:*:*:q"), allow("sns:Publish")),)
    found = difference(one, other, KNOWN)
    assert known_differences(one, other, KNOWN) == tuple(action.action for action in found.actions)


def test_a_name_that_no_request_can_have_does_not_stand_for_others() -> None:
    """`:Name` shared a shape with known actions and, first in order, was asked about in their place: nothing differed."""
    old, new = (
        Policy((Statement(Effect.ALLOW, Element(("s3:GetObject", ":a")), Element((resource,))),))
        for resource in ("arn:aws:s3:::b/x", "arn:aws:s3:::b/*")
    )
    found = difference((old,), (new,), KnownToCatalog(load_catalog()))
    assert [(one.action, one.change) for one in found.actions] == [("s3:GetObject", Change.WIDER)]
