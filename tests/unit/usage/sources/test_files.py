"""Which files of a source are logs, and what is said of the rest."""

import os
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.errors import NothingToRead, UnreadableSource
from secrets_cli.usage.sources.files import LogFile, Unlisted, log_files, printable

ACCOUNT = "AWSLogs/111122223333"


def put(path: Path, text: str = "{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(source: Path) -> list[str]:
    found, unlisted = log_files(str(source))
    assert unlisted == ()
    return [file.name for file in found]


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b/z.json.gz", "a.json", "c.ndjson", "d.jsonl.gz", "b/y.ndjson.gz", "b/x.jsonl"):
        put(tmp_path / name)
    assert names(tmp_path) == ["a.json", "b/x.jsonl", "b/y.ndjson.gz", "b/z.json.gz", "c.ndjson", "d.jsonl.gz"]


def test_files_of_other_kinds_are_no_logs(tmp_path: Path) -> None:
    put(tmp_path / "a.json")
    for name in ("README.md", "a.json.bak", "b.gz", "c.tsv", "result_sign.json"):
        put(tmp_path / name)
    assert names(tmp_path) == ["a.json"]


def test_digests_insights_and_other_services_are_no_logs(tmp_path: Path) -> None:
    put(tmp_path / ACCOUNT / "CloudTrail/eu-west-1/2026/03/01/x.json.gz")
    for folder in ("CloudTrail-Digest", "CloudTrail-Insight", "Config", "elasticloadbalancing", "vpcflowlogs"):
        put(tmp_path / ACCOUNT / folder / "eu-west-1/2026/y.json.gz")
    assert names(tmp_path) == [f"{ACCOUNT}/CloudTrail/eu-west-1/2026/03/01/x.json.gz"]


def test_a_folder_named_like_a_service_elsewhere_is_read(tmp_path: Path) -> None:
    put(tmp_path / "exports/Config/x.json")
    assert names(tmp_path) == ["exports/Config/x.json"]


def test_a_named_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    path = put(tmp_path / "trail.log", "12345")
    kind = path.stat()
    version = f"{kind.st_mtime_ns}-{kind.st_ctime_ns}"
    entry = LogFile(str(path), str(path), 5, is_named=True, real=str(path), version=version)
    assert log_files(str(path)) == ((entry,), ())


def test_a_missing_source_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="there is no file or folder"):
        log_files(str(tmp_path / "none"))
    put(tmp_path / "a.json")
    with pytest.raises(NothingToRead, match="there is no file or folder"):
        log_files(str(tmp_path / "a.json" / "below"))


def test_a_name_the_system_refuses_is_an_unreadable_source() -> None:
    with pytest.raises(UnreadableSource, match="cannot be opened: file name too long"):
        log_files("x" * 5000)


def test_an_empty_folder_is_nothing_to_read(tmp_path: Path) -> None:
    put(tmp_path / "README.md")
    with pytest.raises(NothingToRead, match="holds no log file") as caught:
        log_files(str(tmp_path))
    assert "`" in caught.value.message
    assert ".json.gz" in caught.value.help


def test_a_dead_link_is_listed(tmp_path: Path) -> None:
    put(tmp_path / "a.json")
    (tmp_path / "b.json").symlink_to(tmp_path / "gone.json")
    found, unlisted = log_files(str(tmp_path))
    assert [file.name for file in found] == ["a.json"]
    assert unlisted == (Unlisted("b.json", "a link that leads nowhere"),)


def test_a_link_to_itself_and_a_pipe_are_listed(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("a.json")
    os.mkfifo(tmp_path / "b.json")
    found, unlisted = log_files(str(tmp_path))
    assert found == ()
    assert [entry.name for entry in unlisted] == ["a.json", "b.json"]
    assert unlisted[1].reason == "no regular file"


def test_linked_folders_are_followed_once(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/x.json")
    logs = tmp_path / "logs"
    put(logs / "a.json")
    (logs / "linked").symlink_to(tmp_path / "elsewhere")
    (logs / "again").symlink_to(tmp_path / "elsewhere")
    (logs / "loop").symlink_to(logs)
    found = [os.path.realpath(file.path) for file in log_files(str(logs))[0]]
    assert sorted(found) == sorted(map(str, (tmp_path / "elsewhere/x.json", logs / "a.json")))


def test_an_inner_folder_that_cannot_be_listed_is_listed_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "a.json")
    put(tmp_path / "closed/b.json")
    _refuse(monkeypatch, tmp_path / "closed")
    found, unlisted = log_files(str(tmp_path))
    assert [file.name for file in found] == ["a.json"]
    assert unlisted == (Unlisted("closed", "folder cannot be listed: permission denied"),)


def test_a_source_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse(monkeypatch, tmp_path)
    with pytest.raises(UnreadableSource, match="folder cannot be listed: permission denied"):
        log_files(str(tmp_path))


def test_a_named_file_that_cannot_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "a.json")

    def closed(self: Path, *args: Any) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(UnreadableSource, match="cannot be read: permission denied"):
        log_files(str(path))


def test_names_that_are_no_utf_8_can_be_written() -> None:
    assert printable(os.fsdecode(b"caf\xe9.json")) == "caf\\xe9.json"


def _refuse(monkeypatch: pytest.MonkeyPatch, closed: Path) -> None:
    """Make `closed` a folder that nobody may list: chmod would not stop root."""
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
