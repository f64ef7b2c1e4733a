"""Bytes of files: gzip by content, damaged gzip, limits."""

import gzip
import tracemalloc
import zlib
from pathlib import Path

import pytest

from secrets_cli.usage.sources import content, inflate
from secrets_cli.usage.sources.content import BadFileError, UnreadableFileError, read_bytes
from tests.cloudtrail_records import document, record

BODY = document(*(record(eventID=str(number)) for number in range(200)))
PACKED = gzip.compress(BODY)


@pytest.fixture(autouse=True, params=["fastest", "standard"])
def _decompressor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test, with each of the decompressors."""
    monkeypatch.setattr(content, "fastest", getattr(inflate, request.param))


def test_the_fast_decompressor_is_installed_with_the_tests() -> None:
    assert inflate.fastest().error is not inflate.standard().error


def written(folder: Path, data: bytes, name: str = "log.json.gz") -> str:
    """A file of these bytes."""
    path = folder / name
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("name", ["log.json", "log.json.gz", "log"])
@pytest.mark.parametrize("data", [BODY, PACKED], ids=["plain", "gzip"])
def test_gzip_is_told_by_content(tmp_path: Path, name: str, data: bytes) -> None:
    assert read_bytes(written(tmp_path, data, name)) == BODY


def test_members_follow_each_other_and_zeros_may_end_them(tmp_path: Path) -> None:
    assert read_bytes(written(tmp_path, PACKED + PACKED + b"\0" * 512)) == BODY + BODY


@pytest.mark.parametrize("kept", [3, 10, len(PACKED) // 2, len(PACKED) - 8, len(PACKED) - 1])
def test_truncated_gzip_is_refused(tmp_path: Path, kept: int) -> None:
    with pytest.raises(BadFileError, match=r"^truncated gzip data: ends after [\d,]+ decompressed bytes$"):
        read_bytes(written(tmp_path, PACKED[:kept]))


@pytest.mark.parametrize("data", [PACKED[:-8] + b"12345678", PACKED + b"more"], ids=["checksum", "trailing bytes"])
def test_corrupt_gzip_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadFileError, match=r"^corrupt gzip data after"):
        read_bytes(written(tmp_path, data))


def test_a_gzip_bomb_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(400)) + packer.flush()
    path = written(tmp_path, bomb)
    tracemalloc.start()
    try:
        with pytest.raises(BadFileError, match=r"^decompresses to more than 250 times its size"):
            read_bytes(path)
        assert tracemalloc.get_traced_memory()[1] < 4 * content.FREE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("data", [BODY, PACKED], ids=["plain", "gzip"])
def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(content, "LARGEST", len(BODY) - 1)
    with pytest.raises(BadFileError, match=r"^larger than"):
        read_bytes(written(tmp_path, data))


def test_a_file_that_cannot_be_opened_is_refused_with_the_system_s_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^cannot be read: no such file or directory$"):
        read_bytes(str(tmp_path / "gone.json"))
