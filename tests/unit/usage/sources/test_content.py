"""A file's bytes: plain, compressed, broken, too large."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from secrets_cli.usage.sources import content
from secrets_cli.usage.sources.content import BadFileError, UnreadableFileError, read_bytes

TEXT = b'{"Records": []}' * 1000


def put(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def reason(path: str) -> str:
    with pytest.raises(BadFileError) as caught:
        read_bytes(path)
    return str(caught.value)


def test_gzip_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    assert read_bytes(put(tmp_path / "a.json", gzip.compress(TEXT))) == TEXT
    assert read_bytes(put(tmp_path / "a.json.gz", TEXT)) == TEXT


def test_all_members_and_padding_are_read(tmp_path: Path) -> None:
    data = gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(b"tail") + bytes(700)
    assert read_bytes(put(tmp_path / "a.gz", data)) == TEXT + b"tail"


@pytest.mark.parametrize("piece", [2, 3, 17, 64])
def test_pieces_of_any_size_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    path = put(tmp_path / "a.gz", gzip.compress(TEXT[:400]) + gzip.compress(b"tail") + bytes(9))
    monkeypatch.setattr(content, "_PIECE", piece)
    assert read_bytes(path) == TEXT[:400] + b"tail"


@pytest.mark.parametrize("cut", [2, 5, 10, 40, -9, -1])
def test_truncated_gzip_is_rejected_wherever_it_is_cut(tmp_path: Path, cut: int) -> None:
    assert reason(put(tmp_path / "a.gz", gzip.compress(TEXT)[:cut])).startswith("truncated gzip data: ends after ")


def test_a_truncated_second_member_is_rejected(tmp_path: Path) -> None:
    data = gzip.compress(TEXT) + gzip.compress(b"tail")[:-3]
    assert reason(put(tmp_path / "a.gz", data)) == "truncated gzip data: ends after 15,004 decompressed bytes"


def test_corrupt_gzip_is_rejected(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(TEXT))
    data[-6] ^= 0xFF  # of the checksum
    assert reason(put(tmp_path / "a.gz", bytes(data))).startswith("corrupt gzip data after ")
    assert reason(put(tmp_path / "b.gz", gzip.compress(TEXT) + b"rubbish")).startswith("corrupt gzip data after 15,000")
    assert reason(put(tmp_path / "c.gz", b"\x1f\x8bnot gzip at all")).startswith("corrupt gzip data after 0")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_beyond_the_limit_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(content, "LARGEST", 10_000)
    monkeypatch.setattr(content, "_PIECE", 1_000)
    assert read_bytes(put(tmp_path / "a", pack(bytes(10_000)))) == bytes(10_000)
    assert reason(put(tmp_path / "b", pack(bytes(10_001)))) == "larger than 10,000 bytes: split it"


def test_a_bomb_is_rejected_by_its_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "FREE", 1_000_000)
    path = put(tmp_path / "a.gz", gzip.compress(bytes(5_000_000)))
    assert reason(path) == "decompresses to more than 250 times its size: no log"


def test_a_bomb_is_never_unpacked_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
    path = put(tmp_path / "a.gz", bomb)
    monkeypatch.setattr(content, "FREE", 4_000_000)
    tracemalloc.start()
    try:
        assert "times its size" in reason(path)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def test_what_the_system_refuses_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^cannot be read: no such file or directory$"):
        read_bytes(str(tmp_path / "gone"))
    with pytest.raises(UnreadableFileError, match=r"^cannot be read: is a directory$"):
        read_bytes(str(tmp_path))
