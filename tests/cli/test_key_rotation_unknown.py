"""A rotation that the caller may not ask for is unknown, which is not the same as impossible."""

import json

import pytest

from secrets_cli.aws.keys import KeyService, NewKey, Rotation
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied
from tests.conftest import RunCli

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


@pytest.fixture
def key(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> str:
    def denied(_self: KeyService, key: str) -> Rotation:
        raise AccessDenied(f"AWS denied `kms:GetKeyRotationStatus` on `{key}`", "allow it", "AccessDeniedException")

    key = KeyService(aws).create(NewKey(POLICY, "")).id
    monkeypatch.setattr(KeyService, "rotation", denied)
    monkeypatch.setattr(KeyService, "last_use", denied)  # a call that the double of AWS does not know
    return key


def test_list(cli: RunCli, key: str) -> None:
    ran = cli("key", "list")
    assert ("unknown" in ran.out, "not possible" in ran.out) == (True, False)
    assert key in ran.out
    assert "kms:GetKeyRotationStatus" in ran.err
    (row,) = json.loads(cli("key", "list", "--format", "json").out)["keys"]
    assert (row["rotation"], row["rotation_known"]) == (None, False)


def test_show_tells_the_rest(cli: RunCli, key: str) -> None:
    ran = cli("key", "show", key)
    assert ran.code == 0
    assert "unknown" in ran.out
    assert json.loads(cli("key", "show", key, "--format", "json").out)["rotation_known"] is False
