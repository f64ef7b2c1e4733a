"""The catalog: which actions and resource types exist in AWS.

Answers from data that was fixed when it was built; it knows no newer action, so an unknown action is "not known", never
"does not exist". Services are read one by one, when first asked about.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from secrets_cli.catalog.action_pattern import ActionPattern
from secrets_cli.catalog.header import Header
from secrets_cli.catalog.http_route import ApiModel, HttpRoute
from secrets_cli.catalog.service import Action, ResourceType, Service


class Catalog:
    """Look-ups by name and by pattern, ASCII case-insensitive as in IAM; answers are in the catalog's spelling.

    Immutable to its users; a service is read at most once.
    """

    def __init__(
        self,
        header: Header,
        prefixes: Iterable[str],
        read_service: Callable[[str], Service],
        read_routes: Callable[[], tuple[HttpRoute, ...]] = tuple,
    ) -> None:
        self.header = header
        self._prefixes = tuple(sorted(prefixes))
        self._known = frozenset(self._prefixes)
        self._read_service = read_service
        self._read_routes = read_routes
        self._services: dict[str, Service] = {}
        self._actions: dict[str, Mapping[str, Action]] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, services: Iterable[Service], header: Header, routes: Iterable[HttpRoute] = ()) -> "Catalog":
        """A catalog of the given services, held in memory."""
        held = {service.prefix: service for service in services}
        held_routes = tuple(routes)
        return cls(header, held, held.__getitem__, lambda: held_routes)

    def services(self) -> tuple[str, ...]:
        """The service prefixes, sorted."""
        return self._prefixes

    def service(self, prefix: str) -> Service | None:
        """The service of a prefix (any case), or None if the catalog has none."""
        key = _folded(prefix)
        if key not in self._known:
            return None
        if key not in self._services:
            self._services[key] = self._read_service(key)
        return self._services[key]

    def action(self, name: str) -> Action | None:
        """The action `service:Name` (any case), or None if the catalog has none of that name."""
        prefix, _, action = name.partition(":")
        return self._actions_of(_folded(prefix)).get(_folded(action))

    def all_actions(self) -> tuple[str, ...]:
        """Every known action as `service:Name`, sorted."""
        return self._all_actions

    def expand(self, pattern: str) -> tuple[str, ...]:
        """The known actions that an action pattern matches, as `service:Name`, sorted.

        The pattern is matched against the whole `service:Name`: `*` is any run of characters, `?` any one character.
        Empty when nothing known matches, which includes text that is no action pattern.
        """
        if "*" not in pattern and "?" not in pattern:
            found = self.action(pattern)
            return () if found is None else (found.full_name,)
        wanted = ActionPattern(pattern)
        if wanted.matches_everything:
            return self._all_actions
        if wanted.service is not None:
            return tuple(name for name in self._names_of(wanted.service) if wanted.matches(name))
        return tuple(name for name in self._all_actions if wanted.matches(name))

    def resource_types(self, action: str) -> tuple[ResourceType, ...] | None:
        """The resource types an action takes; empty for one that takes only `*`; None for an unknown action."""
        found = self.action(action)
        if found is None:
            return None
        service = self.service(found.service)
        assert service is not None, "an action's service is in the catalog"
        taken = {resource.type for resource in found.resources}
        return tuple(kind for kind in service.resource_types if kind.name in taken)

    def resource_patterns(self, action: str) -> tuple[str, ...] | None:
        """ARN patterns (`*` for each placeholder) of the resource types an action takes, sorted.

        Empty for an action without resource types, which takes only `*`; None for an unknown action.
        """
        kinds = self.resource_types(action)
        if kinds is None:
            return None
        return tuple(sorted({pattern for kind in kinds for pattern in kind.patterns}))

    def http_route(self, model: ApiModel, operation: str) -> HttpRoute | None:
        """How an API Gateway management operation is sent, or None for an unknown one. The case must match."""
        return self._routes.get((model, operation))

    def _actions_of(self, prefix: str) -> Mapping[str, Action]:
        if prefix not in self._actions:
            service = self.service(prefix)
            if service is None:
                return MappingProxyType({})
            self._actions[prefix] = {action.name.lower(): action for action in service.actions}
        return self._actions[prefix]

    def _names_of(self, prefix: str) -> tuple[str, ...]:
        if prefix not in self._names:
            names = tuple(sorted(action.full_name for action in self._actions_of(prefix).values()))
            if not names:
                return names
            self._names[prefix] = names
        return self._names[prefix]

    @functools.cached_property
    def _all_actions(self) -> tuple[str, ...]:
        return tuple(sorted(name for prefix in self._prefixes for name in self._names_of(prefix)))

    @functools.cached_property
    def _routes(self) -> Mapping[tuple[ApiModel, str], HttpRoute]:
        return {(route.model, route.operation): route for route in self._read_routes()}


def _folded(name: str) -> str:
    """Lower case for ASCII alone: the Kelvin sign is no `k`, as it is none to IAM."""
    return name.lower() if name.isascii() else name
