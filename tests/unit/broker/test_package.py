"""The deployment package: the same bytes each time, and nothing in it but the handler and its grants."""

import io
import stat
import time
import zipfile

import pytest

from secrets_cli.broker import package as packaging
from tests.get_secret_events import document


def _archive(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def test_the_same_bytes_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    first = packaging.package(document())
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400)
    assert packaging.package(document()) == first


def test_what_is_in_it() -> None:
    archive = _archive(packaging.package('{"version": 1}'))
    assert archive.namelist() == ["grants.json", "handler.py"]
    assert archive.read("grants.json") == b'{"version": 1}'
    assert archive.read("handler.py").decode("utf-8") == packaging.handler_source()
    assert all(stat.S_IMODE(entry.external_attr >> 16) == 0o644 for entry in archive.infolist())
    assert archive.testzip() is None


def test_without_grants_the_environment_has_them() -> None:
    assert _archive(packaging.package()).namelist() == ["handler.py"]


def test_the_entry_is_in_the_handler() -> None:
    module, _, name = packaging.HANDLER.partition(".")
    assert f"{module}.py" in _archive(packaging.package()).namelist()
    assert f"\ndef {name}(" in packaging.handler_source()


def test_another_grant_is_another_hash() -> None:
    one, other = packaging.code_sha256(packaging.package("{}")), packaging.code_sha256(packaging.package("[]"))
    assert one != other
    assert len(one) == 44
