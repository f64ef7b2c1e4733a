"""The permissions boundary that a team requires of each role in its files."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.made_finding import made_finding, rule_of, with_fingerprints
from secrets_cli.gate.path_pattern import path_matches
from secrets_cli.gate.principals import joined
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import RequiredBoundary, Settings
from secrets_cli.gate.subject import Principal
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found

RULE = "required-by-team"
_NAMES = ("boundary ", "managed policy ", "managed ")
"""How the readers say by what a boundary is named, the longest first."""


@dataclass(frozen=True, slots=True)
class KnownBoundary:
    """A way to look managed policies up that knows the required boundary too."""

    arn: str
    """As the configuration has it, perhaps with `*`."""
    policy: Policy
    otherwise: Callable[[str], Policy | None]

    def __call__(self, arn: str) -> Policy | None:
        return self.policy if _matches(self.arn, arn) else self.otherwise(arn)


def without_required_boundary(
    found: Iterable[Found], texts: Mapping[str, str], settings: Settings, rules: Sequence[Rule]
) -> tuple[Finding, ...]:
    """A finding for each role that the files define without the boundary that the settings require.

    A role is defined where its trust policy stands. Where a boundary in the same file is unresolved nothing is said: it may
    be the one, and it is listed as unresolved.
    """
    required, rule = settings.required_boundary, rule_of(RULE, rules)
    if required is None or rule is None:
        return ()
    made = (one for each in found for one in _of(each, texts, required, rule, settings))
    return tuple(with_fingerprints(made))


def _of(
    found: Found, texts: Mapping[str, str], required: RequiredBoundary, rule: Rule, settings: Settings
) -> Iterator[Finding]:
    unknown = any(_is_about_boundary(one.location, texts) for one in found.unresolved)
    for principal in joined(found.policies):
        trust = principal.of_kind(PolicyKind.TRUST)
        if not trust or not principal.name or _is_excepted(principal.file, required, settings):
            continue
        what = _missing(principal, required, unknown)
        if what:
            message = f"{principal.name} {what}, which the team requires: {required.reason}"
            finding = made_finding(rule, message, trust[0].location, required.arn, settings, principal.name)
            if finding is not None:
                yield finding


def _missing(principal: Principal, required: RequiredBoundary, unknown: bool) -> str:
    """What the role lacks; empty where it has the boundary, or where that is not known."""
    names = [_named(policy.attached_by) for policy in principal.of_kind(PolicyKind.BOUNDARY)]
    if any(UNKNOWN in name or _matches(required.arn, name) for name in names) or (not names and unknown):
        return ""
    if names:
        return f"has the permissions boundary `{names[0]}`, not `{required.arn}`"
    return f"has no permissions boundary `{required.arn}`"


def _named(attached_by: str) -> str:
    """The ARN or the name of a boundary, from how it came to the role."""
    for word in _NAMES:
        attached_by = attached_by.removeprefix(word)
    return attached_by


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name) is not None


def _is_excepted(file: str, required: RequiredBoundary, settings: Settings) -> bool:
    path = settings.folders.from_configuration(file)
    return any(path_matches(pattern, path) for pattern in required.except_paths)


def _is_about_boundary(location: Location, texts: Mapping[str, str]) -> bool:
    """Whether the line, or the one before it, speaks of a boundary."""
    lines = texts.get(location.file, "").split("\n")
    return "boundary" in " ".join(lines[max(0, location.line - 2) : location.line]).lower()
