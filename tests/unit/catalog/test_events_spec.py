"""The event table as data: every case of tests/spec/events/*.json gives exactly the grants it names."""

import json
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.grant import ApiCall, CallResource, Grant, Mapped, NoPermissionNeeded, UnknownEvent
from secrets_cli.catalog.load import load_catalog

SPEC = Path(__file__).parents[2] / "spec" / "events"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(SPEC.glob("*.json"))
    for case in json.loads(path.read_text())
]


def call_of(case: dict[str, Any]) -> ApiCall:
    return ApiCall(
        event_source=f"{case['source']}.amazonaws.com",
        event_name=case["event"],
        region=case.get("region", "eu-west-1"),
        account=case.get("account", "111122223333"),
        partition=case.get("partition", "aws"),
        parameters=case.get("parameters"),
        response=case.get("response"),
        resources=tuple(CallResource(entry["arn"], entry["type"]) for entry in case.get("resources", ())),
        invoked_by=case.get("invoked_by", ""),
        identity_type=case.get("identity_type", "AssumedRole"),
        principal=case.get("principal", "arn:aws:iam::111122223333:role/app"),
        error_code=case.get("error_code", ""),
        error_message=case.get("error_message", ""),
    )


def shown(grant: Grant) -> dict[str, Any]:
    told: dict[str, Any] = {"action": grant.action, "resources": list(grant.resources)}
    if grant.condition:
        told["condition"] = {term.key: list(term.values) for term in grant.condition}
    if grant.unscoped:
        told["unscoped"] = grant.unscoped
    return told


def in_order(grants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        ({**grant, "resources": sorted(grant["resources"])} for grant in grants), key=lambda grant: str(grant["action"])
    )


@pytest.mark.parametrize("case", CASES)
def test_event(case: dict[str, Any]) -> None:
    match meaning_of(call_of(case), load_catalog()):
        case Mapped(grants):
            assert in_order([shown(grant) for grant in grants]) == in_order(case["grants"])
        case NoPermissionNeeded(why):
            assert why == case["no_permission"]
        case UnknownEvent():
            assert case["unknown"]


def test_there_are_cases() -> None:
    assert len(CASES) > 200
