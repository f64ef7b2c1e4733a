"""Which contexts make one new Allow match while nothing of the other side stands in the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from secrets_cli.iam.contain_cover import TermKey, term_key
from secrets_cli.iam.contain_statements import Comparison, Numbered, bits
from secrets_cli.iam.request import ContextValue


@dataclass(frozen=True, slots=True)
class Way:
    """One way a request's context can let the new policies allow what the old do not."""

    context: Mapping[str, ContextValue] | None
    """None where no context was found although none could be ruled out."""


@dataclass(slots=True)
class Contexts:
    """Solves for contexts; answers are kept by the set of matching statements."""

    comparison: Comparison
    _terms: list[frozenset[TermKey]] = field(init=False)

    def __post_init__(self) -> None:
        self._terms = [
            frozenset(term_key(term, statement.variables) for term in statement.conditions)
            for statement in self.comparison.statements
        ]

    def ways(self, statement: Numbered, active: int) -> Iterator[Way]:
        """The ways in which `statement` allows, no active new Deny matches, and the old side does not allow.

        `active` are the statements whose action and resource match. Nothing is yielded only where there is no way.
        """
        comparison = self.comparison
        blockers = bits(active & comparison.new_deny)
        allows = bits(active & comparison.old_allow)
        for helper in (None, *bits(active & comparison.old_deny)):
            required = self._terms[statement.number]
            must_fail = blockers
            if helper is None:
                must_fail = [*blockers, *allows]
            else:
                required = required | self._terms[helper]
            if all(self._terms[number] - required for number in must_fail):
                free = not required and not any(self._terms[number] for number in must_fail)
                yield Way({} if free else None)
