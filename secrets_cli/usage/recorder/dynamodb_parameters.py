"""DynamoDB's parameters in records: tables, indexes, keys and expressions; never an item's attributes.

As CloudTrail logs data events: `key` with its values (binary ones left out), the names of a put item's attributes, batches and
transactions as `requestItems`, statements with their values redacted (every one: which are keys cannot be told here).
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from secrets_cli.json_value import JsonValue

_AS_SENT = [
    "TableName",
    "IndexName",
    "Select",
    "ProjectionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "UpdateExpression",
    "ConditionExpression",
    "ExpressionAttributeNames",
    "AttributesToGet",
    "ConsistentRead",
    "ReturnValues",
    "ReturnConsumedCapacity",
    "ReturnItemCollectionMetrics",
    "ReturnValuesOnConditionCheckFailure",
    "ScanIndexForward",
    "Limit",
    "TotalSegments",
    "Segment",
    "StreamArn",
    "ShardId",
    "ShardIteratorType",
    "ShardIterator",
    "ExclusiveStartStreamArn",
    "ExclusiveStartShardId",
    "SequenceNumber",
]
_REDACTED: Final = "***(Redacted)"
_LITERAL = re.compile(r"'(?:[^']|'')*'|(?<![\w\"$.-])-?\d+(?:\.\d+)?(?![\w\"])")
_QUOTED_NAME = re.compile(r'("(?:[^"]|"")*")')


def dynamodb_parameters(members: Mapping[str, Any]) -> dict[str, JsonValue]:
    """`requestParameters` of a data event; `members` by the model's names."""
    found = _item_call(members)
    for name, read in _BATCHES.items():
        if name in members:
            found["requestItems"] = list(read(members[name]))
    if "Statement" in members:
        found["statement"] = redacted(str(members["Statement"]))
    return found


def redacted(statement: str) -> str:
    """A PartiQL statement without any value; names in double quotes stay."""
    parts = _QUOTED_NAME.split(statement)
    return "".join(part if place % 2 else _LITERAL.sub(_REDACTED, part) for place, part in enumerate(parts))


def _item_call(members: Mapping[str, Any]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for name in _AS_SENT:
        if name in members:
            found[name[:1].lower() + name[1:]] = members[name]
    if isinstance(members.get("Key"), Mapping):
        found["key"] = _key(members["Key"])
    if isinstance(members.get("Item"), Mapping):
        found["items"] = sorted(str(name) for name in members["Item"])
    return found


def _key(key: Mapping[str, Any]) -> JsonValue:
    """The key's attributes as plain values; binary ones by name alone."""
    found: dict[str, JsonValue] = {}
    for name, typed in key.items():
        value = typed.get("S", typed.get("N")) if isinstance(typed, Mapping) else None
        found[str(name)] = value if isinstance(value, str) else ""
    return found


def _transacted(items: Any) -> Iterator[JsonValue]:
    for item in items if isinstance(items, list) else ():
        for kind, inner in item.items() if isinstance(item, Mapping) else ():
            if isinstance(inner, Mapping):
                yield {"operation": kind, **_item_call(inner)}


def _batched(tables: Any) -> Iterator[JsonValue]:
    """Keys of a BatchGetItem, puts and deletes of a BatchWriteItem, one entry for each table."""
    for table, asked in tables.items() if isinstance(tables, Mapping) else ():
        yield {"tableName": table, "keys": [_key(key) for key in _batch_keys(asked)]}


def _batch_keys(asked: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(asked, Mapping):
        yield from (key for key in asked.get("Keys") or () if isinstance(key, Mapping))
        return
    for one in asked if isinstance(asked, list) else ():
        deleted = one.get("DeleteRequest") if isinstance(one, Mapping) else None
        if isinstance(deleted, Mapping) and isinstance(deleted.get("Key"), Mapping):
            yield deleted["Key"]


def _stated(statements: Any) -> Iterator[JsonValue]:
    for one in statements if isinstance(statements, list) else ():
        if isinstance(one, Mapping):
            yield {"statement": redacted(str(one.get("Statement", "")))}


_BATCHES: Final[Mapping[str, Callable[[Any], Iterator[JsonValue]]]] = {
    "TransactItems": _transacted,
    "RequestItems": _batched,
    "Statements": _stated,
    "TransactStatements": _stated,
}
