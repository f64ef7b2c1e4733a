"""Looking for the paths of the table in what a principal is granted.

A path is found where every action it needs is allowed on a resource that it can be done with: ARNs are made up from the
patterns of the policies, and each request is put to the evaluator with all policies of the principal, Deny statements and
boundary included. So what is found can be shown, request by request; a path may be missed where a pattern is too strange to
make an ARN from, or where the policies name another account than their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.gate.escalation.ground import Ground, Step
from secrets_cli.gate.escalation.path import Need, Path
from secrets_cli.gate.escalation.specimen import CALLER, names_many, specimen
from secrets_cli.gate.escalation.target import Reach, Target
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.subject import Granted, Principal
from secrets_cli.inputs.found import UNKNOWN

_MOST_PATTERNS = 40
"""Resource patterns tried for one target; policies that list more name single resources."""
_OF_AWS = (":iam::aws:", ":role/aws-service-role/")
"""In the ARNs of what AWS owns: no account can change its policies, nor pass or assume service-linked roles."""
_CALLER_USER = f":user/{CALLER}"


@dataclass(frozen=True, slots=True)
class Way:
    """A path that is open to a principal, with the requests that show it."""

    path: Path
    steps: tuple[Step, ...]
    """In the order of the path's needs."""
    reach: Reach
    """The least of its targets."""

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The condition keys that decide whether it is open."""
        return tuple(dict.fromkeys(key for step in self.steps for key in step.depends_on))


def ways_of(principal: Principal, paths: Sequence[Path], knowledge: Knowledge) -> Iterator[Way]:
    """The paths that are open, in the table's order."""
    granted = frozenset().union(*(one.actions for one in principal.granted))
    possible = [path for path in paths if path.actions <= granted]
    if not possible:
        return
    ground = Ground(principal, knowledge)
    for path in possible:
        way = _way(path, principal, ground)
        if way is not None:
            yield way


def _way(path: Path, principal: Principal, ground: Ground) -> Way | None:
    steps: dict[Need, Step] = {}
    reach = Reach.ANY
    for target in dict.fromkeys(need.target for need in path.needs):
        needs = [need for need in path.needs if need.target is target]
        found = _best(needs, target, path.service, principal, ground)
        if found is None:
            return None
        reach = min(reach, target.worth(found[0]))
        steps.update(zip(needs, found[1], strict=True))
    return Way(path, tuple(steps[need] for need in path.needs), reach)


def _best(
    needs: Sequence[Need], target: Target, service: str, principal: Principal, ground: Ground
) -> tuple[Reach, tuple[Step, ...]] | None:
    """The candidate that allows all needs of a target: one that depends on no condition before one that does, then the
    one that reaches most."""
    best: tuple[bool, Reach, tuple[Step, ...]] | None = None
    for reach, resource in _candidates(needs, target, principal.granted, ground.account):
        steps = _steps(needs, resource, service, ground)
        if steps is None:
            continue
        firm = not any(step.depends_on for step in steps)
        if best is None or (firm, reach) > best[:2]:
            best = (firm, reach, steps)
        if firm and reach is Reach.ANY:
            break
    return best[1:] if best is not None else None


def _steps(needs: Sequence[Need], resource: str, service: str, ground: Ground) -> tuple[Step, ...] | None:
    steps = []
    for need in needs:
        step = ground.step(need.action, resource, service)
        if step is None:
            return None
        steps.append(step)
    return tuple(steps)


def _candidates(
    needs: Sequence[Need], target: Target, granted: Sequence[Granted], account: str
) -> Iterator[tuple[Reach, str]]:
    example = target.example.format(account=account)
    yield Reach.ANY, example
    seen = {example}
    for pattern in _patterns(needs, granted):
        made = specimen(pattern, example, target.shape)
        if made is None or made in seen or not _can_be(made, target):
            continue
        seen.add(made)
        many = names_many(pattern)
        if many or UNKNOWN not in made.rpartition(":")[2]:
            yield (Reach.MANY if many else Reach.ONE), made


def _can_be(resource: str, target: Target) -> bool:
    if any(part in resource for part in _OF_AWS):
        return False
    return target.is_caller or not resource.endswith(_CALLER_USER)


def _patterns(needs: Sequence[Need], granted: Sequence[Granted]) -> list[str]:
    actions = {need.action for need in needs}
    resources = [one.statement.resource for one in granted if not actions.isdisjoint(one.actions)]
    values = (
        value for resource in resources if resource is not None and not resource.negated for value in resource.values
    )
    return list(dict.fromkeys(values))[:_MOST_PATTERNS]
