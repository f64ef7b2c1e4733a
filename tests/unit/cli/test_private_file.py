"""Files with secrets: for the owner, whole or not at all, and not where git takes them."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from secrets_cli.cli.private_file import refuse_in_work_tree, write_private
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue

TEXT = SecretValue("A=cnry\r\né\n")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "f", TEXT)
    finally:
        os.umask(before)
    assert mode(tmp_path / "f") == 0o600
    assert (tmp_path / "f").read_bytes() == b"A=cnry\r\n\xc3\xa9\n"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_file_that_was_open_to_others_no_longer_is(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("old", encoding="utf-8")
    (tmp_path / "f").chmod(0o644)
    write_private(tmp_path / "f", TEXT)
    assert mode(tmp_path / "f") == 0o600


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f").write_text("old", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match="no space left on device"):
        write_private(tmp_path / "f", TEXT)
    assert (tmp_path / "f").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "fifo")
    for target in (tmp_path, tmp_path / "link", tmp_path / "fifo", tmp_path / "no" / "folder"):
        with pytest.raises(ConfigurationError):
            write_private(target, TEXT)
    assert not (tmp_path / "elsewhere").exists()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A git work tree that ignores `*.env` but has one such file tracked."""
    folder = tmp_path / "tree"
    folder.mkdir()

    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)

    git("init", "--quiet")
    (folder / ".gitignore").write_text("*.env\n", encoding="utf-8")
    (folder / "tracked.env").write_text("", encoding="utf-8")
    git("add", "--force", "tracked.env")
    (folder / "sub").mkdir()
    return folder


def test_only_ignored_files_are_written_into_a_work_tree(tree: Path) -> None:
    refuse_in_work_tree(tree / "x.env")
    refuse_in_work_tree(tree / "sub" / "x.env")
    for name in ("x.json", "sub/x.json", "tracked.env", ".git/x.json"):
        with pytest.raises(ConfigurationError, match=r"does not ignore it|could not be asked") as refused:
            refuse_in_work_tree(tree / name)
        assert "--force" in refused.value.help


def test_links_and_relative_paths_are_followed_to_the_tree(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree.parent / "link").symlink_to(tree / "sub")
    with pytest.raises(ConfigurationError):
        refuse_in_work_tree(tree.parent / "link" / "x.json")
    monkeypatch.chdir(tree / "sub")
    with pytest.raises(ConfigurationError):
        refuse_in_work_tree(Path("x.json"))
    with pytest.raises(ConfigurationError):
        refuse_in_work_tree(Path("../x.json"))


def test_outside_of_a_work_tree_git_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refuse_in_work_tree(tmp_path / "x.json")


def test_without_git_a_work_tree_ignores_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tree))
    with pytest.raises(ConfigurationError, match="git could not be asked"):
        refuse_in_work_tree(tree / "x.env")


def test_variables_of_git_do_not_point_it_elsewhere(
    tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "none"))
    refuse_in_work_tree(tree / "x.env")


def test_a_file_that_is_there_stays_where_it_may_not_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("old", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is there already"):
        write_private(tmp_path / "f", TEXT, replace=False)
    assert (tmp_path / "f").read_text(encoding="utf-8") == "old"
    write_private(tmp_path / "g", TEXT, replace=False)
    assert mode(tmp_path / "g") == 0o600
