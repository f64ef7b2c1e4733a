"""The public keys: from CloudTrail, from a file, and what they verify."""

import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from secrets_cli.aws.digest_keys import DigestKeys
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import AccessDenied, ConfigurationError, MalformedInput
from secrets_cli.usage.digests.keys import AskedKeys, is_signed, read_keys, refuse_without_library
from tests.unit.usage.digests.made_digests import FINGERPRINT, digest_key, keys_document, public_der, trail

SINCE, UNTIL = "2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z"


@pytest.fixture
def stub(aws: Connection) -> Iterator[Stubber]:
    with Stubber(aws.client("cloudtrail")) as stub:
        yield stub
        stub.assert_no_pending_responses()


def key(fingerprint: str = FINGERPRINT) -> dict[str, Any]:
    return {"Fingerprint": fingerprint, "Value": public_der()}


def test_cloudtrail_lists_keys_by_page(aws: Connection, stub: Stubber) -> None:
    asked = {"StartTime": datetime(2026, 3, 1, tzinfo=UTC), "EndTime": datetime(2026, 3, 1, 1, tzinfo=UTC)}
    stub.add_response("list_public_keys", {"PublicKeyList": [key()], "NextToken": "t"}, asked)
    stub.add_response("list_public_keys", {"PublicKeyList": [key("other")]}, asked | {"NextToken": "t"})
    assert DigestKeys(aws).between(SINCE, UNTIL) == {FINGERPRINT: public_der(), "other": public_der()}


def test_a_denial_names_the_action(aws: Connection, stub: Stubber) -> None:
    stub.add_client_error("list_public_keys", "AccessDeniedException", "no")
    with pytest.raises(AccessDenied, match="`cloudtrail:ListPublicKeys`"):
        DigestKeys(aws).between(SINCE, UNTIL)


def test_keys_are_asked_for_once_in_the_digests_region(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, str]] = []

    def between(self: DigestKeys, since: str, until: str) -> dict[str, bytes]:
        asked.append((self.connection.region, since, until))
        return {FINGERPRINT: b"key"}

    monkeypatch.setattr(DigestKeys, "between", between)
    found = AskedKeys(Target(region="us-east-1"))
    assert [found.der("eu-west-1", FINGERPRINT, SINCE, UNTIL) for _ in range(3)] == [b"key"] * 3
    assert asked == [("eu-west-1", SINCE, UNTIL)]
    assert found.der("eu-west-1", "unknown", SINCE, UNTIL) is None
    assert len(asked) == 3
    assert asked[-1][2] > UNTIL


@pytest.mark.parametrize("form", [PublicFormat.PKCS1, PublicFormat.SubjectPublicKeyInfo])
def test_keys_of_a_file_verify(form: PublicFormat) -> None:
    made = trail(2)
    (der,) = read_keys(keys_document(form), "keys.json").values()
    name = digest_key(1)
    document = made.document(name)
    sha256 = hashlib.sha256(gzip.decompress(made.objects[name])).hexdigest()
    previous = document["previousDigestSignature"]
    text = f"{document['digestEndTime']}\n{made.bucket}/{name}\n{sha256}\n{previous}".encode()
    assert is_signed(text, made.signatures[name], der)
    assert not is_signed(text + b".", made.signatures[name], der)
    assert not is_signed(text, made.signatures[name][:-2], der)
    assert not is_signed(text, "zz", der)
    assert not is_signed(text, made.signatures[name], b"no key")
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    assert not is_signed(
        text, made.signatures[name], curve.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def test_the_guides_spelling_is_read() -> None:
    assert read_keys(keys_document().replace("PublicKeyList", "publicKeyList"), "k") == {FINGERPRINT: public_der()}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"PublicKeyList": [{}]}', json.dumps({"PublicKeyList": [{"Fingerprint": "a", "Value": "*"}]})],
)
def test_what_holds_no_keys_is_refused(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"`keys\.json`") as refused:
        read_keys(text, "keys.json")
    assert "list-public-keys" in refused.value.help


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_without_library()
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(ConfigurationError, match="extra `digests`") as refused:
        refuse_without_library()
    assert "'secrets-cli[digests]'" in refused.value.help
