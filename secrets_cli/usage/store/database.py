"""The SQLite file: opening it, its tables, and its errors in our words.

A file that is no store, is damaged, or was laid out by another version is refused and never touched: what to do is the user's
to say. Rows carry a checksum of their own, as SQLite's pages do not: https://www.sqlite.org/cksumvfs.html
"""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

from secrets_cli.errors import ConfigurationError, MalformedInput, NothingToRead
from secrets_cli.usage.store.place import make_place

APPLICATION = 0x73636C75
"""`sclu`: what SQLite's header says the file is of."""
LAYOUT = 1
"""Version of the tables."""
_HEADER = b"SQLite format 3\0"
_WAIT = 120.0
"""Seconds to wait for another process that writes."""

_TABLES = """
CREATE TABLE unit(
    id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, version TEXT NOT NULL, files BLOB NOT NULL,
    reports BLOB NOT NULL, days BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE loose(
    unit INTEGER NOT NULL, day TEXT NOT NULL, coverage BLOB NOT NULL, details BLOB NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY(unit, day));
CREATE TABLE segment(
    id INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, units BLOB NOT NULL, records INTEGER NOT NULL,
    coverage BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE principal(id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE);
CREATE TABLE merged(
    segment INTEGER NOT NULL, principal INTEGER NOT NULL, details BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE INDEX merged_by_principal ON merged(principal, segment);
CREATE INDEX merged_by_segment ON merged(segment);
"""

Value: TypeAlias = bytes | str | int


class Database:
    """An open store. Not shared between threads; any number of processes may have it open."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or nothing. Waits for another process that writes."""
        with self.told():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.rollback()
                raise
            self.connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """What is read within is of one moment, whatever other processes write meanwhile."""
        with self.told():
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self.connection.rollback()

    @contextmanager
    def told(self) -> Iterator[sqlite3.Connection]:
        """SQLite's errors as ours. Raises MalformedInput for a damaged file, ConfigurationError for one that cannot be used."""
        try:
            yield self.connection
        except sqlite3.OperationalError as error:
            raise _unusable(self.path, error, _code(error)) from None
        except sqlite3.DatabaseError as error:
            raise damaged(self.path, str(error)) from None

    def shrink(self) -> None:
        """Give space of forgotten rows back to the disk."""
        with self.told() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self, checksum: int, *values: Value) -> None:
        """Raise MalformedInput where a row is not what was written."""
        if checksum != checksum_of(*values):
            raise damaged(self.path, "a row does not have its checksum")


def checksum_of(*values: Value) -> int:
    """Of a row's other fields."""
    found = 0
    for value in values:
        found = zlib.crc32(value if isinstance(value, bytes) else f"{value}\0".encode("utf-8", "surrogatepass"), found)
    return found


@contextmanager
def opened(path: Path, *, make: bool = True) -> Iterator[Database]:
    """The store at the path, made where there is none and `make` says so.

    Raises NothingToRead where there is none, ConfigurationError for a file that is something else, of another version, or not
    ours to write, MalformedInput for a damaged one.
    """
    if make:
        make_place(path)
    elif not path.is_file():
        raise NothingToRead(f"there is no store `{path}`", "`usage scan SOURCE.. --store` makes one")
    _refuse_other(path)
    with closing(_connected(path)) as connection:
        database = Database(path, connection)
        with database.told():
            _prepare(database, make=make)
        yield database


def is_ours(path: Path) -> bool:
    """Whether a store was made there: told by the file's first bytes, so that a damaged one is known, too.

    SQLite's header has the application's number at byte 68: https://www.sqlite.org/fileformat.html
    """
    begin = _beginning(path)
    return begin.startswith(_HEADER) and begin[68:72] == APPLICATION.to_bytes(4, "big")


def damaged(path: Path, reason: str) -> MalformedInput:
    """The error for a store that is not as it was written."""
    return MalformedInput(
        f"the store `{path}` is damaged: {reason}",
        f"`secrets-cli usage store drop --store '{path}'` removes it; the next scan reads the logs anew",
    )


def _unusable(path: Path, error: sqlite3.OperationalError, code: int | None) -> ConfigurationError | MalformedInput:
    match code:
        case None | sqlite3.SQLITE_ERROR:  # a text that is none, or a table that is not there
            return damaged(path, str(error))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            help_ = f"another process has been writing to it for {_WAIT:.0f} seconds; run again when it has ended"
        case _:
            help_ = "check the disk and the file's permissions, or name another file: `--store=PATH`"
    return ConfigurationError(f"the store `{path}` cannot be used: {error}", help_)


def _code(error: sqlite3.OperationalError) -> int | None:
    """The kind of an error, the lower byte of its code; None for one that Python found and not SQLite.

    https://www.sqlite.org/rescode.html
    """
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _refuse_other(path: Path) -> None:
    begin = _beginning(path)
    if begin and not begin.startswith(_HEADER):
        raise ConfigurationError(f"`{path}` is no store", "name another file: `--store=PATH`; this one was not touched")


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(100)
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(f"the store `{path}` cannot be opened: {why}", "check its permissions") from None


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    except sqlite3.Error as error:
        raise ConfigurationError(f"the store `{path}` cannot be opened: {error}", "check its permissions") from None


def _prepare(database: Database, *, make: bool) -> None:
    connection = database.connection
    if make and not _has_tables(connection):
        with database.writing():
            if not _has_tables(connection):  # another process may have been quicker
                for statement in filter(str.strip, _TABLES.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id={APPLICATION}")
                connection.execute(f"PRAGMA user_version={LAYOUT}")
    application, layout = _numbers(connection)
    if application != APPLICATION:
        raise ConfigurationError(
            f"`{database.path}` is a database of another program",
            "name another file: `--store=PATH`; this one was not touched",
        )
    if layout != LAYOUT:
        raise ConfigurationError(
            f"the store `{database.path}` was made by another version of secrets-cli",
            f"`secrets-cli usage store drop --store '{database.path}'` removes it; or name another: `--store=PATH`",
        )
    _write_ahead(connection)
    connection.execute("PRAGMA cache_size=-16000")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers not wait for writers: https://www.sqlite.org/wal.html

    A power cut may then lose the last transactions, never the file. Where another process is using the file in the older way, so
    does this one.
    """
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        return
    connection.execute("PRAGMA synchronous=NORMAL")


def _numbers(connection: sqlite3.Connection) -> tuple[int, int]:
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    layout: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return application, layout


def _has_tables(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
