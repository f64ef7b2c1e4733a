"""What a team has agreed on, applied to a judgement: what it requires, what it accepts, what was there."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from secrets_cli.gate.baseline import Baseline, apply_baseline
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.judgement import Judgement
from secrets_cli.gate.made_finding import in_order
from secrets_cli.gate.required import without_required_boundary
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Settings
from secrets_cli.gate.suppression import UNUSED
from secrets_cli.gate.suppressions import Occasion, apply_suppressions
from secrets_cli.inputs.found import Found, Unresolved
from secrets_cli.inputs.read_tree import ReadTree


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is applied."""

    settings: Settings
    rules: Sequence[Rule]
    today: datetime.date
    suppressions: bool = True
    """False: all of them are passed over, and nothing is said of them."""
    hidden: Callable[[], Sequence[Finding]] = lambda: ()
    """The findings of the most demanding persona, asked for only where a suppression would else be unused."""


def with_agreed(
    judgement: Judgement,
    tree: ReadTree,
    agreed: Agreed,
    more: Sequence[Finding] = (),
    unresolved: Sequence[Unresolved] = (),
) -> Judgement:
    """The judgement with findings about what is required, with `more` findings and what else is unresolved, and with
    suppressions applied to all of them."""
    texts = judged_texts(tree)
    required = without_required_boundary(found_in(tree), texts, agreed.settings, agreed.rules)
    findings = in_order((*judgement.findings, *required, *more))
    if agreed.suppressions:
        findings = _suppressed(findings, texts, agreed)
    return replace(judgement, findings=findings, unresolved=tuple(dict.fromkeys((*judgement.unresolved, *unresolved))))


def with_baseline(judgement: Judgement, baseline: Baseline, is_judged: Callable[[str], bool]) -> Judgement:
    """The judgement with findings of the baseline set apart, and with the entries that are fixed."""
    findings, fixed = apply_baseline(judgement.findings, baseline, is_judged)
    return replace(judgement, findings=findings, fixed=tuple(entry.fingerprint for entry in fixed))


def without_excluded(tree: ReadTree, settings: Settings) -> ReadTree:
    """The tree without the files that the configuration excludes; they are counted as skipped."""
    kept = tuple(one for one in tree.files if not _all_excluded(one.own or {one.name}, settings))
    unreadable = tuple(one for one in tree.unreadable if not settings.excludes(one.file))
    left_out = len(tree.files) - len(kept) + len(tree.unreadable) - len(unreadable)
    if not left_out:
        return tree
    skipped: Mapping[str, int] = {**tree.skipped, "excluded by the configuration": left_out}
    return replace(tree, files=kept, unreadable=unreadable, skipped=skipped)


def judged_texts(tree: ReadTree) -> Mapping[str, str]:
    """The texts of the files that are reported on, by the name that locations have."""
    return {name: text for file in tree.files for name, text in file.texts.items() if name not in file.context}


def found_in(tree: ReadTree) -> tuple[Found, ...]:
    """What was found, file by file."""
    return tuple(one.found for one in tree.files)


def _all_excluded(names: Iterable[str], settings: Settings) -> bool:
    return all(settings.excludes(name) for name in names)


def _suppressed(findings: Sequence[Finding], texts: Mapping[str, str], agreed: Agreed) -> tuple[Finding, ...]:
    occasion = Occasion(texts, agreed.settings, agreed.rules, agreed.today)
    result = apply_suppressions(findings, occasion)
    if any(one.rule == UNUSED for one in result):
        result = apply_suppressions(findings, replace(occasion, hidden=tuple(agreed.hidden())))
    return result
