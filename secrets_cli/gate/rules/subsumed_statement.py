"""`subsumed-statement`: a statement, an action or a resource that says what another one beside it says already."""

import re
from collections.abc import Iterator, Sequence

from secrets_cli.gate.fix import Fix, RemoveStatement, ReplaceValues
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed
from secrets_cli.gate.principals import statements_of
from secrets_cli.gate.resource_fit import is_wild
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect, Element, Statement
from secrets_cli.iam.pattern import ascii_lower
from secrets_cli.iam.pattern_relation import covers
from secrets_cli.inputs.found import UNKNOWN, PolicyAt
from secrets_cli.severity import Confidence, Severity

_MOST_STATEMENTS = 200
"""Statements of one policy that are compared with each other."""


def _check(at: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if knowledge.settings.persona.rank < Persona.STRICT.rank:
        return  # nobody would see it, and proofs cost time
    statements = statements_of(at)
    for one in statements:
        yield from _values(one)
    gone: set[int] = set()
    for number, one in enumerate(statements[:_MOST_STATEMENTS]):
        others = ((place, other) for place, other in enumerate(statements) if place != number and place not in gone)
        wider = next((other for _, other in others if _says_all_of(other, one)), None)
        if wider is not None:
            gone.add(number)
            yield Hit(
                f"{one.named} says nothing that {wider.named} does not say already",
                one.location,
                evidence=(f"{wider.named} at {wider.location}",),
                about=(one,),
                fix=Fix(f"remove {one.named}", safe=True, changes=(RemoveStatement(one.location),)),
            )


def _values(at: StatementAt) -> Iterator[Hit]:
    statement = at.statement
    elements = (("Action", statement.action), ("Resource", statement.resource))
    for name, element in elements:
        if element is None:
            continue
        needless = _needless(element, fold=name == "Action")
        if needless:
            key = f"Not{name}" if element.negated else name
            verb = "is" if len(needless) == 1 else "are"
            yield Hit(
                f"{listed(needless)} {verb} covered by other values of the {key} of {at.named}",
                element.location or at.location,
                about=(at,),
                fix=_fix(at, key, element, needless),
                subject=f"{key} {' '.join(sorted(needless))}",
            )


def _needless(element: Element, *, fold: bool) -> tuple[str, ...]:
    """The values that another one covers; of equal ones all but the first."""
    values = tuple(ascii_lower(value) for value in element.values) if fold else element.values
    wild = [number for number, value in enumerate(values) if is_wild(value)]
    first: dict[str, int] = {}
    for number, value in enumerate(values):
        first.setdefault(value, number)
    return tuple(
        written
        for number, written in enumerate(element.values)
        if (first[values[number]] != number and UNKNOWN not in written)
        or any(_makes_needless(values, other, number) for other in wild)
    )


def _makes_needless(values: Sequence[str], wide: int, narrow: int) -> bool:
    if values[wide] == values[narrow] or not _covers(values[wide], values[narrow]):
        return False
    return wide < narrow or not _covers(values[narrow], values[wide])


def _fix(at: StatementAt, key: str, element: Element, needless: tuple[str, ...]) -> Fix | None:
    """Values that also stand in the element where they are needed cannot be told apart by what they say."""
    if any(element.values.count(value) > 1 for value in needless):
        return None
    return Fix(f"leave out {listed(needless)}", safe=True, changes=(ReplaceValues(at.location, key, needless, ()),))


def _covers(wide: str, narrow: str) -> bool:
    if UNKNOWN in wide or ("?" in wide and ("${" in narrow or UNKNOWN in narrow)):
        return wide == narrow and UNKNOWN not in wide
    return wide == narrow or (is_wild(wide) and _begins(wide, narrow) and covers(wide, narrow))


def _begins(wide: str, narrow: str) -> bool:
    """Whether the narrow one begins with all that stands before the first wildcard of the wide one."""
    return narrow.startswith(re.split("[*?]", wide, maxsplit=1)[0])


def _says_all_of(wide: StatementAt, narrow: StatementAt) -> bool:
    if not _may_say_all_of(wide.statement, narrow.statement):
        return False
    from secrets_cli.iam.contain import Contained, contains  # takes long to load, and most statements need no proof

    old, new = (wide.alone,), (narrow.alone,)
    if wide.statement.effect is Effect.DENY:
        from secrets_cli.iam.equality import denies_as_allows

        return isinstance(contains(denies_as_allows(old), denies_as_allows(new)), Contained)
    return isinstance(contains(old, new), Contained)


def _may_say_all_of(wide: Statement, narrow: Statement) -> bool:
    """A cheap answer that errs to yes; where it says no, no proof is tried."""
    if wide.effect is not narrow.effect or wide.principal != narrow.principal:
        return False
    if not set(wide.conditions) <= set(narrow.conditions) or any(
        UNKNOWN in text for term in wide.conditions for text in (term.key, *term.values)
    ):
        return False
    return _element_covers(wide.action, narrow.action, fold=True) and _element_covers(
        wide.resource, narrow.resource, fold=False
    )


def _element_covers(wide: Element | None, narrow: Element | None, *, fold: bool) -> bool:
    if wide is None or narrow is None:
        return wide is narrow
    if wide.negated or narrow.negated:
        return wide == narrow and not any(UNKNOWN in value for value in wide.values)
    ours: Sequence[str] = wide.values
    theirs: Sequence[str] = narrow.values
    if fold:
        ours, theirs = [ascii_lower(value) for value in ours], [ascii_lower(value) for value in theirs]
    return all(any(_covers(one, value) for one in ours) for value in theirs)


RULE = Rule(
    id="subsumed-statement",
    title="says again what is said beside it",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    persona=Persona.STRICT,
    why=(
        "`ssm:GetParameter` beside `ssm:Get*`, or a statement on one bucket beside one on all of them, grants nothing more. It"
        " misleads whoever reviews the policy (the narrow line looks like the grant), survives when the wide one is removed, and"
        " takes up room in a policy whose size is limited. That the one is contained in the other is proven, conditions"
        " included."
    ),
    how_to_fix=(
        "Remove the part that is covered; the fix is safe. Better still: remove the wide part, if the narrow is what is meant."
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",),
    mapping=(
        "Access Analyzer REDUNDANT_ACTION",
        "Access Analyzer REDUNDANT_RESOURCE",
        "Access Analyzer REDUNDANT_STATEMENT",
    ),
    check=OfPolicy(_check),
)
