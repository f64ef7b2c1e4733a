"""`covers` never says yes wrongly; `overlaps` is exact. Checked against every short text of a small alphabet."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.iam.pattern_relation import covers, overlaps

PATTERNS = st.text(alphabet="ab*?", max_size=5)
TEXTS = ["".join(letters) for n in range(7) for letters in itertools.product("ab", repeat=n)]


def texts_of(pattern: str) -> set[str]:
    expression = re.compile("".join({"*": ".*", "?": "."}.get(c, c) for c in pattern))
    return {text for text in TEXTS if expression.fullmatch(text)}


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("*", "a*"),
        ("a*", "ab*"),
        ("arn:aws:s3:::*", "arn:aws:s3:::b/k"),
        ("a*c", "a*b*c"),
        ("a?", "ab"),
        ("*x*", "ax*"),
        ("s3:Get*", "s3:GetObject"),
    ],
)
def test_covers(wide: str, narrow: str) -> None:
    assert covers(wide, narrow)


@pytest.mark.parametrize(("wide", "narrow"), [("a?", "a*"), ("a*", "*"), ("ab", "a?"), ("a*b", "a*"), ("", "a")])
def test_does_not_cover(wide: str, narrow: str) -> None:
    assert not covers(wide, narrow)


@given(PATTERNS, PATTERNS)
def test_covers_is_never_wrong(wide: str, narrow: str) -> None:
    if covers(wide, narrow):
        assert texts_of(narrow) <= texts_of(wide)


@given(PATTERNS)
def test_covers_is_reflexive(pattern: str) -> None:
    assert covers(pattern, pattern)


@given(st.text(alphabet="ab*?", max_size=3), st.text(alphabet="ab*?", max_size=3))
def test_overlaps_is_exact(one: str, other: str) -> None:
    # A text that both patterns of at most three symbols match need not be longer than six.
    assert overlaps(one, other) == bool(texts_of(one) & texts_of(other))


def test_a_star_that_could_explode_stays_fast() -> None:
    assert not overlaps("*a" * 60 + "*b", "a" * 120 + "c")
    assert not covers("*a" * 60 + "*b", "a" * 500)
