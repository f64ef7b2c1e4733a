"""Exports of Athena and CloudTrail Lake: the same records as the logs they came from, or a refusal that says why."""

import csv
import gzip
import json
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pytest
from pyarrow import parquet

from secrets_cli.catalog.events import meaning_of
from secrets_cli.catalog.load import load_catalog
from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.engine import scan
from secrets_cli.usage.one_file import read_days
from secrets_cli.usage.sources import exports_lines
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.usage import Fate, Usage
from tests.unit.usage.made_records import ROLE, USER, record, role_session, user, write
from tests.unit.usage.sources.made_exports import csv_of, lake_csv, rows, struct_text

RECORDS: list[dict[str, Any]] = [
    record(),
    record(
        eventID="e-2",
        eventName="PutObject",
        requestParameters={
            "bucketName": "b",
            "key": 'a "quoted",\nkey, {arn=x}',
            "n": 1.5,
            "deep": {"list": [1, None]},
        },
    ),
    record(
        eventID="e-3", errorCode="AccessDenied", errorMessage="not, you", userIdentity=user(), requestParameters=None
    ),
    record(eventID="e-4", eventSource="ssm.amazonaws.com", eventName="GetParameter", requestParameters={"name": "/a/b"})
    | {"managementEvent": True, "eventCategory": "Management", "resources": None},
    record(eventID="e-5", sharedEventID="s-1", recipientAccountId="444455556666"),
    record(eventID="e-6", userIdentity=role_session() | {"invokedBy": "athena.amazonaws.com"}),
    record(eventID="e-7", eventSource="signin.amazonaws.com", eventName="ConsoleLogin", eventType="AwsConsoleSignIn"),
]


def seen(path: Path) -> Usage:
    """The usage in one file, without what is of the file alone."""
    usage = scan([str(path)])
    return replace(usage, coverage=replace(usage.coverage, bytes=0))


@pytest.fixture
def logged(tmp_path: Path) -> Usage:
    """The usage in the logs that the exports are of."""
    return seen(write(tmp_path / "logs/a.json.gz", RECORDS))


def refused(path: Path) -> str:
    """Why a file is rejected as a whole; not one of its records may count."""
    usage = scan([str(path)])
    (found,) = usage.coverage.rejected
    assert (usage.uses, usage.coverage.records, found.where) == ((), 0, str(path))
    return found.reason


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_csv_of_athena_is_the_logs(tmp_path: Path, logged: Usage) -> None:
    assert len(tuple(logged.uses)) == 4
    assert seen(saved(tmp_path / "a.csv", csv_of(rows(RECORDS)))) == logged
    assert seen(saved(tmp_path / "named-oddly", csv_of(rows(RECORDS)))) == logged
    assert seen(saved(tmp_path / "a.csv.gz", gzip.compress(csv_of(rows(RECORDS))))) == logged


def test_csv_of_lake_is_the_logs(tmp_path: Path, logged: Usage) -> None:
    assert seen(saved(tmp_path / "result_1.csv.gz", lake_csv(RECORDS))) == logged


def test_rows_as_json_are_the_logs(tmp_path: Path, logged: Usage) -> None:
    as_text = "\n".join(json.dumps(row) for row in rows(RECORDS))
    assert seen(saved(tmp_path / "a.ndjson", as_text.encode())) == logged
    nested = "\n".join(json.dumps(row) for row in rows(RECORDS, nested=lambda value: value))
    assert seen(saved(tmp_path / "b.jsonl.gz", gzip.compress(nested.encode()))) == logged
    own_names = "\n".join(json.dumps(one | {"userIdentity": json.dumps(one["userIdentity"])}) for one in _full(RECORDS))
    assert seen(saved(tmp_path / "c.ndjson", own_names.encode())) == logged


