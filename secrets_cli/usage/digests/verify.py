"""Whether the log files of a tree are the ones that CloudTrail delivered: each listed in a digest, there, and unaltered.

A log file is compared with the SHA-256 of its decompressed bytes. What is missing, altered or listed nowhere is rejected by
name; what is too new to be in a digest yet is counted as pending.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from secrets_cli.errors import AwsFailure, NothingToRead
from secrets_cli.usage.digests.chain import ChainWalk, Link
from secrets_cli.usage.digests.digest_file import Chain, Listed, chain_of, end_in_name, log_name
from secrets_cli.usage.digests.keys import Keys
from secrets_cli.usage.digests.place import DigestPlace
from secrets_cli.usage.sources.content import BadFileError, pieces
from secrets_cli.usage.sources.files import SUFFIXES
from secrets_cli.usage.usage import DigestVerified, Rejected, Usage
from secrets_cli.usage.window import EVERYTHING, Window, text_of
from secrets_cli.wording import how_many

_NO_LOGS = re.compile(r"/CloudTrail-(?:Digest|Insight)/|AWSLogs/(?:o-[a-z0-9]+/)?\d{12}/(?!CloudTrail/)[^/]+/")
_SLACK = timedelta(hours=1)
"""A log file's name tells its time to some minutes, and delivery is delayed: so near the last digest's end it may be listed in
one to come."""
_TO_COME = timedelta(hours=2)
"""After the last digest's end: digests come every hour."""
_LATE = timedelta(days=1)
"""How far the time in a log file's name may be from that of its events."""


