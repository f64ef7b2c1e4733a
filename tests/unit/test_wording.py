"""How times, counts and words of the user are written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from secrets_cli.wording import how_many, iso_time, named


def test_a_time_is_told_in_utc_to_the_second() -> None:
    assert iso_time(datetime(2026, 1, 2, 3, 4, 5, 999_999, UTC)) == "2026-01-02T03:04:05Z"
    assert iso_time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))) == "2026-01-02T01:04:05Z"


def test_a_count_and_its_noun() -> None:
    assert [how_many(number, "key") for number in (0, 1, 2, 1_000)] == ["0 keys", "1 key", "2 keys", "1,000 keys"]


@pytest.mark.parametrize("word", ["/a/b:3", "team_x-1.y", "arn:aws:iam::1:user/a+b=c,d@e", "arn:aws:iam::1:role/*"])
def test_a_word_that_could_be_a_name_is_repeated(word: str) -> None:
    assert named(word) == f"`{word}`"


@pytest.mark.parametrize("word", ["", "a b", "p%w", "x=y", "geheim!", "a\nb", "\x1b[31m", "ключ", "abc\n"])
def test_another_word_may_be_a_secret_and_is_not(word: str) -> None:
    assert named(word) == "a word given"
    assert named(word, "this") == "this"


def test_a_long_word_is_cut() -> None:
    assert named("a" * 999) == f"`{'a' * 120}`"
