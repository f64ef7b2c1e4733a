"""Objects kept on disk, so that another run opens none of them in S3 again.

A file is named by the object's place, ETag and size, so it is never out of date: a replaced object is another file. It is
written to a temporary name and renamed, and begins with a digest of what follows: several processes may use the folder at
once, and a file that a crash left damaged is fetched anew. Readable by its owner only. Nothing is ever deleted: the folder
grows to the size of what was read, and may be removed at any time.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.sources.files import LogFile, printable, why

_DIGEST = 32
"""Bytes of BLAKE2b before the object's own."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of kept objects."""

    folder: str

    def prepare(self) -> None:
        """Make the folder, where it is not there. Raises ConfigurationError where it cannot be written to."""
        try:
            Path(self.folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            text = f"the cache `{printable(self.folder)}` cannot be written to: {why(error)}"
            raise ConfigurationError(text, "give another folder: `--cache`") from None

    def kept(self, file: LogFile) -> bytes | None:
        """The object's bytes; None where they are not kept, or not whole."""
        try:
            data = self._path(file).read_bytes()
        except OSError:
            return None
        digest, body = data[:_DIGEST], data[_DIGEST:]
        return body if len(body) == file.size and _digest(body) == digest else None

    def keep(self, file: LogFile, body: bytes) -> None:
        """Keep the object's bytes; where the disk does not take them (it is full, say) they are not kept."""
        path = self._path(file)
        name = ""
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")  # readable by its owner only
            with os.fdopen(handle, "wb") as out:
                out.write(_digest(body))
                out.write(body)
            Path(name).replace(path)
        except OSError:
            if name:
                Path(name).unlink(missing_ok=True)

    def _path(self, file: LogFile) -> Path:
        place = hashlib.sha256(f"{file.path}\0{file.etag}\0{file.size}".encode()).hexdigest()
        return Path(self.folder) / place[:2] / place[2:]


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()
