"""What is remembered of files that the sources hold no more."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from secrets_cli.usage.store.answering import Question, files_of
from secrets_cli.usage.store.database import Database
from secrets_cli.usage.store.units import Unit, forget, key_of, known_units


def forget_gone(database: Database, sources: Sequence[str], question: Question, remote: Sequence[str] = ()) -> int:
    """Forget units that no question about these sources will ask for again; how many. `remote`: folders of S3 of which all was
    listed, as `s3://bucket/prefix/`.

    To be asked only where the sources could be listed whole. A file is gone where it lay in a folder that was listed, and was not
    in it; files that were read together are superseded where all of them are listed, and read together with others now.
    """
    folders = (Path(source) for source in sources if Path(source).is_dir())
    local = (os.fsencode(str(folder.resolve()).rstrip("/") + "/") for folder in folders)
    roots = (*local, *map(os.fsencode, remote))
    listed = frozenset(key_of(file) for _, work in question.work for file in files_of(work))
    with database.reading():
        gone = [
            unit.number
            for unit in known_units(database)
            if unit.key not in question.identities and _is_gone(unit, listed, roots)
        ]
    if gone:
        forget(database, gone)
    return len(gone)


def _is_gone(unit: Unit, listed: frozenset[bytes], roots: tuple[bytes, ...]) -> bool:
    keys: Iterable[bytes] = unit.files or (unit.key,)
    absent = [key for key in keys if key not in listed]
    return any(key.startswith(roots) for key in absent) or (bool(unit.files) and not absent)
