"""docs/secret-audit.md has a section for each rule, in order, and the schema knows each id."""

import json
import re
from pathlib import Path

from secrets_cli.secrets.audit.detectors import LEFT_OUT, USED
from secrets_cli.secrets.audit.rules.registry import RULES


def test_each_rule_has_its_section_with_severity_reason_and_fix(checkout: Path) -> None:
    page = (checkout / "docs" / "secret-audit.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (secret-[a-z-]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert list(sections) == [rule.id for rule in RULES]
    for rule in RULES:
        assert rule.severity.value in sections[rule.id].partition(".")[0], rule.id
        if rule.id != "secret-no-expiry":
            assert "**Why:**" in sections[rule.id], rule.id
        assert re.search(r"^- .*(fix|good)", sections[rule.id], re.MULTILINE), rule.id


def test_the_schema_lists_every_rule(checkout: Path) -> None:
    schema = json.loads((checkout / "docs" / "schemas" / "secret-audit-1.json").read_text(encoding="utf-8"))
    listed = schema["properties"]["findings"]["items"]["properties"]["rule"]["enum"]
    assert listed == [rule.id for rule in RULES]


def test_the_page_counts_the_detectors_right(checkout: Path) -> None:
    page = (checkout / "docs" / "secret-audit.md").read_text(encoding="utf-8")
    assert f"{len(USED)} detectors of" in page
    assert len(LEFT_OUT) == 9
    assert "Nine detectors of the library are off" in page
