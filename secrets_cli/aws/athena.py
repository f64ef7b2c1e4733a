"""Athena: a query from its start to its last row, and what the catalog says of a table; typed calls.

Sources: https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html, API_GetQueryExecution.html,
API_GetQueryResults.html, API_StopQueryExecution.html, API_GetTableMetadata.html; and
https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AwsFailure, EngineFailure, NotThere

CATALOG = "AwsDataCatalog"
_FIRST_WAIT = 0.3
_LONGEST_WAIT = 5.0
_PAGE_ROWS = 1000
"""The most that GetQueryResults gives at a time."""
_SAID = 400
"""Characters of a failure's reason that are passed on."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table's definition."""

    database: str
    name: str
    columns: Mapping[str, str]
    """Name, lower case -> type as Hive writes it (`struct<type:string,...>`)."""
    partition_keys: Mapping[str, str]
    """In their order."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The table's properties; `projection.enabled` and its like are among them."""
    location: str = ""
    """`s3://bucket/prefix`; empty where the catalog does not say."""


@dataclass(frozen=True, slots=True)
class QueryState:
    """How far a query is."""

    state: str
    """QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED."""
    reason: str
    """Why it failed or was cancelled; empty otherwise."""
    scanned_bytes: int
    """Of S3, as they are stored; what is charged for."""
    seconds: float


class _Athena(Protocol):
    """The calls that are made; the stubs installed have no Athena."""

    def get_table_metadata(self, **parameters: Any) -> dict[str, Any]: ...
    def start_query_execution(self, **parameters: Any) -> dict[str, Any]: ...
    def get_query_execution(self, **parameters: Any) -> dict[str, Any]: ...
    def get_query_results(self, **parameters: Any) -> dict[str, Any]: ...
    def stop_query_execution(self, **parameters: Any) -> dict[str, Any]: ...


class AthenaService:
    """Athena on one connection, in one workgroup."""

    def __init__(
        self, connection: Connection, workgroup: str, output: str = "", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.connection = connection
        self.workgroup = workgroup
        self.output = output
        """Where results are written, `s3://bucket/prefix/`; empty: where the workgroup says."""
        self._sleep = sleep

    @property
    def _athena(self) -> _Athena:
        client: _Athena = self.connection.client("athena")
        return client

    def table(self, database: str, name: str) -> Table:
        """The table, by athena:GetTableMetadata, which asks glue:GetTable and glue:GetDatabase. Raises NotThere."""
        resource = f"{database}.{name}"
        with _said("athena:GetTableMetadata", resource):
            answer = self._athena.get_table_metadata(CatalogName=CATALOG, DatabaseName=database, TableName=name)
            found = answer["TableMetadata"]
        columns = {column["Name"].lower(): column.get("Type", "string") for column in found.get("Columns", ())}
        if not columns:
            raise NotThere(f"there is no table `{resource}`", _TABLE_HELP)
        keys = {key["Name"].lower(): key.get("Type", "string") for key in found.get("PartitionKeys", ())}
        parameters = dict(found.get("Parameters") or {})
        location = parameters.get("location") or self._location(database, name)
        return Table(database, name, columns, keys, parameters, location)

    def _location(self, database: str, name: str) -> str:
        with _said("glue:GetTable", f"{database}.{name}"):
            found = self.connection.client("glue").get_table(DatabaseName=database, Name=name)["Table"]
        return str((found.get("StorageDescriptor") or {}).get("Location") or "")

    def start(self, query: str, database: str) -> str:
        """Start a query, by athena:StartQueryExecution; its id."""
        where = {"ResultConfiguration": {"OutputLocation": self.output}} if self.output else {}
        with _said("athena:StartQueryExecution", f"workgroup/{self.workgroup}"):
            answer = self._athena.start_query_execution(
                QueryString=query,
                QueryExecutionContext={"Database": database, "Catalog": CATALOG},
                WorkGroup=self.workgroup,
                **where,
            )
            query_id: str = answer["QueryExecutionId"]
        return query_id

    def state(self, query_id: str) -> QueryState:
        """How far the query is, by athena:GetQueryExecution."""
        with _said("athena:GetQueryExecution", f"workgroup/{self.workgroup}"):
            found = self._athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            status = found["Status"]
        statistics = found.get("Statistics") or {}
        return QueryState(
            status["State"],
            " ".join(str(status.get("StateChangeReason") or "").split())[:_SAID],
            int(statistics.get("DataScannedInBytes") or 0),
            int(statistics.get("TotalExecutionTimeInMillis") or 0) / 1000,
        )

    def states(self, query_id: str) -> Iterator[QueryState]:
        """How far the query is, again and again, with longer and longer waits, until it has ended; the last one included."""
        wait = _FIRST_WAIT
        while True:
            state = self.state(query_id)
            yield state
            if state.state in _ENDED:
                return
            self._sleep(wait)
            wait = min(wait * 1.5, _LONGEST_WAIT)

    def stop(self, query_id: str) -> None:
        """Stop the query, by athena:StopQueryExecution; what it has scanned is charged all the same."""
        with _said("athena:StopQueryExecution", f"workgroup/{self.workgroup}"):
            self._athena.stop_query_execution(QueryExecutionId=query_id)

    def rows(self, query_id: str) -> Iterator[tuple[str, ...]]:
        """The rows of a query that succeeded, page by page, without the names of the columns; NULL reads as ''.

        By athena:GetQueryResults, which reads the result's object (s3:GetObject).
        """
        more: dict[str, str] = {}
        is_head = True
        while True:
            with _said("athena:GetQueryResults", f"workgroup/{self.workgroup}"):
                page = self._athena.get_query_results(QueryExecutionId=query_id, MaxResults=_PAGE_ROWS, **more)
                rows = page["ResultSet"]["Rows"]
            for row in rows[1:] if is_head else rows:
                yield tuple(value.get("VarCharValue", "") for value in row.get("Data", ()))
            is_head = False
            if not page.get("NextToken"):
                return
            more = {"NextToken": page["NextToken"]}


_ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})
_TABLE_HELP = (
    "check `--database`, `--table` and `--region`; `secrets-cli usage athena-ddl` prints the statement that makes one"
)


