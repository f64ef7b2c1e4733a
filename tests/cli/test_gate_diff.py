"""`gate --diff`: a history made here; only widening is told, with a witness."""

import datetime
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import RunCli

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository in the working folder: `git("commit", ...)`."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def run(*words: str) -> str:
        who = ("-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "init.defaultBranch=main")
        return subprocess.run(["git", *who, *words], check=True, capture_output=True, text=True, timeout=60).stdout

    run("init", "--quiet")
    return run


def commit(git: Git, **files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/").replace("_", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git("add", "--all")
    git("commit", "--quiet", "--message", "step")


def policy(*statements: Any, indent: int | None = 2) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=indent)


WIDE = {"Sid": "Wide", "Effect": "Allow", "Action": "*", "Resource": "*"}
READ = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::orders*"}
NO_IAM = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}


def told(cli: RunCli, *words: str) -> dict[str, Any]:
    ran = cli("gate", ".", "--diff", "main", "--format", "json", *words)
    result: dict[str, Any] = json.loads(ran.out)
    return {**result, "code": ran.code, "err": ran.err}


def test_moving_reformatting_reordering_and_narrowing_are_nothing(cli: RunCli, git: Git) -> None:
    commit(git, app_json=policy(READ, WIDE, NO_IAM), other_json=policy(WIDE))
    git("checkout", "--quiet", "-b", "change")
    Path("sub").mkdir()
    git("mv", "other.json", "sub/renamed.json")
    commit(git, app_json="\n\n" + policy(NO_IAM, WIDE | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}))
    result = told(cli)
    assert result["code"] == 0, result
    assert result["findings"] == []
    assert result["compared"]["new_access"] == []
    assert result["compared"]["known"] > 0


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        ((READ,), (READ, READ | {"Action": "s3:DeleteBucket"}), "s3:DeleteBucket"),
        ((READ,), (READ | {"Resource": "*"},), "s3:"),
        ((WIDE, NO_IAM), (WIDE,), "iam:"),
        ((WIDE | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},), (WIDE,), ":"),
    ],
)
def test_widening_is_told_with_a_witness(cli: RunCli, git: Git, before: Any, after: Any, action: str) -> None:
    commit(git, app_json=policy(*before))
    git("checkout", "--quiet", "-b", "change")
    commit(git, app_json=policy(*after))
    (access,) = told(cli)["compared"]["new_access"]
    assert action in access["witness"]["action"]


def test_a_widened_statement_brings_its_finding_back(cli: RunCli, git: Git) -> None:
    commit(git, app_json=policy(WIDE, NO_IAM))
    git("checkout", "--quiet", "-b", "change")
    commit(git, app_json=policy(WIDE))
    result = told(cli)
    assert result["code"] == 14
    (finding,) = [one for one in result["findings"] if one["rule"] == "full-admin"]
    assert any("newly allows `iam:" in one for one in finding["evidence"])


def test_what_the_base_gained_since_is_no_part_of_the_change(cli: RunCli, git: Git) -> None:
    """Three dots: the change is compared with where it began, as a pull request is."""
    commit(git, app_json=policy(READ))
    git("checkout", "--quiet", "-b", "change")
    commit(git, b_json=policy(READ))
    git("checkout", "--quiet", "main")
    commit(git, app_json=policy(NO_IAM, READ))
    git("checkout", "--quiet", "change")
    result = told(cli)
    assert [one["file"] for one in result["compared"]["new_access"]] == ["b.json"]


def test_what_is_not_committed_yet_counts(cli: RunCli, git: Git) -> None:
    commit(git, app_json=policy(READ))
    Path("new.json").write_text(policy(WIDE), encoding="utf-8")
    assert [one["file"] for one in told(cli)["findings"]] == ["new.json"]


