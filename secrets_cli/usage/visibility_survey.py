"""Every service's actions by how much of their use some logs can show."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from secrets_cli.aws.trails import Trail
from secrets_cli.catalog.catalog import Catalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.trail_changes import change_warning
from secrets_cli.usage.usage import Coverage
from secrets_cli.usage.visibility import (
    ActionVisibility,
    Sight,
    State,
    action_visibility,
    contradiction_warning,
    contradictions,
)
from secrets_cli.usage.visibility_days import hole_warning
from secrets_cli.usage.visibility_trail import trail_warnings


@dataclass(frozen=True, slots=True)
class ServiceVisibility:
    """One service."""

    service: str
    """IAM prefix."""
    actions: tuple[ActionVisibility, ...]
    """All that the catalog knows, sorted by name."""

    @property
    def state(self) -> State:
        """Visible or invisible where all of its actions are, else partly."""
        states = {action.state for action in self.actions}
        return next(iter(states)) if len(states) == 1 else State.PARTLY

    def count(self, state: State) -> int:
        """How many of its actions are in a state."""
        return sum(action.state is state for action in self.actions)

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why actions are not visible, and how many each reason holds for, the most first."""
        return tuple(Counter(action.why for action in self.actions if action.why).most_common())


def survey(sight: Sight, catalog: Catalog, services: Iterable[str] = ()) -> tuple[ServiceVisibility, ...]:
    """The services asked for, or every service; sorted. Raises ConfigurationError for one the catalog does not know."""
    asked = sorted({service.lower() for service in services})
    for service in asked:
        if catalog.service(service) is None:
            raise ConfigurationError(
                f"the catalog knows no service `{service}`", "give an IAM prefix such as `s3`, as actions begin with"
            )
    return tuple(
        ServiceVisibility(
            service, tuple(action_visibility(sight, name, catalog) for name in catalog.expand(f"{service}:*"))
        )
        for service in asked or catalog.services()
    )


def warnings_of(sight: Sight, coverage: Coverage | None, trails: Iterable[Trail]) -> Iterator[str]:
    """What speaks against taking the logs for whole evidence."""
    for trail in trails:
        yield from trail_warnings(trail, coverage.first if coverage else "")
    for kind in contradictions(sight):
        yield contradiction_warning(kind)
    if coverage is None:
        return
    if hole := hole_warning(coverage):
        yield hole
    if change := change_warning(coverage, [selectors.trail for selectors in sight.selectors]):
        yield change
    if coverage.rejected:
        yield f"files or records that could not be read: {len(coverage.rejected):,}; `usage scan` names them"
