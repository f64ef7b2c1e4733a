"""The typed calls of KMS, against moto."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from secrets_cli.aws.keys import KeyService, LastUse, NewKey
from secrets_cli.aws.target import Connection
from secrets_cli.errors import (
    AccessDenied,
    AlreadyThere,
    AwsFailure,
    ConfigurationError,
    KeyUnusable,
    NotThere,
    Throttled,
)

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
)


def test_a_key_is_made_named_described_and_tagged(aws: Connection) -> None:
    kms = KeyService(aws)
    made = kms.create(NewKey(POLICY, "for tests", (("team", "a"),)))
    assert (made.state, made.manager, made.spec, made.description) == (
        "Enabled",
        "CUSTOMER",
        "SYMMETRIC_DEFAULT",
        "for tests",
    )
    kms.create_alias("alias/made", made.id)
    assert kms.describe("alias/made") == made
    assert [alias.name for alias in kms.aliases(made.id)] == ["alias/made"]
    assert kms.tags(made.id) == {"team": "a"}
    kms.tag(made.id, {"team": "b", "more": "c"})
    kms.tag(made.id, {})
    assert kms.tags(made.id) == {"team": "b", "more": "c"}
    kms.describe_as(made.id, "still for tests")
    assert kms.describe(made.id).description == "still for tests"
    with pytest.raises(AlreadyThere):
        kms.create_alias("alias/made", made.id)


def test_policies_are_read_and_replaced(aws: Connection) -> None:
    kms = KeyService(aws)
    key = kms.create(NewKey(POLICY, "")).id
    assert kms.policy_names(key) == ("default",)
    assert json.loads(kms.policy(key)) == json.loads(POLICY)
    other = POLICY.replace("kms:*", "kms:Put*")
    kms.put_policy(key, other)
    assert kms.policy_named(key, "default") == other


def test_rotation(aws: Connection) -> None:
    kms = KeyService(aws)
    key = kms.create(NewKey(POLICY, "")).id
    assert kms.rotation(key).enabled is False
    kms.rotate_every(key, 180)
    assert kms.rotation(key).enabled is True
    assert kms.rotations(key) == ()
    kms.rotate_now(key)
    assert [one.kind for one in kms.rotations(key)] == ["ON_DEMAND"]
    kms.rotate_no_more(key)
    assert kms.rotation(key).enabled is False


def test_deletion_is_scheduled_and_cancelled(aws: Connection) -> None:
    kms = KeyService(aws)
    key = kms.create(NewKey(POLICY, "")).id
    when = kms.schedule_deletion(key, 7)
    found = kms.describe(key)
    assert found.state == "PendingDeletion"
    assert found.deletion is not None
    assert when is not None
    assert found.deletion.utcoffset() == when.utcoffset()
    kms.cancel_deletion(key)
    assert kms.describe(key).state == "Disabled"
    kms.enable(key)
    assert kms.describe(key).state == "Enabled"


def test_grants(aws: Connection) -> None:
    kms = KeyService(aws)
    key = kms.create(NewKey(POLICY, "")).id
    assert kms.grants(key) == ()
    aws.client("kms").create_grant(
        KeyId=key,
        GranteePrincipal="arn:aws:iam::123456789012:role/app",
        Operations=["Decrypt"],
        Constraints={"EncryptionContextSubset": {"a": "b"}},
    )
    (grant,) = kms.grants(key)
    assert (grant.grantee, grant.operations, grant.constrained) == (
        "arn:aws:iam::123456789012:role/app",
        ("Decrypt",),
        True,
    )


def test_every_page_of_keys_is_read(aws: Connection) -> None:
    with Stubber(aws.client("kms")) as answers:
        first = {"Keys": [{"KeyId": "a"}], "NextMarker": "more", "Truncated": True}
        answers.add_response("list_keys", first, {})
        answers.add_response("list_keys", {"Keys": [{"KeyId": "b"}], "Truncated": False}, {"Marker": "more"})
        assert KeyService(aws).ids() == ("a", "b")


@pytest.mark.parametrize("name", ["alias/none", "1234abcd-12ab-34cd-56ef-1234567890ab"])
def test_a_key_that_is_not_there(aws: Connection, name: str) -> None:
    with pytest.raises(NotThere, match=f"there is no key `{name}` in"):
        KeyService(aws).describe(name)


USED = datetime(2026, 5, 1, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"KeyLastUsage": {"Operation": "Decrypt", "Timestamp": USED}, "TrackingStartDate": SINCE},
            LastUse("Decrypt", USED, SINCE),
        ),
        ({"KeyLastUsage": {}, "TrackingStartDate": SINCE}, LastUse("", None, SINCE)),
        ({}, LastUse("", None, None)),
    ],
)
def test_last_use(aws: Connection, answer: dict[str, Any], expected: LastUse) -> None:
    with Stubber(aws.client("kms")) as answers:
        answers.add_response("get_key_last_usage", answer, {"KeyId": "k"})
        assert KeyService(aws).last_use("k") == expected


def test_last_use_that_the_endpoint_or_the_sdk_does_not_know(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with Stubber(aws.client("kms")) as answers:
        answers.add_client_error("get_key_last_usage", "InvalidAction")
        with pytest.raises(AwsFailure) as raised:
            KeyService(aws).last_use("k")
    assert raised.value.code == "InvalidAction"
    monkeypatch.setattr(aws, "client", lambda _service: object())
    with pytest.raises(ConfigurationError, match="kms:GetKeyLastUsage"):
        KeyService(aws).last_use("k")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("AccessDeniedException", AccessDenied),
        ("ThrottlingException", Throttled),
        ("DisabledException", KeyUnusable),
        ("NotFoundException", NotThere),
        ("UnsupportedOperationException", AwsFailure),
    ],
)
def test_refusals_keep_their_code(aws: Connection, code: str, error: type[AwsFailure]) -> None:
    with Stubber(aws.client("kms")) as answers:
        answers.add_client_error("get_key_rotation_status", code, "some text")
        with pytest.raises(error) as raised:
            KeyService(aws).rotation("k")
    assert raised.value.code == code
