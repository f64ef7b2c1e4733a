"""ssm-by-path-ancestor: paths above what is denied, and the root."""

import json

import pytest

from secrets_cli.gate.rules.ssm_by_path_ancestor import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import PARAMETER, said

BY_PATH = "ssm:GetParametersByPath"


def _policy(*statements: tuple[str, object, object], **more: object) -> str:
    made = [
        {"Effect": effect, "Action": action, "Resource": resource, **(more if effect == "Allow" else {})}
        for effect, action, resource in statements
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": made})


def _around(allowed: object, denied: object, action: object = BY_PATH, **more: object) -> str:
    return _policy(("Allow", action, allowed), ("Deny", "ssm:GetParameter*", denied), **more)


@pytest.mark.parametrize(
    ("allowed", "denied", "asked"),
    [
        (f"{PARAMETER}/app", f"{PARAMETER}/app/secret", "/app"),
        (f"{PARAMETER}/app*", f"{PARAMETER}/app/secret/*", "/app/secret"),
        (f"{PARAMETER}/app*", f"{PARAMETER}/app/secret*", "/app"),
        (f"{PARAMETER}/app", f"{PARAMETER}/app/a/b/c", "/app"),
        ("*", f"{PARAMETER}/app*", "/"),
    ],
)
def test_a_deny_below_an_allowed_path_is_gone_around(allowed: str, denied: str, asked: str) -> None:
    (finding,) = said(RULE, _around(allowed, denied), "p.json")
    assert finding.severity is Severity.HIGH
    assert finding.message.startswith(
        f"`{BY_PATH}` on `{PARAMETER}{asked}` is allowed here and reads the whole tree, in spite of the Deny on `{denied}`"
    )


@pytest.mark.parametrize(
    ("allowed", "denied"),
    [
        (f"{PARAMETER}/app", f"{PARAMETER}/app*"),
        (f"{PARAMETER}/web", f"{PARAMETER}/app/secret"),
        (f"{PARAMETER}/app/*", f"{PARAMETER}/app/secret"),
    ],
)
def test_a_deny_on_the_path_and_another_path_are_no_finding(allowed: str, denied: str) -> None:
    assert not said(RULE, _around(allowed, denied), "p.json")


def test_without_recursion_only_the_path_right_above_counts() -> None:
    flat = {"Condition": {"Bool": {"ssm:Recursive": "false"}}}
    assert not said(RULE, _around(f"{PARAMETER}/app", f"{PARAMETER}/app/a/b", **flat), "p.json")
    assert said(RULE, _around(f"{PARAMETER}/app", f"{PARAMETER}/app/a", **flat), "p.json")
    assert not said(RULE, _policy(("Allow", BY_PATH, "*"), **flat), "p.json")


@pytest.mark.parametrize("resource", ["*", f"{PARAMETER}/", f"{PARAMETER}/*", f"{PARAMETER}*"])
def test_the_whole_account_is_medium(resource: str) -> None:
    (finding,) = said(RULE, _policy(("Allow", ["ssm:GetParameter", BY_PATH], resource)), "p.json")
    assert finding.severity is Severity.MEDIUM
    assert finding.message == f"`{BY_PATH}` on `{resource}` reads every parameter of the account in one call for `/`"


@pytest.mark.parametrize("action", ["*", "ssm:*", "ssm:Get*", "ssm:GetParameter*", "ssm:GetParameter"])
def test_wildcards_in_the_action_are_other_rules(action: str) -> None:
    assert not said(RULE, _policy(("Allow", action, "*")), "p.json")


def test_not_action_is_another_rules() -> None:
    text = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}
    )
    assert not said(RULE, text, "p.json")


def test_what_is_unknown_is_no_finding() -> None:
    text = (
        "Parameters: {P: {Type: String}}\nResources:\n  R:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n"
        "      PolicyDocument:\n        Statement:\n"
        f"          - {{Effect: Allow, Action: '{BY_PATH}', Resource: !Ref P}}\n"
        "          - {Effect: Deny, Action: 'ssm:GetParameter', Resource: !Sub 'arn:aws:ssm:*:*:parameter/app/${P}'}\n"
        f"          - {{Effect: Allow, Action: '{BY_PATH}', Resource: 'arn:aws:ssm:*:*:parameter/app'}}\n"
    )
    assert not said(RULE, text, "t.yml")
