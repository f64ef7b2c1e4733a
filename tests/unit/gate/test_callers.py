"""Which conditions limit who can call."""

import pytest

from secrets_cli.gate.callers import Limit, fixes, leaves_only, limit_of, limit_of_term
from secrets_cli.iam.model import ConditionTerm
from secrets_cli.iam.operator_name import parse_operator
from secrets_cli.inputs.found import UNKNOWN


def term(operator: str, key: str, *values: str) -> ConditionTerm:
    parsed = parse_operator(operator)
    assert parsed is not None
    return ConditionTerm(parsed, key, values)


LIMITING = [
    ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
    ("StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"),
    ("ForAnyValue:StringEquals", "aws:PrincipalOrgID", "o-12345678"),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/ou-ab12-*"),
    ("StringEquals", "aws:PrincipalAccount", "111122223333"),
    ("StringEquals", "aws:SourceAccount", "111122223333"),
    ("StringEquals", "AWS:SourceOwner", "111122223333"),
    ("StringEquals", "kms:CallerAccount", "111122223333"),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:eu-central-1:111122223333:orders"),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*"),
    ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::acme-uploads"),
    ("StringLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"),
    ("StringLike", "aws:userid", "AROAEXAMPLE1234567890:*"),
    ("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d"),
    ("StringEquals", "aws:SourceVpc", "vpc-1a2b3c4d"),
    ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
    ("IpAddress", "aws:SourceIp", "2001:db8::/32"),
    ("Bool", "aws:PrincipalIsAWSService", "true"),
    ("Bool", "elasticfilesystem:AccessedViaMountTarget", "true"),
    ("StringEquals", "s3:DataAccessPointAccount", "111122223333"),
    ("StringEquals", "aws:PrincipalOrgID", "*"),  # letter by letter: nobody's organization is called `*`
]

USELESS = [
    ("Bool", "aws:SecureTransport", "true"),
    ("StringLike", "aws:Referer", "https://example.com/*"),
    ("StringEquals", "aws:UserAgent", "a-secret"),
    ("StringEquals", "aws:PrincipalTag/team", "red"),
    ("StringEquals", "aws:RequestedRegion", "eu-central-1"),
    ("StringEquals", "aws:username", "bob"),
    ("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z"),
    ("StringLike", "aws:PrincipalOrgID", "*"),
    ("StringLike", "aws:PrincipalOrgID", "o-*"),
    ("StringLike", "aws:PrincipalAccount", "*"),
    ("StringLike", "aws:PrincipalAccount", "1111*"),
    ("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy"),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:orders"),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
    ("ArnLike", "aws:SourceArn", "*"),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/1"),
    ("IpAddress", "aws:SourceIp", "::/0"),
    ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),  # anybody's network has such addresses
    ("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
    ("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
    ("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
    ("StringNotEquals", "aws:PrincipalAccount", "444455556666"),
    ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ("Null", "aws:PrincipalOrgID", "false"),
    ("Bool", "aws:PrincipalIsAWSService", "false"),
    ("Bool", "aws:MultiFactorAuthPresent", "true"),
]


@pytest.mark.parametrize(("operator", "key", "value"), LIMITING)
def test_a_stranger_cannot_meet_it(operator: str, key: str, value: str) -> None:
    assert limit_of_term(term(operator, key, value)) is Limit.LIMITS


@pytest.mark.parametrize(("operator", "key", "value"), USELESS)
def test_a_stranger_meets_it(operator: str, key: str, value: str) -> None:
    assert limit_of_term(term(operator, key, value)) is Limit.OPEN


@pytest.mark.parametrize("key", ["kms:ViaService", "sns:Endpoint", "sts:ExternalId", "sts:RoleSessionName"])
def test_it_keeps_many_out_and_settles_nothing(key: str) -> None:
    assert limit_of_term(term("StringEquals", key, "a.b.c")) is Limit.PARTLY


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:PrincipalOrgID", UNKNOWN),
        ("aws:SourceArn", f"arn:aws:sns:eu-central-1:{UNKNOWN}:orders"),
        ("aws:SourceIp", UNKNOWN),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_what_is_not_resolved_is_unknown(key: str, value: str) -> None:
    assert limit_of_term(term("StringEquals", key, value)) is Limit.UNKNOWN
    assert leaves_only([term("StringNotEquals", key, value)]) is Limit.UNKNOWN


def test_one_value_for_everybody_is_enough_to_open_it() -> None:
    assert limit_of_term(term("IpAddress", "aws:SourceIp", "203.0.113.0/24", "0.0.0.0/0")) is Limit.OPEN


def test_one_term_that_limits_is_enough_to_limit() -> None:
    useless = term("Bool", "aws:SecureTransport", "true")
    assert limit_of([useless, term("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")]) is Limit.LIMITS
    assert limit_of([useless, term("StringEquals", UNKNOWN, UNKNOWN)]) is Limit.UNKNOWN
    assert limit_of([useless]) is Limit.OPEN
    assert limit_of([]) is Limit.OPEN


def test_a_deny_without_a_condition_leaves_nobody() -> None:
    assert leaves_only([]) is Limit.LIMITS


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringNotEqualsIfExists", "aws:SourceVpce", "vpce-1a2b3c4d"),
        ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"),
        ("Bool", "aws:PrincipalIsAWSService", "false"),
    ],
)
def test_a_deny_leaves_a_fixed_set(operator: str, key: str, value: str) -> None:
    assert leaves_only([term(operator, key, value)]) is Limit.LIMITS


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("Bool", "aws:SecureTransport", "false"),
        ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringNotLike", "aws:Referer", "https://example.com/*"),
        ("StringNotLike", "aws:PrincipalOrgID", "o-*"),
        ("ForAnyValue:StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("Null", "aws:PrincipalOrgID", "true"),
    ],
)
def test_a_deny_leaves_strangers(operator: str, key: str, value: str) -> None:
    assert leaves_only([term(operator, key, value)]) is Limit.OPEN


def test_each_term_of_a_deny_spares_some() -> None:
    organization = term("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")
    assert leaves_only([organization, term("Bool", "aws:PrincipalIsAWSService", "false")]) is Limit.LIMITS
    assert leaves_only([organization, term("Bool", "aws:SecureTransport", "false")]) is Limit.OPEN


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("StringEquals", "abc", True),
        ("StringLike", "abc*", True),
        ("StringLike", "*", False),
        ("StringEqualsIfExists", "abc", False),
        ("ForAllValues:StringEquals", "abc", False),
        ("StringNotEquals", "abc", False),
    ],
)
def test_a_term_fixes_its_key(operator: str, value: str, *, expected: bool) -> None:
    assert fixes(term(operator, "sts:ExternalId", value)) is expected
