"""What a rule is: an id, three axes, words for its page, and a check of one kind of subject."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.gate.fix import Fix
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.subject import FunctionOf, Granted, Principal, StatementAt
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import ParameterAt, PolicyAt
from secrets_cli.severity import Confidence, Severity

__all__ = [
    "ByEngine",
    "Check",
    "Hit",
    "OfFunction",
    "OfGrant",
    "OfParameter",
    "OfPolicy",
    "OfPrincipal",
    "OfStatement",
    "Persona",
    "Rule",
]


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check says of its subject; the engine makes it a finding."""

    message: str
    """Lower-case, without a full stop, input in backticks; never with a secret's value."""
    location: Location
    evidence: tuple[str, ...] = ()
    about: tuple[StatementAt, ...] = ()
    """The statements it speaks of; the one that was checked where the check is of a statement or a grant. A rule that says
    more about all of them silences this hit."""
    severity: Severity | None = None
    """Where it differs from the rule's."""
    confidence: Confidence | None = None
    persona: Persona | None = None
    """Where it differs from the rule's."""
    fix: Fix | None = None
    subject: str = ""
    """What tells several hits of one rule on the same statements apart, for the fingerprint: an action, a value (no secret)."""
    actions: frozenset[str] = frozenset()
    """The known actions it speaks of, where not of all that its statements grant. A hit that names actions silences only
    hits that name no others."""


@dataclass(frozen=True, slots=True)
class OfStatement:
    """Checks every statement of every policy, whatever its kind and effect."""

    check: Callable[[StatementAt, Knowledge], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class OfGrant:
    """Checks each Allow statement of identity policies by what it really grants: less what the principal's Deny statements
    and its boundary take back."""

    check: Callable[[Granted, Knowledge], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class OfPolicy:
    """Checks one policy of any kind."""

    check: Callable[[PolicyAt, Knowledge], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class OfPrincipal:
    """Checks all policies of one principal together."""

    check: Callable[[Principal, Knowledge], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class OfFunction:
    """Checks one function as it is deployed: runtime, environment, endpoints, and the policies of its role."""

    check: Callable[[FunctionOf, Knowledge], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class OfParameter:
    """Checks one parameter of the Parameter Store that a file makes."""

    check: Callable[[ParameterAt, Knowledge], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class ByEngine:
    """Raised elsewhere: by what reads suppressions and baselines, or by a second opinion."""


Check: TypeAlias = OfStatement | OfGrant | OfPolicy | OfPrincipal | OfFunction | OfParameter | ByEngine


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its page (docs/rules/ID.md) is made of these words and its two examples (policies/gate/ID/bad.*, good.*)."""

    id: str
    """Lower-case words joined by hyphens; never reused. The module's name with `-` for `_`."""
    title: str
    """What it reports, in half a sentence: "grants every action on every resource"."""
    severity: Severity
    confidence: Confidence
    persona: Persona
    """The least demanding reader to whom it is shown."""
    why: str
    """What can happen, for a reader who did not know: two to six sentences. Markdown."""
    how_to_fix: str
    """Markdown."""
    references: tuple[str, ...]
    """Addresses of AWS pages, papers and the like."""
    mapping: tuple[str, ...]
    """The same notion elsewhere: `Access Analyzer PASS_ROLE_WITH_STAR_IN_RESOURCE`, `CKV_AWS_110`, `CIS AWS 3.0 1.16`,
    `parliament RESOURCE_STAR`, `cloudsplaining PrivilegeEscalation`. Empty where nobody has it."""
    check: Check
    silences: frozenset[str] = frozenset()
    """Rules that have nothing to add about a statement of which this rule says something."""
    masks_line: bool = False
    """Whether the place of its findings holds a secret: no report repeats a value that stands on that line, nor the lines
    around it."""
