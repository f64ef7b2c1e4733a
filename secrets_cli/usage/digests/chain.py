"""One chain of digests, newest to oldest: each refers to the one before and carries its signature.

A digest is believed where its signature is AWS's. Where one is missing or damaged the chain goes on at the next older one that
is there. What is wrong is said of each digest by name, and nothing else of it is believed.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secrets_cli.errors import AwsFailure
from secrets_cli.usage.digests.digest_file import Chain, Digest, chain_of, end_in_name, read_digest
from secrets_cli.usage.digests.keys import Keys, is_signed
from secrets_cli.usage.digests.place import DigestPlace
from secrets_cli.usage.sources.content import BadFileError, pieces
from secrets_cli.usage.usage import Rejected


@dataclass(frozen=True, slots=True)
class Link:
    """A digest of the chain whose lists can be used."""

    digest: Digest
    is_verified: bool
    """Its signature is AWS's; otherwise it is not known, as of the newest digest in a folder."""


@dataclass(slots=True)
class ChainWalk:
    """The walk along one chain."""

    place: DigestPlace
    chain: Chain
    keys: Keys
    listed: Sequence[str]
    """The chain's digests that are there, newest first."""
    since: str = ""
    """Digests that end before are not looked at; empty: all are."""
    rejected: list[Rejected] = field(default_factory=list, init=False)

    def links(self) -> Iterator[Link]:
        """The digests, newest first; those that cannot be used are in `rejected`. Raises AwsFailure and ConfigurationError where
        the public keys cannot be had."""
        left = list(reversed(self.listed))
        at = self._unreferred(left)
        is_newest = True
        while at.key:
            digest, is_sound = self._read(at)
            if digest is None:
                at = self._unreferred(left)
            else:
                if self.since and digest.end < self.since:
                    return
                verdict = self._is_signed(at, digest, is_newest=is_newest) if is_sound else None
                if verdict is not None:
                    yield Link(digest, verdict)
                at = self._before(left, at.key, digest)
            is_newest = False

    def _unreferred(self, left: list[str]) -> "_At":
        """The next older digest that is there, which no later one could be asked about."""
        key = left.pop() if left else ""
        return _At(key, self._signature(key) if key else "", "")

    def _before(self, left: list[str], key: str, digest: Digest) -> "_At":
        """The digest that this one says to be before it."""
        if not digest.previous_key:
            if left and not self.chain.is_backfill:
                reason = f"the chain of digests begins anew here, at {digest.start}: log file validation or the trail was off"
                self._reject(key, reason)
            return self._unreferred(left)
        before = self.place.key_of(digest.previous_bucket, digest.previous_key)
        if before is None or chain_of(before) != self.chain:
            return self._unreferred(left)  # delivered to another bucket or prefix before
        if end_in_name(before) >= end_in_name(key):
            self._reject(key, "it refers to a digest that is not before it")
            return self._unreferred(left)
        while left and end_in_name(left[-1]) > end_in_name(before):
            self._reject(left.pop(), "no later digest refers to it: it was put there")
        if left and left[-1] == before:
            left.pop()
        elif not left:
            return _At("", "", "")  # what is there begins here
        return _At(before, digest.previous_signature, digest.previous_sha256)

    def _read(self, at: "_At") -> tuple[Digest | None, bool]:
        """The digest, and whether it is what it should be; an unsound one is asked for nothing but what was before it."""
        try:
            stored = self.place.read(at.key)
            if stored is None:
                self._reject(at.key, "a digest is missing: a later one refers to it")
                return None, False
            data = b"".join(pieces(iter((stored,))))
            digest = read_digest(data, hashlib.sha256(data).hexdigest())
        except (BadFileError, OSError, AwsFailure) as error:
            self._reject(at.key, f"a digest cannot be read: {error}")
            return None, False
        if self.place.key_of(digest.bucket, digest.key) != at.key:
            self._reject(at.key, f"a digest is not where it was delivered, `s3://{digest.bucket}/{digest.key}`")
            return None, False
        if at.sha256 and at.sha256 != digest.sha256:
            self._reject(at.key, "a digest was altered: its SHA-256 is not the one that the next digest has of it")
            return digest, False
        return digest, True

    def _is_signed(self, at: "_At", digest: Digest, *, is_newest: bool) -> bool | None:
        """Whether AWS signed it; False where that cannot be known yet, None where it is wrong."""
        if not at.signature:
            if is_newest or self.chain.is_backfill:
                return False
            self._reject(
                at.key, "the signature of a digest is not known: the digest that has it is not there or damaged"
            )
            return None
        der = self.keys.der(self.chain.region, digest.fingerprint, digest.start, digest.end)
        if der is None:
            self._reject(
                at.key, f"a digest is signed with a key that is not among CloudTrail's: `{digest.fingerprint}`"
            )
            return None
        if not is_signed(digest.signed_text(), at.signature, der):
            self._reject(at.key, "a digest was altered: its signature is wrong")
            return None
        return True

    def _signature(self, key: str) -> str:
        try:
            return self.place.signature(key)
        except AwsFailure as error:
            self._reject(key, f"the signature of a digest cannot be had: {error.message}")
            return ""

    def _reject(self, key: str, reason: str) -> None:
        self.rejected.append(Rejected(self.place.name_of(key), reason))


@dataclass(frozen=True, slots=True)
class _At:
    """Where the walk is: a digest, and what the later one says of it."""

    key: str
    """Empty at the end."""
    signature: str
    """Hexadecimal; empty where it is not known."""
    sha256: str
    """Empty where no later digest says it."""
