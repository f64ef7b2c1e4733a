"""Files that are no store, or a damaged one: told, and left as they are."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from secrets_cli.errors import ConfigurationError, MalformedInput, NothingToRead, SecretsCliError
from secrets_cli.usage.engine import scan
from secrets_cli.usage.store import database as module
from secrets_cli.usage.store.database import LAYOUT, opened
from secrets_cli.usage.store.place import default_path
from secrets_cli.usage.store.remembering import scan_remembered
from secrets_cli.usage.store.upkeep import drop, info_of
from secrets_cli.usage.usage import Usage
from tests.unit.usage.made_records import ROLE
from tests.unit.usage.store.made_logs import make_tree


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    make_tree(tmp_path / "logs")
    return tmp_path / "logs"


@pytest.fixture
def store(logs: Path, tmp_path: Path) -> Path:
    """A store with all of the logs, in one file."""
    path = tmp_path / "store"
    scan_remembered([str(logs)], path)
    assert not Path(f"{path}-wal").exists()
    return path


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t(x)")


def of_another_layout(path: Path) -> None:
    with opened(path) as database:
        database.connection.execute(f"PRAGMA user_version={LAYOUT + 1}")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_bytes(b"no database at all, but some text that is long enough" * 40), "is no store"),
        (of_another_program, "is a database of another program"),
        (of_another_layout, "was made by another version"),
        (Path.mkdir, "is no regular file"),
    ],
    ids=["text", "program", "layout", "folder"],
)
def test_what_is_no_store_is_refused_and_left_alone(
    logs: Path, tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "file"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(ConfigurationError, match=message) as refused:
        scan_remembered([str(logs)], path)
    assert "--store" in refused.value.help or "name a file" in refused.value.help
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_store_that_cannot_be_made_is_told(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be made: not a directory"):
        scan_remembered([str(logs)], tmp_path / "file" / "store")


def error_of(logs: Path, store: Path, expected: dict[frozenset[str] | None, Usage]) -> SecretsCliError | None:
    """The error of asking, if any; an answer must be as expected."""
    for principals, answer in expected.items():
        try:
            found = scan_remembered([str(logs)], store, principals)
        except SecretsCliError as error:
            return error
        assert found == answer
    return None


def test_damage_anywhere_is_told_or_harmless(logs: Path, store: Path) -> None:
    expected = {asked: scan([str(logs)], asked) for asked in (None, frozenset((ROLE,)))}
    whole = store.read_bytes()
    told = 0
    for place in range(100, len(whole), 499):
        store.write_bytes(whole[:place] + bytes(byte ^ 0xFF for byte in whole[place : place + 8]) + whole[place + 8 :])
        error = error_of(logs, store, expected)
        if error is not None:
            told += 1
            assert "is damaged" in error.message or "cannot be used" in error.message
            assert "usage store drop" in error.help or "name another file" in error.help
            assert store.exists()
    assert told > 10


def test_a_store_cut_short_is_told_and_can_be_dropped(logs: Path, store: Path) -> None:
    store.write_bytes(store.read_bytes()[:5000])
    with pytest.raises(MalformedInput, match="is damaged") as told:
        scan_remembered([str(logs)], store)
    assert "`secrets-cli usage store drop --store" in told.value.help
    assert drop(store) == 5000
    assert scan_remembered([str(logs)], store) == scan([str(logs)])


def test_a_row_without_its_checksum_is_told(logs: Path, store: Path) -> None:
    for table in ("unit", "segment", "merged"):
        whole = store.read_bytes()
        with closing(sqlite3.connect(store)) as connection, connection:
            connection.execute(f"UPDATE {table} SET checksum = checksum + 1")
        with pytest.raises(MalformedInput, match="a row does not have its checksum"):
            scan_remembered([str(logs)], store)
        store.write_bytes(whole)


def test_a_part_that_is_gone_is_told(logs: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    scan_remembered([str(logs)], store, closed_after=100_000)
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("DELETE FROM loose")
    with pytest.raises(MalformedInput, match="a part of a remembered file is gone"):
        scan_remembered([str(logs)], store, closed_after=100_000)


def test_a_store_that_others_hold_is_told_after_a_while(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    monkeypatch.setattr(module, "_WAIT", 0.05)
    with opened(store) as database, database.writing(), pytest.raises(ConfigurationError, match="locked") as told:
        scan_remembered([str(logs)], store)
    assert "another process has been writing" in told.value.help


def test_only_a_store_is_dropped(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="there is no store"):
        drop(tmp_path / "none")
    (tmp_path / "notes").write_text("important", encoding="utf-8")
    of_another_program(tmp_path / "other")
    for name in ("notes", "other"):
        with pytest.raises(ConfigurationError, match="is no store, and was not removed"):
            drop(tmp_path / name)
        assert (tmp_path / name).exists()


def test_info_says_what_is_there(store: Path, tmp_path: Path) -> None:
    with opened(store) as database:
        found = info_of(database, "another")
    assert (found.files, found.stale, found.days, found.merged_days) == (16, 16, 4, 4)
    assert (found.first_day, found.last_day, found.principals) == ("2026-03-01", "2026-03-04", 4)
    assert found.bytes >= store.stat().st_size
    with opened(tmp_path / "empty") as database:
        assert (info_of(database, "x").days, info_of(database, "x").first_day) == (0, "")


def test_the_usual_place_is_below_the_user_s_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "secrets-cli" / "usage.sqlite3"
