"""The action classes of a comparison: every set of statements that some action can match, with actions that show it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from secrets_cli.iam.automaton import ANY, STAR, Automata, compile_globs, may_overlap
from secrets_cli.iam.classes import Budget, Classes, Node, Universe, explore, other_character
from secrets_cli.iam.contain_statements import Comparison, Numbered, fold, plain


@dataclass(frozen=True, slots=True)
class ActionClass:
    """Actions that the same statements match."""

    statements: int
    """The statements that match, among the new Allow in question, the new Denies and all old statements."""
    words: Iterable[str]
    """Actions of the class; empty where all of them belong to other classes."""


@dataclass(slots=True)
class _Words:
    """The words of a class, found when they are asked for."""

    classes: Classes
    goals: frozenset[Node]
    avoid: frozenset[str]
    budget: Budget

    def __iter__(self) -> Iterator[str]:
        return self.classes.words(self.goals, self.avoid, self.budget)


def service_of(glob: str) -> str | None:
    """The service that a glob names in plain text before a colon; None where it does not."""
    service, colon, _ = glob.partition(":")
    return service if colon and plain(service) else None


def is_action(text: str) -> bool:
    """Whether a text without wildcards is in the universe of actions: `service:Name` with one colon, no part empty."""
    service, _, name = text.partition(":")
    return bool(service and name) and ":" not in name


@dataclass(slots=True)
class ActionSpace:
    """The action globs of a comparison, by service."""

    comparison: Comparison
    budget: Budget
    others: int = field(init=False)
    """All statements but the new Allows."""
    _points: dict[str, dict[str, int]] = field(default_factory=dict)
    _wild: dict[str, list[int]] = field(default_factory=dict)
    _anywhere: list[int] = field(default_factory=list)
    _automata: dict[str, tuple[list[int], Automata]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        comparison = self.comparison
        self.others = comparison.new_deny | comparison.old_allow | comparison.old_deny
        for number, text in enumerate(comparison.actions.texts):
            service = service_of(text)
            if service is not None and plain(text):
                if is_action(text):
                    self._points.setdefault(service, {})[text] = number
            elif service is not None:
                self._wild.setdefault(service, []).append(number)
            elif not plain(text):
                self._anywhere.append(number)

    def at(self, action: str, statement: Numbered) -> int:
        """The statements of interest that match one action (of the new Allows, only `statement`)."""
        folded = fold(action)
        service = folded.partition(":")[0]
        numbers, automata = self._of_service(service)
        matched = [numbers[place] for place in automata.matching(folded)]
        point = self._points.get(service, {}).get(folded)
        if point is not None:
            matched.append(point)
        return self._mask(matched, statement)

    def classes(self, statement: Numbered, action: int | None) -> Iterator[ActionClass]:
        """The classes of the actions that one pattern of a new Allow matches; None: all that its NotAction leaves."""
        glob = STAR if action is None else self.comparison.actions.texts[action]
        if plain(glob):
            if is_action(glob):
                written = glob if action is None else self.comparison.actions.written[action]
                yield ActionClass(self.at(glob, statement), (written,))
            return
        service = service_of(glob)
        if service is not None:
            yield from self._in_service(service, glob, statement, named=True)
            return
        services = sorted({*self._points, *self._wild})
        for name in services:
            yield from self._in_service(name, glob, statement, named=True)
        yield from self._in_other_services(frozenset(services), glob, statement)

    def _of_service(self, service: str) -> tuple[list[int], Automata]:
        known = self._automata.get(service)
        if known is None:
            numbers = [*self._wild.get(service, ()), *self._anywhere]
            texts = self.comparison.actions.texts
            known = self._automata[service] = (numbers, compile_globs([texts[number] for number in numbers]))
        return known

    def _mask(self, matched: Iterable[int], statement: Numbered) -> int:
        return self.comparison.actions.statements(matched) & (self.others | 1 << statement.number)

    def _interesting(self, number: int, statement: Numbered) -> bool:
        globs = self.comparison.actions
        owners = globs.positive[number] | globs.negative[number]
        return bool(owners & (self.others | 1 << statement.number))

    def _in_service(self, service: str, glob: str, statement: Numbered, named: bool) -> Iterator[ActionClass]:
        """Classes of the actions `service:...` that the glob matches."""
        globs = self.comparison.actions
        points = {
            text: number
            for text, number in (self._points.get(service, {}) if named else {}).items()
            if self._interesting(number, statement)
        }
        self.budget.spend(len(self._wild.get(service, ())) + len(self._anywhere))
        one = compile_globs((glob,))
        for text, number in points.items():
            self.budget.spend()
            if one.matching(text):
                yield ActionClass(self.at(text, statement), (globs.written[number],))
        numbers = [
            number
            for number in (*(self._wild.get(service, ()) if named else ()), *self._anywhere)
            if self._interesting(number, statement) and may_overlap(globs.texts[number], glob)
        ]
        automata = compile_globs([*(globs.texts[number] for number in numbers), glob])
        found = explore(
            automata,
            f"{service}:",
            Universe.NAME,
            (len(numbers),),
            other_character({*automata.alphabet, *"".join(points)}),
            self.budget,
        )
        for goals in found.by_bits((len(numbers),)).values():
            matched = [numbers[place] for place in automata.matched(next(iter(goals))[0]) if place < len(numbers)]
            yield ActionClass(
                self._mask(matched, statement), _Words(found, frozenset(goals), frozenset(points), self.budget)
            )

    def _in_other_services(self, named: frozenset[str], glob: str, statement: Numbered) -> Iterator[ActionClass]:
        """Classes of the actions of services that no pattern names: one service for each state they can lead to."""
        texts = [self.comparison.actions.texts[number] for number in self._anywhere]
        automata = compile_globs([*texts, glob])
        other = other_character({*automata.alphabet, *"".join(named)})
        found = explore(automata, "", Universe.NAME, (len(texts),), other, self.budget)
        for node in found.ends:
            service = next(iter(found.words((node,), named, self.budget)), None)
            if service is not None:
                yield from self._in_service(service, glob, statement, named=False)


def example_action(glob: str) -> str:
    """A plain action that the glob matches, for a reader."""
    return glob.replace(STAR, "").replace(ANY, "x")
