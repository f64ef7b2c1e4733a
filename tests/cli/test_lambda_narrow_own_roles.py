"""`role narrow` on the function's own calls proposes nothing smaller than what `lambda deploy` deploys."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.broker.desired import Deployment, Settings, desired
from secrets_cli.broker.grants import Grant
from secrets_cli.broker.policies import function_policy, reader_policy
from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.render import render_policy
from tests.broker_samples import FOUND, KEY, OTHER_KEY, PLACE, sample_grants
from tests.cloudtrail_records import ACCOUNT, delivered, record, role_identity
from tests.conftest import RunCli


def by_name() -> Deployment:
    """A deployment that grants single names: folders grant also what is not there yet, which no log shows as used."""
    named = {"/app/prod/db": (KEY,), "/app/prod/mail": (OTHER_KEY,), "password": (OTHER_KEY,)}
    app, twin, ops = sample_grants()
    several = ("/app/prod/db", "/app/prod/mail")
    grants = (*(Grant(grant.principal, several) for grant in (app, twin)), ops)
    return desired(Settings(), grants, replace(FOUND, keys=named))


def calls(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """What CloudTrail records where every caller asks for every name, alone and together."""
    for caller in deployment.callers:
        reader = caller.reader
        assert reader is not None
        yield {
            "userIdentity": role_identity(deployment.role_arn, "get-secret"),
            "eventSource": "sts.amazonaws.com",
            "eventName": "AssumeRole",
            "requestParameters": {
                "roleArn": reader.arn,
                "roleSessionName": caller.id,
                "sourceIdentity": caller.id,
                "policy": "{}",
            },
            "resources": [{"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": reader.arn}],
        }
        asked = [[name] for name in reader.names] + ([list(reader.names)] if len(reader.names) > 1 else [])
        for names in asked:
            yield from reading(role_identity(reader.arn, caller.id), names, dict(reader.keys))


def reading(identity: dict[str, Any], names: list[str], keys: dict[str, tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    """One call of Parameter Store, and the decryption behind it."""
    arns = [PLACE.parameter_arn(name) for name in names]
    one = len(names) == 1
    yield {
        "userIdentity": identity,
        "eventSource": "ssm.amazonaws.com",
        "eventName": "GetParameter" if one else "GetParameters",
        "requestParameters": ({"name": names[0]} if one else {"names": names}) | {"withDecryption": True},
        "resources": [{"accountId": ACCOUNT, "ARN": arn} for arn in arns],
    }
    for name, arn in zip(names, arns, strict=True):
        yield {
            "userIdentity": identity | {"invokedBy": "ssm.amazonaws.com"},
            "eventSource": "kms.amazonaws.com",
            "eventName": "Decrypt",
            "requestParameters": {
                "encryptionContext": {"PARAMETER_ARN": arn},
                "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
            },
            "resources": [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": keys[name][0]}],
            "sourceIPAddress": "ssm.amazonaws.com",
        }


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The calls as CloudTrail delivers them."""
    number = itertools.count(1)
    management = {"managementEvent": True, "eventCategory": "Management"}
    records = [
        record(eventID=f"00000000-0000-4000-8000-{next(number):012}", **management, **call) for call in calls(by_name())
    ]
    delivered(tmp_path / "logs", *records)
    return tmp_path / "logs"


def narrowed(cli: RunCli, logs: Path, arn: str, policy: Policy, more: tuple[str, ...] = ()) -> list[Policy]:
    """What `role narrow` writes for a role."""
    present = logs.parent / "present.json"
    present.write_text(render_policy(policy), encoding="utf-8")
    ran = cli(
        *("role", "narrow", "--logs", str(logs), "--principal", arn, "--policy", str(present), "--format", "json"),
        *more,
    )
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert document["removed"] == []
    return [parse_policy(json.dumps(one), "narrowed") for one in document["policies"]]


def test_nothing_of_the_functions_role_can_go(cli: RunCli, logs: Path) -> None:
    deployment = by_name()
    configuration = logs.parent / "function.json"
    configuration.write_text(
        json.dumps(
            {
                "FunctionName": deployment.settings.stack,
                "FunctionArn": deployment.function_arn,
                "Role": deployment.role_arn,
                "Runtime": "python3.14",
                "LoggingConfig": {"LogFormat": "JSON", "LogGroup": deployment.log_group},
            }
        ),
        encoding="utf-8",
    )
    policy = function_policy(deployment)
    smaller = narrowed(cli, logs, deployment.role_arn, policy, ("--function-config", str(configuration)))
    assert contains(smaller, [policy]) == Contained()


def test_nothing_of_the_reader_roles_can_go(cli: RunCli, logs: Path) -> None:
    deployment = by_name()
    assert len(deployment.readers) == 2
    for reader in deployment.readers:
        policy = reader_policy(reader, deployment.place)
        assert contains(narrowed(cli, logs, reader.arn, policy), [policy]) == Contained()
