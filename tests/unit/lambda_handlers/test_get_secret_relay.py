"""Relay mode and, for migration only, credentials in the body: the caller's own permissions decide."""

import io
import json
import time
from typing import Any

import pytest

from secrets_cli.aws.target import Connection, Target
from secrets_cli.broker.signed_relay import signed_read
from secrets_cli.secrets.parameter_name import Selected
from tests.get_secret_events import APP, OTHER, REGION, USER, Context, Principal, credentials, document, event, signed
from tests.get_secret_faults import got, ssm_error
from tests.get_secret_run import CANARY, Answered, Ran, ToldAws, handler, invoke, told

RELAY = document((), mode="relay")
AS_CALLER = document((), mode="caller-credentials")


class _Connection:
    """A connection to Parameter Store that answers as told, and keeps what it was sent."""

    def __init__(self, answer: Answered) -> None:
        self.answer = answer
        self.place: tuple[Any, ...] = ()
        self.sent: tuple[Any, ...] = ()
        self.closed = False

    def __call__(self, host: str, port: int | None, timeout: float) -> "_Connection":
        self.place = (host, port)
        return self

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        self.sent = (method, path, body, headers)
        time.sleep(self.answer.after)
        if self.answer.status == 0:
            raise ConnectionRefusedError(CANARY)

    def getresponse(self) -> Any:
        response: Any = io.BytesIO(self.answer.body.encode())
        return type("Response", (), {"status": self.answer.status, "read": response.read})

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSM"):
        monkeypatch.delenv(name, raising=False)


def _relayed(
    monkeypatch: pytest.MonkeyPatch, answer: Answered, word: str = "/app/prod/db", **more: Any
) -> tuple[Ran, _Connection]:
    connection = _Connection(answer)
    monkeypatch.setattr(handler.http.client, "HTTPSConnection", connection)
    return invoke(event(signed(word, **more), more.get("who", APP)), RELAY), connection


@pytest.mark.parametrize(("word", "version"), [("/app/prod/db", 3), ("/app/prod/db:2", 2), ("/app/prod/db:stable", 7)])
@pytest.mark.parametrize("who", [APP, USER])
def test_a_signed_read_is_sent_on_as_it_is(
    monkeypatch: pytest.MonkeyPatch, word: str, version: int, who: Principal
) -> None:
    ran, connection = _relayed(monkeypatch, got(version=version), word, who=who)
    assert ran.body["secrets"] == [{"name": word, "version": version, "value": CANARY}]
    assert connection.place == (f"ssm.{REGION}.amazonaws.com", None)
    method, path, body, headers = connection.sent
    assert (method, path, json.loads(body)) == ("POST", "/", {"Name": word, "WithDecryption": True})
    assert set(headers) == {
        *("authorization", "content-type", "host", "x-amz-date", "x-amz-target", "x-amz-security-token")
    }
    assert connection.closed
    assert CANARY not in ran.out + ran.logged
    assert "token" not in ran.out


@pytest.mark.parametrize(
    ("answer", "status", "outcome"),
    [
        (ssm_error("com.amazonaws.ssm#AccessDeniedException"), 403, "denied-to-caller"),
        (ssm_error("InvalidSignatureException"), 403, "denied-to-caller"),
        (ssm_error("ExpiredTokenException"), 403, "denied-to-caller"),
        (ssm_error("UnrecognizedClientException"), 403, "denied-to-caller"),
        (ssm_error("ParameterNotFound"), 403, "no-such-secret"),
        (ssm_error("ParameterVersionNotFound"), 403, "no-such-secret"),
        (ssm_error("ThrottlingException"), 429, "throttled"),
        (ssm_error("InvalidKeyId"), 502, "key-unusable"),
        (ssm_error("InternalServerError", 500), 502, "upstream-failed"),
        (Answered(301, f"<a href='http://{CANARY}'>"), 502, "upstream-failed"),
        (Answered(200, f"<html>{CANARY}"), 502, "upstream-failed"),
        (Answered(200, "[" * 50_000), 502, "upstream-failed"),
        (Answered(200, "{}"), 502, "upstream-failed"),
        (got(name="/other/db"), 502, "upstream-failed"),
        (Answered(0, ""), 502, "upstream-failed"),
    ],
)
def test_what_parameter_store_refuses(
    monkeypatch: pytest.MonkeyPatch, answer: Answered, status: int, outcome: str
) -> None:
    ran, connection = _relayed(monkeypatch, answer)
    assert (ran.status, ran.outcomes) == (status, [outcome])
    assert not ran.shows(CANARY)
    assert connection.closed


