"""ARNs made up from patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.gate.escalation.specimen import names_many, specimen
from secrets_cli.iam.pattern import matches

ROLE = ("arn:aws:iam::111122223333:role/example", "arn:*:iam::*:role/*")
FUNCTION = ("arn:aws:lambda:eu-central-1:111122223333:function:example", "arn:*:lambda:*:*:function:*")
USER = ("arn:aws:iam::111122223333:user/example", "arn:*:iam::*:user/*")


@pytest.mark.parametrize(
    ("pattern", "kind", "made"),
    [
        ("*", ROLE, "arn:aws:iam::111122223333:role/example"),
        ("arn:aws:iam::*:role/*", ROLE, "arn:aws:iam::111122223333:role/example"),
        ("arn:aws:iam::444455556666:role/*", ROLE, "arn:aws:iam::444455556666:role/example"),
        ("arn:aws:iam::111122223333:role/*-App", ROLE, "arn:aws:iam::111122223333:role/x-App"),
        ("arn:aws:iam::111122223333:role/team/a-?", ROLE, "arn:aws:iam::111122223333:role/team/a-x"),
        ("arn:aws:iam::111122223333:role/app", ROLE, "arn:aws:iam::111122223333:role/app"),
        ("arn:aws:iam::111122223333:*App*", ROLE, "arn:aws:iam::111122223333:role/xAppx"),
        ("arn:aws-cn:iam::*:role/*", ROLE, "arn:aws-cn:iam::111122223333:role/example"),
        ("arn:aws:lambda:us-*:*:function:app-*", FUNCTION, "arn:aws:lambda:us-x:111122223333:function:app-x"),
        ("arn:aws:iam::*:user/${aws:username}", USER, "arn:aws:iam::111122223333:user/caller"),
    ],
)
def test_a_resource_is_made_as_near_to_the_example_as_the_pattern_allows(
    pattern: str, kind: tuple[str, str], made: str
) -> None:
    assert specimen(pattern, *kind) == made


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:s3:::bucket/*",
        "arn:aws:iam::111122223333:user/*",
        "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}-*",
        "nonsense",
        "",
    ],
)
def test_no_resource_is_made_where_there_is_none_or_it_cannot_be_known(pattern: str) -> None:
    assert specimen(pattern, *ROLE) is None


@given(st.text("arn:aws:iam::1*?/role", max_size=30))
def test_what_is_made_matches_both(pattern: str) -> None:
    made = specimen(f"arn:aws:iam::{pattern}", *ROLE)
    assert made is None or (matches(f"arn:aws:iam::{pattern}", made) and matches(ROLE[1], made))


def test_only_the_name_makes_many() -> None:
    assert names_many("arn:aws:iam::*:role/app-*")
    assert names_many("*")
    assert not names_many("arn:aws:lambda:*:*:function:app")
