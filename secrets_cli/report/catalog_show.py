"""`catalog show` as text and as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.header import Header
from secrets_cli.catalog.look_up import Found, FoundAction, FoundActions, FoundService
from secrets_cli.catalog.service import AccessLevel, Action, ActionResource, ResourceType, Service
from secrets_cli.json_value import JsonValue
from secrets_cli.wording import how_many

SCHEMA = "secrets-cli/catalog-show/1"
NO_TYPES = "none: the action takes only `*`"


def document(asked: str, found: Found, catalog: Catalog) -> dict[str, JsonValue]:
    """The JSON result; its shape is docs/schemas/catalog-show-1.json."""
    kind, actions, service = _taken_apart(found)
    return {
        "schema": SCHEMA,
        "catalog": catalog.header.document(),
        "asked": asked,
        "kind": kind,
        "service": None if service is None else _service_document(service),
        "actions": [_action_document(action, catalog) for action in actions],
    }


def text(found: Found, catalog: Catalog) -> str:
    """The readable result: ends with the catalog's version and sources."""
    return "\n".join([*_lines(found, catalog), "", _footer(catalog.header)])


def _lines(found: Found, catalog: Catalog) -> list[str]:
    match found:
        case FoundAction(action):
            return _action_lines(action, catalog)
        case FoundActions(pattern, actions):
            verb = "matches" if len(actions) == 1 else "match"
            heading = f"{how_many(len(actions), 'action')} {verb} `{pattern}` ({_by_level(actions)})"
            return [heading, "", *_table(actions)]
        case FoundService(service):
            return _service_lines(service)
        case _ as never:
            assert_never(never)


def _taken_apart(found: Found) -> tuple[str, tuple[Action, ...], Service | None]:
    match found:
        case FoundAction(action):
            return "action", (action,), None
        case FoundActions(_, actions):
            return "pattern", actions, None
        case FoundService(service):
            return "service", service.actions, service
        case _ as never:
            assert_never(never)


# --- JSON ---


def _service_document(service: Service) -> Mapping[str, JsonValue]:
    return {
        "prefix": service.prefix,
        "title": service.title,
        "resource_types": [_type_document(kind) for kind in service.resource_types],
    }


def _type_document(kind: ResourceType) -> Mapping[str, JsonValue]:
    return {"type": kind.name, "arns": kind.arns, "patterns": kind.patterns, "condition_keys": kind.condition_keys}


def _action_document(action: Action, catalog: Catalog) -> Mapping[str, JsonValue]:
    kinds = _types_by_name(action, catalog)
    return {
        "action": action.full_name,
        "access_level": action.access_level.value,
        "resources": [
            {
                "type": resource.type,
                "required": resource.required,
                "arns": kinds[resource.type].arns,
                "patterns": kinds[resource.type].patterns,
            }
            for resource in action.resources
        ],
        "dependents": action.dependents,
        "condition_keys": action.condition_keys,
    }


def _types_by_name(action: Action, catalog: Catalog) -> Mapping[str, ResourceType]:
    return {kind.name: kind for kind in catalog.resource_types(action.full_name) or ()}


# --- text ---


def _action_lines(action: Action, catalog: Catalog) -> list[str]:
    kinds = _types_by_name(action, catalog)
    rows = [
        (f"{resource.type} {_need(resource)}", arn)
        for resource in action.resources
        for arn in kinds[resource.type].arns
    ]
    return [
        action.full_name,
        f"  access level    {action.access_level.value}",
        *_labelled("resource types", _columns(rows) or [NO_TYPES]),
        *_labelled("may also need", action.dependents),
        *_labelled("condition keys", action.condition_keys),
    ]


def _service_lines(service: Service) -> list[str]:
    rows = [(kind.name, arn) for kind in service.resource_types for arn in kind.arns]
    return [
        f"{service.prefix}: {service.title}",
        "",
        f"{how_many(len(service.resource_types), 'resource type')}",
        *(f"  {line}" for line in _columns(rows)),
        "",
        f"{how_many(len(service.actions), 'action')} ({_by_level(service.actions)})",
        *_table(service.actions),
    ]


def _table(actions: Sequence[Action]) -> list[str]:
    rows = [(action.full_name, action.access_level.value, _taken(action)) for action in actions]
    return [f"  {line}" for line in _columns(rows)]


def _taken(action: Action) -> str:
    marked = [resource.type + ("*" if resource.required else "") for resource in action.resources]
    return ", ".join(marked) or "-"


def _need(resource: ActionResource) -> str:
    return "(required)" if resource.required else "(optional)"


def _by_level(actions: Iterable[Action]) -> str:
    counted = Counter(action.access_level for action in actions)
    return ", ".join(f"{counted[level]} {level.value}" for level in AccessLevel if counted[level])


def _labelled(label: str, values: Sequence[str]) -> list[str]:
    return [f"  {label if at == 0 else '':<16}{value}" for at, value in enumerate(values)]


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _footer(header: Header) -> str:
    return f"catalog {header.label}"
