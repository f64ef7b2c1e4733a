"""The built package under Lambda's real Python runtime client, against the emulator: a value, a handled refusal, a handled
fault, and a package that cannot start."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from secrets_cli.broker.package import HANDLER, package
from tests.e2e.lambda_runtime import Runtime, running
from tests.emulator.server import ACCOUNT, REGION, Emulator
from tests.get_secret_events import APP, Principal, ask, document, event, grant, signed

pytestmark = pytest.mark.e2e

VALUE = "canary-runtime-51d0"
NAME = "/runtime-e2e/prod/db"
SECOND = "/runtime-e2e/prod/api-key"
DENIED = "/runtime-e2e/prod/denied"
"""Granted, but not to the reader role: a drift."""
READER = "runtime-e2e-reader"


def _client(emulator: Emulator, service: str):  # type: ignore[no-untyped-def]  # a client of any service
    keys = emulator.environment()
    return boto3.client(
        service,
        endpoint_url=emulator.url,
        region_name=REGION,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.fixture(scope="module")
def grants(emulator: Emulator) -> str:
    """A parameter, and a reader role for it, in the emulator; answers the grants document."""
    for name in (NAME, SECOND):
        _client(emulator, "ssm").put_parameter(Name=name, Value=VALUE, Type="SecureString")
    iam = _client(emulator, "iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    trust |= {"Action": ["sts:AssumeRole", "sts:SetSourceIdentity"]}
    role = iam.create_role(
        RoleName=READER, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    read = {"Effect": "Allow", "Action": ["ssm:GetParameter", "ssm:GetParameters"]}
    read |= {"Resource": [f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}" for name in (NAME, SECOND)]}
    iam.put_role_policy(
        RoleName=READER,
        PolicyName="read",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [read]}),
    )
    item = {**grant(APP, "x", [NAME, SECOND, DENIED]), "reader": role, "keys": []}
    lost = {**grant(APP, "x", ["/runtime-e2e/lost"]), "reader": f"{role}-deleted", "keys": []}
    return document([item, lost], account=ACCOUNT)


def _unpacked(folder: Path, grants: str | None) -> Path:
    place = folder / "task"
    zipfile.ZipFile(io.BytesIO(package(grants))).extractall(place)
    return place


@pytest.fixture
def runtime(emulator: Emulator, grants: str, tmp_path: Path) -> Iterator[Runtime]:
    with running(_unpacked(tmp_path, grants), HANDLER, emulator.environment()) as started:
        yield started


def test_values_refusals_and_faults(runtime: Runtime) -> None:
    first = runtime.invoke(ask(NAME), "request-1")
    assert first.kind == "response"
    assert first.document["statusCode"] == 200
    assert json.loads(first.document["body"]) == {
        "secrets": [{"name": NAME, "version": 1, "value": VALUE}],
        "requestId": "request-1",
    }
    stranger = replace(APP, id="AROASTRANGERSTRANGERS")
    statuses = [
        runtime.invoke(made, "request-2").document["statusCode"]
        for made in (ask(NAME, who=stranger), ask(DENIED), ask("/x//y"), {"name": NAME}, ask("/runtime-e2e/lost"))
    ]
    assert statuses == [403, 502, 400, 403, 502]
    lines = [json.loads(line) for line in runtime.logged().splitlines() if line.startswith("{")]
    assert [line["outcome"] for line in lines] == [
        *("handed-out", "not-granted", "read-denied", "bad-name", "no-identity", "reader-unusable")
    ]
    assert VALUE not in runtime.logged()


def test_several_names_in_one_request(runtime: Runtime) -> None:
    """The emulator denies every GetParameters that is scoped to an ARN: so this is also the way one by one."""
    answer = runtime.invoke(ask(NAME, SECOND, "/other"))
    results = json.loads(answer.document["body"])["secrets"]
    assert [(item.get("value"), item.get("error")) for item in results] == [
        (VALUE, None),
        (VALUE, None),
        (None, "not-available"),
    ]


@pytest.fixture(scope="module")
def reader_user(emulator: Emulator, grants: str) -> Principal:
    """A user who may read NAME and nothing else, and whose access key is in the emulator."""
    iam = _client(emulator, "iam")
    user = iam.create_user(UserName="runtime-e2e-user")["User"]
    read = {"Effect": "Allow", "Action": "ssm:GetParameter"}
    read |= {"Resource": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{NAME}"}
    iam.put_user_policy(
        UserName="runtime-e2e-user",
        PolicyName="read",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [read]}),
    )
    key = iam.create_access_key(UserName="runtime-e2e-user")["AccessKey"]
    return Principal(user["UserId"], user["Arn"], access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])


def test_a_signed_read_is_relayed_and_decided_by_the_caller_s_own_policy(
    emulator: Emulator, reader_user: Principal, tmp_path: Path
) -> None:
    """The emulator verifies the signature and the user's policy; the function has no credentials that could read."""
    without = {"AWS_ACCESS_KEY_ID": "ASIANOBODY", "AWS_SECRET_ACCESS_KEY": "nobody"}
    settings = document((), mode="relay", account=ACCOUNT)
    with running(_unpacked(tmp_path, settings), HANDLER, emulator.environment() | without) as started:
        good = started.invoke(event(signed(NAME, reader_user, token=""), reader_user))
        assert json.loads(good.document["body"])["secrets"] == [{"name": NAME, "version": 1, "value": VALUE}]
        tampered = signed(NAME, reader_user, token="")
        tampered["body"] = tampered["body"].replace(NAME, SECOND)
        wrong_key = signed(NAME, replace(reader_user, secret_key="another"), token="")
        others = (
            tampered,
            wrong_key,
            signed(SECOND, reader_user, token=""),
            signed("/runtime-e2e/none", reader_user, token=""),
        )
        assert [started.invoke(event(body, reader_user)).document["statusCode"] for body in others] == [403] * 4
        lines = [json.loads(line) for line in started.logged().splitlines() if line.startswith("{")]
    assert [line["outcome"] for line in lines] == ["handed-out", *["denied-to-caller"] * 4]
    assert VALUE not in started.logged()


def test_grants_in_the_environment_come_first(emulator: Emulator, grants: str, tmp_path: Path) -> None:
    environment = emulator.environment() | {"GET_SECRET_GRANTS": grants}
    with running(_unpacked(tmp_path, "{}"), HANDLER, environment) as started:
        assert started.invoke(ask(NAME)).document["statusCode"] == 200


def test_malformed_grants_are_answered_and_logged(emulator: Emulator, tmp_path: Path) -> None:
    with running(_unpacked(tmp_path, "{"), HANDLER, emulator.environment()) as started:
        assert started.invoke(ask(NAME)).document["statusCode"] == 502
        assert '"misconfigured"' in started.logged()


def test_a_package_that_cannot_start_says_so(emulator: Emulator, tmp_path: Path) -> None:
    with running(_unpacked(tmp_path, None), "handler.no_such_entry", emulator.environment()) as started:
        posted = started.report()
    assert posted.kind == "init/error"
    assert posted.document["errorType"] == "Runtime.HandlerNotFound"
