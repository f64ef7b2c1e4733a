"""The public keys that digests are verified with, and the verification. Needs the extra `digests` (cryptography).

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from secrets_cli.aws.digest_keys import DigestKeys
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import ConfigurationError, MalformedInput
from secrets_cli.usage.window import text_of


class Keys(Protocol):
    """Where public keys come from."""

    def der(self, region: str, fingerprint: str, since: str, until: str) -> bytes | None:
        """The key of that fingerprint, DER, which signed digests of the region between two times (UTC, ISO 8601); None where
        there is none."""


@dataclass(slots=True)
class AskedKeys:
    """Keys by cloudtrail:ListPublicKeys of each region, asked for when first needed."""

    target: Target
    _known: dict[tuple[str, str], bytes] = field(default_factory=dict, init=False)
    _asked: set[str] = field(default_factory=set, init=False)

    def der(self, region: str, fingerprint: str, since: str, until: str) -> bytes | None:
        """As `Keys.der`. Raises AwsFailure, ConfigurationError."""
        if (region, fingerprint) not in self._known:
            self._ask(region, since, until)
        if (region, fingerprint) not in self._known and region not in self._asked:
            self._asked.add(region)  # a digest that came later is signed with a key of that time
            self._ask(region, since, text_of(datetime.now(UTC)))
        return self._known.get((region, fingerprint))

    def _ask(self, region: str, since: str, until: str) -> None:
        connection = Connection(Target(self.target.profile, region, self.target.endpoint_url))
        for key, value in DigestKeys(connection).between(since, until).items():
            self._known[region, key] = value


@dataclass(frozen=True, slots=True)
class GivenKeys:
    """Keys that the user gave."""

    known: dict[str, bytes]
    """By fingerprint."""

    def der(self, region: str, fingerprint: str, since: str, until: str) -> bytes | None:  # noqa: ARG002  # as the protocol has it
        """As `Keys.der`; the fingerprint tells the key, whatever the region."""
        return self.known.get(fingerprint)


def read_keys(text: str, name: str) -> dict[str, bytes]:
    """Fingerprint -> DER of what `aws cloudtrail list-public-keys` prints. Raises MalformedInput."""
    try:
        document = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        found = document.get("PublicKeyList") or document.get("publicKeyList")
        if found is None:
            raise MalformedInput(f"`{name}` has no `PublicKeyList`", _HELP)
        keys = msgspec.json.decode(found, type=list[_Key])
        return {key.Fingerprint: base64.b64decode(key.Value, validate=True) for key in keys}
    except (msgspec.DecodeError, RecursionError, binascii.Error, UnicodeError) as error:
        raise MalformedInput(
            f"`{name}` holds no public keys: {str(error)[:1].lower()}{str(error)[1:]}", _HELP
        ) from None


class _Key(msgspec.Struct):
    Value: str
    Fingerprint: str


_HELP = "give the JSON that `aws cloudtrail list-public-keys --start-time .. --end-time ..` prints, of each region"


def refuse_without_library() -> None:
    """Raise ConfigurationError, naming the extra, where RSA signatures cannot be verified here."""
    try:
        import cryptography  # noqa: F401  # whether it is there is the question
    except ImportError:
        raise ConfigurationError(
            "verifying digests needs the extra `digests`", "install it: pip install 'secrets-cli[digests]'"
        ) from None


def is_signed(text: bytes, signature: str, der: bytes) -> bool:
    """Whether the hexadecimal signature is one of SHA-256 with RSA (PKCS #1 v1.5) over the text, by the key.

    False, too, for a key that is none and a signature that is not hexadecimal.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(der)  # PKCS #1, as CloudTrail has it, or SubjectPublicKeyInfo
        if not isinstance(key, RSAPublicKey):
            return False
        key.verify(bytes.fromhex(signature), text, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
