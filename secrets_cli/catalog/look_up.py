"""What a reader asks the catalog by name: an action, an action pattern, or a service."""

import difflib
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.service import Action, Service
from secrets_cli.errors import ConfigurationError, NothingToRead

_NAME = re.compile(r"\*+|(?P<prefix>[A-Za-z0-9*?-]+)(?::(?P<action>[A-Za-z0-9*?-]+))?")
_FORMS = "ask for an action (`ssm:GetParameter`), a pattern (`ssm:Get*`, `*:Tag*`) or a service (`ssm`)"
_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class FoundAction:
    """The text names this action."""

    action: Action


@dataclass(frozen=True, slots=True)
class FoundActions:
    """The text is a pattern, and these known actions match it: at least one, sorted."""

    pattern: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class FoundService:
    """The text names this service."""

    service: Service


Found: TypeAlias = FoundAction | FoundActions | FoundService


def look_up(catalog: Catalog, text: str) -> Found:
    """What `text` names.

    Raises ConfigurationError for text that is no action, pattern or service name, and NothingToRead for a name that the
    catalog does not know (or a pattern that matches nothing in it); the help offers near names.
    """
    name = _NAME.fullmatch(text)
    if name is None:
        raise ConfigurationError(f"`{text}` is no action, pattern or service", _FORMS)
    wild = "*" in text or "?" in text
    if wild and name["action"] is None and text.strip("*"):
        raise ConfigurationError(f"`{text}` is no action pattern: it has no colon", _FORMS)
    if wild:
        return _matching(catalog, text)
    if name["action"] is None:
        return _service(catalog, text)
    return _action(catalog, text)


def _matching(catalog: Catalog, pattern: str) -> FoundActions:
    actions = tuple(_known(catalog, name) for name in catalog.expand(pattern))
    if not actions:
        raise NothingToRead(
            f"no action in catalog {catalog.header.version} matches `{pattern}`",
            "`secrets-cli catalog show SERVICE` lists a service's actions",
        )
    return FoundActions(pattern, actions)


def _service(catalog: Catalog, prefix: str) -> FoundService:
    service = catalog.service(prefix)
    if service is None:
        near = difflib.get_close_matches(prefix.lower(), catalog.services(), _SUGGESTIONS)
        raise NothingToRead(
            f"no service `{prefix}` in catalog {catalog.header.version}",
            _did_you_mean(near) or "`secrets-cli catalog show '*:*'` lists every action",
        )
    return FoundService(service)


def _action(catalog: Catalog, name: str) -> FoundAction:
    action = catalog.action(name)
    if action is None:
        raise NothingToRead(
            f"no action `{name}` in catalog {catalog.header.version}",
            _did_you_mean(near_actions(catalog, name))
            or "it may be newer than the catalog; `secrets-cli catalog show SERVICE` lists a service's actions",
        )
    return FoundAction(action)


@functools.lru_cache(maxsize=4096)
def near_actions(catalog: Catalog, name: str) -> tuple[str, ...]:
    """Up to three known actions that an unknown `service:Name` may have meant, the likeliest first.

    Near names in the service; where there is no such service, the same name in services of near, then of any, prefix.
    """
    prefix, _, action = name.partition(":")
    service = catalog.service(prefix)
    if service is not None:
        names = {known.name.lower(): known.full_name for known in service.actions}
        return tuple(names[near] for near in difflib.get_close_matches(action.lower(), names, _SUGGESTIONS))
    same = {known.partition(":")[0]: known for known in catalog.expand(f"*:{action}")}
    near = difflib.get_close_matches(prefix.lower(), same, _SUGGESTIONS)
    return tuple(same[service] for service in near or sorted(same)[:_SUGGESTIONS])


def _known(catalog: Catalog, name: str) -> Action:
    action = catalog.action(name)
    assert action is not None, "expand gives known actions"
    return action


def _did_you_mean(names: Sequence[str]) -> str:
    if not names:
        return ""
    *others, last = (f"`{name}`" for name in names)
    return f"did you mean {', '.join(others)}{' or ' if others else ''}{last}?"
