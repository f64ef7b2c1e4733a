"""The store's answer is the engine's, whatever was read before and whatever has happened since."""

import gzip
import os
import shutil
import stat
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from secrets_cli.errors import ConfigurationError, NothingToRead
from secrets_cli.usage.deliveries import Shared, Work
from secrets_cli.usage.engine import Progress, scan
from secrets_cli.usage.part_reading import PartReader
from secrets_cli.usage.parts import WorkParts
from secrets_cli.usage.store import batches, remembering, version
from secrets_cli.usage.store.answering import Question, answer
from secrets_cli.usage.store.compacting import compact_all
from secrets_cli.usage.store.database import Database, opened
from secrets_cli.usage.store.remembering import last_closed, scan_remembered
from secrets_cli.usage.store.segments import known_segments
from secrets_cli.usage.store.units import PackedWork, known_units
from secrets_cli.usage.usage import Usage
from secrets_cli.usage.window import EVERYTHING, Window
from tests.unit.usage.made_records import record, write
from tests.unit.usage.store.made_logs import QUESTIONS, log_path, make_tree, mixed_records

WINDOWS = (
    EVERYTHING,
    Window("2026-03-02T00:00:00Z", ""),
    Window("", "2026-03-03T00:00:00Z"),
    Window("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"),
    Window("2027-01-01T00:00:00Z", ""),
)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    make_tree(folder)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "usage.sqlite3"


@pytest.fixture
def read_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files as they are read, in this process."""
    names: list[str] = []

    class Noting(PartReader):
        def read(self, work: Work) -> WorkParts:
            names.extend(file.name for file in (work.files if isinstance(work, Shared) else (work,)))
            return super().read(work)

    monkeypatch.setattr(batches, "PartReader", Noting)
    return names


def assert_same(sources: list[Path], store: Path, closed_after: int = 2) -> None:
    """Every question has the engine's answer."""
    named = [str(source) for source in sources]
    for window in WINDOWS:
        for principals in QUESTIONS:
            expected = scan(named, principals, window=window)
            assert scan_remembered(named, store, principals, window=window, closed_after=closed_after) == expected


@pytest.mark.parametrize("closed_after", [2, 100_000], ids=["merged", "loose"])
def test_every_question_has_the_engine_s_answer(logs: Path, store: Path, closed_after: int) -> None:
    assert_same([logs], store, closed_after)
    with opened(store) as database:
        assert len(list(known_segments(database))) == (4 if closed_after == 2 else 0)


def test_a_second_run_reads_nothing(logs: Path, store: Path, read_names: list[str]) -> None:
    scan_remembered([str(logs)], store)
    assert len(read_names) == 16
    scan_remembered([str(logs)], store)
    assert len(read_names) == 16


def test_only_what_is_new_or_changed_is_read(logs: Path, store: Path, read_names: list[str]) -> None:
    scan_remembered([str(logs)], store)
    read_names.clear()
    new = write(log_path(logs, 3, "new"), mixed_records(3, "new"))
    changed = write(log_path(logs, 2, "a"), mixed_records(2, "changed"))
    log_path(logs, 1, "b").unlink()
    assert scan_remembered([str(logs)], store) == scan([str(logs)])
    assert sorted(read_names) == sorted(str(path.relative_to(logs)) for path in (new, changed))
    assert_same([logs], store)


def test_a_file_with_its_old_time_and_size_is_known_to_be_another(logs: Path, store: Path) -> None:
    path = write(logs / "one.json", [record(eventID="before")])
    scan_remembered([str(logs)], store)
    kind = path.stat()
    write(path, [record(eventID="beyond")])
    os.utime(path, ns=(kind.st_atime_ns, kind.st_mtime_ns))
    assert path.stat().st_size == kind.st_size
    assert scan_remembered([str(logs)], store) == scan([str(logs)])


