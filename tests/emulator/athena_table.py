"""A trail's table on the emulator: records as Parquet, in the columns and types that CloudTrail's own reader makes of them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
import duckdb

from tests.athena_samples import IDENTITY, RESOURCES, TEXTS


def table_file(path: Path, raws: Iterable[dict[str, Any]]) -> bytes:
    """The records as Parquet, in the columns and types that CloudTrail's reader gives."""
    fields = {
        "eventtime": "eventTime",
        "eventsource": "eventSource",
        "eventname": "eventName",
        "awsregion": "awsRegion",
        "errorcode": "errorCode",
        "errormessage": "errorMessage",
        "eventid": "eventID",
        "eventtype": "eventType",
        "recipientaccountid": "recipientAccountId",
        "sharedeventid": "sharedEventID",
        "eventcategory": "eventCategory",
    }
    lines = []
    for raw in raws:
        row: dict[str, Any] = {name: raw.get(field) for name, field in fields.items()}
        row["requestparameters"] = (
            None if raw.get("requestParameters") is None else json.dumps(raw["requestParameters"])
        )
        row["responseelements"] = None if raw.get("responseElements") is None else json.dumps(raw["responseElements"])
        row["managementevent"] = None if raw.get("managementEvent") is None else str(raw["managementEvent"]).lower()
        row["useridentity"] = None if raw.get("userIdentity") is None else _lower(raw["userIdentity"])
        row["resources"] = None if raw.get("resources") is None else [_lower(one) for one in raw["resources"]]
        row |= {"region": "eu-west-1", "timestamp": (raw["eventTime"])[:10].replace("-", "/"), "$path": "s3://b/k"}
        lines.append(json.dumps(row))
    source = path / "rows.ndjson"
    source.write_text("\n".join(lines))
    identity = (
        "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR, accesskeyid VARCHAR, "
        "username VARCHAR, sessioncontext STRUCT(sessionissuer STRUCT(arn VARCHAR)))"
    )
    types = {name: "VARCHAR" for name in (*TEXTS, "region", "timestamp", "$path")}
    types |= {"useridentity": identity, "resources": "STRUCT(arn VARCHAR, accountid VARCHAR, type VARCHAR)[]"}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    target = path / "rows.parquet"
    read = f"SELECT * FROM read_json('{source}', format='newline_delimited', columns={{{columns}}})"
    duckdb.sql(f"COPY ({read}) TO '{target}' (FORMAT parquet)")
    return target.read_bytes()


def _lower(value: Any) -> Any:
    if isinstance(value, dict):
        return {name.lower(): _lower(one) for name, one in value.items()}
    return value


def make_table(session: boto3.Session, endpoint_url: str, database: str, location: str) -> None:
    """The table `trail` of such files below a location, with a region and a day as columns it is partitioned by."""
    glue: Any = session.client("glue", endpoint_url=endpoint_url)
    glue.create_database(DatabaseInput={"Name": database})
    columns = [{"Name": name, "Type": "string"} for name in TEXTS]
    columns += [{"Name": "useridentity", "Type": IDENTITY}, {"Name": "resources", "Type": RESOURCES}]
    table = {
        "Name": "trail",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "classification": "parquet",
            "projection.enabled": "true",
            "projection.timestamp.format": "yyyy/MM/dd",
        },
        "PartitionKeys": [{"Name": "region", "Type": "string"}, {"Name": "timestamp", "Type": "string"}],
        "StorageDescriptor": {"Columns": columns, "Location": location},
    }
    glue.create_table(DatabaseName=database, TableInput=table)