def refuse_failed(query_id: str, state: QueryState) -> None:
    """Raise EngineFailure for a query that did not succeed, with what Athena said, and what can be done about it."""
    if state.state == "SUCCEEDED":
        return
    ended = "was cancelled" if state.state == "CANCELLED" else "failed"
    reason = f": {state.reason.rstrip('.')}" if state.reason else ""
    advice = next((help_ for mark, help_ in _ADVICE if mark.lower() in state.reason.lower()), "")
    raise EngineFailure(f"Athena's query `{query_id}` {ended}{reason}", advice)


_ADVICE = (
    (
        "CONSTRAINT_VIOLATION",
        "a partition column takes values of the query alone: give `--log-account`, `--log-region`",
    ),
    ("HIVE_BAD_DATA", "a file holds what the table's reader refuses; the local engine and Spark read such files"),
    ("HIVE_CURSOR_ERROR", "a file is damaged; the local engine and Spark name such files and read the others"),
    ("exhausted resources", "ask for fewer days, accounts or principals at a time"),
    ("bytes scanned limit", "the workgroup limits what a query scans: ask for fewer days, or another `--workgroup`"),
    (
        "Access Denied",
        "the caller needs s3:GetObject and s3:ListBucket on the logs and on `--output`, and s3:PutObject there",
    ),
    (
        "Insufficient permissions",
        "the caller needs s3:GetObject and s3:PutObject on `--output`, and Lake Formation's grant",
    ),
    ("COLUMN_NOT_FOUND", "the table is not of CloudTrail's form; see `secrets-cli usage athena-ddl`"),
)
"""What Athena says in a reason, and what helps:
https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html"""


@contextmanager
def _said(what: str, resource: str) -> Iterator[None]:
    """`translated`; of a request that Athena calls invalid its own words are passed on: no query of ours holds a secret."""
    from botocore.exceptions import ClientError

    try:
        with translated(what, resource):
            try:
                yield
            except ClientError as error:
                ours = _invalid(error, what, resource)
                if ours is None:
                    raise
                raise ours from None
    except NotThere as error:
        raise NotThere(error.message, error.help or _TABLE_HELP, error.code) from None


def _invalid(error: Any, what: str, resource: str) -> AwsFailure | None:
    answer = error.response.get("Error", {})
    code, text = str(answer.get("Code", "")), " ".join(str(answer.get("Message", "")).split())[:_SAID].rstrip(".")
    if code in ("MetadataException", "EntityNotFoundException") and "not found" in text.lower().replace(
        "notfound", "not found"
    ):
        return NotThere(f"there is no table `{resource}`", _TABLE_HELP, code)
    if code in ("InvalidRequestException", "MetadataException"):
        help_ = "give `--output s3://bucket/prefix/`" if "output location" in text.lower() else ""
        return AwsFailure(f"`{what}` on `{resource}` was refused: {text}", help_, code)
    return None
