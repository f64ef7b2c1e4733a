"""One signed POST to the front door: what is signed, where it goes, what comes back."""

from typing import Any

import pytest

from secrets_cli.aws.function_urls import call, front_door
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import ConfigurationError, Unreachable

HOST = "abc.lambda-url.eu-west-1.on.aws"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests that would have gone out; the answer is 200 `{}`."""
    from botocore.httpsession import URLLib3Session

    class Answer:
        status_code = 200
        content = b"{}"

    requests: list[Any] = []

    def send(session: object, request: Any) -> Answer:
        requests.append(request)
        return Answer()

    monkeypatch.setattr(URLLib3Session, "send", send)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-sent")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return requests


def test_the_request_is_signed_for_the_url(sent: list[Any]) -> None:
    answered = call(Connection(Target(region="us-east-1")), front_door(f"https://{HOST}/"), '{"names":["/a"]}')
    (request,) = sent
    assert request.url == f"https://{HOST}/"
    assert request.headers["Host"] == HOST
    assert "/eu-west-1/lambda/aws4_request" in request.headers["Authorization"]
    assert "content-type;host;x-amz-date;x-amz-security-token" in request.headers["Authorization"]
    assert "not-to-be-sent" not in str(request.headers) + str(request.body)
    assert (answered.status, answered.body.reveal()) == (200, "{}")
    assert "{}" not in repr(answered)


def test_another_endpoint_gets_the_connection_and_the_host_stays(
    sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    call(
        Connection(Target(region="us-east-1", endpoint_url="http://127.0.0.1:1")), front_door(f"https://{HOST}/"), "{}"
    )
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:2/")
    call(Connection(Target(region="us-east-1")), front_door(f"https://{HOST}/"), "{}")
    assert [request.url for request in sent] == ["http://127.0.0.1:1/", "http://127.0.0.1:2/"]
    assert {request.headers["Host"] for request in sent} == {HOST}


def test_no_answer_is_unreachable(monkeypatch: pytest.MonkeyPatch, sent: list[Any]) -> None:
    from botocore.exceptions import EndpointConnectionError
    from botocore.httpsession import URLLib3Session

    def send(session: object, request: object) -> None:
        raise EndpointConnectionError(endpoint_url=f"https://{HOST}/")

    monkeypatch.setattr(URLLib3Session, "send", send)
    with pytest.raises(Unreachable, match="calling the function"):
        call(Connection(Target(region="us-east-1")), front_door(f"https://{HOST}/"), "{}")


def test_an_http_api_is_signed_for_its_own_service() -> None:
    door = front_door("https://a1b2c3.execute-api.eu-central-1.amazonaws.com/")
    assert (door.service, door.region) == ("execute-api", "eu-central-1")
    for url in (
        "https://example.com/",
        f"http://{HOST}/",
        f"https://{HOST}.evil.example:444/",
        "ftp://example.com/",
        "",
    ):
        with pytest.raises(ConfigurationError):
            front_door(url)
