"""Objects fetched ahead: all of them, within bounds, and kept where asked."""

import gzip
import stat
import threading
import time
from pathlib import Path

import pytest

from secrets_cli.aws.objects import LogBucket, ObjectEntry
from secrets_cli.aws.target import Connection
from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.sources import s3_reading
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.s3_cache import Cache
from secrets_cli.usage.sources.s3_reading import THREADS, Objects, S3Access, Unread
from tests.unit.usage.sources.s3_buckets import BUCKET, filled


def file(key: str, body: bytes, etag: str = "") -> LogFile:
    path = f"s3://{BUCKET}/{key}"
    return LogFile(path, path, len(body), etag=etag)


def test_every_object_comes_once(aws: Connection) -> None:
    bodies = {f"a/{number}": bytes([number]) * number for number in range(100)}
    filled(aws, bodies)
    found = list(Objects(S3Access()).contents([file(key, body) for key, body in bodies.items()]))
    assert {one.path.removeprefix(f"s3://{BUCKET}/"): had for one, had in found} == bodies
    assert len(found) == 100


def test_what_cannot_be_had_is_a_value_and_the_rest_is_read(aws: Connection) -> None:
    filled(aws, {"a": b"1", "b": b"2"})
    lost = LogFile(f"s3://{BUCKET}/gone", "gone", 1, etag='"e"')
    had = dict(Objects(S3Access()).contents([file("a", b"1"), lost, file("b", b"2")]))
    assert had[lost] == Unread("it was there when listed and is gone now; read the logs again")
    assert sorted(body for body in had.values() if isinstance(body, bytes)) == [b"1", b"2"]


def test_objects_are_decompressed(aws: Connection) -> None:
    made = {"a": gzip.compress(b"text"), "b": gzip.compress(b"text")[:-4]}
    filled(aws, made)
    had = {one.name[-1]: had for one, had in Objects(S3Access()).contents([file(key, made[key]) for key in made])}
    assert had["a"] == b"text"
    damaged = had["b"]
    assert isinstance(damaged, Unread)
    assert damaged.is_fetched
    assert damaged.reason.startswith("truncated gzip data")


def test_too_large_an_object_is_not_fetched(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_reading, "LARGEST", 3)
    filled(aws, {"a": b"1234"})
    ((_, had),) = Objects(S3Access()).contents([file("a", b"1234")])
    assert had == Unread("larger than 3 bytes: download and split it")


class Watched(Objects):
    """Notes how many objects, and how many bytes, are out at once; an object's name is its size."""

    def __init__(self) -> None:
        super().__init__(S3Access())
        self.lock = threading.Lock()
        self.out: set[str] = set()
        self.most = 0
        self.most_bytes = 0

    def fetch(self, file: LogFile) -> bytes | Unread:
        with self.lock:
            self.out.add(file.path)
            self.most = max(self.most, len(self.out))
            self.most_bytes = max(self.most_bytes, sum(int(path.partition("/")[2]) for path in self.out))
        time.sleep(0.001)
        return b""

    def read_all(self, sizes: list[int]) -> int:
        count = 0
        for one, _ in self.contents([LogFile(f"{place}/{size}", "", size) for place, size in enumerate(sizes)]):
            count += 1
            with self.lock:
                self.out.remove(one.path)
        return count


def test_objects_and_bytes_on_their_way_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_reading, "AHEAD_BYTES", 1000)
    small = Watched()
    assert small.read_all([1] * 500) == 500
    assert 1 < small.most <= 2 * THREADS
    large = Watched()
    assert large.read_all([400] * 50 + [5000] + [400] * 50) == 101
    assert large.most_bytes == 5000, "one that is larger than the bound comes alone"
    assert large.most <= 2


def test_a_bug_in_a_thread_is_not_swallowed_and_no_thread_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    before = threading.active_count()

    def broken(self: Objects, file: LogFile) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(Objects, "fetch", broken)
    with pytest.raises(ZeroDivisionError):
        list(Objects(S3Access()).contents([file("a", b"1")] * 40))
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    made = Cache(str(tmp_path / "below" / "cache"))
    made.prepare()
    return made


def kept_files(cache: Cache) -> list[Path]:
    return [path for path in Path(cache.folder).rglob("*") if path.is_file()]


def test_a_kept_object_is_not_opened_again(aws: Connection, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(aws, {"a": b"1234"})
    (entry,) = LogBucket(aws, BUCKET, threads=1).page("").objects
    one = file("a", b"1234", entry.etag)
    assert Objects(S3Access(cache=cache)).fetch(one) == b"1234"
    asked: list[ObjectEntry] = []

    def get(self: LogBucket, entry: ObjectEntry) -> bytes:
        asked.append(entry)
        return b"9999"

    monkeypatch.setattr(LogBucket, "get", get)
    assert Objects(S3Access(cache=cache)).fetch(one) == b"1234"
    assert asked == []
    assert Objects(S3Access(cache=cache)).fetch(file("a", b"1234", '"other"')) == b"9999"
    assert [entry.etag for entry in asked] == ['"other"']


def test_what_is_kept_is_its_owners_alone(cache: Cache) -> None:
    cache.keep(file("a", b"1"), b"1")
    (path,) = kept_files(cache)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, Path(cache.folder))} == {0o700}


@pytest.mark.parametrize("damaged", [b"", b"short", b"\0" * 36])
def test_a_damaged_file_is_fetched_anew(cache: Cache, damaged: bytes) -> None:
    one = file("a", b"1234", '"e"')
    assert cache.kept(one) is None
    cache.keep(one, b"1234")
    assert cache.kept(one) == b"1234"
    (path,) = kept_files(cache)
    path.write_bytes(damaged)
    assert cache.kept(one) is None
    cache.keep(one, b"1234")
    assert cache.kept(one) == b"1234"


def test_a_disk_that_does_not_take_more_stops_nothing(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    cache.keep(file("a", b"1"), b"1")
    assert kept_files(cache) == []


def test_several_at_once_keep_whole_objects(cache: Cache) -> None:
    files = [file(str(number), bytes([number]) * 10_000, '"e"') for number in range(20)]

    def keep_and_read() -> None:
        for number, one in enumerate(files):
            cache.keep(one, bytes([number]) * 10_000)
            assert cache.kept(one) == bytes([number]) * 10_000

    threads = [threading.Thread(target=keep_and_read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept_files(cache)) == 20


def test_a_cache_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigurationError, match=r"the cache `.*file/cache` cannot be written to: not a directory"):
        Cache(str(tmp_path / "file" / "cache")).prepare()
