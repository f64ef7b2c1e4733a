"""The function's deployment package: a zip of the handler and, where wanted, its grants document.

The same input gives the same bytes on any machine and day, so that a package's hash says whether the deployed code is
this code: fixed order, time and permissions, and no compression, whose output differs between builds of zlib.
"""

import base64
import hashlib
import io
import zipfile
from typing import Final

from secrets_cli.bundled import bundled

HANDLER: Final = "handler.handler"
"""The function's `Handler`: file and name of the entry."""
GRANTS_FILE: Final = "grants.json"
"""Read where the environment has no GET_SECRET_GRANTS, whose size AWS limits (4 KB for all variables together)."""

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
_READABLE = 0o100644 << 16  # Lambda runs the code as another user


def handler_source() -> str:
    """The handler's text. Raises ConfigurationError where the installation lacks it."""
    return bundled("lambda_handlers", "get_secret/handler.py")


def package(grants: str | None = None) -> bytes:
    """The zip to deploy; `grants` is the grants document, or None where the environment carries it."""
    files = {"handler.py": handler_source()} | ({GRANTS_FILE: grants} if grants is not None else {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3  # Unix, so that the permissions count
            entry.external_attr = _READABLE
            archive.writestr(entry, files[name].encode("utf-8"))
    return buffer.getvalue()


def code_sha256(package: bytes) -> str:
    """The hash as Lambda shows it (`CodeSha256`): SHA-256 in base64."""
    return base64.b64encode(hashlib.sha256(package).digest()).decode("ascii")
