"""The demo's logs: what a reader of CloudTrail must meet in them, and that they never vary."""

import gzip
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.demo.logs import DemoLogs, write_demo_logs
from secrets_cli.demo.orders import ACCOUNT, BUCKET, INDEX, KEY_ARN, ROLE_ARN
from secrets_cli.errors import ConfigurationError

Record = dict[str, Any]

# As AWS orders them; a record has all of the first kind and some of the second.
ALWAYS = ("eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress")
CALL_FIELDS = (
    *ALWAYS,
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "readOnly",
    "resources",
    "eventType",
    "apiVersion",
    "managementEvent",
    "recipientAccountId",
    "serviceEventDetails",
    "eventCategory",
    "tlsDetails",
)
KEY = re.compile(
    r"AWSLogs/(\d{12})/CloudTrail/([a-z0-9-]+)/(\d{4})/(\d\d)/(\d\d)/"
    r"\1_CloudTrail_\2_\3\4\5T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz"
)


def _read(folder: Path) -> list[Record]:
    found: list[Record] = []
    for path in sorted(folder.rglob("*.json.gz")):
        document = json.loads(gzip.decompress(path.read_bytes()))
        assert list(document) == ["Records"]
        found += document["Records"]
    return found


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> DemoLogs:
    return write_demo_logs(tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="module")
def records(logs: DemoLogs) -> list[Record]:
    return _read(logs.folder)


def _by_role(records: list[Record]) -> list[Record]:
    def issuer(record: Record) -> object:
        return record["userIdentity"].get("sessionContext", {}).get("sessionIssuer", {}).get("arn")

    return [record for record in records if issuer(record) == ROLE_ARN]


def test_the_counts_are_those_of_the_files(logs: DemoLogs, records: list[Record]) -> None:
    files = [path for path in logs.folder.rglob("*") if path.is_file()]
    assert (logs.files, logs.records) == (len(files), len(records))
    times = [record["eventTime"] for record in records]
    assert (logs.first, logs.last) == (min(times), max(times))
    assert logs.regions == ("eu-west-1", "us-east-1")


def test_keys_are_those_of_a_trail(logs: DemoLogs) -> None:
    for path in logs.folder.rglob("*.json.gz"):
        key = path.relative_to(logs.folder).as_posix()
        assert KEY.fullmatch(key), key


def test_a_file_holds_its_region_and_the_minutes_before_it(logs: DemoLogs) -> None:
    for path in logs.folder.rglob("*.json.gz"):
        _, _, region, delivered, _ = path.name.split("_")
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
            assert record["awsRegion"] == region
            assert record["eventTime"].replace("-", "").replace(":", "")[:13] < delivered[:13]


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_demo_logs(tmp_path / name, date(2026, 3, 1), 2)
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.gz")}
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) > 10


def test_each_day_is_there(tmp_path: Path) -> None:
    write_demo_logs(tmp_path, date(2026, 2, 27), 3)
    assert {record["eventTime"][:10] for record in _read(tmp_path)} == {"2026-02-27", "2026-02-28", "2026-03-01"}


def test_no_days_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        write_demo_logs(tmp_path, days=0)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=re.escape(f"cannot write `{tmp_path}/file/AWSLogs")):
        write_demo_logs(tmp_path / "file")


def test_every_record_has_the_fields_of_version_1_11_in_order(records: list[Record]) -> None:
    for record in records:
        assert record["eventVersion"] == "1.11"
        assert [name for name in CALL_FIELDS if name in record] == list(record)
        assert set(ALWAYS) <= set(record)
        assert record["recipientAccountId"] == ACCOUNT
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record["eventTime"])
        assert record["managementEvent"] is (record["eventCategory"] == "Management")
        assert ("errorCode" in record) is ("errorMessage" in record)


