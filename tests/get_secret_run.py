"""Run getSecret's handler in this process: on AWS as moto plays it, or on an AWS that answers as it is told."""

import contextlib
import importlib
import io
import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from tests.get_secret_events import REGION, REQUEST_ID, Context, document

CANARY = "canary-7d1e9b"
"""In every value that is stored, and in every error text that AWS is made to answer with."""
ECHO = "echo-4c2a11"
"""In hostile requests: it must not come back, nor be logged."""

STORED: tuple[str, ...] = (
    "/app/prod/db",
    "/app/prod/api-key",
    "/app/prod/web/x",
    "/app/prod/website",
    "/app/prod",
    "flat",
)
STORED += ("/other/db", "/people/mia", "/partner/token", "/app/prod/DB", "/app/prod/web/../db", "/APP/prod/db")
_PLACE = {"AWS_ACCESS_KEY_ID": "AKIDFUNCTION", "AWS_SECRET_ACCESS_KEY": "function", "AWS_DEFAULT_REGION": REGION}

_FIELDS = {"timestamp", "level", "event", "outcome", "status", "caller", "callerArn", "name", "selector", "version"}
_FIELDS |= {"requestId"}

handler: Any = importlib.import_module("lambda_handlers.get_secret.handler")


@dataclass(frozen=True, slots=True)
class Ran:
    """What one invocation answered and wrote."""

    response: dict[str, Any]
    out: str
    """All of stdout: the audit lines."""
    logged: str
    """All that went through `logging`, at any level that the handler leaves open, with the root logger at DEBUG."""
    seconds: float

    @property
    def status(self) -> int:
        return int(self.response["statusCode"])

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.response["body"] or "{}")
        return found

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The audit lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def outcomes(self) -> list[str]:
        return [line["outcome"] for line in self.lines]

    @property
    def only_audit_lines(self) -> bool:
        """Whether nothing was written but well-formed audit lines, and the SDK's word on where its keys are from."""
        formed = all(_FIELDS <= set(line) <= _FIELDS | {"fault"} for line in self.lines)
        same = {line["requestId"] for line in self.lines} == {REQUEST_ID}
        others = self.logged.replace("Found credentials in environment variables.", "").strip()
        return formed and same and self.out.endswith("\n") and not others

    def shows(self, marker: str) -> bool:
        """Whether a marker is anywhere to be seen."""
        return marker in json.dumps(self.response) + self.out + self.logged


def invoke(event: object, settings: str | None = None, context: Context | None = None) -> Ran:
    """Invoke the handler under a grants document (None: the usual one); everything it writes is caught."""
    out, logged = io.StringIO(), io.StringIO()
    listener = logging.StreamHandler(logged)
    root = logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        with mock.patch.dict("os.environ", {"GET_SECRET_GRANTS": document() if settings is None else settings}):
            loaded = handler.load_settings()
        with mock.patch.object(handler, "SETTINGS", loaded), contextlib.redirect_stdout(out):
            begun = time.monotonic()
            response = handler.handler(event, context or Context())
    finally:
        root.removeHandler(listener)
        root.setLevel(level)
    return Ran(response, out.getvalue(), logged.getvalue(), time.monotonic() - begun)


@contextlib.contextmanager
def stored() -> Iterator[None]:
    """AWS as moto plays it, with a canary in every parameter. moto denies nothing: only the handler stands before it.

    What is relayed is answered with a canary too.
    """
    from moto import mock_aws

    forget_sessions()
    relayed = mock.patch.object(handler, "_post", lambda _host, _headers, body: (200, _answer_to(body)))
    with mock.patch.dict("os.environ", _PLACE), mock_aws(), relayed:
        ssm = boto3.client("ssm", REGION)
        for name in STORED:
            for number in (1, 2, 3):
                value = f"{CANARY} {name} {number}"
                ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
        ssm.label_parameter_version(Name="/app/prod/db", ParameterVersion=2, Labels=["stable"])
        yield
    forget_sessions()


def _answer_to(body: bytes) -> str:
    name = str(json.loads(body)["Name"]).partition(":")[0]
    return json.dumps({"Parameter": {"Name": name, "Value": CANARY, "Version": 1, "Type": "SecureString"}})


def forget_sessions() -> None:
    """As a cold start: no session is cached."""
    handler._sessions.clear()
    handler._sts.cache_clear()


class _Raw(io.BytesIO):
    """What the SDK reads a body from."""

    def stream(self, amt: int = 1024, decode_content: object = None) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk


@dataclass(frozen=True, slots=True)
class Answered:
    """One HTTP answer of AWS."""

    status: int
    body: str
    after: float = 0.0
    """Seconds that it takes."""


@dataclass(slots=True)
class ToldAws:
    """An AWS whose answers are told: the last of a service's answers is repeated. Every request is kept."""

    sts: Sequence[Answered]
    ssm: Sequence[Answered]
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """The action (`ssm:GetParameter`) and what was sent."""
    retries: int = 0

    def asked(self, action: str) -> list[dict[str, Any]]:
        return [sent for name, sent in self.requests if name == action]

    def answer(self, request: AWSRequest) -> AWSResponse:
        service = self._service(request)
        told = self.sts if service == "sts" else self.ssm
        number = sum(name.startswith(service) for name, _ in self.requests) - 1
        answer = told[min(number, len(told) - 1)]
        time.sleep(answer.after)
        raw = _Raw(answer.body.encode())
        return AWSResponse(str(request.url), answer.status, HTTPHeaders(), raw)

    def _service(self, request: AWSRequest) -> str:
        """Which service is asked; the request is kept."""
        data: Any = request.body
        body = data.decode() if isinstance(data, bytes) else str(data)
        target: Any = request.headers.get("X-Amz-Target")
        if target:
            name = target.decode() if isinstance(target, bytes) else target
            self.requests.append((f"ssm:{name.rpartition('.')[2]}", json.loads(body)))
            return "ssm"
        sent = {key: values[0] for key, values in parse_qs(body).items()}
        self.requests.append((f"sts:{sent['Action']}", sent))
        return "sts"


@contextlib.contextmanager
def told(aws: ToldAws) -> Iterator[ToldAws]:
    """The handler's clients are the SDK's own, and every request of theirs is answered by `aws`."""
    made: Callable[..., Any] = handler.make_client
    config = Config(retries={"mode": "standard", "total_max_attempts": aws.retries + 1}, connect_timeout=1)

    def make(*given: Any) -> Any:
        client = made(*given)
        client.meta.events.register("before-send", lambda request, **_: aws.answer(request))
        return client

    forget_sessions()
    with (
        mock.patch.dict("os.environ", _PLACE),
        mock.patch.object(handler, "make_client", make),
        mock.patch.object(handler, "_SDK", config),
    ):
        yield aws
    forget_sessions()
