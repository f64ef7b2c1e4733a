"""runtime-end-of-life: by the date of the day."""

import datetime

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.engine import judge
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.lambda_runtimes import AS_OF, RUNTIMES
from secrets_cli.gate.rules.runtime_end_of_life import RULE
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import UNKNOWN, Found, FunctionAt
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import ROLE, said, service


def _on(runtime: str, day: str = "2026-11-21") -> list[str]:
    place = Location("t.yml", 1, 1)
    function = FunctionAt("f", place, "sam", runtime=runtime, runtime_location=place)
    knowledge = Knowledge(load_catalog(), datetime.date.fromisoformat(day))
    return [one.message for one in judge([Found(functions=(function,))], knowledge, [RULE])]


def test_an_ended_runtime_is_told_with_what_comes_next() -> None:
    (finding,) = said(RULE, service("", f"  runtime: python3.7\n{ROLE}"))
    assert finding.message == "the support of `python3.7` ended on 2023-12-04: AWS patches it no more"
    assert str(finding.location) == "serverless.yml:4:3"
    assert finding.severity is Severity.INFO
    assert "the newest runtime of the kind is `python3.14`" in finding.evidence


def test_the_day_decides() -> None:
    assert not _on("nodejs20.x", "2026-04-29")
    assert _on("nodejs20.x", "2026-04-30") == [
        "the support of `nodejs20.x` ended on 2026-04-30: AWS patches it no more"
    ]


@pytest.mark.parametrize("runtime", ["python3.13", "provided.al2023", "python3.15", "", UNKNOWN, f"python{UNKNOWN}"])
def test_a_supported_runtime_or_none_or_an_unknown_one_is_no_finding(runtime: str) -> None:
    assert not _on(runtime)


def test_a_slip_is_told_with_what_may_be_meant() -> None:
    assert _on("pyhton3.13") == [f"`pyhton3.13` is no runtime of Lambda's list of {AS_OF:%Y-%m}; `python3.13` is"]
    assert _on("cobol") == [f"`cobol` is no runtime of Lambda's list of {AS_OF:%Y-%m}"]


def test_functions_that_share_a_runtime_share_a_finding() -> None:
    text = service("  other: {handler: h}\n", f"  runtime: python3.6\n{ROLE}")
    assert len(said(RULE, text)) == 1


def test_a_container_image_has_no_runtime() -> None:
    assert not said(RULE, service("    image: i\n", f"  runtime: python3.6\n{ROLE}"))


def test_successors_are_in_the_table_and_supported() -> None:
    for name, runtime in RUNTIMES.items():
        if runtime.successor:
            newest = RUNTIMES[runtime.successor]
            assert newest.ends is None or newest.ends > AS_OF, name
