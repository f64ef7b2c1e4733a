"""docs/gate-access-analyzer.md: complete, and in step with what the rules say of themselves."""

import re
from pathlib import Path

import pytest

from secrets_cli.gate.registry import RULES

NUMBER = 151
"""Of checks, as the page says."""
ELSEWHERE = {"CheckNoPublicAccess", "external"}
"""What else Access Analyzer has: custom policy checks, and findings of its analyzers."""


@pytest.fixture(scope="module")
def rows(checkout: Path) -> dict[str, str]:
    text = (checkout / "docs/gate-access-analyzer.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| ([A-Z_]+) \| [a-z ]+ \| (.+) \|$", text, re.MULTILINE)
    assert len(found) == len(dict(found)) == NUMBER
    return dict(found)


def test_every_check_that_a_rule_names_is_in_the_table(rows: dict[str, str]) -> None:
    known = {name.replace("_", "") for name in rows}
    named = {one.split()[2] for rule in RULES for one in rule.mapping if one.startswith("Access Analyzer ")}
    assert {name for name in named - ELSEWHERE if name.replace("_", "") not in known} == set()
    assert named >= ELSEWHERE


def test_the_counts_are_those_of_the_table(rows: dict[str, str], checkout: Path) -> None:
    text = (checkout / "docs/gate-access-analyzer.md").read_text(encoding="utf-8")
    refused = sum(row.startswith("refused") for row in rows.values())
    left_out = sum(row.startswith("no: ") for row in rows.values())
    assert f"covers {NUMBER - refused - left_out} by a rule and {refused} by refusing" in text
    assert f"\n{left_out} it does not cover" in text
