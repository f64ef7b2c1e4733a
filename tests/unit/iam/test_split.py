"""Splitting a policy at the size limit."""

import pytest

from secrets_cli.iam.equality import unequal
from secrets_cli.iam.model import VERSION_2008, Policy
from secrets_cli.iam.size import MANAGED_POLICY_LIMIT, limits_of, policy_size
from secrets_cli.iam.split import split
from tests.unit.iam.made_policies import allow, deny, policy

KEYS = [f"arn:aws:s3:::bucket/folder-{number:04}/*" for number in range(400)]
ACTIONS = [f"made:GetSomething{number:04}" for number in range(400)]


def test_a_small_policy_is_left_alone() -> None:
    whole = policy(allow("s3:GetObject"))
    assert split(whole).policies == (whole,)


@pytest.mark.parametrize(
    "statements",
    [
        [allow(ACTIONS, Sid="Many")],
        [allow("s3:GetObject", KEYS, Sid="Many"), deny("s3:*", "arn:aws:s3:::secret")],
        [allow(f"a:b{number}", f"arn:aws:s3:::some-bucket-{number}", Sid=f"S{number}") for number in range(100)],
        [deny(ACTIONS, KEYS[:100])],
        [allow("s3:*", Condition={"StringLike": {"s3:prefix": KEYS}})],
        [{"Effect": "Deny", "NotAction": "s3:GetObject", "Resource": KEYS}],
    ],
    ids=["actions", "resources", "statements", "both", "condition", "not-action"],
)
def test_the_parts_are_small_and_mean_the_same(statements: list[dict[str, object]]) -> None:
    whole = policy(*statements, version=VERSION_2008)
    parts = split(whole)
    assert len(parts.policies) > 1
    assert not parts.too_large
    assert all(policy_size(part) <= MANAGED_POLICY_LIMIT for part in parts.policies)
    assert {part.version for part in parts.policies} == {VERSION_2008}
    assert unequal((whole,), parts.policies) is None


def test_the_order_stays_and_sids_are_unique() -> None:
    whole = policy(allow("a:b", Sid="ManyPart1"), allow(ACTIONS, Sid="Many"), allow("c:d", Sid="Last"))
    sids = [one.sid for part in split(whole).policies for one in part.statements]
    assert sids == ["ManyPart1", "ManyPart2", "ManyPart3", "Last"]


def test_each_part_is_numbered_anew() -> None:
    for part in split(policy(allow(ACTIONS), allow("a:b"))).policies:
        assert [one.index for one in part.statements] == list(range(len(part.statements)))


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "NotAction": ACTIONS, "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": KEYS},
        allow("s3:*", Condition={"StringNotEquals": {"s3:prefix": KEYS}}),
        allow("s3:*", Condition={"ForAllValues:StringEquals": {"s3:prefix": KEYS}}),
    ],
)
def test_what_cannot_be_cut_is_said(statement: dict[str, object]) -> None:
    whole = policy(statement, allow("a:b"))
    parts = split(whole)
    assert [one.index for one in parts.too_large] == [0]
    assert unequal((whole,), parts.policies) is None


@pytest.mark.parametrize(
    ("sizes", "passed"),
    [
        ([2048], []),
        ([2049], ["inline-user"]),
        ([5121], ["inline-user", "inline-group"]),
        ([6145], ["managed-policy", "inline-user", "inline-group"]),
        ([6144, 4097], ["inline-user", "inline-group", "inline-role"]),
        ([100] * 10, []),
        ([100] * 11, ["managed-policies-attached"]),
    ],
)
def test_each_limit(sizes: list[int], passed: list[str]) -> None:
    policies = [of_size(size) for size in sizes]
    assert [policy_size(one) for one in policies] == sizes
    assert [one.name for one in limits_of(policies) if one.is_passed] == passed


def of_size(size: int) -> Policy:
    """A policy of just so many characters."""
    start = policy(allow("a:b", "arn:aws:s3:::"))
    return policy(allow("a:b", "arn:aws:s3:::" + "x" * (size - policy_size(start))))
