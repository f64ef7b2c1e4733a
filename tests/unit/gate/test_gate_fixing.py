"""Fixes are proven after they were made; what is not proven is not made."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.engine import judge
from secrets_cli.gate.finding import State
from secrets_cli.gate.fix import Change, Fix, RemoveStatement, ReplaceValues
from secrets_cli.gate.fixing import Configuration, FixAsk, Mended, mend
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import Found, Supplied
from secrets_cli.severity import Confidence, Severity
from tests.unit.gate.judging import zappa_defaults

KNOWLEDGE = Knowledge(load_catalog(), datetime.date(2026, 11, 21))
NAME = "serverless.yml"
TEXT = """service: s
provider:
  name: aws
  iam:
    role:
      statements:
        # what the app reads
        - Effect: Allow
          Action:
            - ssm:Get*   # too much
            - sqs:SendMessage
          Resource: "*"
        - Effect: Allow
          Action: sqs:SendMessage
          Resource: "*"
"""


def rule(value: str, new: tuple[str, ...], safe: bool = True) -> Rule:
    """A rule that would have one value replaced wherever it is the first of an Action."""

    def check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
        if at.statement.action.values[0] == value:
            change: Change = ReplaceValues(at.location, "Action", (value,), new)
            yield Hit("to be replaced", at.location, fix=Fix("replace it", safe, (change,)))

    return _rule(check)


def _rule(check: Callable[[StatementAt, Knowledge], Iterator[Hit]]) -> Rule:
    return Rule(
        "made-up", "is made up", Severity.LOW, Confidence.HIGH, Persona.DEFAULT, "", "", (), (), OfStatement(check)
    )


def read(texts: Mapping[str, str]) -> Found:
    found = read_any(texts[NAME], NAME, Supplied(), zappa_defaults())
    assert found is not None
    return found


def mended(made: Rule, unsafe: bool = False, text: str = TEXT, refused: str = "") -> Mended:
    found = read({NAME: text})
    ask = FixAsk(read, KNOWLEDGE, (made,), unsafe, lambda _before, _after: refused)
    return mend(Configuration(found, {NAME: text}), judge([found], KNOWLEDGE, (made,)), ask)


ALL_GET = tuple(sorted(a for a in load_catalog().all_actions() if a.startswith("ssm:Get")))


def test_an_equal_replacement_is_made_and_all_else_stays() -> None:
    result = mended(rule("ssm:Get*", ALL_GET))
    text = result.texts[NAME]
    assert text.count("ssm:Get") == len(ALL_GET)
    assert "# what the app reads" in text
    assert "# too much" in text
    assert len(result.applied) == 1
    assert result.dropped == ()


def test_a_safe_fix_that_takes_known_access_away_is_dropped() -> None:
    result = mended(rule("ssm:Get*", ("ssm:GetParameter",)))
    assert result.texts == {}
    (dropped,) = result.dropped
    assert dropped.why.startswith("it takes away access that somebody may need: allows `ssm:Get")


def test_an_unsafe_fix_is_made_where_it_is_asked_for() -> None:
    narrowing = rule("ssm:Get*", ("ssm:GetParameter",), safe=False)
    assert mended(narrowing).texts == {}
    assert mended(narrowing, unsafe=True).texts[NAME] == TEXT.replace("ssm:Get*", "ssm:GetParameter")


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_fix_never_widens(unsafe: bool) -> None:
    result = mended(rule("ssm:Get*", ("ssm:*",)), unsafe)
    assert result.texts == {}
    assert "not proven to grant nothing new" in result.dropped[0].why


def test_a_fix_that_mends_nothing_is_dropped() -> None:
    """The engine's own fingerprint is of the rule, the file and what the statement says."""

    def check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
        values = at.statement.action.values
        if values[0].startswith("ssm"):
            change = ReplaceValues(at.location, "Action", (values[0],), (values[0],))
            yield Hit("always", at.location, fix=Fix("replace it by itself", True, (change,)))

    result = mended(_rule(check))
    assert result.texts == {}
    assert result.dropped[0].why == "the finding would stay"


def test_a_request_in_the_logs_must_stay_allowed() -> None:
    result = mended(rule("ssm:Get*", ("ssm:GetParameter",), safe=False), unsafe=True, refused="`ssm:GetParameters`")
    assert result.texts == {}
    assert "the logs show a request" in result.dropped[0].why


def test_a_statement_within_another_goes() -> None:
    def check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
        if at.statement.index == 1:
            yield Hit("subsumed", at.location, fix=Fix("remove it", True, (RemoveStatement(at.location),)))

    text = mended(_rule(check)).texts[NAME]
    assert text == TEXT[: TEXT.rindex("        - Effect: Allow")]


def test_two_fixes_in_one_file_find_their_places() -> None:
    def check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
        for value in at.statement.action.values:
            if "*" in value:
                new = ALL_GET if value == "ssm:Get*" else ("sqs:SendMessage",)
                change = ReplaceValues(at.location, "Action", (value,), new)
                yield Hit(f"{value} is wide", at.location, fix=Fix("list them", True, (change,)), subject=value)

    text = TEXT.replace("Action: sqs:SendMessage", "Action: sqs:SendMessage*")
    result = mended(_rule(check), text=text)
    assert len(result.applied) == 2, result.dropped
    assert "*" not in result.texts[NAME].replace('"*"', "")


def test_what_is_suppressed_is_not_mended() -> None:
    made = rule("ssm:Get*", ALL_GET)
    found = read({NAME: TEXT})
    findings = [replace(one, state=State.SUPPRESSED) for one in judge([found], KNOWLEDGE, (made,))]
    result = mend(Configuration(found, {NAME: TEXT}), findings, FixAsk(read, KNOWLEDGE, (made,), False))
    assert (result.texts, result.applied, result.dropped) == ({}, (), ())


def test_a_statement_in_another_file_is_not_edited() -> None:
    made = rule("ssm:Get*", ALL_GET)
    found = read({NAME: TEXT})
    ask = FixAsk(read, KNOWLEDGE, (made,), False)
    result = mend(Configuration(found, {}), judge([found], KNOWLEDGE, (made,)), ask)
    assert "is read for another file" in result.dropped[0].why
