"""Verifying parts of a bucket or a folder: accounts, regions, months, windows."""

from pathlib import Path

import pytest

from secrets_cli.errors import NothingToRead
from secrets_cli.usage.digests.place import trees_in
from secrets_cli.usage.digests.verify import DigestAsk, Verification, verify
from secrets_cli.usage.window import Window
from tests.unit.usage.digests.made_digests import (
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
    pair,
    trail,
)


def checked(made: Trail, scope: str = "", window: Window | None = None) -> Verification:
    return verify(made, scope, DigestAsk(keys(), window or Window()))


def gaps(found: Verification) -> list[tuple[str, str]]:
    """Names without the bucket, and reasons."""
    return [(gap.where.removeprefix("s3://trail-logs/"), gap.reason) for gap in found.rejected]


def test_two_trails_in_one_bucket_are_verified_apart() -> None:
    made = trail()
    other = trail(region="us-east-1")
    made.objects |= other.objects
    made.signatures |= other.signatures
    assert [one.region for one in checked(made).verified] == ["eu-west-1", "us-east-1"]
    only = verify(made, "", DigestAsk(keys(), regions=frozenset({"us-east-1"})))
    assert [one.region for one in only.verified] == ["us-east-1"]
    none = DigestAsk(keys(), accounts=frozenset({"999999999999"}))
    with pytest.raises(NothingToRead):
        verify(made, "", none)


def test_a_part_of_the_tree_is_verified_with_digests_beside_it(tmp_path: Path) -> None:
    made = trail()
    extend(made, range(22, 30))  # over midnight
    scope = f"{ROOT}/CloudTrail/{REGION}/2026/03/02/"
    del made.objects[log_key(26)]
    del made.objects[log_key(1)]
    assert [name for name, _ in gaps(checked(made, scope)) if "CloudTrail/" in name] == [log_key(26)]
    folder = made.save(tmp_path) / scope
    ((place, found_scope),) = trees_in(str(folder))
    assert found_scope == scope
    names = [gap.where for gap in verify(place, scope, DigestAsk(keys())).rejected]
    assert Path(log_key(26)).name in names


def test_only_log_files_of_the_window_are_compared() -> None:
    made = trail(80)
    window = Window(iso(hour(70)), iso(hour(72)))
    made.objects[log_key(3)] = log_bytes(99)
    made.reads.clear()
    found = checked(made, "", window)
    assert found.rejected == ()
    assert [key for key in made.reads if "/CloudTrail/" in key] == [log_key(71), log_key(70)]
    assert digest_key(10) not in made.reads


def test_no_digest_is_nothing_to_read() -> None:
    made = Trail()
    made.log(1)
    with pytest.raises(NothingToRead, match="has no digest files"):
        checked(made)


def test_progress_counts_log_files() -> None:
    seen: list[int] = []
    verify(trail(), "", DigestAsk(keys(), progress=seen.append))
    assert seen[-1] == 5


def test_several_trees_of_a_folder_are_found(tmp_path: Path) -> None:
    trail().save(tmp_path / "one")
    trail().save(tmp_path / "two")
    assert [scope for _, scope in trees_in(str(tmp_path))] == ["AWSLogs/", "AWSLogs/"]
    assert next(trees_in(str(tmp_path / "one/AWSLogs")))[1] == "AWSLogs/"
    (tmp_path / "loop").symlink_to(tmp_path / "one", target_is_directory=True)
    ((place, scope),) = trees_in(str(tmp_path / "loop"))
    assert verify(place, scope, DigestAsk(keys())).rejected == ()


def test_the_pair_is_no_weak_one() -> None:
    assert pair().key_size == 2048
