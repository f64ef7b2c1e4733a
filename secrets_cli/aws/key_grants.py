"""The grants on a KMS key with their constraints, as the document that `aws kms list-grants` prints.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
"""

import json
from typing import Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection


def grants_document(connection: Connection, key: str) -> bytes:
    """`{"Grants": [...]}` with every grant on the key (id or ARN), all pages in one; times are ISO 8601."""
    with translated("kms:ListGrants", key):
        pages: Any = connection.client("kms").get_paginator("list_grants").paginate(KeyId=key)
        grants = [item for page in pages for item in page.get("Grants", [])]
    return json.dumps({"Grants": grants}, default=lambda when: when.isoformat()).encode()
