"""Policies written short, for the tests of what rewrites and compares them."""

from typing import Any

from secrets_cli.iam.model import VERSION_2012, Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.json_value import JsonValue


def allow(action: JsonValue, resource: JsonValue = "*", **more: JsonValue) -> dict[str, JsonValue]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: JsonValue, resource: JsonValue = "*", **more: JsonValue) -> dict[str, JsonValue]:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def policy(*statements: dict[str, Any], version: str = VERSION_2012) -> Policy:
    """The policy of the statements."""
    import json

    return parse_policy(json.dumps({"Version": version, "Statement": list(statements)}), "p.json")
