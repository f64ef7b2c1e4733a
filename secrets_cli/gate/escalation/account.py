"""What open paths come to: how bad, how sure, for whom, and the words of a finding."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.gate.escalation.path import End
from secrets_cli.gate.escalation.search import Way
from secrets_cli.gate.escalation.target import Reach
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import Hit
from secrets_cli.gate.subject import StatementAt
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_SHOWN = 3
_ASSUMES_A_ROLE = "sts-001"


@dataclass(frozen=True, slots=True)
class _Grade:
    severity: Severity
    confidence: Confidence
    persona: Persona

    @property
    def order(self) -> tuple[int, int]:
        """The most urgent first."""
        return self.persona.rank, -self.severity.rank

    @property
    def sureness(self) -> tuple[Confidence, Persona]:
        """What paths have in common that are told together."""
        return self.confidence, self.persona


def hits_of(who: str, ways: Sequence[Way]) -> Iterator[Hit]:
    """One hit for each thing that is gained; what adds nothing to giving itself everything is told with it."""
    told = [way for way in ways if not is_plain_use(way)]
    ends = {end: sorted((way for way in told if way.path.end is end), key=_urgency) for end in End}
    everything = ends[End.EVERYTHING]
    for end in (End.OTHERS, End.PASSED):
        if everything and ends[end] and _adds_nothing(end, ends[end][0], everything[0]):
            everything += ends[end]
            ends[end] = []
    for found in ends.values():
        if found:
            yield _hit(who, found)


def is_plain_use(way: Way) -> bool:
    """To assume a role that the policy names in full is what such a statement is for."""
    return way.path.id == _ASSUMES_A_ROLE and way.reach is Reach.ONE


def severity_of(way: Way) -> Severity:
    """How bad an open path is, by what it gains and how far the policies reach."""
    return _grade(way).severity


def _adds_nothing(end: End, best: Way, to: Way) -> bool:
    """Whether a reader who knows of `to`, by which the principal gets everything, need not be told apart."""
    if _grade(best).persona is Persona.DEFAULT and end is not End.OTHERS:
        return False
    return _grade(to).order <= _grade(best).order


def _urgency(way: Way) -> tuple[int, int]:
    return _grade(way).order


def _grade(way: Way) -> _Grade:
    writes = way.path.end in (End.EVERYTHING, End.OTHERS) and way.path.id != _ASSUMES_A_ROLE
    if way.depends_on or way.reach is Reach.ONE:
        return _Grade(Severity.LOW, Confidence.LOW, Persona.STRICT)
    if way.reach is Reach.ANY:
        return _Grade(way.path.severity, Confidence.HIGH, Persona.DEFAULT)
    if writes:
        return _Grade(Severity.MEDIUM, Confidence.MEDIUM, Persona.DEFAULT)
    return _Grade(Severity.LOW, Confidence.LOW, Persona.STRICT)


def _hit(who: str, ways: Sequence[Way]) -> Hit:
    first = ways[0]
    grade = _grade(first)
    equal = [way for way in ways if _grade(way).sureness == grade.sureness]
    strongest = first.steps[first.path.strongest].at
    return Hit(
        f"{who} can {first.path.end.value}{_where(first)}: {first.path.how}",
        strongest.statement.action.location or strongest.location,
        evidence=tuple(_evidence(equal, ways)),
        about=_statements(equal),
        severity=grade.severity,
        confidence=grade.confidence,
        persona=grade.persona,
        subject=first.path.end.name.lower(),
        actions=frozenset(action for way in equal for action in way.path.actions),
    )


def _where(way: Way) -> str:
    if way.depends_on:
        return f" where the conditions on {', '.join(f'`{key}`' for key in way.depends_on)} allow it"
    match way.reach:
        case Reach.ONE:
            return ", as far as the one named can do more"
        case Reach.MANY:
            return ", as far as a name pattern goes"
        case Reach.ANY:
            return ""


def _evidence(equal: Sequence[Way], ways: Sequence[Way]) -> Iterator[str]:
    for way in equal[:_SHOWN]:
        yield f"{way.path.id}: {_requests(way)}"
    if len(equal) > 1:
        yield f"{len(equal)} paths are open: {_ids(equal)}"
    others = [way for way in ways if way not in equal]
    if others:
        yield f"on less, or under conditions: {_ids(others)}"


def _ids(ways: Iterable[Way]) -> str:
    return ", ".join(way.path.id for way in ways)


def _requests(way: Way) -> str:
    """Its requests in order; those on one resource are told together."""
    told: dict[str, list[str]] = {}
    for step in way.steps:
        told.setdefault(step.request.resource, []).append(f"`{step.request.action}`")
    parts = (f"{', '.join(actions)} on `{readable(resource)}`" for resource, actions in told.items())
    return f"{way.path.how}: {'; '.join(parts)}"


def readable(text: str) -> str:
    """The text with three dots for what a file leaves unresolved."""
    return text.replace(UNKNOWN, "...")


def _statements(ways: Iterable[Way]) -> tuple[StatementAt, ...]:
    found = {step.at.location: step.at for way in ways for step in way.steps}
    return tuple(found.values())
