"""Who asks, and how closely they are named."""

import pytest

from secrets_cli.iam.model import Effect, PrincipalElement, PrincipalEntry
from secrets_cli.iam.principal import CallerKind, Closeness, caller_of, closeness

_ACCOUNT = "111122223333"


@pytest.mark.parametrize(
    ("principal", "kind", "account", "name"),
    [
        (f"arn:aws:iam::{_ACCOUNT}:root", CallerKind.ROOT, _ACCOUNT, ""),
        (_ACCOUNT, CallerKind.ROOT, _ACCOUNT, ""),
        (f"arn:aws:iam::{_ACCOUNT}:user/path/bob", CallerKind.USER, _ACCOUNT, ""),
        (f"arn:aws-cn:iam::{_ACCOUNT}:role/app", CallerKind.ROLE, _ACCOUNT, ""),
        (f"arn:aws:sts::{_ACCOUNT}:assumed-role/app/s", CallerKind.ROLE_SESSION, _ACCOUNT, "app"),
        (f"arn:aws:sts::{_ACCOUNT}:federated-user/bob", CallerKind.FEDERATED_USER, _ACCOUNT, "bob"),
        (f"arn:aws:iam::{_ACCOUNT}:saml-provider/corp", CallerKind.OUTSIDE, "", ""),
        ("lambda.amazonaws.com", CallerKind.OUTSIDE, "", ""),
        ("*", CallerKind.OUTSIDE, "", ""),
    ],
)
def test_callers(principal: str, kind: CallerKind, account: str, name: str) -> None:
    caller = caller_of(principal)
    assert (caller.kind, caller.account, caller.name) == (kind, account, name)


@pytest.mark.parametrize(
    ("principal", "linked"),
    [
        (f"arn:aws:iam::{_ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", True),
        (f"arn:aws:sts::{_ACCOUNT}:assumed-role/AWSServiceRoleForECS/x", True),
        (f"arn:aws:sts::{_ACCOUNT}:assumed-role/app/AWSServiceRoleForECS", False),
        (f"arn:aws:iam::{_ACCOUNT}:role/app", False),
    ],
)
def test_service_linked_roles(principal: str, linked: bool) -> None:
    assert caller_of(principal).service_linked is linked


@pytest.mark.parametrize(
    ("kind", "value", "principal", "expected"),
    [
        ("*", "*", "*", Closeness.DIRECT),
        ("AWS", "*", f"arn:aws:iam::{_ACCOUNT}:user/bob", Closeness.DIRECT),
        ("Service", "*", f"arn:aws:iam::{_ACCOUNT}:user/bob", Closeness.NONE),
        ("AWS", _ACCOUNT, f"arn:aws:iam::{_ACCOUNT}:user/bob", Closeness.ACCOUNT),
        ("AWS", f"arn:aws:iam::{_ACCOUNT}:root", f"arn:aws:iam::{_ACCOUNT}:root", Closeness.DIRECT),
        ("AWS", "999988887777", f"arn:aws:iam::{_ACCOUNT}:user/bob", Closeness.NONE),
        ("AWS", f"arn:aws:iam::{_ACCOUNT}:user/bob", f"arn:aws:iam::{_ACCOUNT}:user/Bob", Closeness.NONE),
        ("AWS", f"arn:aws:iam::{_ACCOUNT}:role/x/app", f"arn:aws:sts::{_ACCOUNT}:assumed-role/app/s", Closeness.ROLE),
        ("AWS", f"arn:aws:iam::{_ACCOUNT}:role/ap*", f"arn:aws:sts::{_ACCOUNT}:assumed-role/app/s", Closeness.NONE),
        ("AWS", "arn:aws:iam::999988887777:role/app", f"arn:aws:sts::{_ACCOUNT}:assumed-role/app/s", Closeness.NONE),
        ("Federated", "accounts.google.com", "accounts.google.com", Closeness.DIRECT),
        ("AWS", "", "lambda.amazonaws.com", Closeness.NONE),
    ],
)
def test_closeness(kind: str, value: str, principal: str, expected: Closeness) -> None:
    element = PrincipalElement((PrincipalEntry(kind, value),))
    assert closeness(element, Effect.ALLOW, caller_of(principal)) is expected
