"""Cases of `deprecated-version`."""

import pytest

from secrets_cli.gate.fix import SetVersion
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.deprecated_version import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.rules.judged import judged, statement

HOME = statement(Action="s3:GetObject", Resource="arn:aws:s3:::home/${aws:username}/*")


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_variables_in_an_old_policy_are_shown_to_everybody(version: str | None) -> None:
    (found,) = judged(RULE, HOME, version=version)
    assert found.severity is Severity.MEDIUM
    assert "`${aws:username}` is plain text" in found.message
    assert found.fix is not None
    assert not found.fix.safe


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_without_variables_it_is_for_strict_readers_with_a_safe_fix(version: str | None) -> None:
    assert not judged(RULE, statement(), version=version)
    (found,) = judged(RULE, statement(), Persona.STRICT, version)
    assert found.severity is Severity.LOW
    assert found.fix is not None
    assert found.fix.safe
    assert found.fix.changes == (SetVersion(found.location, "2012-10-17"),)


def test_a_placeholder_is_no_variable_but_the_fix_is_not_safe() -> None:
    text = statement(Resource="arn:aws:s3:::${Bucket}/*")
    assert not judged(RULE, text, version=None)
    (found,) = judged(RULE, text, Persona.STRICT, None)
    assert found.fix is not None
    assert not found.fix.safe


def test_the_present_version_is_not_found() -> None:
    assert not judged(RULE, HOME, Persona.AUDITOR)


def test_variables_in_conditions_count() -> None:
    condition = {"StringEquals": {"s3:prefix": "${aws:username}"}}
    assert judged(RULE, statement(Condition=condition), version=None)
