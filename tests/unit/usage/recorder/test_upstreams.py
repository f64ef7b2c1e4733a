"""Where calls go: an emulator, or AWS."""

import pytest

from secrets_cli.aws.resigning import KeyPair
from secrets_cli.aws.wire import WireRequest
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue
from secrets_cli.usage.recorder.scope import UNSIGNED, scope_of
from secrets_cli.usage.recorder.upstreams import Aws, CannotPassOn, Place, emulator
from tests.recorder_wire import MODELS, request_of

HANDED_OUT = b"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA2</AccessKeyId>
<SecretAccessKey>canary-1</SecretAccessKey><SessionToken>canary-2</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def _aws() -> Aws:
    return Aws(MODELS, KeyPair("AKIA1", SecretValue("canary-0"), None), "eu-west-1")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://localhost:4566", Place("localhost", 4566, False)),
        ("http://127.0.0.1:4566/", Place("127.0.0.1", 4566, False)),
        ("https://aws.test", Place("aws.test", 443, True)),
    ],
)
def test_an_emulators_place(url: str, place: Place) -> None:
    assert emulator(url).place == place


@pytest.mark.parametrize("url", ["localhost:4566", "ftp://x", "http://", "http://x/base", "http://x:port", ""])
def test_what_is_no_endpoint_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="is no endpoint"):
        emulator(url)


def test_a_call_to_aws_is_signed_with_the_callers_own_keys_for_the_services_host() -> None:
    request = request_of("ssm", "GetParameter", {"Name": "/a"}, key="AKIA1")
    onward = _aws().onward(request, scope_of(request), [])
    headers = dict(onward.headers)
    assert (onward.place, onward.target) == (Place("ssm.eu-west-1.amazonaws.com", 443, True), "/")
    assert headers["Host"] == "ssm.eu-west-1.amazonaws.com"
    assert "Credential=AKIA1/" in headers["Authorization"]
    assert headers["x-amz-target"] == "AmazonSSM.GetParameter"


def test_keys_that_sts_hands_out_are_taken_over() -> None:
    aws = _aws()
    request = request_of("ssm", "GetParameter", {"Name": "/a"}, key="ASIA2")
    with pytest.raises(CannotPassOn, match="no credentials for the key `ASIA2`"):
        aws.onward(request, scope_of(request), [])
    aws.overhear(HANDED_OUT)
    headers = dict(aws.onward(request, scope_of(request), []).headers)
    assert "Credential=ASIA2/" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "canary-2"


def test_a_role_may_be_assumed_without_a_signature_and_nothing_else() -> None:
    form = {"content-type": "application/x-www-form-urlencoded", "host": "127.0.0.1:1"}
    web = WireRequest("POST", "/", "", form, b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15")
    assert _aws().needs_body(web, UNSIGNED)
    onward = _aws().onward(web, UNSIGNED, [("Host", "127.0.0.1:1"), ("Content-Type", "x")])
    assert onward.place.host == "sts.eu-west-1.amazonaws.com"
    assert dict(onward.headers)["Host"] == "sts.eu-west-1.amazonaws.com"
    with pytest.raises(CannotPassOn, match="an unsigned call"):
        _aws().onward(WireRequest("GET", "/b/k", "", {}, b""), UNSIGNED, [])


def test_only_where_the_signature_needs_it_the_body_is_waited_for() -> None:
    ssm = request_of("ssm", "GetParameter", {"Name": "/a"})
    s3 = request_of("s3", "PutObject", {"Bucket": "bkt", "Key": "k"})
    assert _aws().needs_body(ssm, scope_of(ssm))
    assert not _aws().needs_body(s3, scope_of(s3))


def test_a_body_in_signed_chunks_goes_on_plain() -> None:
    request = request_of("s3", "PutObject", {"Bucket": "bkt", "Key": "k"}, key="AKIA1")
    chunks = {"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "x-amz-decoded-content-length": "5"}
    signed = WireRequest("PUT", "/bkt/k", "", {**request.headers, **chunks}, None)
    onward = _aws().onward(signed, scope_of(signed), [])
    assert onward.length == "5"
    assert onward.decode is not None
    assert b"".join(onward.decode(iter([b"5;chunk-signature=a\r\nhello\r\n0;chunk-signature=b\r\n\r\n"]))) == b"hello"
