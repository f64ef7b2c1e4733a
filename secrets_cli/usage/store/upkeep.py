"""What is in a store, and removing it."""

from dataclasses import dataclass
from pathlib import Path

from secrets_cli.errors import ConfigurationError, NothingToRead
from secrets_cli.usage.store.compacting import is_current
from secrets_cli.usage.store.database import Database, is_ours
from secrets_cli.usage.store.place import companions
from secrets_cli.usage.store.segments import known_segments
from secrets_cli.usage.store.units import known_units


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store holds."""

    path: str
    bytes: int
    """On disk."""
    files: int
    """Remembered log files."""
    stale: int
    """Of these, read by another version: they will be read again."""
    records: int
    """Readable records in them."""
    first_day: str
    """UTC, `2026-09-01`; empty where no record has a time."""
    last_day: str
    days: int
    """Days with records."""
    merged_days: int
    """Of these, merged into rows by principal, in whole or in part."""
    principals: int
    """Principals with merged rows."""


def info_of(database: Database, reader: str) -> StoreInfo:
    """What the store holds. Raises MalformedInput where a row is damaged: each is looked at."""
    files = stale = records = 0
    days: set[str] = set()
    with database.reading() as connection:
        for unit in known_units(database):
            count = len(unit.reports())
            files += count
            stale += 0 if is_current(unit, reader) else count
            records += sum(unit.days.values())
            days |= unit.days.keys()
        merged = {segment.day for segment in known_segments(database)}
        count_principals = "SELECT count(DISTINCT arn) FROM merged JOIN principal ON id = principal WHERE arn != ''"
        principals = connection.execute(count_principals).fetchone()[0]
    dated = sorted(day for day in days if day)
    size = sum(path.stat().st_size for path in companions(database.path) if path.exists())
    return StoreInfo(
        path=str(database.path),
        bytes=size,
        files=files,
        stale=stale,
        records=records,
        first_day=dated[0] if dated else "",
        last_day=dated[-1] if dated else "",
        days=len(dated),
        merged_days=len(merged),
        principals=principals,
    )


def drop(path: Path) -> int:
    """Remove a store, also a damaged one; the bytes set free.

    Raises NothingToRead where there is none, ConfigurationError for a file that no store was ever in, and where it cannot be
    removed.
    """
    if not path.is_file():
        raise NothingToRead(f"there is no store `{path}`", "nothing was removed")
    if not is_ours(path):
        raise ConfigurationError(f"`{path}` is no store, and was not removed", "name the store: `--store PATH`")
    size = 0
    for file in companions(path):
        try:
            length = file.stat().st_size
            file.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            why = (error.strerror or "unknown error").lower()
            raise ConfigurationError(f"`{file}` cannot be removed: {why}", "check the folder's permissions") from None
        size += length
    return size
