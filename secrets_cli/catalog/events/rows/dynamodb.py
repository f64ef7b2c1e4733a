"""DynamoDB: batches keep their action, transactions and PartiQL are split by item and by statement.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html
"""

from secrets_cli.catalog.events.dynamodb_names import (
    BATCHED_TABLES,
    KINDS_UNKNOWN,
    NO_STATEMENT,
    STREAM_ARN,
    TABLE_OR_INDEX,
    TRANSACTED_READS,
    does,
    partiql,
    transacts,
)
from secrets_cli.catalog.events.kinds import TABLE
from secrets_cli.catalog.events.names import named
from secrets_cli.catalog.events.row import Need, Row

_GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html"
_TRANSACTIONS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html"
_PARTIQL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html"
_TABLE = named(TABLE, "tableName|tableArn|resourceArn")

ROWS = (
    Row(
        "dynamodb-endpoints",
        "dynamodb",
        ("DescribeEndpoints",),
        (),
        "needs no permission",
        "permissionless list of https://github.com/iann0036/iam-dataset",
    ),
    Row(
        "dynamodb-query",
        "dynamodb",
        ("Query", "Scan"),
        (Need("=", TABLE_OR_INDEX),),
        "The index is the resource.",
        _GUIDE,
    ),
    Row(
        "dynamodb-item",
        "dynamodb",
        (
            "GetItem",
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "ConditionCheckItem",
            "DescribeTable",
            "DeleteTable",
            "UpdateTable",
        ),
        (Need("=", _TABLE),),
        "",
        _GUIDE,
    ),
    Row("dynamodb-batch", "dynamodb", ("BatchGetItem", "BatchWriteItem"), (Need("=", BATCHED_TABLES),), "", _GUIDE),
    Row(
        "dynamodb-transact-get",
        "dynamodb",
        ("TransactGetItems",),
        (Need("dynamodb:GetItem", TRANSACTED_READS),),
        "There is no action of the event's name.",
        _TRANSACTIONS,
    ),
    Row(
        "dynamodb-transact-write-unlisted",
        "dynamodb",
        ("TransactWriteItems",),
        (
            Need("dynamodb:ConditionCheckItem", _TABLE),
            Need("dynamodb:DeleteItem", _TABLE),
            Need("dynamodb:PutItem", _TABLE),
            Need("dynamodb:UpdateItem", _TABLE),
        ),
        "The record does not list the items (a refused call): any of the four was asked for.",
        _TRANSACTIONS,
        KINDS_UNKNOWN,
    ),
    Row(
        "dynamodb-transact-write",
        "dynamodb",
        ("TransactWriteItems",),
        (
            Need("dynamodb:PutItem", transacts("put"), skip_if_none=True),
            Need("dynamodb:UpdateItem", transacts("update"), skip_if_none=True),
            Need("dynamodb:DeleteItem", transacts("delete"), skip_if_none=True),
            Need("dynamodb:ConditionCheckItem", transacts("conditionCheck"), skip_if_none=True),
        ),
        "There is no action of the event's name.",
        _TRANSACTIONS,
    ),
    Row(
        "dynamodb-partiql-unlisted",
        "dynamodb",
        ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
        (
            Need("dynamodb:PartiQLDelete", _TABLE),
            Need("dynamodb:PartiQLInsert", _TABLE),
            Need("dynamodb:PartiQLSelect", _TABLE),
            Need("dynamodb:PartiQLUpdate", _TABLE),
        ),
        "The record does not hold the statement (a refused call): any of the four was asked for.",
        _PARTIQL,
        NO_STATEMENT,
    ),
    Row(
        "dynamodb-partiql",
        "dynamodb",
        ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
        tuple(
            Need(f"dynamodb:{action}", partiql(action), does(action))
            for action in ("PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete")
        ),
        "",
        _PARTIQL,
    ),
    Row(
        "dynamodb-streams",
        "dynamodb",
        ("GetRecords", "GetShardIterator", "DescribeStream"),
        (Need("=", STREAM_ARN),),
        "Logged by streams.dynamodb.amazonaws.com and by dynamodb.amazonaws.com.",
        _GUIDE,
    ),
)
