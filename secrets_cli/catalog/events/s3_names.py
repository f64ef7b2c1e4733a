"""The bucket and object ARNs of S3 calls, access points included.

A request through an access point is evaluated on the access point's ARN
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html).
"""

import re
from urllib.parse import unquote

from secrets_cli.catalog.events.parameters import present, text, texts
from secrets_cli.catalog.events.row import Arns, Recipe, When
from secrets_cli.catalog.grant import ApiCall

_ACCESS_POINT = re.compile(r"arn:[^:]+:s3[a-z-]*:[^:]*:[^:]*:accesspoint[/:][^/:]+")
_HOST = re.compile(r"(?P<bucket>.+?)\.s3(?:express)?[.-].*", re.IGNORECASE)


def _bucket_base(call: ApiCall) -> str:
    """ARN of the bucket or access point the call names, or an empty string."""
    for entry in call.resources:
        if _ACCESS_POINT.fullmatch(entry.arn):
            return entry.arn
    written = text(call.parameters, "bucketName|bucket")
    if not written:
        written = next((entry.arn for entry in call.resources if _is_bucket(entry.arn)), "") or _host_bucket(call)
    return _base_of(written, call)


def _base_of(written: str, call: ApiCall) -> str:
    if written.startswith("arn:"):
        return written
    return f"arn:{call.partition or 'aws'}:s3:::{written}" if written else ""


def _is_bucket(arn: str) -> bool:
    return re.fullmatch(r"arn:[^:]+:s3:::[^/]+", arn) is not None


def _host_bucket(call: ApiCall) -> str:
    found = _HOST.fullmatch(text(call.parameters, "Host"))
    return found["bucket"] if found and not found["bucket"].isdigit() else ""


def _object_of(base: str, key: str) -> str:
    return f"{base}/object/{key}" if _ACCESS_POINT.fullmatch(base) else f"{base}/{key}"


def _bucket(call: ApiCall) -> Arns:
    base = _bucket_base(call)
    return (base,) if base else ()


def _object(call: ApiCall) -> Arns:
    base = _bucket_base(call)
    keys = texts(call.parameters, "key")
    if base and keys:
        return tuple(_object_of(base, key) for key in keys)
    listed = tuple(entry.arn for entry in call.resources if _is_object(entry.arn))
    if listed:
        return listed
    return (_object_of(base, "*"),) if base else ()


def _is_object(arn: str) -> bool:
    return re.fullmatch(r"arn:[^:]+:s3:::[^/]+/.+", arn, re.DOTALL) is not None


def copy_source(call: ApiCall) -> tuple[str, str]:
    """Object ARN and version id that `x-amz-copy-source` names; empty texts where it does not say."""
    written = text(call.parameters, "x-amz-copy-source|copySource")
    path, _, query = written.partition("?")
    version = re.search(r"(?:^|&)versionId=([^&]+)", query)
    path = unquote(path).removeprefix("/")
    if not path:
        return "", ""
    if path.startswith("arn:"):
        return path, version[1] if version else ""
    bucket, slash, key = path.partition("/")
    return (f"arn:{call.partition or 'aws'}:s3:::{bucket}/{key}" if slash and bucket and key else ""), (
        version[1] if version else ""
    )


def _copy_source_arns(call: ApiCall) -> Arns:
    arn, _ = copy_source(call)
    return (arn,) if arn else ()


def _deleted_objects(call: ApiCall) -> Arns:
    """The keys where the record lists them (it usually does not), else every object of the bucket."""
    base = _bucket_base(call)
    keys = texts(call.parameters, "delete.objects.key|delete.object.key")
    if not base:
        return ()
    return tuple(_object_of(base, key) for key in keys) or (_object_of(base, "*"),)


def _express_bucket(call: ApiCall) -> Arns:
    name = text(call.parameters, "bucketName|bucket") or _host_bucket(call)
    if not name:
        return ()
    if name.startswith("arn:"):
        return (name,)
    return (f"arn:{call.partition or 'aws'}:s3express:{call.region or '*'}:{call.account or '*'}:bucket/{name}",)


BUCKET = Recipe("bucket ARN from bucketName", _bucket, "the record names no bucket")
OBJECT = Recipe("object ARN from bucketName and key", _object, "the record names no object")
SOURCE_OBJECT = Recipe("object ARN from x-amz-copy-source", _copy_source_arns, "the record names no copy source")
DELETED_OBJECTS = Recipe(
    "the listed keys, else bucketName/* (CloudTrail leaves the keys out)",
    _deleted_objects,
    "the record names no bucket",
)
EXPRESS_BUCKET = Recipe("directory bucket ARN from bucketName", _express_bucket, "the record names no bucket")

SOURCE_VERSION = When("if the copy source names a version", lambda call: bool(copy_source(call)[1]))
SOURCE_CURRENT = When("if the copy source names no version", lambda call: not copy_source(call)[1])
DELETES_VERSIONS = When(
    "if a listed key has a version",
    lambda call: present(call.parameters, "delete.objects.versionId|delete.object.versionId"),
)