def test_no_event_id_occurs_twice(records: list[Record]) -> None:
    counts = Counter(record["eventID"] for record in records)
    assert counts.most_common(1)[0][1] == 1
    assert all(re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", event_id) for event_id in counts)


def test_data_events_name_their_resources(records: list[Record]) -> None:
    data = [record for record in records if record["eventCategory"] == "Data"]
    for record in data:
        assert record["resources"]
        assert all(("ARN" in entry) != ("ARNPrefix" in entry) and "type" in entry for entry in record["resources"])
    types = {entry["type"] for record in data for entry in record["resources"]}
    assert types == {"AWS::S3::Object", "AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Lambda::Function"}


def test_what_the_role_did(records: list[Record]) -> None:
    done = {
        (record["eventSource"].removesuffix(".amazonaws.com"), record["eventName"], record.get("errorCode", ""))
        for record in _by_role(records)
    }
    assert done == {
        ("s3", "GetObject", ""),
        ("s3", "GetObject", "NoSuchKey"),
        ("s3", "HeadObject", ""),
        ("s3", "PutObject", ""),
        ("s3", "ListObjects", ""),
        ("s3", "DeleteBucket", "AccessDenied"),
        ("dynamodb", "GetItem", ""),
        ("dynamodb", "PutItem", ""),
        ("dynamodb", "Query", ""),
        ("dynamodb", "Query", "ProvisionedThroughputExceededException"),
        ("ssm", "GetParameter", ""),
        ("ssm", "GetParametersByPath", ""),
        ("ssm", "GetParametersByPath", "ThrottlingException"),
        ("kms", "Decrypt", ""),
        ("lambda", "Invoke", ""),
        ("logs", "CreateLogStream", ""),
        ("iam", "CreateUser", "AccessDenied"),
    }


def test_the_role_is_one_session_named_after_the_function(records: list[Record]) -> None:
    arns = {record["userIdentity"]["arn"] for record in _by_role(records)}
    assert arns == {f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE_ARN.rpartition('/')[2]}/orders-dev"}


def test_many_objects_lie_under_two_prefixes(records: list[Record]) -> None:
    keys = {
        record["requestParameters"]["key"]
        for record in _by_role(records)
        if record["eventName"] in ("GetObject", "PutObject") and "errorCode" not in record
    }
    assert {key.partition("/")[0] for key in keys} == {"uploads", "invoices"}
    assert len(keys) > 200


def test_the_index_is_in_the_parameters_and_the_table_in_the_resources(records: list[Record]) -> None:
    query = next(record for record in records if record["eventName"] == "Query")
    assert query["requestParameters"]["indexName"] == INDEX
    assert query["resources"][0]["ARN"].endswith(f":table/{query['requestParameters']['tableName']}")


def test_ssm_decrypts_on_behalf_of_the_role(records: list[Record]) -> None:
    decrypt = next(record for record in records if record["eventName"] == "Decrypt")
    assert decrypt["userIdentity"]["invokedBy"] == "ssm.amazonaws.com"
    assert decrypt["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == ROLE_ARN
    assert decrypt["requestParameters"]["encryptionContext"]["PARAMETER_ARN"].endswith("/payment-api-key")
    assert decrypt["resources"][0]["ARN"] == KEY_ARN


def test_refused_calls_say_what_was_asked_for(records: list[Record]) -> None:
    refused = [record for record in records if record.get("errorCode") == "AccessDenied"]
    asked = {re.search(r"perform: (\S+) on", record["errorMessage"])[1] for record in refused}  # type: ignore[index]
    assert asked == {"iam:CreateUser", "s3:DeleteBucket"}
    assert all(record["responseElements"] is None for record in refused)


def test_others_are_there_too(records: list[Record]) -> None:
    kinds = {(record["eventType"], record["userIdentity"].get("type", "")) for record in records}
    assert kinds == {
        ("AwsApiCall", "AssumedRole"),
        ("AwsApiCall", "AWSService"),
        ("AwsApiCall", "IAMUser"),
        ("AwsConsoleSignIn", "IAMUser"),
        ("AwsServiceEvent", ""),
    }
    issuers = {
        record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"]
        for record in records
        if record["userIdentity"].get("type") == "AssumedRole"
    }
    assert len(issuers) == 2
    assert any("/aws-service-role/" in issuer for issuer in issuers)


def test_nothing_is_stored_outside_the_buckets_of_the_app(records: list[Record]) -> None:
    for record in _by_role(records):
        if record["eventSource"] == "s3.amazonaws.com":
            assert record["requestParameters"]["bucketName"] == BUCKET
