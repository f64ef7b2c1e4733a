"""Selectors as CloudTrail prints them, and a look at an action through them."""

import json

from secrets_cli.catalog.load import load_catalog
from secrets_cli.usage.selectors import Selectors, parse_selectors
from secrets_cli.usage.visibility import Grants, Sight, State, action_visibility, hidden

TRAIL = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/main"


def classic(read_write: str = "All", **more: object) -> dict[str, object]:
    """One classic selector."""
    return {"ReadWriteType": read_write, "IncludeManagementEvents": True, "DataResources": [], **more}


def resources(type_: str, *values: str) -> dict[str, object]:
    """One entry of `DataResources`."""
    return {"Type": type_, "Values": list(values)}


def field(name: str, **operators: object) -> dict[str, object]:
    """One field selector."""
    return {"Field": name, **operators}


def data(type_: str, *fields: dict[str, object]) -> dict[str, object]:
    """One advanced selector of data events."""
    return {
        "FieldSelectors": [
            field("eventCategory", Equals=["Data"]),
            field("resources.type", Equals=[type_]),
            *fields,
        ]
    }


def management(*fields: dict[str, object]) -> dict[str, object]:
    """One advanced selector of management events."""
    return {"FieldSelectors": [field("eventCategory", Equals=["Management"]), *fields]}


def classic_selectors(*selectors: dict[str, object]) -> Selectors:
    """The selectors of a trail with classic ones."""
    return parse_selectors(json.dumps({"TrailARN": TRAIL, "EventSelectors": list(selectors)}), "selectors.json")


def advanced_selectors(*selectors: dict[str, object]) -> Selectors:
    """The selectors of a trail with advanced ones."""
    return parse_selectors(json.dumps({"TrailARN": TRAIL, "AdvancedEventSelectors": list(selectors)}), "selectors.json")


def state(action: str, *selectors: Selectors) -> State:
    """How much of an action they show, whatever its resource."""
    return action_visibility(Sight(selectors=selectors), action, load_catalog()).state


def is_hidden(action: str, resource: str, *selectors: Selectors, grants: Grants | None = None) -> bool:
    """Whether use on the resource pattern could be missing."""
    return bool(hidden(Sight(selectors=selectors), action, resource, grants, load_catalog()))
