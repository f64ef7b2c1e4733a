"""Verifying a trail's log files: whole, and with each thing that can have been done to them."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from secrets_cli.usage.digests.keys import GivenKeys
from secrets_cli.usage.digests.place import trees_in
from secrets_cli.usage.digests.verify import DigestAsk, Verification, verify
from secrets_cli.usage.usage import DigestVerified
from secrets_cli.usage.window import Window
from tests.unit.usage.digests.made_digests import (
    FINGERPRINT,
    REGION,
    ROOT,
    Trail,
    digest_key,
    extend,
    hour,
    iso,
    keys,
    log_bytes,
    log_key,
    trail,
)
from tests.unit.usage.made_records import ACCOUNT

WHOLE = DigestVerified(ACCOUNT, REGION, "main", iso(hour(0)), iso(hour(6)), 6, 5, 0)


def checked(made: Trail, scope: str = "", window: Window | None = None) -> Verification:
    return verify(made, scope, DigestAsk(keys(), window or Window()))


def gaps(found: Verification) -> list[tuple[str, str]]:
    """Names without the bucket, and reasons."""
    return [(gap.where.removeprefix("s3://trail-logs/"), gap.reason) for gap in found.rejected]


def in_folder(folder: Path, made: Trail) -> Verification:
    ((place, scope),) = trees_in(str(made.save(folder)))
    return verify(place, scope, DigestAsk(keys()))


def test_a_whole_trail_is_verified() -> None:
    assert checked(trail()) == Verification((), (WHOLE,))
    assert checked(trail(prefix="org/logs/")).verified == (WHOLE,)


def test_many_objects_are_read_at_a_time() -> None:
    made = trail()
    made.threads = 4
    last = digest_key(5)
    made.digest(6, last, *(made.log(6, mark) for mark in "abcdefgh"))
    assert checked(made).verified[0].files == 13


def test_in_a_folder_the_newest_digest_vouches_for_nothing(tmp_path: Path) -> None:
    found = in_folder(tmp_path, trail())
    assert found.rejected == ()
    (one,) = found.verified
    assert (one.until, one.digests, one.files, one.pending) == (iso(hour(5)), 5, 4, 1)


def test_an_altered_log_file_is_named(tmp_path: Path) -> None:
    made = trail()
    made.objects[log_key(3)] = log_bytes(99)
    altered = "it was altered after CloudTrail delivered it: its SHA-256 is not the one in its digest"
    assert gaps(checked(made)) == [(log_key(3), altered)]
    assert gaps(in_folder(tmp_path, made)) == [(log_key(3), altered)]
    assert checked(made).verified[0].files == 4


def test_packing_anew_is_no_alteration() -> None:
    made = trail()
    made.objects[log_key(3)] = gzip.compress(gzip.decompress(made.objects[log_key(3)]), compresslevel=1, mtime=7)
    assert checked(made).rejected == ()


def test_an_altered_log_file_of_the_newest_digest_is_named_in_a_folder(tmp_path: Path) -> None:
    made = trail()
    made.objects[log_key(5)] = log_bytes(99)
    assert [name for name, _ in gaps(in_folder(tmp_path, made))] == [log_key(5)]


def test_a_damaged_log_file_is_named() -> None:
    made = trail()
    made.objects[log_key(3)] = made.objects[log_key(3)][:-9]
    ((name, reason),) = gaps(checked(made))
    assert (name, reason.partition(":")[0]) == (log_key(3), "it cannot be compared with its digest")


def test_a_missing_log_file_is_named(tmp_path: Path) -> None:
    made = trail()
    del made.objects[log_key(3)]
    assert gaps(checked(made)) == [(log_key(3), "it is missing: its digest lists it")]
    assert gaps(in_folder(tmp_path, made)) == [(log_key(3), "it is missing: its digest lists it")]


def test_all_log_files_missing_is_said_of_each() -> None:
    made = trail()
    for number in (0, 1, 3, 4, 5):
        del made.objects[log_key(number)]
    assert len(checked(made).rejected) == 5


def test_a_log_file_that_was_put_there_is_named() -> None:
    made = trail()
    made.log(3, "z")
    assert gaps(checked(made)) == [
        (log_key(3, mark="z"), "no digest lists it: it was put there, or validation was off")
    ]


@pytest.mark.parametrize("name", [f"{ROOT}/CloudTrail/{REGION}/extra.json", "AWSLogs/extra.json.gz"])
def test_a_file_that_is_read_and_named_otherwise_is_named(name: str) -> None:
    made = trail()
    made.objects[name] = log_bytes(1)
    assert gaps(checked(made)) == [(name, "no digest lists it: it is not named as a log file is")]


def test_what_no_scan_reads_is_passed_over() -> None:
    made = trail()
    for name in (
        f"{ROOT}/Config/{REGION}/x.json.gz",
        f"{ROOT}/CloudTrail-Insight/{REGION}/x.json.gz",
        "AWSLogs/note.txt",
    ):
        made.objects[name] = b"x"
    assert checked(made) == Verification((), (WHOLE,))


def test_a_log_file_unpacked_in_its_place_is_verified(tmp_path: Path) -> None:
    made = trail()
    folder = made.save(tmp_path)
    packed = folder / log_key(1)
    packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    ((place, scope),) = trees_in(str(folder))
    beside = verify(place, scope, DigestAsk(keys()))
    name = log_key(1).removesuffix(".gz")
    assert gaps(beside) == [(name, "no digest lists it: it lies beside the log file of the same name")]
    packed.unlink()
    assert verify(place, scope, DigestAsk(keys())).rejected == ()
    packed.with_suffix("").write_bytes(b"{}")
    assert [gap.where for gap in verify(place, scope, DigestAsk(keys())).rejected] == [name]


def test_the_newest_log_files_are_pending() -> None:
    made = trail()
    made.log(6)
    found = checked(made)
    assert (found.rejected, found.verified[0].pending) == ((), 1)


def test_digests_that_end_early_are_a_gap() -> None:
    made = trail()
    made.log(20)
    made.log(21)
    ((name, reason),) = gaps(checked(made))
    assert name == f"{ROOT}/CloudTrail-Digest/{REGION}"
    assert reason == f"the digests do not reach to 2 log files after {iso(hour(6))}"


def test_digests_that_begin_late_are_a_gap() -> None:
    made = trail(3)
    later = extend(made, range(10, 13))
    assert later
    for number in range(3):
        del made.objects[digest_key(number)]
    ((_, reason),) = gaps(checked(made))
    assert reason == f"the digests do not reach to 2 log files before {iso(hour(10))}"


def test_a_region_without_digests_is_a_gap() -> None:
    made = trail()
    made.log(1, region="us-east-1")
    assert gaps(checked(made)) == [(f"{ROOT}/CloudTrail-Digest/us-east-1", "there is no digest of 1 log file")]


def test_a_copy_that_begins_later_is_whole_from_there(tmp_path: Path) -> None:
    made = trail()
    for number in range(3):
        made.objects.pop(log_key(number), None)
        del made.objects[digest_key(number)]
    found = checked(made)
    assert (found.rejected, found.verified[0].since) == ((), iso(hour(3)))


def test_a_missing_digest_is_a_gap(tmp_path: Path) -> None:
    made = trail()
    del made.objects[digest_key(3)]
    found = checked(made)
    assert gaps(found) == [
        (digest_key(3), "a digest is missing: a later one refers to it"),
        (log_key(3), "no digest lists it: it was put there, or validation was off"),
    ]
    assert (found.verified[0].digests, found.verified[0].files) == (5, 4)
    unsigned = (digest_key(2), "the signature of a digest is not known: the digest that has it is not there or damaged")
    assert unsigned in gaps(in_folder(tmp_path, made))


def test_a_chain_that_begins_anew_is_a_gap() -> None:
    made = trail(3)
    extend(made, range(8, 11))
    assert gaps(checked(made)) == [
        (
            digest_key(8),
            f"the chain of digests begins anew here, at {iso(hour(8))}: log file validation or the trail was off",
        )
    ]


def _other_bytes(made: Trail) -> None:
    made.objects[digest_key(3)] = gzip.compress(json.dumps(made.document(digest_key(3)) | {"logFiles": []}).encode())


def _other_place(made: Trail) -> None:
    made.objects[digest_key(3)] = made.objects[digest_key(1)]


def _no_gzip(made: Trail) -> None:
    made.objects[digest_key(3)] = b"\x1f\x8bgarbage"


def _no_digest(made: Trail) -> None:
    made.objects[digest_key(3)] = gzip.compress(b'{"digestStartTime": 5}')


def _other_algorithm(made: Trail) -> None:
    document = made.document(digest_key(3)) | {"digestSignatureAlgorithm": "none"}
    made.objects[digest_key(3)] = gzip.compress(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (_other_bytes, "a digest was altered: its SHA-256 is not the one that the next digest has of it"),
        (_other_place, "a digest is not where it was delivered"),
        (_no_gzip, "a digest cannot be read: "),
        (_no_digest, "a digest cannot be read: it is no digest: "),
        (_other_algorithm, "a digest cannot be read: it is signed with `none`"),
    ],
)
def test_an_altered_digest_is_named_and_its_log_files_are_not_believed(
    harm: Callable[[Trail], None], reason: str
) -> None:
    made = trail()
    harm(made)
    found = dict(gaps(checked(made)))
    assert found.pop(digest_key(3)).startswith(reason)
    assert log_key(3) in found
    assert set(found) <= {log_key(number) for number in range(6)}


def test_a_digest_that_was_signed_by_nobody_is_named() -> None:
    made = trail()
    newest = made.document(digest_key(5)) | {"logFiles": []}
    made.objects[digest_key(5)] = gzip.compress(json.dumps(newest).encode())
    assert gaps(checked(made))[0] == (digest_key(5), "a digest was altered: its signature is wrong")
    made.signatures[digest_key(5)] = "no hex"
    assert gaps(checked(made))[0] == (digest_key(5), "a digest was altered: its signature is wrong")


def test_rewriting_a_digest_and_its_hash_is_seen_by_the_signature(tmp_path: Path) -> None:
    """Who alters a log file, its digest, and the next digests' hashes still has no key to sign with."""
    made = trail()
    made.objects[log_key(1)] = log_bytes(99)
    signed = dict(made.signatures)
    rewritten = trail()
    rewritten.objects[log_key(1)] = log_bytes(99)
    entry = rewritten.log(1)
    rewritten.objects[log_key(1)] = log_bytes(99)
    entry["hashValue"] = hashlib.sha256(gzip.decompress(log_bytes(99))).hexdigest()
    previous = rewritten.digest(1, digest_key(0), entry)
    for number in range(2, 6):
        previous = rewritten.digest(
            number,
            previous,
            *([rewritten.log(number)] if number != 2 else []),
            previousDigestSignature=signed[previous],
        )
    rewritten.signatures = signed
    names = [name for name, _ in gaps(checked(rewritten))]
    assert digest_key(1) in names
    assert digest_key(1) in [name for name, _ in gaps(in_folder(tmp_path, rewritten))]