def test_files_that_are_gone_are_forgotten(logs: Path, store: Path) -> None:
    scan_remembered([str(logs)], store)
    for path in logs.rglob("*_b.json.gz"):
        path.unlink()
    assert_same([logs], store)
    with opened(store) as database:
        assert not [unit for unit in known_units(database) if unit.key.endswith(b"_b.json.gz")]


def test_a_question_about_some_of_the_files_leaves_the_rest_known(
    logs: Path, store: Path, read_names: list[str]
) -> None:
    day = log_path(logs, 2, "a").parent
    scan_remembered([str(logs)], store)
    read_names.clear()
    assert_same([day], store)
    assert_same([logs], store)
    assert read_names == []


def test_the_same_file_is_called_as_each_question_calls_it(logs: Path, store: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(logs)
    assert_same([logs], store)
    assert_same([tmp_path / "link"], store)
    assert_same([logs / "AWSLogs", tmp_path / "link"], store)
    assert_same([logs / "damaged.json"], store)


def test_a_bystander_is_ignored_only_beside_delivered_logs(logs: Path, store: Path) -> None:
    assert scan_remembered([str(logs)], store).coverage.ignored == ("STATS.json",)
    shutil.rmtree(logs / "AWSLogs")
    assert_same([logs], store)
    assert "STATS.json" in {one.where for one in scan_remembered([str(logs)], store).coverage.rejected}


@pytest.mark.parametrize("what", ["code", "catalog"])
def test_another_version_reads_everything_anew(
    logs: Path, store: Path, read_names: list[str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    scan_remembered([str(logs)], store)
    read_names.clear()
    if what == "code":
        monkeypatch.setattr(version, "_code", lambda: "of another version")
    else:
        monkeypatch.setattr(remembering, "reader_version", lambda header: "0123456789abcdef")
    assert scan_remembered([str(logs)], store) == scan([str(logs)])
    assert len(read_names) == 16
    read_names.clear()
    scan_remembered([str(logs)], store)
    assert read_names == []


def test_versions_are_told_apart_by_the_catalog() -> None:
    from dataclasses import replace

    from secrets_cli.catalog.load import load_catalog

    header = load_catalog().header
    assert version.reader_version(header) == version.reader_version(header)
    assert version.reader_version(header) != version.reader_version(replace(header, sha256="0" * 64))


def test_a_file_that_could_not_be_opened_is_tried_again(
    logs: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from secrets_cli.usage import log_reading, part_reading
    from secrets_cli.usage.sources.content import UnreadableFileError

    def refuse(path: str) -> bytearray:
        raise UnreadableFileError("cannot be read: permission denied")

    def refuse_in_time(path: str) -> Iterator[bytes]:
        yield bytes(refuse(path))

    with monkeypatch.context() as patch:
        patch.setattr(part_reading, "read_bytes", refuse)
        patch.setattr(log_reading, "read_pieces", refuse_in_time)
        assert len(scan_remembered([str(logs)], store).coverage.rejected) == 16
    assert_same([logs], store)


def test_a_pipe_is_read_and_not_remembered(logs: Path, store: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    write(tmp_path / "x.json", [record()])
    writer = threading.Thread(target=lambda: pipe.write_bytes((tmp_path / "x.json").read_bytes()))
    writer.start()
    found = scan_remembered([str(pipe), str(logs)], store)
    writer.join()
    assert found.coverage.records == scan([str(logs)]).coverage.records + 1
    with opened(store) as database:
        assert not [unit for unit in known_units(database) if unit.key.endswith(b"/pipe")]


def test_a_part_of_a_day_is_refused(logs: Path, store: Path) -> None:
    with pytest.raises(ConfigurationError, match="whole UTC days") as refused:
        scan_remembered([str(logs)], store, window=Window("2026-03-02T12:00:00Z", ""))
    assert "--since 2026-09-01" in refused.value.help
    assert not store.exists()


def test_no_logs_are_nothing_to_read(tmp_path: Path, store: Path) -> None:
    with pytest.raises(NothingToRead):
        scan_remembered([str(tmp_path / "none")], store)
    with pytest.raises(NothingToRead):
        scan_remembered([], store)


def test_the_store_is_its_owner_s_alone(logs: Path, store: Path) -> None:
    scan_remembered([str(logs)], store)
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700
    store.chmod(0o644)
    scan_remembered([str(logs)], store)
    assert stat.S_IMODE(store.stat().st_mode) == 0o600


def test_late_files_stay_apart_until_they_are_many(logs: Path, store: Path) -> None:
    for number in range(10):
        write(log_path(logs, 1, f"more{number}"), mixed_records(1, f"more{number}"))
    scan_remembered([str(logs)], store)
    write(log_path(logs, 1, "late1"), mixed_records(1, "late1"))
    assert_same([logs], store)
    with opened(store) as database:
        assert len([one for one in known_segments(database) if one.day == "2026-03-01"]) == 1
    for number in range(10):
        write(log_path(logs, 1, f"later{number}"), mixed_records(1, f"later{number}"))
    assert_same([logs], store)
    with opened(store) as database:
        assert len([one for one in known_segments(database) if one.day == "2026-03-01"]) == 2
        reader = next(known_units(database)).version.partition(" ")[0]
        assert compact_all(database, reader, last_closed(2)).days == 1
        assert len([one for one in known_segments(database) if one.day == "2026-03-01"]) == 1
    assert_same([logs], store)


def test_compacting_forgets_what_another_version_read(logs: Path, store: Path) -> None:
    scan_remembered([str(logs)], store)
    with opened(store) as database:
        done = compact_all(database, "0123456789abcdef", last_closed(2))
        assert (done.days, done.stale, done.segments) == (0, 16, 4)
        assert not list(known_units(database))
    assert_same([logs], store)


def test_progress_counts_what_is_known_and_ends_at_all(logs: Path, store: Path) -> None:
    seen: list[Progress] = []
    scan_remembered([str(logs)], store, progress=seen.append)
    assert [one.files for one in seen] == list(range(1, 17))
    assert seen[-1].bytes == seen[-1].all_bytes
    seen.clear()
    write(log_path(logs, 3, "new"), mixed_records(3, "new"))
    scan_remembered([str(logs)], store, progress=seen.append)
    assert [(one.files, one.all_files) for one in seen] == [(17, 17)]
    assert seen[-1].bytes == seen[-1].all_bytes


def test_an_interruption_loses_nothing_that_was_read(logs: Path, store: Path, read_names: list[str]) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.files == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan_remembered([str(logs)], store, progress=interrupt)
    read_names.clear()
    assert scan_remembered([str(logs)], store) == scan([str(logs)])
    assert len(read_names) == 9


def test_what_another_process_makes_it_forget_is_read_again(
    logs: Path, store: Path, read_names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = 0

    def forgetful(database: Database, question: Question, held: Mapping[bytes, PackedWork]) -> Usage | None:
        nonlocal rounds
        rounds += 1
        if rounds <= 5:
            with database.writing() as connection:
                connection.execute("DELETE FROM loose")
                connection.execute("DELETE FROM unit")
        return answer(database, question, held)

    monkeypatch.setattr("secrets_cli.usage.store.remembering.answer", forgetful)
    assert scan_remembered([str(logs)], store) == scan([str(logs)])
    assert len(read_names) == 3 * 16  # twice for the store, then for the answer alone


def test_several_processes_read_what_is_new(logs: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets_cli.usage.engine._ALONE", 0)
    assert scan_remembered([str(logs)], store, processes=2) == scan([str(logs)])


def test_names_that_are_no_utf_8(logs: Path, store: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(logs) + b"/odd\xff.json.gz"))
    path.write_bytes(gzip.compress(b'{"Records": [1]}'))
    assert_same([logs], store)
