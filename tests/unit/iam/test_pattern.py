"""Patterns: linear time, wildcards, letter case."""

import time

import pytest

from secrets_cli.iam.pattern import Wildcard, matcher_of, matches


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("**", "a:b/c", True),
        ("?", "", False),
        ("?", "\n", True),
        ("??", "a", False),
        ("a*", "abc", True),
        ("*c", "abc", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a*b*c", "aXXbYYc", True),
        ("a*b*c", "aXXcYYb", False),
        ("*b*", "aab", True),
        ("a?*c", "abc", True),
        ("a?*c", "ac", False),
        ("*?b?*", "aabc", True),
        ("*?b?*", "abb", True),
        ("*?b?*", "bab", False),
        ("a.c", "abc", False),
        ("[ab]", "a", False),
        ("s3:Get*", "s3:getObject", False),
    ],
)
def test_matches(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


def test_letter_case_is_ascii_only() -> None:
    assert matches("S3:GET*", "s3:getobject", ignore_case=True)
    assert not matches("kms:*", "\u212ams:Decrypt", ignore_case=True)  # the Kelvin sign lowers to k elsewhere
    assert not matches("\u00c4", "\u00e4", ignore_case=True)


def test_a_star_within_a_literal_run_is_literal() -> None:
    test = matcher_of(("a*", Wildcard.STAR))
    assert test("a*b")
    assert not test("ab")


@pytest.mark.parametrize("pattern", ["*" + "a*" * 200 + "b", "*" + "?a*" * 200 + "b"])
def test_many_stars_stay_fast(pattern: str) -> None:
    start = time.perf_counter()
    assert not matches(pattern, "a" * 20_000)
    assert time.perf_counter() - start < 2
