"""The tables, indexes and streams of DynamoDB calls, single, batched, transactional and PartiQL.

CloudTrail writes batches and transactions as `requestItems`: a list of `{operation, tableName}` for transactions, a
list or an object keyed by table for batches (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html).
"""

import re

from secrets_cli.catalog.events.kinds import STREAM, TABLE
from secrets_cli.catalog.events.names import arn_of_name, in_parameters, in_resources, matches
from secrets_cli.catalog.events.parameters import keys, nodes, present, text, texts
from secrets_cli.catalog.events.row import Arns, Recipe, When
from secrets_cli.catalog.grant import ApiCall

_NOT_TABLES = frozenset({"tablename", "keys", "operation", "statement", "key", "attributestoget", "parameters"})


def _arns(written: tuple[str, ...], call: ApiCall) -> Arns:
    return tuple(dict.fromkeys(arn for name in written if (arn := arn_of_name(TABLE, name, call))))


def _table_or_index(call: ApiCall) -> Arns:
    tables = in_parameters(TABLE, "tableName", call) or in_resources(TABLE, call)
    index = text(call.parameters, "indexName")
    return tuple(f"{table}/index/{index}" for table in tables) if index else tables


def _batched(call: ApiCall) -> Arns:
    named = texts(call.parameters, "requestItems.tableName")
    if not named:
        named = tuple(name for name in keys(call.parameters, "requestItems") if name.lower() not in _NOT_TABLES)
    return _arns(named, call) or in_resources(TABLE, call)


def _transaction_tables(call: ApiCall, kind: str) -> Arns:
    """Tables of the transaction's items of one kind: `put`, `update`, `delete`, `conditionCheck`, `get`."""
    in_sdk_shape = texts(call.parameters, f"transactItems.{kind}.tableName")
    in_record_shape = tuple(
        text(item, "tableName")
        for item in (*nodes(call.parameters, "requestItems"), *nodes(call.parameters, "transactItems"))
        if text(item, "operation").lower() in (kind.lower(), f"{kind.lower()}item")
    )
    return _arns((*in_sdk_shape, *(name for name in in_record_shape if name)), call)


def transacts(kind: str) -> Recipe:
    """Tables of the items of one kind of a TransactWriteItems call."""
    return Recipe(f"tables of the {kind} items", lambda call: _transaction_tables(call, kind))


def _transacted_reads(call: ApiCall) -> Arns:
    written = texts(call.parameters, "transactItems.get.tableName|requestItems.tableName|transactItems.tableName")
    return _arns(written, call) or in_resources(TABLE, call)


_KINDS = ("put", "update", "delete", "conditionCheck")
KINDS_UNKNOWN = When(
    "if the record names no items", lambda call: not any(_transaction_tables(call, kind) for kind in _KINDS)
)

_VERB = {
    "select": "PartiQLSelect",
    "exists": "PartiQLSelect",
    "insert": "PartiQLInsert",
    "update": "PartiQLUpdate",
    "delete": "PartiQLDelete",
}
_NAME = r'(?:"(?P<quoted>[^"]+)"|(?P<bare>[A-Za-z0-9_.:/-]+))(?:\.(?:"(?P<qindex>[^"]+)"|(?P<index>[A-Za-z0-9_-]+)))?'
_NAMED_AFTER = {
    "select": re.compile(r"\bfrom\s+" + _NAME, re.IGNORECASE),
    "exists": re.compile(r"\bfrom\s+" + _NAME, re.IGNORECASE),
    "insert": re.compile(r"^\s*insert\s+into\s+" + _NAME, re.IGNORECASE),
    "update": re.compile(r"^\s*update\s+" + _NAME, re.IGNORECASE),
    "delete": re.compile(r"^\s*delete\s+from\s+" + _NAME, re.IGNORECASE),
}
_STATEMENTS = "statement|requestItems.statement|statements.statement|transactStatements.statement"


def _statement_target(statement: str, call: ApiCall) -> tuple[str, str]:
    """Action name and ARN of a PartiQL statement, empty where it is none."""
    first = re.match(r"\s*([A-Za-z]+)", statement)
    verb = first[1].lower() if first else ""
    if verb not in _VERB:
        return "", ""
    found = _NAMED_AFTER[verb].search(statement)
    if found is None:
        return _VERB[verb], ""
    table, index = _table_and_index(found)
    arn = arn_of_name(TABLE, table, call)
    return _VERB[verb], f"{arn}/index/{index}" if arn and index and verb in ("select", "exists") else arn


def _table_and_index(found: re.Match[str]) -> tuple[str, str]:
    """`"T"."I"` and `"T".I` name an index; `T.I` too, where a bare name's last part is the index."""
    index = found["qindex"] or found["index"] or ""
    if found["quoted"]:
        return found["quoted"], index
    table, dot, last = (found["bare"] or "").partition(".")
    return table, (last if dot else index)


def partiql(action: str) -> Recipe:
    """Tables (or indexes) of the statements that need one PartiQL action."""

    def find(call: ApiCall) -> Arns:
        targets = [_statement_target(statement, call) for statement in texts(call.parameters, _STATEMENTS)]
        arns = tuple(dict.fromkeys(arn for name, arn in targets if name == action and arn))
        return arns or (in_resources(TABLE, call) if any(name == action for name, _ in targets) else ())

    return Recipe("table of the statement", find, "the record names no table")


def does(action: str) -> When:
    """Some statement needs the PartiQL action."""

    def holds(call: ApiCall) -> bool:
        return any(_statement_target(statement, call)[0] == action for statement in texts(call.parameters, _STATEMENTS))

    return When(f"if a statement is a {action.removeprefix('PartiQL').lower()}", holds)


NO_STATEMENT = When("if the statement is not in the record", lambda call: not present(call.parameters, _STATEMENTS))


def _stream(call: ApiCall) -> Arns:
    listed = in_resources(STREAM, call) or in_parameters(STREAM, "streamArn", call)
    return listed or tuple(
        arn
        for iterator in texts(call.parameters, "shardIterator")
        if matches(STREAM.seen_as, arn := iterator.split("|")[0])
    )


TABLE_OR_INDEX = Recipe("table, or table/T/index/I if indexName", _table_or_index, "the record names no table")
BATCHED_TABLES = Recipe("tables of requestItems", _batched, "the record names no table")
TRANSACTED_READS = Recipe("tables of the transaction's items", _transacted_reads, "the record names no table")
STREAM_ARN = Recipe(
    "stream ARN from streamArn, or the start of the shard iterator", _stream, "the record names no stream"
)
