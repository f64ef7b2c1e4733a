"""Whose key signed a request, and for which service and region: the credential scope of its signature.

In the `Authorization` header, or in the query of a presigned URL; the region of a signature for many regions is in a header of
its own. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from dataclasses import dataclass

from secrets_cli.aws.wire import WireRequest

_CREDENTIAL = re.compile(r"Credential=(?P<scope>[^,\s]+)")
_SIGV2 = re.compile(r"AWS (?P<key>[\w]+):")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature says of itself; nothing is verified here."""

    access_key: str
    """Empty: the request is not signed."""
    region: str
    service: str
    """The signing name, such as `ssm`, `monitoring`."""
    presigned: bool = False


UNSIGNED = Scope("", "", "")


def scope_of(request: WireRequest) -> Scope:
    """The scope, or `UNSIGNED`."""
    authorization = request.headers.get("authorization", "")
    found = _CREDENTIAL.search(authorization)
    if found is not None:
        return _read(found["scope"], request.headers.get("x-amz-region-set", ""), presigned=False)
    if "X-Amz-Credential=" in request.query:
        query = dict(request.query_pairs)
        return _read(query.get("X-Amz-Credential", ""), query.get("X-Amz-Region-Set", ""), presigned=True)
    old = _SIGV2.match(authorization)
    return Scope(old["key"], "", "s3") if old else UNSIGNED


def _read(written: str, region_set: str, *, presigned: bool) -> Scope:
    """`KEY/DATE/REGION/SERVICE/aws4_request`; without REGION where it is for many regions."""
    parts = written.split("/")
    if len(parts) == 5:
        return Scope(parts[0], parts[2], parts[3], presigned)
    if len(parts) == 4:
        return Scope(parts[0], region_set.split(",")[0].replace("*", "us-east-1"), parts[2], presigned)
    return UNSIGNED
