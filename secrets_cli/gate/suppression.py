"""A suppression: what somebody accepts, why, and until when; and what was meant as one and is none.

What holds for a suppression wherever it is written is decided here: which rules it may name, what a reason is, how far ahead
it may expire.
"""

import datetime
import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

from secrets_cli.iam.location import Location

MALFORMED = "suppression-malformed"
EXPIRED = "suppression-expired"
UNUSED = "suppression-unused"
TOO_WIDE = "suppression-too-wide"
ABOUT_SUPPRESSIONS = frozenset({MALFORMED, EXPIRED, UNUSED, TOO_WIDE})
"""The rules that nothing suppresses and no baseline holds."""

LEAST_WORDS = 2
LEAST_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Suppression:
    """Somebody says, with a reason and until a day, that findings of some rules are accepted."""

    rules: tuple[str, ...]
    until: datetime.date
    """The last day on which it holds."""
    reason: str
    location: Location
    """Where it is written."""
    lines: tuple[int, int] | None = None
    """In a file: the first and the last line of what it covers, both included. None in the configuration."""
    path: str = ""
    """In the configuration: a pattern of the files that it covers."""
    principal: str = ""
    """In the configuration: the one principal that it covers; empty for all."""
    sid: str = ""
    """In the configuration: the Sid of the one statement that it covers; empty for all."""
    fingerprint: str = ""
    """In the configuration: the one finding that it covers; empty for all."""


@dataclass(frozen=True, slots=True)
class RefusedSuppression:
    """What was meant as a suppression, and suppresses nothing."""

    rule: str
    """`suppression-malformed` or `suppression-too-wide`."""
    message: str
    """What is wrong with it: lower-case, without a full stop."""
    location: Location
    text: str = ""
    """As it is written, for the fingerprint."""


@dataclass(frozen=True, slots=True)
class Written:
    """A suppression as somebody wrote it."""

    rules: tuple[str, ...]
    until: str | None
    reason: str | None
    location: Location
    text: str


def understood(written: Written, rule_ids: Collection[str]) -> Suppression | RefusedSuppression:
    """The suppression, or why it is none. `rule_ids` are the rules there are.

    Whether it has expired, or expires too late, depends on the day and is decided where it is used.
    """
    wide = _too_wide(written.rules)
    if wide:
        return RefusedSuppression(TOO_WIDE, wide, written.location, written.text)
    until = _day(written.until)
    wrong = _wrong_rule(written.rules, rule_ids) or _wrong_day(written.until, until) or _wrong_reason(written.reason)
    if wrong or until is None:
        return RefusedSuppression(MALFORMED, wrong, written.location, written.text)
    return Suppression(written.rules, until, (written.reason or "").strip(), written.location)


def _too_wide(rules: tuple[str, ...]) -> str:
    if not rules:
        return "the suppression names no rule, and so means all"
    starred = next((rule for rule in rules if "*" in rule), None)
    return f"the suppression names `{starred}`: each rule is named by itself" if starred else ""


def _wrong_rule(rules: tuple[str, ...], rule_ids: Collection[str]) -> str:
    for rule in rules:
        if rule in ABOUT_SUPPRESSIONS:
            return f"the suppression names `{rule}`, which nothing suppresses"
        if rule not in rule_ids:
            near = difflib.get_close_matches(rule, sorted(rule_ids), 1)
            return f"there is no rule `{rule[:60]}`" + (f"; did you mean `{near[0]}`?" if near else "")
    return ""


def _day(text: str | None) -> datetime.date | None:
    if text is None or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _wrong_day(text: str | None, day: datetime.date | None) -> str:
    if text is None:
        return "the suppression has no expiry: add `until=YYYY-MM-DD`"
    return "" if day is not None else f"`until={text[:40]}` is no day; write YYYY-MM-DD"


def _wrong_reason(reason: str | None) -> str:
    """A reason says something: two different words with letters, ten letters in all.

    Free text is not enough, as a joke passes: https://github.com/bridgecrewio/checkov-action/issues/108
    """
    if reason is None or not reason.strip():
        return 'the suppression has no reason: add `reason="..."`'
    words = {word.lower() for word in re.findall(r"[^\W\d_]{2,}", reason)}
    if len(words) < LEAST_WORDS or sum(map(len, words)) < LEAST_LETTERS:
        return f"the reason does not say why: write at least {LEAST_WORDS} words, {LEAST_LETTERS} letters"
    return ""
