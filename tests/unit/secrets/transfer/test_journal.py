"""The journal of a re-encryption: survives, locks, and holds no value."""

import stat
from pathlib import Path

import pytest

from secrets_cli.errors import ConfigurationError, MalformedInput, UnreadableSource
from secrets_cli.secrets.transfer.journal import Entry, journal_path, open_journal

ARN = "arn:aws:kms:us-east-1:123456789012:key/k"


def _file(tmp_path: Path) -> Path:
    return journal_path(tmp_path / "state", "/a", ARN)


def test_what_was_begun_is_there_for_the_next_run(tmp_path: Path) -> None:
    file = _file(tmp_path)
    journal = open_journal(file, "/a", ARN)
    journal.begun("/a/x", 3, ("prod",))
    journal.begun("/a/y", 1, ())
    journal.written("/a/y", 2)
    journal.begun("/a/z", 1, ())
    journal.written("/a/z", 2)
    journal.done("/a/z")
    journal.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    again = open_journal(file, "/a", ARN)
    assert again.unfinished == ("/a/x", "/a/y")
    assert again.entry("/a/x") == Entry(3, ("prod",))
    assert again.entry("/a/y") == Entry(1, (), 2)
    assert again.entry("/a/z") is None
    again.forget("/a/x")
    again.done("/a/y")
    again.close()
    assert not file.exists()


def test_a_line_cut_off_in_the_middle_is_as_if_never_written(tmp_path: Path) -> None:
    file = _file(tmp_path)
    journal = open_journal(file, "/a", ARN)
    journal.begun("/a/x", 3, ("früh",))
    journal.close()
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"name": "/a/y", "rea')
    again = open_journal(file, "/a", ARN)
    assert again.unfinished == ("/a/x",)
    again.begun("/a/z", 1, ())
    again.close()
    last = open_journal(file, "/a", ARN)
    assert last.unfinished == ("/a/x", "/a/z")
    last.close()


def test_a_second_run_is_kept_out(tmp_path: Path) -> None:
    first = open_journal(_file(tmp_path), "/a", ARN)
    with pytest.raises(ConfigurationError, match="is running"):
        open_journal(_file(tmp_path), "/a", ARN)
    first.close()
    open_journal(_file(tmp_path), "/a", ARN).close()


@pytest.mark.parametrize(
    "text", ["nonsense\n", "{}\n", '{"form": "secrets-cli/reencrypt-journal/1", "path": "/other", "key": "k"}\n']
)
def test_another_file_in_its_place_is_refused(tmp_path: Path, text: str) -> None:
    file = _file(tmp_path)
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(MalformedInput, match="not a journal of this"):
        open_journal(file, "/a", ARN)
    assert file.read_text() == text


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(UnreadableSource, match="cannot be opened"):
        open_journal(_file(tmp_path), "/a", ARN)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    file = _file(tmp_path)
    file.parent.mkdir()
    (tmp_path / "victim").write_text("")
    file.symlink_to(tmp_path / "victim")
    with pytest.raises(UnreadableSource):
        open_journal(file, "/a", ARN)


def test_each_path_and_key_has_its_own_file(tmp_path: Path) -> None:
    files = {journal_path(tmp_path, path, arn) for path in ("/a", "/b") for arn in (ARN, f"{ARN}2")}
    assert len(files) == 4