@dataclass(frozen=True, slots=True)
class DigestAsk:
    """What is verified, and with what."""

    keys: Keys
    window: Window = EVERYTHING
    accounts: frozenset[str] = frozenset()
    """Empty: all."""
    regions: frozenset[str] = frozenset()
    """Empty: all."""
    progress: Callable[[int], None] | None = None
    """Told the log files compared so far."""

    def holds(self, root: str, region: str) -> bool:
        """Whether the log files of an account (by the root of its keys) and region are asked for."""
        is_account = not self.accounts or root.rpartition("/")[2] in self.accounts
        return is_account and (not self.regions or region in self.regions)


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of it."""

    rejected: tuple[Rejected, ...]
    verified: tuple[DigestVerified, ...]


def with_digests(usage: Usage, found: Verification) -> Usage:
    """The usage with what the digests say in its coverage."""
    coverage = usage.coverage
    rejected = (*coverage.rejected, *found.rejected)
    return replace(usage, coverage=replace(coverage, rejected=rejected, digests=(*coverage.digests, *found.verified)))


def verify(place: DigestPlace, scope: str, ask: DigestAsk) -> Verification:
    """Verify the log files whose keys begin with `scope`.

    Raises NothingToRead where there is no digest of them; AwsFailure and ConfigurationError where the keys or the list of
    objects cannot be had.
    """
    return _Check(place, scope, ask).run()


@dataclass(slots=True)
class _Span:
    """What the digests of an account and region cover."""

    first: str = ""
    last: str = ""


@dataclass(slots=True)
class _Check:
    place: DigestPlace
    scope: str
    ask: DigestAsk
    rejected: list[Rejected] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    spans: dict[tuple[str, str], _Span] = field(default_factory=dict)
    pending: Counter[tuple[str, str]] = field(default_factory=Counter)
    compared: int = 0

    def run(self) -> Verification:
        digests, logs = self._found()
        if not digests:
            raise NothingToRead(
                f"`{self.place.name_of(self.scope.rstrip('/'))}` has no digest files to verify its logs with",
                "they lie in `AWSLogs/ACCOUNT/CloudTrail-Digest` where the trail has log file validation; copy that folder too",
            )
        verified = [self._chain(chain, keys) for chain, keys in sorted(digests.items(), key=lambda item: repr(item[0]))]
        self._unlisted(logs - self.listed)
        told: set[tuple[str, str]] = set()
        statements = []
        for one, spot in verified:
            pending = 0 if spot in told else self.pending[spot]
            told.add(spot)
            statements.append(replace(one, pending=one.pending + pending))
        return Verification(tuple(self.rejected), tuple(statements))

    def _found(self) -> tuple[dict[Chain, list[str]], set[str]]:
        """The digests of each chain, newest first, and the log files."""
        chains: dict[Chain, list[str]] = {}
        packed: set[str] = set()
        plain: set[str] = set()
        for key in self._keys():
            if chain := chain_of(key):
                if self.ask.holds(chain.root, chain.region):
                    chains.setdefault(chain, []).append(key)
            elif not key.startswith(self.scope):
                continue
            elif log := log_name(key):
                if self.ask.holds(log.root, log.region):
                    (packed if key.endswith(".gz") else plain).add(_as_delivered(key))
            elif _is_read_as_log(key):
                self.rejected.append(
                    Rejected(self.place.name_of(key), "no digest lists it: it is not named as a log file is")
                )
        self._beside(plain & packed)
        for keys in chains.values():
            keys.sort(key=end_in_name, reverse=True)
        return chains, packed | plain

    def _beside(self, keys: Iterable[str]) -> None:
        """Of a log file that is there twice, the packed one is compared."""
        for key in sorted(keys):
            where = self.place.name_of(key).removesuffix(".gz")
            self.rejected.append(Rejected(where, "no digest lists it: it lies beside the log file of the same name"))

    def _keys(self) -> Iterable[str]:
        """The keys in scope, and those of digests that may list them."""
        before, folder, rest = self.scope.partition("/CloudTrail/")
        if folder:
            region = f"{rest.partition('/')[0]}/" if "/" in rest else ""
            yield from self.place.list(f"{before}/CloudTrail-Digest/{region}")
        yield from self.place.list(self.scope)

    def _chain(self, chain: Chain, keys: list[str]) -> tuple[DigestVerified, tuple[str, str]]:
        since = self.ask.window.since
        walk = ChainWalk(self.place, chain, self.ask.keys, keys, _later(since, -2 * _LATE) if since else "")
        spot = (chain.root, chain.region)
        span = self.spans.setdefault(spot, _Span())
        found = DigestVerified(chain.account, chain.region, chain.trail, "", "", 0, 0, 0)
        for link in walk.links():
            digest = link.digest
            if not chain.is_backfill:
                span.first = min(span.first or digest.start, digest.start)
                span.last = max(span.last, digest.end)
            files = self._compare(link)
            if link.is_verified:
                since, until = min(found.since or digest.start, digest.start), max(found.until, digest.end)
                found = replace(found, since=since, until=until, digests=found.digests + 1, files=found.files + files)
            else:
                found = replace(found, pending=found.pending + files)
        self.rejected += walk.rejected
        return found, spot

    def _compare(self, link: Link) -> int:
        """Compare the digest's log files; how many are there and unaltered."""
        asked = []
        for one in link.digest.log_files:
            key = self.place.key_of(one.bucket, one.key)
            if key is None:
                self._reject(link, f"it lists `s3://{one.bucket}/{one.key}`, which lies in another bucket")
                continue
            self.listed.add(key)
            if key.startswith(self.scope) and self._is_asked(one):
                asked.append((key, one.sha256))
        if self.place.threads > 1 and len(asked) > 1:
            with ThreadPoolExecutor(self.place.threads) as pool:
                wrongs = list(pool.map(self._wrong, asked))
        else:
            wrongs = [self._wrong(one) for one in asked]
        for (key, _), wrong in zip(asked, wrongs, strict=True):
            if wrong:
                self.rejected.append(Rejected(self.place.name_of(key), wrong))
        self.compared += len(asked)
        if self.ask.progress:
            self.ask.progress(self.compared)
        return sum(not wrong for wrong in wrongs)

    def _is_asked(self, one: Listed) -> bool:
        window = self.ask.window
        is_before = bool(one.newest and window.since and one.newest < window.since)
        return not (is_before or (one.oldest and window.until and one.oldest >= window.until))

    def _wrong(self, asked: tuple[str, str]) -> str:
        """What is wrong with a log file; empty where nothing is."""
        key, sha256 = asked
        try:
            stored = self.place.read(key)
            if stored is None:
                return "it is missing: its digest lists it"
            data = b"".join(pieces(iter((stored,))))
        except (BadFileError, OSError, AwsFailure) as error:
            return f"it cannot be compared with its digest: {error}"
        if hashlib.sha256(data).hexdigest() != sha256:
            return "it was altered after CloudTrail delivered it: its SHA-256 is not the one in its digest"
        return ""

    def _unlisted(self, keys: Iterable[str]) -> None:
        """Say of log files that no digest lists why that is, or that there is no good reason."""
        before: Counter[tuple[str, str]] = Counter()
        after: Counter[tuple[str, str]] = Counter()
        for key in sorted(keys):
            log = log_name(key)
            assert log is not None, "only log files are asked about"
            if not self._may_hold(log.time):
                continue
            spot = (log.root, log.region)
            span = self.spans.get(spot)
            if span is None or not span.last or log.time > _later(span.last, _TO_COME):
                after[spot] += 1
            elif log.time < _later(span.first, -_SLACK):
                before[spot] += 1
            elif log.time > _later(span.last, -_SLACK):
                self.pending[spot] += 1
            else:
                self.rejected.append(
                    Rejected(self.place.name_of(key), "no digest lists it: it was put there, or validation was off")
                )
        for spot in sorted({*before, *after}):
            self._undigested(spot, before[spot], after[spot])

    def _undigested(self, spot: tuple[str, str], before: int, after: int) -> None:
        root, region = spot
        span = self.spans.get(spot)
        where = self.place.name_of(f"{root}/CloudTrail-Digest/{region}")
        if span is None or not span.last:
            self.rejected.append(Rejected(where, f"there is no digest of {how_many(after, 'log file')}"))
            return
        said = [f"{how_many(before, 'log file')} before {span.first}"] if before else []
        said += [f"{how_many(after, 'log file')} after {span.last}"] if after else []
        self.rejected.append(Rejected(where, f"the digests do not reach to {' and '.join(said)}"))

    def _may_hold(self, time: str) -> bool:
        """Whether a log file of that time may hold records of the window."""
        window = self.ask.window
        is_before = bool(window.since and _later(time, _LATE) < window.since)
        return not is_before and not (window.until and _later(time, -_LATE) > window.until)

    def _reject(self, link: Link, reason: str) -> None:
        key = self.place.key_of(link.digest.bucket, link.digest.key) or link.digest.key
        self.rejected.append(Rejected(self.place.name_of(key), reason))


def _is_read_as_log(key: str) -> bool:
    """Whether a scan reads it."""
    return key.endswith(SUFFIXES) and not _NO_LOGS.search(key)


def _as_delivered(key: str) -> str:
    return key if key.endswith(".gz") else f"{key}.gz"


def _later(time: str, by: timedelta) -> str:
    return text_of(datetime.fromisoformat(time).astimezone(UTC) + by)
