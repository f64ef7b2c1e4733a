"""S3's parameters in records are HTTP's own: the query and the `x-amz-` headers by their names, `bucketName`, `key`, `Host`.

Of the headers those are written that a policy can depend on; never a customer's key, nor metadata or tags. Bucket settings
are written as their XML, as CloudTrail does. https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from secrets_cli.aws.request_members import xml_of
from secrets_cli.aws.wire import WireRequest
from secrets_cli.json_value import JsonValue

_HEADERS = frozenset(
    [
        "x-amz-acl",
        "x-amz-bucket-object-lock-enabled",
        "x-amz-bypass-governance-retention",
        "x-amz-copy-source",
        "x-amz-copy-source-range",
        "x-amz-expected-bucket-owner",
        "x-amz-grant-full-control",
        "x-amz-grant-read",
        "x-amz-grant-read-acp",
        "x-amz-grant-write",
        "x-amz-grant-write-acp",
        "x-amz-metadata-directive",
        "x-amz-object-lock-legal-hold",
        "x-amz-object-lock-mode",
        "x-amz-object-ownership",
        "x-amz-request-payer",
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-source-expected-bucket-owner",
        "x-amz-storage-class",
        "x-amz-tagging-directive",
    ]
)
_SIGNING = ("x-amz-", "awsaccesskeyid", "signature", "expires")
"""What a presigned URL adds to the query; not the call's own."""
_DEEPEST = 8
_LARGEST = 65_536


def s3_parameters(request: WireRequest, labels: Mapping[str, str], *, is_data: bool) -> dict[str, JsonValue]:
    """`requestParameters` of a call of S3."""
    found: dict[str, JsonValue] = {}
    if "Bucket" in labels:
        found["bucketName"] = unquote(labels["Bucket"])
    if "Key" in labels:
        found["key"] = unquote(labels["Key"])
    found["Host"] = request.headers.get("host", "")
    found |= {name: value for name, value in request.query_pairs if not name.lower().startswith(_SIGNING)}
    found |= {name: request.headers[name] for name in sorted(_HEADERS & request.headers.keys())}
    if not is_data and request.body and request.method == "PUT" and len(request.body) <= _LARGEST:
        found |= _settings(request.body, request.query)
    if request.method == "POST" and "delete" in dict(request.query_pairs) and request.body:
        found["delete"] = {"objects": _deleted(request.body)}
    return found


def _settings(body: bytes, query: str) -> dict[str, JsonValue]:
    """A bucket's settings in the request: a policy as JSON, anything else as its XML."""
    if query.split("&")[0].startswith("policy"):
        try:
            return {"bucketPolicy": json.loads(body)}
        except ValueError:
            return {}
    root = xml_of(body)
    return {root.tag: _tree(root, 0)} if root is not None else {}


def _tree(element: Any, depth: int) -> JsonValue:
    children = list(element)
    if not children or depth > _DEEPEST:
        return (element.text or "").strip()
    found: dict[str, JsonValue] = {}
    for child in children:
        told = _tree(child, depth + 1)
        known = found.get(child.tag)
        if known is None:
            found[child.tag] = told
        else:
            found[child.tag] = [*(known if isinstance(known, list) else [known]), told]
    return found


def _deleted(body: bytes) -> list[JsonValue]:
    """The keys that a DeleteObjects call names. CloudTrail leaves them out; a policy is narrower with them."""
    root = xml_of(body)
    found: list[JsonValue] = []
    for one in root.iter("Object") if root is not None else ():
        entry: dict[str, JsonValue] = {"key": one.findtext("Key") or ""}
        if one.findtext("VersionId"):
            entry["versionId"] = one.findtext("VersionId")
        found.append(entry)
    return found
