"""A shorter policy that means the same: what is merged and dropped, and what is left alone."""

import pytest

from secrets_cli.catalog.known_requests import KnownToCatalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam import minimize as module
from secrets_cli.iam.equality import Unproven, unequal
from secrets_cli.iam.minimize import minimize
from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import policy_document
from tests.unit.iam.made_policies import allow, deny, policy

KNOWN = KnownToCatalog(load_catalog())
PARAMETERS = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
TABLE = "arn:aws:dynamodb:*:*:table/t"
FROM_HOME = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}


def statements(result: Policy) -> object:
    return policy_document(result)["Statement"]


def test_get_parameters_by_path_is_kept() -> None:
    """Two public minimisers lose it: a prefix that equals a wanted action is added without its `*`."""
    whole = policy(allow(PARAMETERS))
    assert minimize(whole).policy == whole
    compact = minimize(whole, KNOWN)
    granted = {action for value in compact.policy.statements[0].action.values for action in KNOWN.matching(value)}
    assert granted == set(PARAMETERS)


def test_statements_of_the_same_resources_become_one() -> None:
    result = minimize(policy(allow("s3:GetObject", Sid="Read"), allow("s3:PutObject", Sid="Write")))
    assert statements(result.policy) == [allow(["s3:GetObject", "s3:PutObject"], Sid="Read")]
    assert result.is_shorter


def test_statements_of_the_same_actions_become_one() -> None:
    result = minimize(
        policy(allow(["sqs:A", "sqs:B"], "arn:aws:sqs:::a"), allow(["SQS:b", "sqs:a"], "arn:aws:sqs:::b"))
    )
    assert statements(result.policy) == [allow(["sqs:A", "sqs:B"], ["arn:aws:sqs:::a", "arn:aws:sqs:::b"])]


def test_actions_that_a_wildcard_covers_go() -> None:
    result = minimize(policy(allow(["s3:GetObject", "s3:get*", "s3:PutObject"])))
    assert statements(result.policy) == [allow(["s3:get*", "s3:PutObject"])]


def test_actions_that_another_statement_covers_go() -> None:
    result = minimize(policy(allow("s3:Get*"), allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::b/*")))
    assert statements(result.policy) == [allow("s3:Get*"), allow("s3:PutObject", "arn:aws:s3:::b/*")]


def test_a_statement_that_only_several_others_together_cover_goes() -> None:
    covered = allow("s3:GetObject", ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"], Condition=FROM_HOME)
    result = minimize(policy(allow("s3:Get*", "arn:aws:s3:::a/*"), allow("s3:*", "arn:aws:s3:::b/*"), covered))
    assert len(result.policy.statements) == 2


def test_an_allow_that_a_deny_takes_back_wholly_goes() -> None:
    result = minimize(policy(allow("s3:*", "arn:aws:s3:::a"), allow("iam:PassRole"), deny("iam:*")))
    assert statements(result.policy) == [allow("s3:*", "arn:aws:s3:::a"), deny("iam:*")]


def test_a_deny_of_what_is_not_granted_stays() -> None:
    """It counts against other policies of the principal."""
    whole = policy(allow("s3:*"), deny("iam:*"))
    assert minimize(whole).policy == whole


def test_a_deny_that_another_covers_goes() -> None:
    result = minimize(policy(allow("*"), deny("iam:PassRole"), deny("iam:*")))
    assert statements(result.policy) == [allow("*"), deny("iam:*")]


def test_of_two_equal_statements_the_first_stays() -> None:
    assert statements(minimize(policy(allow("a:b", Sid="One"), allow("a:b", Sid="Two"))).policy) == [
        allow("a:b", Sid="One")
    ]


def test_statements_under_different_conditions_stay_apart() -> None:
    whole = policy(allow("s3:GetObject", Condition=FROM_HOME), allow("s3:PutObject"))
    assert minimize(whole).policy == whole


def test_a_grant_under_conditions_goes_where_it_is_given_without() -> None:
    result = minimize(policy(allow("s3:GetObject"), allow("s3:GetObject", Condition=FROM_HOME)))
    assert statements(result.policy) == [allow("s3:GetObject")]


def test_a_resource_with_a_variable_is_covered_by_a_wildcard_but_covers_nothing() -> None:
    own, every = "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/*"
    assert statements(minimize(policy(allow("s3:GetObject", [own, every]))).policy) == [allow("s3:GetObject", every)]
    other = policy(allow("s3:GetObject", ["arn:aws:s3:::b/${*}", "arn:aws:s3:::b/x"]))
    assert minimize(other).policy == other


def test_not_action_and_not_resource_are_left_as_they_are() -> None:
    one = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    other = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "arn:aws:s3:::b"}
    third = {"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::1:role/x"}
    whole = policy(one, third, deny("sts:*"), {**other, "Effect": "Deny"})
    assert minimize(whole).policy == whole


def test_no_wildcard_is_made_up_for_a_list() -> None:
    every = list(KNOWN.matching("sqs:*Message*"))
    assert minimize(policy(allow(every))).policy == policy(allow(every))


def test_wildcards_stand_for_lists_only_when_asked_and_are_named() -> None:
    every = [*KNOWN.matching("sqs:Send*"), *KNOWN.matching("sqs:List*")]
    result = minimize(policy(allow(every)), KNOWN)
    assert result.wildcards
    granted = {action for value in result.policy.statements[0].action.values for action in KNOWN.matching(value)}
    assert granted == set(every)


def test_wildcards_are_not_made_up_in_a_deny() -> None:
    whole = policy(allow("*"), deny(list(KNOWN.matching("sqs:List*"))))
    assert minimize(whole, KNOWN).policy == whole


def test_a_wildcard_that_stands_elsewhere_is_made_up_where_it_is_new() -> None:
    lists = list(KNOWN.matching("sqs:List*"))
    result = minimize(policy(allow(lists, "arn:aws:sqs:*:*:a"), allow("sqs:Lis*", "arn:aws:sqs:*:*:b")), KNOWN)
    assert result.wildcards == ("sqs:Lis*",)


def test_what_cannot_be_proven_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "unequal", lambda *_: Unproven("the moon is full"))
    whole = policy(allow("s3:GetObject"), allow("s3:PutObject"))
    result = minimize(whole)
    assert result.policy == whole
    assert result.reason == "a shorter policy could not be proven to mean the same: the moon is full"


def test_equality_sees_a_missing_deny() -> None:
    whole, less = policy(allow("s3:*"), deny("iam:*")), policy(allow("s3:*"))
    assert unequal((whole,), (whole,)) is None
    found = unequal((whole,), (less,))
    assert found is not None
    assert found.reason.startswith("they differ on `iam:")


def test_equality_is_not_claimed_where_it_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    from secrets_cli.iam import equality
    from secrets_cli.iam.contain import Undecided

    monkeypatch.setattr(equality, "contains", lambda *_: Undecided("too long"))
    assert unequal((policy(allow("s3:*")),), (policy(allow("s3:*")),)) == Unproven("too long")
