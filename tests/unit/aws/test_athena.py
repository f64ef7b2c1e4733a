"""The typed calls of Athena, against answers made here."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from secrets_cli.aws.athena import AthenaService, QueryState, refuse_failed
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, EngineFailure, NotThere

ID = "12345678-1234-1234-1234-123456789012"


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def service(aws: Connection, waits: list[float]) -> AthenaService:
    return AthenaService(aws, "audits", "s3://results/a/", waits.append)


@pytest.fixture
def stub(service: AthenaService) -> Iterator[Stubber]:
    with Stubber(service.connection.client("athena")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def execution(state: str, scanned: int = 0, reason: str = "") -> dict[str, Any]:
    """What GetQueryExecution answers."""
    statistics = {"DataScannedInBytes": scanned, "TotalExecutionTimeInMillis": 1500}
    status = {"State": state, **({"StateChangeReason": reason} if reason else {})}
    return {"QueryExecution": {"QueryExecutionId": ID, "Status": status, "Statistics": statistics}}


def test_a_table_is_read_with_its_partitions(service: AthenaService, stub: Stubber) -> None:
    columns = [{"Name": "eventTime", "Type": "string"}]
    metadata = {
        "Name": "trail",
        "Columns": columns,
        "PartitionKeys": [{"Name": "region", "Type": "string"}],
        "Parameters": {"location": "s3://logs/AWSLogs", "projection.enabled": "true"},
    }
    asked = {"CatalogName": "AwsDataCatalog", "DatabaseName": "audit", "TableName": "trail"}
    stub.add_response("get_table_metadata", {"TableMetadata": metadata}, asked)
    table = service.table("audit", "trail")
    assert (table.columns, table.partition_keys) == ({"eventtime": "string"}, {"region": "string"})
    assert table.location == "s3://logs/AWSLogs"


def test_a_place_that_athena_does_not_tell_is_asked_of_glue(service: AthenaService, stub: Stubber) -> None:
    metadata = {"Name": "trail", "Columns": [{"Name": "a"}]}
    stub.add_response("get_table_metadata", {"TableMetadata": metadata})
    with Stubber(service.connection.client("glue")) as glue:
        table = {"Name": "trail", "StorageDescriptor": {"Location": "s3://logs/x/"}}
        glue.add_response("get_table", {"Table": table}, {"DatabaseName": "audit", "Name": "trail"})
        assert service.table("audit", "trail").location == "s3://logs/x/"


@pytest.mark.parametrize("text", ["EntityNotFoundException: Table trail not found.", "Database audit not found"])
def test_no_such_table(service: AthenaService, stub: Stubber, text: str) -> None:
    stub.add_client_error("get_table_metadata", "MetadataException", text)
    with pytest.raises(NotThere, match=r"there is no table `audit\.trail`") as caught:
        service.table("audit", "trail")
    assert "athena-ddl" in caught.value.help


def test_a_table_without_columns_is_none(service: AthenaService, stub: Stubber) -> None:
    stub.add_response("get_table_metadata", {"TableMetadata": {"Name": "trail"}})
    with pytest.raises(NotThere):
        service.table("audit", "trail")


def test_a_query_goes_from_start_to_rows(service: AthenaService, stub: Stubber, waits: list[float]) -> None:
    asked = {
        "QueryString": "SELECT 1",
        "QueryExecutionContext": {"Database": "audit", "Catalog": "AwsDataCatalog"},
        "WorkGroup": "audits",
        "ResultConfiguration": {"OutputLocation": "s3://results/a/"},
    }
    stub.add_response("start_query_execution", {"QueryExecutionId": ID}, asked)
    for state in ("QUEUED", "RUNNING", "SUCCEEDED"):
        stub.add_response("get_query_execution", execution(state, 7), {"QueryExecutionId": ID})
    head = {"Data": [{"VarCharValue": "a"}, {"VarCharValue": "b"}]}
    first = {"ResultSet": {"Rows": [head, {"Data": [{"VarCharValue": "1"}, {}]}]}, "NextToken": "t"}
    second = {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": "2"}, {"VarCharValue": "x"}]}]}}
    stub.add_response("get_query_results", first, {"QueryExecutionId": ID, "MaxResults": 1000})
    stub.add_response("get_query_results", second, {"QueryExecutionId": ID, "MaxResults": 1000, "NextToken": "t"})
    assert service.start("SELECT 1", "audit") == ID
    assert [state.state for state in service.states(ID)] == ["QUEUED", "RUNNING", "SUCCEEDED"]
    assert len(waits) == 2
    assert waits[0] < waits[1]
    assert list(service.rows(ID)) == [("1", ""), ("2", "x")]


def test_a_denial_names_the_action(service: AthenaService, stub: Stubber) -> None:
    stub.add_client_error(
        "start_query_execution",
        "AccessDeniedException",
        "You are not authorized to perform: athena:StartQueryExecution",
    )
    with pytest.raises(AccessDenied, match="`athena:StartQueryExecution` on `workgroup/audits`") as caught:
        service.start("SELECT 1", "audit")
    assert "`athena:StartQueryExecution`" in caught.value.help


def test_what_athena_says_of_a_request_is_passed_on(service: AthenaService, stub: Stubber) -> None:
    stub.add_client_error("start_query_execution", "InvalidRequestException", "No output location provided.")
    with pytest.raises(AwsFailure, match="refused: No output location provided") as caught:
        service.start("SELECT 1", "audit")
    assert "--output" in caught.value.help


def test_a_query_is_stopped(service: AthenaService, stub: Stubber) -> None:
    stub.add_response("stop_query_execution", {}, {"QueryExecutionId": ID})
    service.stop(ID)


@pytest.mark.parametrize(
    ("reason", "help_"),
    [
        ("HIVE_BAD_DATA: Error parsing field value.", "the local engine and Spark read such files"),
        ("Query exhausted resources at this scale factor", "fewer days"),
        ("Access Denied (Service: Amazon S3; Status Code: 403)", "s3:GetObject"),
        ("CONSTRAINT_VIOLATION: For the injected projected partition column", "--log-account"),
        ("something new", ""),
    ],
)
def test_why_a_query_failed_is_said(reason: str, help_: str) -> None:
    with pytest.raises(EngineFailure, match="failed: ") as caught:
        refuse_failed(ID, QueryState("FAILED", reason, 0, 1.0))
    assert reason.rstrip(".") in caught.value.message
    assert help_ in caught.value.help
    assert bool(help_) == bool(caught.value.help)


def test_a_cancelled_query_is_said() -> None:
    with pytest.raises(EngineFailure, match="was cancelled"):
        refuse_failed(ID, QueryState("CANCELLED", "", 0, 1.0))
