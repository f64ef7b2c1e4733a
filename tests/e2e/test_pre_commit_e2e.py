"""The pre-commit hooks of this checkout, installed by pre-commit and run in a repository of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Ran

pytestmark = pytest.mark.e2e


def _policy(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2) + "\n"


ADMIN = _policy("*", "*")
FINE = _policy("s3:GetObject", "arn:aws:s3:::example-bucket/*")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the hooks' environments: installed once for all tests."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of files of which most hold no policy."""
    (tmp_path / "package.json").write_text('{"name": "app"}\n', encoding="utf-8")
    (tmp_path / "tsconfig.json").write_text('{\n  // a comment\n  "strict": true,\n}\n', encoding="utf-8")
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n", encoding="utf-8")
    (tmp_path / "readme.md").write_text("# App\n", encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "api.json").write_text(FINE, encoding="utf-8")
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    return tmp_path


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, timeout=60)


def _run(checkout: Path, home: Path, repository: Path, hook: str, *words: str) -> Ran:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.startswith("PIP_")}
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(checkout), hook, "--color=never", *words],
        cwd=repository,
        env=kept | {"PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_files_that_hold_no_policy_and_good_policies_pass(checkout: Path, home: Path, repository: Path) -> None:
    ran = _run(checkout, home, repository, "secrets-cli-gate", "--all-files")
    assert ran.code == 0, ran.out + ran.err
    assert "Passed" in ran.out


def test_a_policy_that_is_to_be_committed_fails_with_its_place(checkout: Path, home: Path, repository: Path) -> None:
    (repository / "-admin policy.json").write_text(ADMIN, encoding="utf-8")
    _git(repository, "add", "--", "-admin policy.json")
    ran = _run(checkout, home, repository, "secrets-cli-gate")
    assert ran.code == 1
    assert "exit code: 14" in ran.out
    assert "-admin policy.json:6:7" in ran.out
    assert "grants every action on every resource" in ran.out


def test_the_hook_for_files_sees_those_alone_that_are_committed(checkout: Path, home: Path, repository: Path) -> None:
    (repository / "admin.json").write_text(ADMIN, encoding="utf-8")
    ran = _run(checkout, home, repository, "secrets-cli-gate", "--files", "policies/api.json")
    assert ran.code == 0, ran.out + ran.err


def test_the_hook_for_the_repository_sees_all(checkout: Path, home: Path, repository: Path) -> None:
    (repository / "admin.json").write_text(ADMIN, encoding="utf-8")
    ran = _run(checkout, home, repository, "secrets-cli-gate-all", "--files", "policies/api.json")
    assert ran.code == 1
    assert "exit code: 14" in ran.out
    assert "admin.json:6:7" in ran.out


def test_a_policy_that_cannot_be_parsed_fails(checkout: Path, home: Path, repository: Path) -> None:
    (repository / "policies" / "api.json").write_text(ADMIN[:-8], encoding="utf-8")
    _git(repository, "add", ".")
    ran = _run(checkout, home, repository, "secrets-cli-gate")
    assert ran.code == 1
    assert "exit code: 4" in ran.out