def test_from_a_folder_below_the_top(cli: RunCli, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(git, sub__app_json=policy(WIDE), top_json=policy(WIDE))
    monkeypatch.chdir("sub")
    Path("new.json").write_text(policy(WIDE), encoding="utf-8")
    result = told(cli)
    assert [one["file"] for one in result["findings"]] == ["new.json"]


def test_a_file_that_another_refers_to_is_read_from_the_base(cli: RunCli, git: Git) -> None:
    serverless = "service: s\nprovider:\n  name: aws\n  iam:\n    role:\n      statements: ${file(statements.yml)}\n"
    commit(git, serverless_yml=serverless, statements_yml="- Effect: Allow\n  Action: '*'\n  Resource: '*'\n")
    commit(git, serverless_yml=serverless + "functions: {}\n")
    result = told(cli)
    assert result["findings"] == []
    assert result["compared"]["known"] > 0


def test_the_configuration_is_the_base_s(cli: RunCli, git: Git) -> None:
    """A change must not switch the gate off for itself."""
    commit(git, app_json=policy(READ))
    git("checkout", "--quiet", "-b", "change")
    disabled = '[gate.disabled]\nfull-admin = "we do not want to hear of it"\n'
    Path(".secrets-cli.toml").write_text(disabled, encoding="utf-8")
    commit(git, app_json=policy(WIDE))
    assert "full-admin" in {one["rule"] for one in told(cli)["findings"]}
    assert "full-admin" not in {one["rule"] for one in told(cli, "--config", ".secrets-cli.toml")["findings"]}
    git("checkout", "--quiet", "main")
    git("checkout", "change", "--", ".secrets-cli.toml")
    commit(git, app_json=policy(WIDE | {"Sid": "Other"}))
    Path("app.json").write_text(policy(WIDE, READ), encoding="utf-8")
    assert "full-admin" not in {one["rule"] for one in told(cli)["findings"]}


def test_new_suppressions_are_named(cli: RunCli, git: Git, checkout: Path) -> None:
    day = (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=100)).isoformat()
    comment = f'# secrets-cli: ignore[full-admin] until={day} reason="until the migration is over"'
    text = "Version: '2012-10-17'\nStatement:\n  - Effect: Allow{}\n    Action: '*'\n    Resource: '*'\n"
    commit(git, old_yml=text.format(f" {comment}"), app_json=policy(READ))
    git("checkout", "--quiet", "-b", "change")
    commit(git, old_yml="# moved\n" + text.format(f" {comment}"), new_yml=text.format(f" {comment}"))
    result = told(cli)
    (new,) = result["compared"]["new_suppressions"]
    assert (new["file"], new["line"], new["rules"]) == ("new.yml", 3, ["full-admin"])
    assert "new suppression: new.yml:3:19: full-admin until" in result["err"]
    schema = json.loads((checkout / "docs/schemas/gate-1.json").read_text(encoding="utf-8"))
    jsonschema.validate({name: value for name, value in result.items() if name not in ("code", "err")}, schema)


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("nowhere", "git knows no commit `nowhere`"),
        ("--output=stolen", "git knows no commit `--output=stolen`"),
        ("", "git knows no commit"),
        ("HEAD:app.json", "git knows no commit"),
    ],
)
def test_a_ref_that_is_none(cli: RunCli, git: Git, ref: str, message: str) -> None:
    commit(git, app_json=policy(READ))
    ran = cli("gate", ".", f"--diff={ref}")
    assert ran.code == 2
    assert message in ran.err
    assert not Path("stolen").exists()


def test_outside_of_a_repository(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app.json").write_text(policy(READ), encoding="utf-8")
    ran = cli("gate", ".", "--diff", "main")
    assert ran.code == 2
    assert "is in no git repository" in ran.err


def test_histories_with_nothing_in_common(cli: RunCli, git: Git) -> None:
    commit(git, app_json=policy(READ))
    git("checkout", "--quiet", "--orphan", "alone")
    commit(git, app_json=policy(WIDE))
    ran = cli("gate", ".", "--diff", "main")
    assert ran.code == 2
    assert "have in common" in ran.err


def test_a_shallow_clone_says_what_to_fetch(cli: RunCli, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(git, app_json=policy(READ))
    commit(git, app_json=policy(WIDE))
    git("clone", "--quiet", "--depth=1", f"file://{Path.cwd()}", "../clone")
    monkeypatch.chdir("../clone")
    ran = cli("gate", ".", "--diff", "HEAD~1")
    assert ran.code == 2
    assert "shallow" in ran.err


def test_a_repository_cannot_have_git_run_anything(cli: RunCli, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(git, app_json=policy(READ))
    trap = Path("trap").resolve()
    script = Path("run.sh")
    script.write_text(f"#!/bin/sh\ntouch {trap}\n", encoding="utf-8")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "diff.external", "core.pager", "diff.json.textconv", "core.sshCommand"):
        git("config", name, str(script.resolve()))
    Path(".gitattributes").write_text("*.json diff=json\n", encoding="utf-8")
    commit(git, app_json=policy(WIDE))
    trap.unlink(missing_ok=True)  # the commit just made may have run it
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(script.resolve()))
    result = told(cli)
    assert not trap.exists()
    assert result["code"] in (0, 14)


def test_a_link_out_of_the_base_is_not_followed(cli: RunCli, git: Git, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text(policy(WIDE), encoding="utf-8")
    Path("link.json").symlink_to("../secret.json")
    commit(git, app_json=policy(READ))
    git("checkout", "--quiet", "-b", "change")
    commit(git, app_json=policy(READ, WIDE))
    assert {one["file"] for one in told(cli)["findings"]} == {"app.json"}
