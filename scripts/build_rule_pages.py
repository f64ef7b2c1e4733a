"""Write docs/rules/: one page for each rule of the gate, and the index; and the table of paths in docs/escalation.md."""

from pathlib import Path

from secrets_cli.gate.escalation.page import paths_page
from secrets_cli.gate.escalation.paths import PATHS
from secrets_cli.gate.examples import examples_of
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.rule_page import rule_index, rule_page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"
INDEX = "README.md"
ESCALATION = FOLDER.parent / "escalation.md"


def main() -> None:
    """Build every page; pages of rules that are gone are removed."""
    pages = {f"{rule.id}.md": rule_page(rule, examples_of(rule.id)) for rule in RULES}
    pages[INDEX] = rule_index(RULES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    ESCALATION.write_text(paths_page(ESCALATION.read_text(encoding="utf-8"), PATHS), encoding="utf-8")


if __name__ == "__main__":
    main()
