"""Suppressions: reading those that stand in a file, and applying them to findings.

A comment `# secrets-cli: ignore[rule-id, other-rule] until=2027-03-31 reason="..."` covers what begins on its line, or, on a
line of its own, what begins on the next: a statement, a block, a setting, to its last line. What is within a string is no
comment. The configuration's suppressions cover files by pattern.

A suppression that is malformed, too wide or past its day suppresses nothing, and is a finding; one that suppresses nothing
for want of a finding is one too. Findings about suppressions are never suppressed.
"""

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.made_finding import in_order, made_finding, rule_of, with_fingerprints
from secrets_cli.gate.path_pattern import matches_everything, path_matches
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Settings
from secrets_cli.gate.suppression import (
    ABOUT_SUPPRESSIONS,
    EXPIRED,
    MALFORMED,
    TOO_WIDE,
    UNUSED,
    RefusedSuppression,
    Suppression,
    Written,
    understood,
)
from secrets_cli.iam.location import Location
from secrets_cli.inputs.comment import Comment
from secrets_cli.inputs.comments import comments_with

SIGN = "secrets-cli:"
"""How a comment begins that is meant for the gate."""

_FORM = 'write `secrets-cli: ignore[RULE] until=YYYY-MM-DD reason="..."`'
_IGNORE = re.compile(r"ignore(?:\[(?P<rules>[^\]]*)\])?(?P<rest>.*)", re.DOTALL)
_PART = re.compile(r"""\s*(?:until=(?P<until>[^\s"']*)|reason=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'))(?=\s|$)""")
_BARE_REASON = re.compile(r"""\s*reason=(?P<reason>[^"'\s].*)""", re.DOTALL)


def suppressions_in(text: str, name: str, rule_ids: Collection[str]) -> tuple[Suppression | RefusedSuppression, ...]:
    """Those that stand as comments in one file, in order. `rule_ids` are the rules there are."""
    return tuple(_of_comment(comment, rule_ids) for comment in comments_with(SIGN, text, name))


def _of_comment(comment: Comment, rule_ids: Collection[str]) -> Suppression | RefusedSuppression:
    said = _IGNORE.fullmatch(comment.text.removeprefix(SIGN).strip())
    if said is None:
        return RefusedSuppression(MALFORMED, f"this is no suppression: {_FORM}", comment.location, comment.text)
    parts = _parts(said["rest"])
    if isinstance(parts, str):
        return RefusedSuppression(MALFORMED, parts, comment.location, comment.text)
    rules = tuple(dict.fromkeys(rule for each in (said["rules"] or "").split(",") if (rule := each.strip())))
    found = understood(
        Written(rules, parts.get("until"), parts.get("reason"), comment.location, comment.text), rule_ids
    )
    if isinstance(found, RefusedSuppression):
        return found
    if comment.section:
        wide = "the suppression covers a whole section of the file: write it at the statement"
        return RefusedSuppression(TOO_WIDE, wide, comment.location, comment.text)
    return replace(found, lines=comment.lines)


def _parts(rest: str) -> Mapping[str, str] | str:
    """`until` and `reason`, each at most once, in any order; or what is wrong."""
    parts: dict[str, str] = {}
    while rest.strip():
        found = _PART.match(rest)
        bare = None if found else _BARE_REASON.fullmatch(rest)
        if found is None and bare is None:
            return f"`{rest.strip()[:40]}` is not understood: {_FORM}"
        if found is None or bare is not None:
            assert bare is not None
            name, value, rest = "reason", bare["reason"], ""
        else:
            name = "reason" if found["until"] is None else "until"
            value = next(group for group in found.groups() if group is not None)
            rest = rest[found.end() :]
        if name in parts:
            return f"`{name}=` is given twice"
        parts[name] = value
    return parts


@dataclass(frozen=True, slots=True)
class Occasion:
    """What applying suppressions depends on beside the findings."""

    texts: Mapping[str, str]
    """The files that were judged, by the name that locations have: name -> text."""
    settings: Settings
    rules: Sequence[Rule]
    """Every rule there is."""
    today: datetime.date
    hidden: Sequence[Finding] = ()
    """Findings that this run does not show, for the persona's sake: a suppression of one of them is not unused."""


