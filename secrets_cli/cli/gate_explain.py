"""`secrets-cli gate explain`: the page of one rule."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.gate_rules import RulesFormat
from secrets_cli.cli.options import DebugOption, NoColorOption, QuietOption
from secrets_cli.cli.terminal import print_report, write_json, write_text
from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.gate.rule import Rule


def explain_command(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id, as findings name it.")],
    format_: Annotated[
        RulesFormat, typer.Option("--format", help="How to write the page: `text` lays it out on a terminal.")
    ] = RulesFormat.TEXT,
    _quiet: QuietOption = False,
    no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """Show a rule's page: why it matters, how to fix it, an example that is found and one that is not.

    Exit code 2: there is no such rule.
    """
    from secrets_cli.gate.examples import examples_of
    from secrets_cli.gate.rule_page import rule_page
    from secrets_cli.report import gate_rules

    asked = _asked(rule)
    examples = examples_of(asked.id)
    if format_ is RulesFormat.JSON:
        write_json(gate_rules.rule_json(asked, examples))
        return
    page = rule_page(asked, examples).partition("-->")[2].strip("\n")
    if format_ is RulesFormat.TEXT and sys.stdout.isatty():
        from rich.markdown import Markdown

        print_report(Markdown(page), no_color=no_color)
    else:
        write_text(page)


def _asked(word: str) -> "Rule":
    """The rule of that id, in any case and with `_` for `-`; a ConfigurationError names those that are near."""
    import difflib

    from secrets_cli.gate.registry import RULES, rule_named
    from secrets_cli.wording import named

    id = word.strip().lower().replace("_", "-")
    found = rule_named(id)
    if found is not None:
        return found
    near = difflib.get_close_matches(id, [rule.id for rule in RULES], n=3, cutoff=0.5)
    meant = f"did you mean {' or '.join(f'`{one}`' for one in near)}? " if near else ""
    raise ConfigurationError(
        f"there is no rule {named(word, 'of that name')}", f"{meant}`secrets-cli gate rules` lists them"
    )
