"""Files are written back whole or not at all, as they were but for the change."""

import os
import stat
from pathlib import Path

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.repository.write_back import write_back, write_whole


def test_mode_mark_and_line_ends_stay(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    file.chmod(0o640)
    write_back(str(file), "one\r\ntwo\r\n", "one\r\n2\r\n")
    assert file.read_bytes() == b"\xef\xbb\xbfone\r\n2\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["policy.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target.json"
    target.write_text("old", encoding="utf-8")
    link = tmp_path / "link.json"
    link.symlink_to(target)
    write_back(str(link), "old", "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("present", [b"other", b"\xff\xfe"])
def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path, present: bytes) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(present)
    with pytest.raises(ConfigurationError, match="has changed since it was read"):
        write_back(str(file), "old", "new")
    assert file.read_bytes() == present


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "policy.json"
    file.write_text("old", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match="no space left"):
        write_back(str(file), "old", "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["policy.json"]


def test_a_new_file_has_the_mode_that_the_mask_leaves(tmp_path: Path) -> None:
    file = tmp_path / "new.json"
    plain = tmp_path / "plain"
    plain.touch()
    write_whole(str(file), "text")
    assert file.stat().st_mode == plain.stat().st_mode
    with pytest.raises(ConfigurationError, match="cannot write"):
        write_whole(str(tmp_path / "missing" / "new.json"), "text")