def test_a_key_that_is_not_cloudtrails_is_named() -> None:
    found = verify(trail(), "", DigestAsk(GivenKeys({})))
    assert {reason for name, reason in gaps(found) if name == digest_key(4)} == {
        f"a digest is signed with a key that is not among CloudTrail's: `{FINGERPRINT}`"
    }
    assert found.verified[0].digests == 0


def test_a_digest_that_was_put_there_is_named() -> None:
    made = trail()
    key = digest_key(3).replace("T040000Z", "T043000Z")
    assert key != digest_key(3)
    made.put_digest(key, made.document(digest_key(3)) | {"digestS3Object": key})
    assert (key, "no later digest refers to it: it was put there") in gaps(checked(made))


@pytest.mark.parametrize("previous", [digest_key(5), digest_key(9)])
def test_digests_that_go_round_in_circles_end(previous: str) -> None:
    made = trail()
    made.put_digest(digest_key(5), made.document(digest_key(5)) | {"previousDigestS3Object": previous})
    assert (digest_key(5), "it refers to a digest that is not before it") in gaps(checked(made))


def test_a_trail_that_moved_bucket_begins_here() -> None:
    made = trail()
    first = made.document(digest_key(0)) | {
        "previousDigestS3Bucket": "elsewhere",
        "previousDigestS3Object": digest_key(0),
    }
    made.put_digest(digest_key(0), first)
    previous = digest_key(0)
    for number in range(1, 6):
        previous = made.digest(number, previous, *made.document(digest_key(number))["logFiles"])
    assert checked(made) == Verification((), (WHOLE,))


def test_a_log_file_listed_in_another_bucket_is_a_gap() -> None:
    made = trail()
    made.digest(6, digest_key(5), made.log(6) | {"s3Bucket": "elsewhere"})
    assert gaps(checked(made))[0] == (
        digest_key(6),
        f"it lists `s3://elsewhere/{log_key(6)}`, which lies in another bucket",
    )


def test_backfill_digests_are_chains_of_their_own() -> None:
    made = trail()
    late = made.log(2, "late")
    made.digest(2, "", late, is_backfill=True)
    made.digest(4, "", made.log(4, "late"), is_backfill=True)
    found = checked(made)
    assert found.rejected == ()
    assert sorted((one.digests, one.files) for one in found.verified) == [(2, 2), (6, 5)]
