"""Which files of a folder are logs."""

import os
from pathlib import Path

import pytest

from secrets_cli.errors import NothingToRead
from secrets_cli.usage.sources.files import Unlisted, log_files
from tests.cloudtrail_records import ACCOUNT, delivered


def names(source: Path) -> list[str]:
    """The log files found."""
    return [file.name for file in log_files(str(source))[0]]


def test_logs_are_found_at_any_depth_sorted_by_name(tmp_path: Path) -> None:
    for name in ("b.json", "a/c.jsonl.gz", "a/b.ndjson", "a/x/d.json.gz", "notes.txt", "a/json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert names(tmp_path) == ["a/b.ndjson", "a/c.jsonl.gz", "a/x/d.json.gz", "b.json"]


def test_digests_insights_and_other_services_are_no_logs(tmp_path: Path) -> None:
    log = delivered(tmp_path)
    account = tmp_path / "AWSLogs" / ACCOUNT
    for folder in ("CloudTrail-Digest", "CloudTrail-Insight", "Config"):
        (account / folder).mkdir()
        (account / folder / "x.json.gz").touch()
    assert names(tmp_path) == [str(log.relative_to(tmp_path))]


def test_links_in_a_circle_are_followed_once(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json").touch()
    (folder / "again").symlink_to(folder)
    (folder / "up").symlink_to(tmp_path)
    assert names(folder) == ["a.json"]


def test_a_dead_link_and_a_pipe_are_missing_evidence(tmp_path: Path) -> None:
    (tmp_path / "a.json").touch()
    (tmp_path / "dead.json").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe.json")
    assert sorted(log_files(str(tmp_path))[1], key=lambda entry: entry.name) == [
        Unlisted("dead.json", "a link that leads nowhere"),
        Unlisted("pipe.json", "no regular file"),
    ]


def test_a_folder_that_cannot_be_listed_is_missing_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").touch()
    closed = tmp_path / "closed"
    closed.mkdir()
    listed = os.scandir

    def scandir(path: str) -> "os._ScandirIterator[str]":
        if str(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(closed))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    files, unlisted = log_files(str(tmp_path))
    assert [file.name for file in files] == ["a.json"]
    assert unlisted == (Unlisted("closed", "folder cannot be listed: permission denied"),)


def test_a_folder_without_logs_is_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(NothingToRead, match="holds no log file"):
        log_files(str(tmp_path))


def test_a_path_that_is_not_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="there is no file or folder"):
        log_files(str(tmp_path / "gone"))


def test_a_named_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.touch()
    assert names(path) == [str(path)]
