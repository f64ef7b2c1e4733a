"""Calling the function's front door: one signed POST.

The request is signed for the name in the URL. Where the AWS configuration sends calls to another endpoint (an emulator,
`--endpoint-url` or AWS_ENDPOINT_URL), the connection goes there and the name travels in the Host header, as it was signed.
"""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from secrets_cli.aws.failures import translated
from secrets_cli.aws.signing import sign
from secrets_cli.aws.target import Connection
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue
from secrets_cli.wording import named

_FRONT = re.compile(
    r"[a-z0-9-]+\.(?:(?P<kind>lambda-url)\.(?P<region>[a-z0-9-]+)\.on\.(?:aws|amazonaws\.com\.cn)"
    r"|(?P<api>execute-api)\.(?P<place>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)"
)
"""AWS's own names alone: in one mode credentials are sent there."""
_SERVICES = {"lambda-url": "lambda", "execute-api": "execute-api"}
_SECONDS = 15
"""The function's own limit is 10."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    body: SecretValue = field(repr=False)
    """It may hold secrets' values."""


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """A URL, taken apart."""

    url: str
    host: str
    service: str
    """As the signature's scope names it."""
    region: str


def front_door(url: str) -> FrontDoor:
    """A function URL, or the address of an HTTP API. Raises ConfigurationError for any other: nothing is sent there."""
    parts = urlsplit(url)
    found = _FRONT.fullmatch(parts.hostname or "")
    if parts.scheme != "https" or found is None or parts.query or parts.username or parts.port:
        raise ConfigurationError(
            f"{named(url)} is not a function URL",
            "give `https://<id>.lambda-url.<region>.on.aws/`, as `lambda status` says",
        )
    host = found[0]
    service = _SERVICES[found["kind"] or found["api"]]
    return FrontDoor(f"https://{host}{parts.path or '/'}", host, service, found["region"] or found["place"])


def call(connection: Connection, door: FrontDoor, document: str) -> Answered:
    """POST a JSON document, signed with the connection's credentials. Raises Unreachable where no answer comes; every
    answer, of whatever status, is answered."""
    body = document.encode("utf-8")
    headers = {"Host": door.host, "Content-Type": "application/json"}
    signed = sign(connection, "POST", door.url, headers, body, door.service, door.region)
    return _post(_place(connection, door), signed, body)


def _place(connection: Connection, door: FrontDoor) -> str:
    """Where the connection goes."""
    elsewhere = connection.target.endpoint_url or os.environ.get("AWS_ENDPOINT_URL", "")
    return f"{elsewhere.rstrip('/')}{urlsplit(door.url).path}" if elsewhere else door.url


def _post(url: str, headers: dict[str, str], body: bytes) -> Answered:
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    with translated("calling the function"):
        request = AWSRequest(method="POST", url=url, headers=headers, data=body).prepare()
        session = URLLib3Session(timeout=_SECONDS, proxies=get_environ_proxies(url))
        answer = session.send(request)
        return Answered(answer.status_code, SecretValue(answer.content.decode("utf-8", "replace")))
