"""Signing a request anew for AWS's own endpoint: the client signed it for another host.

The credentials stay in memory and go no further than the SDK's signer. A body whose hash the client signed keeps that hash; S3's
is taken as unsigned otherwise, which it accepts over TLS. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from secrets_cli.aws.service_models import ServiceModels
from secrets_cli.aws.wire import WireRequest
from secrets_cli.secret_value import SecretValue

_NOT_PASSED_ON = frozenset(
    [
        "authorization",
        "host",
        "x-amz-date",
        "x-amz-security-token",
        "expect",
        "connection",
        "transfer-encoding",
        "content-length",
    ]
)
S3_SERVICES: Final = ("s3", "s3express", "s3-object-lambda", "s3-outposts")
UNSIGNED_PAYLOAD: Final = "UNSIGNED-PAYLOAD"
_SIGNED_CHUNKS: Final = "STREAMING-AWS4-"
"""A body whose every chunk is signed: the signatures are heirs of the head's, so they cannot stay; it is sent without."""
_OF_CHUNKS = frozenset(["x-amz-decoded-content-length", "x-amz-trailer", "content-encoding"])
_IN_QUERY = re.compile(
    r"^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Credentials of one access key."""

    access_key: str
    secret_key: SecretValue
    token: SecretValue | None


@dataclass(frozen=True, slots=True)
class Resigned:
    """What to send instead."""

    host: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]


def aws_host(service: str, region: str, models: ServiceModels, model: str = "") -> str:
    """The host of a service's endpoint, `ssm.eu-west-1.amazonaws.com`, as the SDK's client of it has it.

    Of several services with one signing name `model` says which; without it the one that bears the name. A service that the
    SDK does not know has the usual form of name.
    """
    import botocore.session
    from botocore.config import Config

    known = models.signed_as(service)
    own = next((one for one in known if one.model == (model or service)), known[0] if known else None)
    if own is None:
        return f"{service}.{region}.amazonaws.com"
    client = botocore.session.Session().create_client(
        own.model,
        region_name=region,
        aws_access_key_id="unused",
        aws_secret_access_key="unused",  # noqa: S106  # no call is made with it
        config=Config(ignore_configured_endpoint_urls=True),  # type: ignore[call-arg]  # missing in the stubs
    )
    return urlsplit(client.meta.endpoint_url).netloc


def resigned(request: WireRequest, host: str, service: str, region: str, keys: KeyPair) -> Resigned:
    """The request's path, query and headers, signed with `keys` for `host`.

    The body has to be there (`request.body`), but for S3, and where the client's own header has its hash.
    """
    from botocore.auth import S3SigV4Auth, SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    query = "&".join(pair for pair in request.query.split("&") if not _IN_QUERY.match(pair.partition("=")[0]))
    target = request.path + (f"?{query}" if query else "")
    headers = {name: value for name, value in request.headers.items() if name not in _NOT_PASSED_ON}
    if has_signed_chunks(request):
        headers = {name: value for name, value in headers.items() if name not in _OF_CHUNKS}
    headers["x-amz-content-sha256"] = _hash(request, service)
    kind: Any = _as_it_is(S3SigV4Auth) if service in S3_SERVICES else SigV4Auth
    token = keys.token.reveal() if keys.token else None
    signed = AWSRequest(method=request.method, url=f"https://{host}{target}", headers=headers, data=request.body or b"")
    kind(Credentials(keys.access_key, keys.secret_key.reveal(), token), service, region).add_auth(signed)
    return Resigned(host, target, {name: str(value) for name, value in signed.headers.items()})


def has_signed_chunks(request: WireRequest) -> bool:
    """Whether the body comes in chunks that are signed each, which the endpoint is to get plain."""
    return request.headers.get("x-amz-content-sha256", "").startswith(_SIGNED_CHUNKS)


def _hash(request: WireRequest, service: str) -> str:
    """The hash that the client signed, unless it is that of a presigned URL or of signed chunks."""
    own = request.headers.get("x-amz-content-sha256", "")
    if own and not has_signed_chunks(request):
        return own
    return UNSIGNED_PAYLOAD if service in S3_SERVICES else hashlib.sha256(request.body or b"").hexdigest()


def _as_it_is(kind: Any) -> Any:
    """S3's signer, which keeps the path as it is, without its own choice of the hash."""

    class _Signer(kind):  # type: ignore[misc]  # a class chosen above
        def _modify_request_before_signing(self, request: Any) -> None:
            self._set_necessary_date_headers(request)
            if self.credentials.token:
                request.headers["X-Amz-Security-Token"] = self.credentials.token

    return _Signer
