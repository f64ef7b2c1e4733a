"""What holds for every rule: one module, one id, one page, two examples, and the bad one is found by this rule alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from secrets_cli.gate.examples import examples_of
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.rule import ByEngine, Rule
from secrets_cli.gate.rule_page import rule_index, rule_page
from tests.unit.gate.judging import findings_in, settings_for

CHECKED = [rule for rule in RULES if not isinstance(rule.check, ByEngine)]


def _ids(rule: Rule) -> str:
    return rule.id


def test_ids_are_unique_and_well_formed() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id) for id in ids)


def test_each_module_holds_one_rule_and_each_rule_is_listed(checkout: Path) -> None:
    modules = {path.stem for path in (checkout / "secrets_cli/gate/rules").glob("*.py")} - {"__init__"}
    assert modules == {rule.id.replace("-", "_") for rule in RULES}


def test_silenced_rules_exist() -> None:
    ids = {rule.id for rule in RULES}
    assert {silenced for rule in RULES for silenced in rule.silences} <= ids


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_a_rule_has_all_its_words(rule: Rule) -> None:
    assert rule.references, "a rule says where its facts are from"
    assert all(address.startswith("https://") for address in rule.references)
    assert len(rule.why) > 80
    assert rule.how_to_fix
    assert not rule.title.endswith(".")
    assert rule.title[0].islower()


@pytest.mark.parametrize("rule", CHECKED, ids=_ids)
def test_the_bad_example_is_found_by_this_rule_alone(rule: Rule) -> None:
    examples = examples_of(rule.id)
    bad = [name for name in examples if name.startswith("bad.")]
    assert bad, f"policies/gate/{rule.id}/bad.* is missing"
    for name in bad:
        found = findings_in(examples[name], name, settings=settings_for(rule, examples))
        assert {finding.rule for finding in found} == {rule.id}, [(one.rule, one.message) for one in found]


@pytest.mark.parametrize("rule", CHECKED, ids=_ids)
def test_nothing_is_found_in_the_good_example(rule: Rule) -> None:
    examples = examples_of(rule.id)
    good = [name for name in examples if name.startswith("good.")]
    assert good, f"policies/gate/{rule.id}/good.* is missing"
    for name in good:
        found = findings_in(examples[name], name, settings=settings_for(rule, examples))
        assert not found, [(one.rule, one.message) for one in found]


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_the_page_is_current(rule: Rule, checkout: Path) -> None:
    page = checkout / "docs" / "rules" / f"{rule.id}.md"
    assert page.is_file(), "run `make docs`"
    assert page.read_text(encoding="utf-8") == rule_page(rule, examples_of(rule.id)), "run `make docs`"


def test_the_index_is_current_and_no_page_is_left_over(checkout: Path) -> None:
    folder = checkout / "docs" / "rules"
    assert (folder / "README.md").read_text(encoding="utf-8") == rule_index(RULES), "run `make docs`"
    assert {path.stem for path in folder.glob("*.md")} == {"README", *(rule.id for rule in RULES)}


def test_rules_load_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "import secrets_cli.gate.registry\n"
        "heavy = {'boto3', 'botocore', 'parliament', 'policyuniverse', 'rich', 'yaml', 'detect_secrets'}\n"
        "print(*sorted(heavy & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == ""