def _full(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {"errorCode", "errorMessage", "sharedEventID", "additionalEventData", "resources"}
    return [dict.fromkeys(names) | one for one in records]


def test_parquet_is_the_logs(tmp_path: Path, logged: Usage) -> None:
    parquet.write_table(pyarrow.Table.from_pylist(rows(RECORDS)), tmp_path / "text.parquet")
    assert seen(tmp_path / "text.parquet") == logged
    structs = pyarrow.Table.from_pylist(rows(RECORDS, nested=lambda value: value))
    assert str(structs.schema.field("useridentity").type).startswith("struct<")
    parquet.write_table(structs, tmp_path / "structs.parquet", compression="snappy")
    assert seen(tmp_path / "structs.parquet") == logged
    whole = pyarrow.table({"eventJson": [json.dumps(one) for one in RECORDS], "other": [b"\xff"] * len(RECORDS)})
    parquet.write_table(whole, tmp_path / "whole.parquet")
    assert seen(tmp_path / "whole.parquet") == logged


def test_what_duckdb_writes_is_the_logs(tmp_path: Path, logged: Usage) -> None:
    (tmp_path / "in.ndjson").write_text("\n".join(json.dumps(row) for row in rows(RECORDS)), encoding="utf-8")
    columns = (
        "{"
        + ", ".join(f"{name}: 'VARCHAR'" for name in rows(RECORDS)[0] if name != "eventtime")
        + ", eventtime: 'TIMESTAMP'}"
    )
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS FROM read_json('{tmp_path}/in.ndjson', columns={columns})")
        for name in ("out.csv", "out.parquet", "out.csv.gz"):
            connection.execute(f"COPY t TO '{tmp_path}/{name}'")
            assert seen(tmp_path / name) == logged, name
        connection.execute(f"COPY t TO '{tmp_path}/out.ndjson' (FORMAT json)")
    assert seen(tmp_path / "out.ndjson") == logged


def test_struct_text_with_one_reading_is_read(tmp_path: Path) -> None:
    records = [
        record(resources=[{"arn": "arn:aws:s3:::b/a, b", "accountId": None, "type": "AWS::S3::Object"}]),
        record(eventID="e-2", resources=[], userIdentity=user()),
    ]
    for one in records:
        one["userIdentity"] = {"invokedBy": None, "sessionContext": None} | one["userIdentity"]
    expected = seen(write(tmp_path / "a.json.gz", records))
    assert {use.principal for use in expected.uses} == {ROLE, USER}
    assert seen(saved(tmp_path / "a.csv", csv_of(rows(records, nested=struct_text)))) == expected


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("useridentity", "{type=SAMLUser, arn=a, accountid=1, username=x, arn=b}", "`arn=` is there twice"),
        ("useridentity", "{type=SAMLUser, arn=a, accountid=1, username=x}y}", "a value holds a brace"),
        ("useridentity", "{type=IAMUser, arn=a, accountid=1, sessioncontext=null}", "lack `invokedby`"),
        ("useridentity", '["IAMUser", "AIDA", "arn"]', "Athena engine version 2"),
        ("resources", "[{arn=a, type=T}, {arn=b, type=T}]", "it holds several structs"),
        ("resources", "[{arn=a, type=T, arn=b}]", "`arn=` is there twice"),
        ("requestparameters", "{bucketName=b, key=k}", "struct text (`{bucketName=b, key=k}...`)"),
        ("responseelements", "{a=1}", "without guessing"),
    ],
)  # fmt: skip
def test_what_has_several_readings_is_refused_with_the_query(
    tmp_path: Path, column: str, value: str, said: str
) -> None:
    table = rows([record(), record(eventID="e-2")])
    table[1][column] = value
    reason = refused(saved(tmp_path / "a.csv", csv_of(table)))
    assert said in reason
    assert "json_format(CAST(useridentity AS JSON)) AS useridentity" in reason
    assert "SELECT eventJson FROM" in reason


def test_missing_columns_are_named(tmp_path: Path) -> None:
    table = [
        {name: value for name, value in row.items() if name not in ("errorcode", "resources")}
        for row in rows([record()])
    ]
    assert "it lacks the columns `errorcode`, `resources`" in refused(saved(tmp_path / "a.csv", csv_of(table)))
    for row in table:
        del row["eventcategory"]
    lines = "".join(json.dumps(row) + "\n" for row in table).encode()
    assert "`errorcode`, `eventcategory`, `resources`" in refused(saved(tmp_path / "a.ndjson", lines))
    console = b"Event name,Event time,User name,Event source,Resources\nGetObject,2026-03-01,ann,s3.amazonaws.com,[]\n"
    assert "`useridentity`, `requestparameters`" in refused(saved(tmp_path / "history.csv", console))


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    data = csv_of(rows([record()])).replace(b'"errormessage"', b'"errorCode"', 1)
    assert "twice" in refused(saved(tmp_path / "a.csv", data))


