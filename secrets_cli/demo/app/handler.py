"""The order service as a bare Lambda handler behind a function URL, for where Zappa is left out."""

import base64
import json

from botocore.exceptions import ClientError

import orders


def handler(event, context):
    http, body = event["requestContext"]["http"], event.get("body") or ""
    what = base64.b64decode(body).decode() if event.get("isBase64Encoded") else body
    order = http["path"].rpartition("/")[2]
    try:
        if http["path"] == "/salaries":
            answer = orders.salaries()
        elif http["method"] == "DELETE":
            answer = orders.drop()
        else:
            answer = orders.place(order, what) if http["method"] == "POST" else orders.show(order)
    except ClientError as error:
        return {"statusCode": 403, "body": json.dumps({"error": str(error)})}
    return {"statusCode": 200, "body": json.dumps(answer)}
