"""Policies of a few words, and what rules on what is granted say of them."""

import json
from typing import Any

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.engine import judge
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Settings
from secrets_cli.iam.location import Location
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.document_text import read_document
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt
from secrets_cli.inputs.partial import partial_policy
from tests.unit.gate.judging import TODAY, findings_in

ACCOUNT = "111122223333"
TABLE = f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/orders"
QUEUE = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders"


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def said(
    rule: Rule, *statements: dict[str, Any], persona: Persona = Persona.DEFAULT, name: str = "policy.json"
) -> tuple[Finding, ...]:
    """What one rule says of one policy."""
    text = json.dumps(document(*statements), indent=1, ensure_ascii=False)
    settings = Settings(persona=persona)
    if UNKNOWN not in text:
        return findings_in(text, name, [rule], settings)
    policy = partial_policy(read_document(text, name), name, PolicyKind.IDENTITY).policy
    assert policy is not None
    found = Found((PolicyAt(policy, PolicyKind.IDENTITY, Location(name, 1, 1), "", "policy"),))
    return judge([found], Knowledge(load_catalog(), TODAY, settings), [rule])


def template(
    statements: list[dict[str, Any]], *, boundary: list[dict[str, Any]] | None = None, managed: tuple[str, ...] = ()
) -> str:
    """A template with one role."""
    properties: dict[str, Any] = {
        "AssumeRolePolicyDocument": document(
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ),
        "ManagedPolicyArns": list(managed),
        "Policies": [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else [],
    }
    resources: dict[str, Any] = {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}
    if boundary is not None:
        properties["PermissionsBoundary"] = {"Ref": "Boundary"}
        resources["Boundary"] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": document(*boundary)},
        }
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, indent=1)
