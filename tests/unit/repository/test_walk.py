"""Walking: which files are looked at, and which are passed over and said so."""

import os
from pathlib import Path

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.repository import ignored
from secrets_cli.repository.walk import Walk, walk
from tests.unit.repository.trees import git, made


def _names(walked: Walk, folder: Path) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in walked.files]


@pytest.fixture(params=["git", "files"])
def tree(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree whose ignored files are told by git, and one where git cannot be asked."""
    git(made(tmp_path, {}), "init", "-q")
    if request.param == "files":
        monkeypatch.setattr(ignored, "_asked_of_git", lambda _top: None)
    return tmp_path


def test_ignored_files_are_left_out_by_the_nearest_gitignore(tree: Path) -> None:
    made(
        tree,
        {
            ".gitignore": "*.log.json\n/build/\n",
            "a.json": "",
            "x.log.json": "",
            "build/b.json": "",
            "sub/.gitignore": "!keep.log.json\nlocal.json\n",
            "sub/build/c.json": "",
            "sub/keep.log.json": "",
            "sub/local.json": "",
        },
    )
    walked = walk([str(tree)])
    assert _names(walked, tree) == [".gitignore", "a.json", "sub/.gitignore", "sub/keep.log.json", "sub/build/c.json"]
    assert walked.ignored == 3


def test_what_is_named_is_read_though_it_is_ignored(tree: Path) -> None:
    made(tree, {".gitignore": "out/\n*.tmp.json\n", "out/deep/a.json": "", "x.tmp.json": ""})
    named = walk([str(tree / "out"), str(tree / "x.tmp.json")])
    assert _names(named, tree) == ["out/deep/a.json", "x.tmp.json"]
    assert _names(walk([str(tree / "out" / "deep")]), tree) == ["out/deep/a.json"]


def test_a_repository_within_one_follows_its_own_rules(tree: Path) -> None:
    made(tree, {".gitignore": "a.json\n", "inner/.gitignore": "b.json\n", "inner/a.json": "", "inner/b.json": ""})
    git(tree / "inner", "init", "-q")
    assert "inner/a.json" in _names(walk([str(tree)]), tree)
    assert "inner/b.json" not in _names(walk([str(tree)]), tree)


def test_a_tracked_file_is_never_ignored(tmp_path: Path) -> None:
    made(tmp_path, {".gitignore": "*.json\n", "kept.json": "", "other.json": ""})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-f", "kept.json")
    assert _names(walk([str(tmp_path)]), tmp_path) == [".gitignore", "kept.json"]


def test_folders_of_others_are_passed_over_and_said_and_read_where_they_are_named(tmp_path: Path) -> None:
    made(
        tmp_path,
        {"node_modules/p/a.json": "", "env/pyvenv.cfg": "", "env/b.json": "", "cdk.out/c.json": "", "d.json": ""},
    )
    walked = walk([str(tmp_path)])
    assert _names(walked, tmp_path) == ["d.json"]
    assert sorted(Path(one.path).name for one in walked.passed) == ["cdk.out", "env", "node_modules"]
    assert _names(walk([str(tmp_path / "cdk.out")]), tmp_path) == ["cdk.out/c.json"]


def test_links_in_circles_end_and_links_out_are_said(tmp_path: Path) -> None:
    tree = made(tmp_path / "tree", {"a/x.json": "", "a/b/y.json": ""})
    made(tmp_path, {"outside.json": ""})
    (tree / "a/b/up").symlink_to("..")
    (tree / "self").symlink_to(".")
    (tree / "again.json").symlink_to("a/x.json")
    (tree / "out.json").symlink_to("../outside.json")
    (tree / "nowhere.json").symlink_to("missing")
    walked = walk([str(tree)])
    assert _names(walked, tree) == ["a/x.json", "a/b/y.json"]
    assert {Path(one.path).name: one.reason for one in walked.passed} == {
        "out.json": "is a link that leads out of the folder",
        "nowhere.json": "is a link that leads nowhere",
    }


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    made(tmp_path, {"real/x.json": ""})
    (tmp_path / "link").symlink_to("real")
    assert [Path(file.path).name for file in walk([str(tmp_path / "link")]).files] == ["x.json"]


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    walked = walk([str(tmp_path)])
    assert walked.files == ()
    assert [one.reason for one in walked.passed] == ["is no regular file"]


def test_every_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no file or folder `.*/a`, `.*/b`"):
        walk([str(tmp_path / "a"), str(tmp_path), str(tmp_path / "b")])


def test_names_are_relative_to_the_working_folder_within_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, {"here/x.json": "", "there/y.json": ""})
    monkeypatch.chdir(tmp_path / "here")
    assert [file.name for file in walk([".", "../there"]).files] == ["x.json", "../there/y.json"]
    assert [file.name for file in walk([str(tmp_path / "here")]).files] == ["x.json"]


def test_a_file_is_met_once(tmp_path: Path) -> None:
    made(tmp_path, {"x.json": ""})
    assert len(walk([str(tmp_path), str(tmp_path / "x.json"), str(tmp_path)]).files) == 1