def apply_suppressions(findings: Sequence[Finding], occasion: Occasion) -> tuple[Finding, ...]:
    """The findings, those that are accepted with the state SUPPRESSED and the reason as their note; and one more for each
    suppression that is malformed, too wide, expired or unused. In the order of file, line, column and rule."""
    everything = all_suppressions(occasion)
    good = [one for one in everything if isinstance(one, Suppression) and not _refusal(one, occasion)]
    known: Callable[[Finding], Suppression | None] = _finder(good, occasion.settings)
    result = [_suppressed(finding, known(finding)) for finding in findings]
    used = {
        id(one) for finding in (*findings, *occasion.hidden) for one in good if _covers(one, finding, occasion.settings)
    }
    about = [_about(one, occasion, unused=isinstance(one, Suppression) and id(one) not in used) for one in everything]
    return in_order((*result, *with_fingerprints(one for one in about if one is not None)))


def all_suppressions(occasion: Occasion) -> tuple[Suppression | RefusedSuppression, ...]:
    """The configuration's, then those of each file by name."""
    ids = {rule.id for rule in occasion.rules}
    in_files = (one for name in sorted(occasion.texts) for one in suppressions_in(occasion.texts[name], name, ids))
    return (*occasion.settings.suppressions, *in_files)


def _finder(good: Sequence[Suppression], settings: Settings) -> Callable[[Finding], Suppression | None]:
    def find(finding: Finding) -> Suppression | None:
        return next((one for one in good if _covers(one, finding, settings)), None)

    return find


def _covers(one: Suppression, finding: Finding, settings: Settings) -> bool:
    if finding.rule not in one.rules or finding.rule in ABOUT_SUPPRESSIONS:
        return False
    if one.lines is not None:
        first, last = one.lines
        return finding.location.file == one.location.file and first <= finding.location.line <= last
    return (
        (not one.path or path_matches(one.path, settings.folders.from_configuration(finding.location.file)))
        and one.principal in ("", finding.principal)
        and (not one.sid or one.sid in finding.sids)
        and one.fingerprint in ("", finding.fingerprint)
    )


def _suppressed(finding: Finding, by: Suppression | None) -> Finding:
    if by is None:
        return finding
    note = f"{by.reason} (until {by.until.isoformat()}, {by.location})"
    return replace(finding, state=State.SUPPRESSED, note=note)


def _refusal(one: Suppression, occasion: Occasion) -> tuple[str, str] | None:
    """The rule and the message, where it suppresses nothing."""
    if one.until < occasion.today:
        return EXPIRED, f"the suppression expired on {one.until.isoformat()}: {one.reason}"
    ahead = (one.until - occasion.today).days
    longest = occasion.settings.longest_suppression
    if ahead > longest:
        return TOO_WIDE, f"the suppression expires in {ahead:,} days; at most {longest:,} are accepted"
    if one.lines is None and not one.fingerprint and (not one.path or matches_everything(one.path)):
        return TOO_WIDE, "the suppression covers every file: give a `path`, or the `fingerprint` of one finding"
    return None


def _about(one: Suppression | RefusedSuppression, occasion: Occasion, *, unused: bool) -> Finding | None:
    """What is to be said of the suppression itself."""
    match one:
        case RefusedSuppression(rule, message, location, text):
            return _finding(rule, message, location, text, occasion)
        case Suppression():
            text = ",".join((*one.rules, one.until.isoformat(), one.reason, one.path, one.principal, one.sid))
            refusal = _refusal(one, occasion)
            if refusal is not None:
                return _finding(refusal[0], refusal[1], one.location, text, occasion)
            if unused and _could_be_used(one, occasion):
                message = f"the suppression of {_listed(one.rules)} suppresses nothing; remove it"
                return _finding(UNUSED, message, one.location, text, occasion)
            return None
        case never:
            assert_never(never)


def _could_be_used(one: Suppression, occasion: Occasion) -> bool:
    """Whether this run asked the rules about a file that it covers."""
    asked = any(rule not in occasion.settings.disabled for rule in one.rules)
    if one.lines is not None or not asked:
        return asked
    paths = map(occasion.settings.folders.from_configuration, occasion.texts)
    return bool(one.path) and any(path_matches(one.path, path) for path in paths)


def _listed(rules: Iterable[str]) -> str:
    return ", ".join(f"`{rule}`" for rule in rules)


def _finding(rule_id: str, message: str, location: Location, text: str, occasion: Occasion) -> Finding | None:
    rule = rule_of(rule_id, occasion.rules)
    return None if rule is None else made_finding(rule, message, location, text, occasion.settings)
