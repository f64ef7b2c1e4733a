"""What is remembered of each item of work: its reports, and its parts by day.

A row is never changed: what is found anew gets a new number, so a number always means the same contents, for other processes
and in segments, too.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from secrets_cli.usage.deliveries import Work
from secrets_cli.usage.parts import FileReport, WorkParts
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.store.database import Database, checksum_of, damaged
from secrets_cli.usage.store.packed import pack_coverage, pack_details, pack_reports, unpack_reports

_KEYS = msgspec.msgpack.Decoder(list[bytes]).decode
_DAYS = msgspec.msgpack.Decoder(dict[str, int]).decode
_encode = msgspec.msgpack.Encoder().encode
_SHARED = b"\0shared "
"""What the key of files that are read together begins with; no path holds the first byte."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What work is known by."""

    key: bytes
    version: str
    """Of the reader and of each file; empty where the work cannot be remembered."""
    files: tuple[bytes, ...]
    """The keys of several files that are read together, those of the day before included; empty for one file alone."""


@dataclass(frozen=True, slots=True)
class PackedDay:
    """The records of one day, as they are kept."""

    day: str
    records: int
    coverage: bytes
    details: bytes


@dataclass(frozen=True, slots=True)
class PackedWork:
    """What one item of work adds up to, as it is kept and as it travels between processes."""

    reports: bytes
    days: tuple[PackedDay, ...]
    is_lasting: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """One remembered item of work."""

    number: int
    key: bytes
    version: str
    files: tuple[bytes, ...]
    packed_reports: bytes
    days: Mapping[str, int]
    """Readable records by day."""

    def reports(self) -> tuple[FileReport, ...]:
        """What became of its files, in the order of the work's."""
        return unpack_reports(self.packed_reports)


def identity_of(work: Work, reader: str) -> Identity:
    """The work's identity, for that version of the reader."""
    if isinstance(work, LogFile):
        return Identity(key_of(work), f"{reader} {_version(work)}" if _mark(work) else "", ())
    files = (*work.files, *work.before)
    keys = tuple(key_of(file) for file in files)
    told = hashlib.sha256(f"{len(work.files)}\n".encode())
    for key, file in zip(keys, files, strict=True):
        told.update(b"%s\0%s\0" % (key, _version(file).encode()))
    version = f"{reader} {told.hexdigest()}" if all(map(_mark, files)) else ""
    return Identity(_SHARED + hashlib.sha256(b"\0".join((work.day.encode(), *keys))).digest(), version, keys)


def packed(parts: WorkParts) -> PackedWork:
    """Parts as they are kept."""
    days = tuple(
        PackedDay(day, part.records, pack_coverage(part.by_principal.values()), pack_details(part.by_principal))
        for day, part in parts.days.items()
    )
    return PackedWork(pack_reports(parts.reports), days, parts.is_lasting)


def known_units(database: Database) -> Iterator[Unit]:
    """All that is remembered, out of date or not. Raises MalformedInput for a damaged row."""
    rows = database.connection.execute("SELECT id, key, version, files, reports, days, checksum FROM unit")
    for number, key, version, files, reports, days, checksum in rows:
        database.check(checksum, number, key, version, files, reports, days)
        yield Unit(number, key, version, tuple(_KEYS(files)), reports, _DAYS(days))


def current_units(database: Database, identities: Mapping[bytes, Identity]) -> dict[bytes, Unit]:
    """What is remembered of these, by key, and still holds."""
    return {
        unit.key: unit
        for unit in known_units(database)
        if (identity := identities.get(unit.key)) and identity.version == unit.version
    }


def save(database: Database, done: Sequence[tuple[Identity, PackedWork]]) -> None:
    """Remember work, in place of what was known of it. In one transaction."""
    with database.writing() as connection:
        forget_keys(connection, (identity.key for identity, _ in done))
        for identity, work in done:
            _insert(connection, identity, work)


def forget(database: Database, numbers: Iterable[int]) -> None:
    """Forget units. In one transaction."""
    with database.writing() as connection:
        for number in numbers:
            _delete(connection, number)


def forget_keys(connection: sqlite3.Connection, keys: Iterable[bytes]) -> None:
    """Forget the units of these keys, as part of a transaction."""
    for key in keys:
        for (number,) in connection.execute("SELECT id FROM unit WHERE key = ?", (key,)).fetchall():
            _delete(connection, number)


def loose_day(database: Database, number: int, day: str) -> tuple[bytes, bytes]:
    """The packed coverage and details of one unit's day. Raises MalformedInput where they are gone though the unit is there."""
    query = "SELECT coverage, details, checksum FROM loose WHERE unit = ? AND day = ?"
    row = database.connection.execute(query, (number, day)).fetchone()
    if row is None:
        raise damaged(database.path, "a part of a remembered file is gone")
    coverage, details, checksum = row
    database.check(checksum, number, day, coverage, details)
    return coverage, details


def _insert(connection: sqlite3.Connection, identity: Identity, work: PackedWork) -> None:
    files = _encode(list(identity.files))
    days = _encode({day.day: day.records for day in work.days})
    cursor = connection.execute(
        "INSERT INTO unit(key, version, files, reports, days, checksum) VALUES (?, ?, ?, ?, ?, 0)",
        (identity.key, identity.version, files, work.reports, days),
    )
    number = cursor.lastrowid
    assert number is not None, "a row was inserted"
    checksum = checksum_of(number, identity.key, identity.version, files, work.reports, days)
    connection.execute("UPDATE unit SET checksum = ? WHERE id = ?", (checksum, number))
    connection.executemany(
        "INSERT INTO loose(unit, day, coverage, details, checksum) VALUES (?, ?, ?, ?, ?)",
        [
            (number, day.day, day.coverage, day.details, checksum_of(number, day.day, day.coverage, day.details))
            for day in work.days
        ],
    )


def _delete(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("DELETE FROM loose WHERE unit = ?", (number,))
    connection.execute("DELETE FROM unit WHERE id = ?", (number,))


def key_of(file: LogFile) -> bytes:
    """What the file is known by, whichever way led to it."""
    return os.fsencode(file.real or file.path)


def _version(file: LogFile) -> str:
    return f"{_mark(file)}-{file.size}"


def _mark(file: LogFile) -> str:
    """What changes when the file or object does; empty where that cannot be told."""
    return file.version or file.etag