def test_a_relayed_read_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler.http.client, "HTTPSConnection", _Connection(Answered(200, "{}", after=0.6)))
    ran = invoke(event(signed()), RELAY, Context(700))
    assert (ran.status, ran.outcomes) == (503, ["timed-out"])


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://evil.example:3128")
    ran, connection = _relayed(monkeypatch, got())
    assert ran.status == 200
    assert connection.place == (f"ssm.{REGION}.amazonaws.com", None)


def test_only_the_deployment_can_move_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = _Connection(got())
    monkeypatch.setattr(handler.http.client, "HTTPConnection", connection)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert invoke(event(signed()), RELAY).status == 200
    assert connection.place == ("127.0.0.1", 4566)
    assert connection.sent[3]["host"] == f"ssm.{REGION}.amazonaws.com"


def test_the_signature_of_another_caller_is_refused_before_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = _Connection(got())
    monkeypatch.setattr(handler.http.client, "HTTPSConnection", connection)
    ran = invoke(event(signed(who=USER), OTHER), RELAY)
    assert (ran.status, ran.outcomes) == (403, ["denied-to-caller"])
    assert not connection.sent


@pytest.mark.parametrize("mode", ["relay", "caller-credentials"])
def test_the_function_s_own_role_is_not_used(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    made = handler.make_client

    def with_credentials(service: str, region: str, given: object = None) -> Any:
        assert given is not None
        return made(service, region, given)

    monkeypatch.setattr(handler, "make_client", with_credentials)
    if mode == "relay":
        assert _relayed(monkeypatch, got())[0].status == 200
    else:
        with told(ToldAws([], [got()])) as aws:
            body = {"name": "/app/prod/db", "credentials": credentials()}
            assert invoke(event(body), AS_CALLER).status == 200
        assert [name for name, _ in aws.requests] == ["ssm:GetParameter"]


def test_credentials_in_the_body_are_warned_of_and_shown_nowhere() -> None:
    body = {"names": ["/app/prod/db"], "credentials": credentials()}
    with told(ToldAws([], [got()])):
        ran = invoke(event(body), AS_CALLER)
    assert ran.outcomes == ["caller-sent-credentials", "handed-out"]
    assert ran.lines[0]["level"] == "WARN"
    for part in credentials().values():
        assert part not in ran.out + ran.logged + json.dumps(ran.response)


@pytest.mark.parametrize(
    ("answer", "status", "outcome"),
    [
        (ssm_error("AccessDeniedException"), 403, "denied-to-caller"),
        (ssm_error("UnrecognizedClientException"), 403, "denied-to-caller"),
        (ssm_error("ParameterNotFound"), 403, "no-such-secret"),
        (ssm_error("ThrottlingException"), 429, "throttled"),
    ],
)
def test_what_the_caller_may_not_read(answer: Answered, status: int, outcome: str) -> None:
    body = {"names": ["/app/prod/db"], "credentials": credentials()}
    with told(ToldAws([], [answer])):
        ran = invoke(event(body), AS_CALLER)
    assert (ran.status, ran.outcomes[-1]) == (status, outcome)
    assert not ran.shows(CANARY)


def test_a_signed_read_holds_no_secret_key_and_no_more_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-session-token")
    made = signed_read(Connection(Target(region="cn-north-1")), Selected("/app/db", "3"))
    assert dict(made.headers)["host"] == "ssm.cn-north-1.amazonaws.com.cn"
    assert json.loads(made.document())["body"] == '{"Name":"/app/db:3","WithDecryption":true}'
    assert CANARY not in made.document()
    assert "a-session-token" not in repr(made)
