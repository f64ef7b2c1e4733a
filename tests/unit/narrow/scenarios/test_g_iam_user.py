"""An IAM user, beside another user and a role whose session bears the user's name."""

import json
from pathlib import Path

import pytest

from secrets_cli.iam.parse import parse_policy
from tests.unit.narrow.scenarios.records import ACCOUNT, Scenario, arn, call, check, session, user, write_log

USER = f"arn:aws:iam::{ACCOUNT}:user/backup"
KEY = arn("kms", "key/0a1b2c3d-0000-4000-8000-1234567890ab")


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """The user writes backups and reads one secret; the others do what is not the user's."""
    mine = user("backup")
    write_log(
        tmp_path / "logs",
        [
            call(mine, "s3", "PutObject", requestParameters={"bucketName": "backups", "key": "db/1.dump"}),
            call(mine, "kms", "Decrypt", resources=[{"ARN": KEY, "type": "AWS::KMS::Key", "accountId": ACCOUNT}]),
            call(user("intern"), "s3", "GetObject", requestParameters={"bucketName": "backups", "key": "db/1.dump"}),
            call(
                session("ops", "backup"),
                "s3",
                "DeleteObject",
                requestParameters={"bucketName": "backups", "key": "db/1.dump"},
            ),
        ],
    )
    statement = {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"}
    present = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "present.json")
    return Scenario(USER, (present,), tmp_path / "logs")


def test_the_users_own_calls_count_and_nobody_elses(scenario: Scenario) -> None:
    dump = "arn:aws:s3:::backups/db/1.dump"
    check(
        scenario,
        scenario.narrowed(),
        allowed=[("s3:PutObject", dump), ("kms:Decrypt", KEY)],
        denied=[
            ("s3:GetObject", dump),
            ("s3:DeleteObject", dump),
            ("s3:PutObject", "arn:aws:s3:::backups/web/1.dump"),
            ("kms:Encrypt", KEY),
            ("kms:Decrypt", arn("kms", "key/another")),
            ("kms:CreateGrant", KEY),
        ],
    )


def test_the_session_that_bears_the_users_name_is_another_principal(scenario: Scenario) -> None:
    result = scenario.narrowed()
    assert result.proof.requests == 2
    assert [statement.evidence.events for statement in result.statements] == [1, 1]