def test_broken_rows_are_rejected_by_place(tmp_path: Path) -> None:
    table = rows([record(), record(eventID="e-2"), record(eventID="e-3"), record(eventID="e-4", eventName=None)])
    table[1]["requestparameters"] = '{"bucketName": "b'
    data = csv_of(table) + b"one,two\n"
    usage = scan([str(saved(tmp_path / "a.csv", data))])
    assert [(found.where.rpartition("#")[2], found.reason) for found in usage.coverage.rejected] == [
        ("2", "its `requestparameters` is not JSON"),
        ("4", "it has no `eventName`"),
        ("5", f"it has 2 fields, where the first line names {len(table[0])} columns"),
    ]
    assert dict(usage.coverage.fates)[Fate.REJECTED] == 3
    assert usage.coverage.records == 5


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (csv_of(rows([record()]))[:-40], "not CSV"),
        (gzip.compress(csv_of(rows(RECORDS)))[:-30], "truncated or corrupt gzip data"),
        (csv_of(rows([record()])).replace(b"eu-west-1", b"\xff\xfe"), "not UTF-8"),
        (b"a,b\n1,2\n", "no CloudTrail export"),
        (b"PAR1 and no more", "not to be read as Parquet"),
        (b"eventJson\n" + b"x" * 20_000 + b"\n", "longer than 10,000 bytes"),
        (gzip.compress(b"eventJson\n" + b"{}\n" * 2_000_000), "more than 250 times"),
    ],
)
def test_damaged_exports_are_rejected_as_a_whole(
    tmp_path: Path, data: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports_lines, "LONGEST", 10_000)
    monkeypatch.setattr(exports_lines, "FREE", 1_000_000)
    assert said in refused(saved(tmp_path / "a.csv", data))


def test_other_tables_in_a_folder_are_ignored(tmp_path: Path, logged: Usage) -> None:
    write(tmp_path / "in/a.json.gz", RECORDS)
    (tmp_path / "in/costs.csv").write_text("service,cost\ns3,1\n", encoding="utf-8")
    (tmp_path / "in/result_sign.json").write_text("{}", encoding="utf-8")
    usage = scan([str(tmp_path / "in")])
    assert (usage.coverage.ignored, usage.coverage.rejected, usage.uses) == (("costs.csv",), (), logged.uses)
    assert usage.coverage.files == 1


def test_lossy_columns_of_parquet_are_refused(tmp_path: Path) -> None:
    table = rows([record()])
    table[0]["requestparameters"] = [("bucketName", "b")]
    kept = pyarrow.Table.from_pylist(table)
    kind = pyarrow.map_(pyarrow.string(), pyarrow.string())
    place = kept.schema.get_field_index("requestparameters")
    kept = kept.set_column(place, "requestparameters", pyarrow.array([[("bucketName", "b")]], kind))
    parquet.write_table(kept, tmp_path / "a.parquet")
    assert "`requestparameters` is of the type `map<string, string" in refused(tmp_path / "a.parquet")
    table[0]["requestparameters"] = "{}"
    table[0]["recipientaccountid"] = 111122223333
    parquet.write_table(pyarrow.Table.from_pylist(table), tmp_path / "b.parquet")
    assert "`recipientaccountid` holds other values than text" in refused(tmp_path / "b.parquet")


def test_parquet_without_its_reader_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = saved(tmp_path / "a.parquet", b"PAR1....PAR1")
    with pytest.raises(ConfigurationError, match=r"a.parquet` is Parquet, .*'secrets-cli\[parquet\]'"):
        scan([str(path)])


def test_an_export_is_kept_by_day_like_a_log(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.csv", csv_of(rows(RECORDS)))
    scanned = scan([str(path)])
    parts = read_days(LogFile(str(path), str(path), path.stat().st_size), lambda call: meaning_of(call, load_catalog()))
    assert [day for day, _ in parts.days] == ["2026-03-01"]
    assert replace(parts.total().usage(), days=()) == scanned
    other = saved(tmp_path / "other.csv", b"a,b\n1,2\n")
    ignored = read_days(LogFile(str(other), "other.csv", 8), lambda call: meaning_of(call, load_catalog()))
    assert (ignored.files, ignored.ignored) == (0, ("other.csv",))


def test_memory_does_not_grow_with_the_export(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.csv"
        head, row = csv_of(rows([record()])).splitlines(keepends=True)
        path.write_bytes(head + row * count)
        tracemalloc.start()
        scan([str(path)])
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(10)  # what is loaded once
    assert peak(4_000) < peak(400) + 200_000


def test_csv_limit_is_that_of_a_line(tmp_path: Path) -> None:
    long = record(requestParameters={"bucketName": "b", "key": "k" * 300_000})
    assert seen(saved(tmp_path / "a.csv", csv_of(rows([long])))).coverage.rejected == ()
    assert csv.field_size_limit() == exports_lines.LONGEST
