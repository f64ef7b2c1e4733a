"""Events as the front doors of getSecret make them, and the grants documents they meet: material for every test of it."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unittest import mock

from secrets_cli.aws.target import Connection, Target
from secrets_cli.broker.signed_relay import signed_read
from secrets_cli.secrets.parameter_name import selected

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "999988887777"
REGION = "us-east-1"
URL_ID = "ya6hetq5c7325t7usno7y3dngq0wdvll"
FUNCTION_URL = f"{URL_ID}.lambda-url.{REGION}.on.aws"
HTTP_API = f"a1b2c3d4e5.execute-api.{REGION}.amazonaws.com"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000001"
REQUEST_ID = "11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who signs requests."""

    id: str
    """`AROA...` or `AIDA...`."""
    arn: str
    """Of the role (with its path) or the user."""
    session: str = ""
    access_key: str = "ASIAEXAMPLEACCESSKEY"
    secret_key: str = "secret-key"

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    @property
    def iam(self) -> dict[str, Any]:
        """`requestContext.authorizer.iam`, as the IAM authorizers of function URLs and HTTP APIs fill it in."""
        name = self.arn.rpartition("/")[2]
        role_arn = f"arn:aws:sts::{self.account}:assumed-role/{name}/{self.session}"
        caller = f"{self.id}:{self.session}" if self.session else self.id
        return {
            "accessKey": self.access_key,
            "accountId": self.account,
            "callerId": caller,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": role_arn if self.session else self.arn,
            "userId": caller,
        }


APP = Principal("AROAAPPAPPAPPAPPAPPAP", f"arn:aws:iam::{ACCOUNT}:role/team/app", "app-session")
OTHER = Principal("AROAOTHEROTHEROTHEROT", f"arn:aws:iam::{ACCOUNT}:role/other", "other-session")
USER = Principal("AIDAUSERUSERUSERUSERU", f"arn:aws:iam::{ACCOUNT}:user/people/mia", access_key="AKIAEXAMPLEACCESSKEY")
FOREIGN = Principal("AROAFOREIGNFOREIGNFOR", f"arn:aws:iam::{OTHER_ACCOUNT}:role/partner", "partner-session")
STRANGER = Principal("AROASTRANGERSTRANGERS", f"arn:aws:iam::{ACCOUNT}:role/stranger", "stranger")


def reader(name: str) -> str:
    """ARN of a reader role."""
    return f"arn:aws:iam::{ACCOUNT}:role/get-secret/reader-{name}"


def grant(
    who: Principal,
    name: str,
    names: Sequence[str] = (),
    paths: Sequence[str] = (),
    known: bool = True,
    keys: Sequence[str] = (KEY,),
) -> dict[str, Any]:
    """One entry of `callers`; `known=False` for a principal whose unique id the deployment could not learn."""
    return {
        "id": who.id if known else "",
        "arn": who.arn,
        "reader": reader(name),
        "names": list(names),
        "paths": list(paths),
        "keys": list(keys),
    }


GRANTS: tuple[dict[str, Any], ...] = (
    grant(APP, "app", ["/app/prod/db", "/app/prod/api-key", "flat"]),
    grant(APP, "app-web", paths=["/app/prod/web"]),
    grant(OTHER, "other", ["/other/db"]),
    grant(USER, "user", ["/people/mia"]),
    grant(FOREIGN, "partner", ["/partner/token"], known=False),
)


def document(
    callers: Sequence[Mapping[str, Any]] = GRANTS,
    mode: str = "broker",
    front: str = "function-url",
    origins: Sequence[str] = (),
    **more: Any,
) -> str:
    """A grants document."""
    place = {"partition": "aws", "region": REGION, "account": ACCOUNT}
    given = {"version": 1, "mode": mode, **place, "front": front, "origins": list(origins), "callers": list(callers)}
    return json.dumps({**given, **more})


def event(
    body: object,
    who: Principal | None = APP,
    *,
    domain: str = FUNCTION_URL,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An event of payload format 2.0. A `body` that is no text is sent as JSON; `who=None` is nobody."""
    named = {"content-type": "application/json", "host": domain, "x-forwarded-for": "203.0.113.7"}
    context: dict[str, Any] = {
        "accountId": who.account if who else "anonymous",
        "apiId": domain.partition(".")[0],
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {"method": method, "path": "/", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "t"},
        "requestId": "front-door-request-id",
        "routeKey": "$default",
        "stage": "$default",
        "time": "21/Nov/2026:07:00:00 +0000",
        "timeEpoch": 1_795_244_400_000,
    }
    if who is not None:
        context["authorizer"] = {"iam": who.iam}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": named if headers is None else dict(headers),
        "requestContext": context,
        "body": body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
        **more,
    }


def ask(*names: str, who: Principal | None = APP, **more: Any) -> dict[str, Any]:
    """An event that asks for these names."""
    return event({"names": list(names)}, who, **more)


def signed(word: str = "/app/prod/db", who: Principal = APP, token: str = "token") -> dict[str, Any]:
    """The body of a request in relay mode, signed now: good for five minutes."""
    keys = {"AWS_ACCESS_KEY_ID": who.access_key, "AWS_SECRET_ACCESS_KEY": who.secret_key, "AWS_SESSION_TOKEN": token}
    with mock.patch.dict(os.environ, keys):
        made: dict[str, Any] = json.loads(signed_read(Connection(Target(region=REGION)), selected(word)).document())
    return made


def credentials(**changed: Any) -> dict[str, Any]:
    """Temporary credentials as the mode `caller-credentials` takes them."""
    given = {
        "accessKeyId": APP.access_key,
        "secretAccessKey": "secret-access-key",
        "sessionToken": "session-token-0001",
    }
    return {**given, **changed}


@dataclass(slots=True)
class Context:
    """What the runtime passes beside the event."""

    milliseconds: int = 9_000
    aws_request_id: str = REQUEST_ID

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds
