"""What the demo's order service does: take an order, show one; and two things that it should not be able to do."""

import functools
from typing import Any

import boto3

TABLE = "orders-dev"
BUCKET = "orders-dev-files"
PARAMETER = "/orders/dev/payment-key"


@functools.cache
def client(service: str) -> Any:
    return boto3.client(service)


def place(order: str, what: str) -> dict[str, str]:
    """Keep an order: the payment key from SSM, an item in DynamoDB, an invoice in S3."""
    client("ssm").get_parameter(Name=PARAMETER, WithDecryption=True)  # a real shop would charge a card with it
    client("dynamodb").put_item(TableName=TABLE, Item={"id": {"S": order}, "what": {"S": what}})
    client("s3").put_object(Bucket=BUCKET, Key=f"invoices/{order}.txt", Body=what.encode())
    return {"order": order}


def show(order: str) -> dict[str, str]:
    """An order, and its invoice."""
    found = client("dynamodb").get_item(TableName=TABLE, Key={"id": {"S": order}})
    invoice = client("s3").get_object(Bucket=BUCKET, Key=f"invoices/{order}.txt")["Body"].read()
    return {"order": order, "what": found["Item"]["what"]["S"], "invoice": invoice.decode()}


def salaries() -> dict[str, str]:
    """Another team's file: no part of the service, but what somebody who gets into it would try."""
    return {"salaries": client("s3").get_object(Bucket="payroll", Key="2026/salaries.csv")["Body"].read().decode()}


def drop() -> dict[str, str]:
    """Delete all orders: no part of the service either."""
    client("dynamodb").delete_table(TableName=TABLE)
    return {"orders": "none"}
