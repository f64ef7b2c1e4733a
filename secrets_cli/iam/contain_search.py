"""The search for a request that the new policies allow and the old do not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product

from secrets_cli.iam.classes import Budget, OutOfBudget
from secrets_cli.iam.contain_actions import ActionClass, ActionSpace
from secrets_cli.iam.contain_conditions import Contexts, Way
from secrets_cli.iam.contain_cover import Target, targets
from secrets_cli.iam.contain_resources import ResourceClass, ResourceSpace
from secrets_cli.iam.contain_statements import Comparison
from secrets_cli.iam.request import ContextValue, Request

Confirm = Callable[[Request], bool]
"""Whether the new policies allow a request and the old do not, by evaluation."""

_WORDS_TRIED = 3
_WAYS_TRIED = 8


@dataclass(slots=True)
class Search:
    """One comparison under search. `doubts` says why a negative answer would not be proven."""

    comparison: Comparison
    confirm: Confirm
    budget: Budget
    pins: Mapping[str, ContextValue] = field(default_factory=dict)
    """Condition keys (lower case) whose value is given."""
    doubts: dict[str, None] = field(default_factory=dict)
    actions: ActionSpace = field(init=False)
    resources: ResourceSpace = field(init=False)
    contexts: Contexts = field(init=False)
    _clear: set[tuple[int, tuple[int | None, ...], int, tuple[str | None, ...]]] = field(default_factory=set)
    _targets: tuple[Target, ...] | None = None

    def __post_init__(self) -> None:
        self.actions = ActionSpace(self.comparison, self.budget)
        self.resources = ResourceSpace(self.comparison, self.budget)
        self.contexts = Contexts(self.comparison, self.budget, self.pins)

    def targets(self) -> tuple[Target, ...]:
        """What the fast path leaves."""
        if self._targets is None:
            self._targets = tuple(targets(self.comparison, self.budget))
        return self._targets

    def doubt(self, reason: str) -> None:
        """Note why the absence of a witness would prove nothing."""
        self.doubts[reason] = None

    def witness(self) -> Request | None:
        """A confirmed request that the new policies allow and the old do not; None where none was found, which is a
        proof that there is none as long as `doubts` is empty."""
        try:
            for target in self.targets():
                for action in self.actions.classes(target.statement, target.action):
                    found = self.in_action(target, action)
                    if found is not None:
                        return found
        except OutOfBudget:
            self.doubt("the comparison takes more steps than it is given")
        return None

    def in_action(
        self, target: Target, action: ActionClass, within: tuple[str | None, ...] = (None,)
    ) -> Request | None:
        """A confirmed witness among the actions of one class, on resources of the shapes in `within` (None: on any)."""
        if not action.statements >> target.statement.number & 1:
            return None
        key = (target.statement.number, target.resources, action.statements, within)
        if key in self._clear:
            return None
        clear = True
        # Single resources first: they make the witnesses that read best.
        for classes, resource, shape in product((self.resources.points, self.resources.rest), target.resources, within):
            for found in classes(target.statement, resource, action.statements, shape):
                ways = list(islice(self._ways(target, found), _WAYS_TRIED))
                if ways:
                    clear = False
                    witness = self._confirmed(action, found, ways)
                    if witness is not None:
                        return witness
        if clear:
            self._clear.add(key)
        return None

    def _ways(self, target: Target, found: ResourceClass) -> Iterator[Way]:
        if found.statements >> target.statement.number & 1:
            yield from self.contexts.ways(target.statement, found.statements)

    def _confirmed(self, action: ActionClass, found: ResourceClass, ways: Iterable[Way]) -> Request | None:
        """The first combination that the evaluator confirms. Where a class has no text there is no doubt either."""
        names = list(islice(action.words, _WORDS_TRIED))
        resources = list(islice(found.words, _WORDS_TRIED)) if names else []
        if not names or not resources:
            return None
        for way in ways:
            if way.context is None:
                continue
            for name in names:
                for resource in resources:
                    request = request_of(name, resource, way.context)
                    if _without_wildcards(request) and self.confirm(request):
                        return request
        self.doubt(self._why(found, resources, ways))
        return None

    def _why(self, found: ResourceClass, resources: list[str], ways: Iterable[Way]) -> str:
        if not found.definite:
            return "a difference could not be ruled out that rests on what a policy variable holds"
        if all("*" in text[1:] or "?" in text for text in resources):
            return "a difference could only be found on resources whose names hold a literal `*` or `?`"
        why = next((way.why for way in ways if way.why), "a request that the evaluator does not confirm")
        return f"a difference could not be ruled out that rests on {why}"


def request_of(action: str, resource: str, context: Mapping[str, ContextValue]) -> Request:
    """The request of an IAM user of the resource's own account."""
    fields = resource.split(":", 5)
    account = (fields[4] if len(fields) == 6 else "") or "111122223333"
    partition = fields[1] if len(fields) == 6 else "aws"
    return Request(f"arn:{partition}:iam::{account}:user/witness", action, resource, dict(context))


def _without_wildcards(request: Request) -> bool:
    return request.resource == "*" or not ("*" in request.resource or "?" in request.resource)
