"""The table of paths in docs/escalation.md."""

from pathlib import Path

import pytest

from secrets_cli.gate.escalation.page import paths_page
from secrets_cli.gate.escalation.paths import PATHS


def test_the_page_is_current(checkout: Path) -> None:
    text = (checkout / "docs" / "escalation.md").read_text(encoding="utf-8")
    assert text == paths_page(text, PATHS), "run `make docs`"
    assert all(f"| {path.id} |" in text for path in PATHS)


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        paths_page("# Privilege escalation", PATHS)
