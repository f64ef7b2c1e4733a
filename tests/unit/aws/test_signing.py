"""A signature made here is the one that AWS would compute, and carries no secret key."""

import hashlib
import hmac

import pytest

from secrets_cli.aws.signing import sign
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import ConfigurationError

SECRET = "marker-secret-key-4b2f"
URL = "https://abc.lambda-url.eu-west-1.on.aws/"


@pytest.fixture
def caller(monkeypatch: pytest.MonkeyPatch) -> Connection:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-token")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return Connection(Target(region="eu-west-1"))


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def test_the_signature_is_that_of_the_specification(caller: Connection) -> None:
    body = b'{"names":["/a"]}'
    headers = sign(caller, "POST", URL, {"Content-Type": "application/json"}, body, "lambda", "eu-west-1")
    date = headers["X-Amz-Date"]
    scope = f"{date[:8]}/eu-west-1/lambda/aws4_request"
    names = "content-type;host;x-amz-date;x-amz-security-token"
    canonical = "\n".join(
        (
            "POST",
            "/",
            "",
            "content-type:application/json",
            "host:abc.lambda-url.eu-west-1.on.aws",
            f"x-amz-date:{date}",
            "x-amz-security-token:a-token",
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        )
    )
    to_sign = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    assert headers["Authorization"] == (
        f"AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/{scope}, SignedHeaders={names}, Signature={signature}"
    )


def test_a_host_given_is_the_host_signed(caller: Connection) -> None:
    there = sign(caller, "POST", URL, {}, b"", "lambda", "eu-west-1")
    elsewhere = sign(
        caller,
        "POST",
        "http://127.0.0.1:4000/",
        {"Host": "abc.lambda-url.eu-west-1.on.aws"},
        b"",
        "lambda",
        "eu-west-1",
    )
    if there["X-Amz-Date"] == elsewhere["X-Amz-Date"]:
        assert there["Authorization"] == elsewhere["Authorization"]
    assert elsewhere["Host"] == "abc.lambda-url.eu-west-1.on.aws"


def test_the_secret_key_is_in_no_header(caller: Connection) -> None:
    headers = sign(caller, "POST", URL, {"Content-Type": "application/json"}, b"{}", "lambda", "eu-west-1")
    assert SECRET not in repr(headers)


def test_no_credentials_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ConfigurationError, match="credentials"):
        sign(Connection(Target(region="eu-west-1")), "POST", URL, {}, b"", "lambda", "eu-west-1")
