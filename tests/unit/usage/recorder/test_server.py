"""The proxy: what goes through it goes through as it is, and is heard."""

import http.client
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from secrets_cli.aws.wire import WireRequest
from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.recorder.bodies import without_aws_chunks
from secrets_cli.usage.recorder.records import Exchange
from secrets_cli.usage.recorder.scope import Scope
from secrets_cli.usage.recorder.server import Hearing, Proxy, serving
from secrets_cli.usage.recorder.upstreams import CannotPassOn, Onward, Upstream, emulator
from tests.unit.usage.recorder.stub_endpoint import Answer, Came, Endpoint, running

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=AKIA1/20260901/eu-west-1/{}/aws4_request, SignedHeaders=host, Signature=0"


class Heard:
    """What the proxy told."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.notes: list[str] = []
        self.changed = threading.Condition()

    def hear(self, exchange: Exchange) -> None:
        with self.changed:
            self.exchanges.append(exchange)
            self.changed.notify_all()

    def wait(self, count: int) -> list[Exchange]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.exchanges) >= count, 5)
        return self.exchanges


@contextmanager
def proxied(endpoint: Endpoint, upstream: Upstream | None = None) -> Iterator[tuple[http.client.HTTPConnection, Heard]]:
    """A connection to a proxy in front of the endpoint, and what it hears."""
    heard = Heard()
    proxy = Proxy(0, upstream or emulator(endpoint.url), Hearing(heard.hear, heard.notes.append))
    with serving(proxy) as url:
        place = urlsplit(url)
        assert place.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=10)
        try:
            yield connection, heard
        finally:
            connection.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with running(Endpoint()) as started:
        yield started


def _signed(service: str = "ssm", **more: str) -> dict[str, str]:
    return {"Authorization": AUTHORIZATION.format(service), "Host": "signed.example:99", **more}


def test_a_call_goes_through_as_it_is_and_is_heard(endpoint: Endpoint) -> None:
    endpoint.answer = lambda _came: (
        400,
        {"X-Amzn-RequestId": "r-1", "Set-Cookie": "a"},
        b'{"__type":"ParameterNotFound"}',
    )
    with proxied(endpoint) as (connection, heard):
        connection.request("POST", "/?x=1", b'{"Name":"/a"}', _signed(**{"X-Amz-Target": "AmazonSSM.GetParameter"}))
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (400, b'{"__type":"ParameterNotFound"}')
        assert (answer.getheader("X-Amzn-RequestId"), answer.getheader("Set-Cookie")) == ("r-1", "a")
        exchange = heard.wait(1)[0]
    (came,) = endpoint.came
    assert (came.method, came.path, came.body) == ("POST", "/?x=1", b'{"Name":"/a"}')
    assert came.headers["host"] == "signed.example:99"
    assert came.headers["authorization"] == AUTHORIZATION.format("ssm")
    assert (exchange.scope.access_key, exchange.scope.service) == ("AKIA1", "ssm")
    assert (exchange.request.body, exchange.answer.status) == (b'{"Name":"/a"}', 400)


@pytest.mark.parametrize("chunked", [False, True])
def test_many_calls_share_one_connection(endpoint: Endpoint, chunked: bool) -> None:
    headers = {"Transfer-Encoding": "chunked"} if chunked else {}
    endpoint.answer = lambda came: (200, headers, came.body * 3000)
    with proxied(endpoint) as (connection, heard):
        for n in range(5):
            connection.request("POST", "/", b"%d" % n, _signed())
            answer = connection.getresponse()
            assert answer.read() == b"%d" % n * 3000
        assert len(heard.wait(5)) == 5
    assert heard.notes == []


def test_a_large_object_passes_in_both_directions_and_is_not_kept(endpoint: Endpoint) -> None:
    content = os.urandom(1 << 20) * 20
    endpoint.answer = lambda came: (200, {}, content if came.method == "GET" else b"")
    with proxied(endpoint) as (connection, heard):
        connection.request("PUT", "/bkt/key", content, _signed("s3"))
        assert connection.getresponse().read() == b""
        connection.request("GET", "/bkt/key", headers=_signed("s3"))
        assert connection.getresponse().read() == content
        put, get = heard.wait(2)
    assert endpoint.came[0].body == content
    assert (put.request.body, put.sent) == (None, len(content))
    assert (get.answer.body, get.received) == (None, len(content))


def test_a_body_in_chunks_is_passed_on_in_chunks(endpoint: Endpoint) -> None:
    with proxied(endpoint) as (connection, heard):
        connection.request("PUT", "/bkt/key", iter([b"ab", b"cdef"]), _signed("s3"), encode_chunked=True)
        connection.getresponse().read()
        assert heard.wait(1)[0].sent == 6
    assert endpoint.came[0].body == b"abcdef"


def test_a_client_that_expects_to_be_told_to_go_on_is_told(endpoint: Endpoint) -> None:
    import socket

    with proxied(endpoint) as (connection, heard):
        assert connection.port is not None
        with socket.create_connection(("127.0.0.1", connection.port), timeout=10) as raw:
            head = "PUT /bkt/key HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n"
            raw.sendall(f"{head}Authorization: {AUTHORIZATION.format('s3')}\r\n\r\n".encode())
            assert raw.recv(100).startswith(b"HTTP/1.1 100 Continue")
            raw.sendall(b"abc")
            assert raw.recv(100).startswith(b"HTTP/1.1 200")
        heard.wait(1)
    assert endpoint.came[0].body == b"abc"
    assert "expect" not in endpoint.came[0].headers


def test_an_answer_to_head_has_no_body(endpoint: Endpoint) -> None:
    endpoint.answer = lambda _came: (404, {}, b"") if _came.method == "HEAD" else (200, {}, b"x")
    with proxied(endpoint) as (connection, _heard):
        for method, status in (("HEAD", 404), ("GET", 200), ("HEAD", 404)):
            connection.request(method, "/bkt/key", headers=_signed("s3"))
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status


def test_calls_at_the_same_time_do_not_wait_for_each_other(endpoint: Endpoint) -> None:
    together = threading.Barrier(8, timeout=10)

    def answer(came: Came) -> Answer:
        together.wait()  # all eight are on their way, or this breaks
        return 200, {}, came.body

    endpoint.answer = answer
    with proxied(endpoint) as (connection, heard):
        found: list[bytes] = []

        def call(n: int) -> None:
            assert connection.port is not None
            own = http.client.HTTPConnection("127.0.0.1", connection.port, timeout=10)
            own.request("POST", "/", b"%d" % n, _signed())
            found.append(own.getresponse().read())
            own.close()

        threads = [threading.Thread(target=call, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        heard.wait(8)
    assert sorted(found) == [b"%d" % n for n in range(8)]


def test_an_endpoint_that_is_down_is_told_to_the_client_and_noted() -> None:
    with running(Endpoint()) as gone:
        url = gone.url
    heard = Heard()
    with serving(Proxy(0, emulator(url), Hearing(heard.hear, heard.notes.append))) as proxy:
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(proxy).port, timeout=10)
        for _ in range(2):
            connection.request("POST", "/", b"{}", _signed())
            answer = connection.getresponse()
            assert answer.status == 502
            assert f"no answer from {url}: connection refused" in answer.read().decode()
        connection.close()
    assert heard.exchanges == []
    assert set(heard.notes) == {f"no answer from {url}: connection refused"}


def test_what_cannot_be_passed_on_is_refused_with_the_reason(endpoint: Endpoint) -> None:
    class Never:
        def needs_body(self, request: object, scope: object) -> bool:
            return False

        def onward(self, request: object, scope: object, headers: object) -> Onward:
            raise CannotPassOn("no credentials for the key `AKIA1`")

        def overhear(self, answer: bytes) -> None:
            """Nothing."""

    with proxied(endpoint, Never()) as (connection, heard):
        for _ in range(2):  # the connection stays usable: the body was read
            connection.request("POST", "/", b"x" * 100_000, _signed())
            answer = connection.getresponse()
            assert answer.status == 502
            assert b"no credentials for the key" in answer.read()
    assert heard.notes == ["no credentials for the key `AKIA1`"] * 2
    assert endpoint.came == []


def test_an_upstream_may_change_the_call_and_hears_what_sts_hands_out_before_the_client(endpoint: Endpoint) -> None:
    place = emulator(endpoint.url).place
    overheard: list[bytes] = []

    class Changing:
        def needs_body(self, request: WireRequest, scope: Scope) -> bool:
            return scope.service == "sts"

        def onward(self, request: WireRequest, scope: Scope, headers: object) -> Onward:
            if scope.service == "sts":
                return Onward(place, "/", [("Host", "sts.test"), ("X-Body", (request.body or b"").decode())])
            return Onward(place, "/plain", [("Host", "s3.test")], without_aws_chunks, "5")

        def overhear(self, answer: bytes) -> None:
            overheard.append(answer)

    endpoint.answer = lambda came: (200, {"Content-Type": "text/xml"}, b"<keys/>")
    with proxied(endpoint, Changing()) as (connection, heard):
        chunks = b"5;chunk-signature=a\r\nhello\r\n0;chunk-signature=b\r\n\r\n"
        for service, body in (("s3", chunks), ("sts", b"Action=AssumeRole")):
            connection.request("PUT", "/bkt/key", body, _signed(service))
            assert connection.getresponse().read() == b"<keys/>"
        heard.wait(2)
    put, assume = endpoint.came
    assert (put.path, put.headers["host"], put.body) == ("/plain", "s3.test", b"hello")
    assert (assume.headers["x-body"], assume.body) == ("Action=AssumeRole", b"Action=AssumeRole")
    assert overheard == [b"<keys/>"]


def test_a_port_that_is_taken_is_refused() -> None:
    heard = Heard()
    first = Proxy(0, emulator("http://127.0.0.1:1"), Hearing(heard.hear, heard.notes.append))
    try:
        with pytest.raises(ConfigurationError, match="cannot listen on port"):
            Proxy(int(first.server_address[1]), emulator("http://127.0.0.1:1"), Hearing(heard.hear, heard.notes.append))
    finally:
        first.server_close()
