"""The action's own script, run by bash as a runner runs it, with the command of this checkout."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ADMIN = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
FINE = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject",'
    ' "Resource": "arn:aws:s3:::example-bucket/*"}]}'
)


def action(checkout: Path) -> Any:
    return yaml.safe_load((checkout / "action.yml").read_text(encoding="utf-8"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder to judge, beside the runner's own: the command is where the action installs it."""
    command = tmp_path / "runner" / "secrets-cli" / "bin"
    command.mkdir(parents=True)
    (command / "secrets-cli").symlink_to(Path(sys.executable).parent / "secrets-cli")
    (command / "python").symlink_to(sys.executable)
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


def run(checkout: Path, repository: Path, **inputs: str) -> tuple[int, str, dict[str, str], str]:
    """How the script ended, the log, the outputs, and the summary of the job."""
    step = next(one for one in action(checkout)["runs"]["steps"] if one.get("id") == "gate")
    given = {name.upper().replace("-", "_"): one.get("default", "") for name, one in action(checkout)["inputs"].items()}
    outputs, summary = repository.parent / "outputs", repository.parent / "summary"
    outputs.touch()
    summary.touch()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(repository.parent),
        "RUNNER_TEMP": str(repository.parent / "runner"),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
        **{name: given[name] for name in step["env"]},
        **inputs,
    }
    ran = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    pairs = dict(line.split("=", 1) for line in outputs.read_text(encoding="utf-8").splitlines())
    return ran.returncode, ran.stdout + ran.stderr, pairs, summary.read_text(encoding="utf-8")


def test_a_finding_fails_the_step_annotates_and_is_in_the_summary(checkout: Path, repository: Path) -> None:
    (repository / "policy.json").write_text(ADMIN, encoding="utf-8")
    code, log, outputs, summary = run(checkout, repository, SARIF="gate.sarif", MARKDOWN="gate.md")
    assert code == 14
    assert "::error file=policy.json,line=1,col=" in log
    assert outputs == {"exit-code": "14", "sarif": "gate.sarif"}
    assert summary.startswith("<!-- secrets-cli gate -->")
    assert (repository / "gate.md").read_text(encoding="utf-8") == summary
    sarif = yaml.safe_load((repository / "gate.sarif").read_text(encoding="utf-8"))
    assert [one["ruleId"] for one in sarif["runs"][0]["results"]] == ["full-admin"]


def test_nothing_found_passes(checkout: Path, repository: Path) -> None:
    (repository / "policy.json").write_text(FINE, encoding="utf-8")
    code, log, outputs, _ = run(checkout, repository)
    assert (code, outputs) == (0, {"exit-code": "0"}), log


def test_a_wrong_input_is_no_verdict(checkout: Path, repository: Path) -> None:
    (repository / "policy.json").write_text(ADMIN, encoding="utf-8")
    code, _, outputs, summary = run(checkout, repository, PERSONA="nobody", SARIF="gate.sarif")
    assert (code, outputs, summary) == (2, {"exit-code": "2"}, "")
    assert not (repository / "gate.sarif").exists()


@pytest.mark.parametrize(
    "word",
    ["$(touch pwned)", "`touch pwned`", "; touch pwned", "--version", "-h", "a b.json", "*", "--format=json", "rules"],
)
def test_an_input_is_data(word: str, checkout: Path, repository: Path) -> None:
    target = repository / word / "policy.json"
    target.parent.mkdir()
    target.write_text(ADMIN, encoding="utf-8")
    (repository / "other.json").write_text(ADMIN, encoding="utf-8")
    code, log, _, _ = run(checkout, repository, PATHS=f"\n{word}\n", SUMMARY="false")
    assert code == 14, log
    assert log.count("::error ") == 1
    assert not list(repository.rglob("pwned"))


def test_no_script_holds_an_expression(checkout: Path) -> None:
    """What stands in `${{ }}` inside a script is code of the shell, whoever wrote it."""
    files = [checkout / "action.yml", *sorted((checkout / "docs/examples").glob("*.yml"))]
    assert len(files) >= 4
    for file in files:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        jobs = document.get("jobs", {"": document.get("runs")})
        scripts = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
        assert not any("${{" in script for script in scripts), file.name


def test_every_action_that_is_used_is_pinned_to_a_commit(checkout: Path) -> None:
    for file in (checkout / "action.yml", *(checkout / "docs/examples").glob("*.yml")):
        used = re.findall(r"uses: (\S+)", file.read_text(encoding="utf-8"))
        assert used
        assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one) for one in used), file.name


def test_workflows_have_the_least_a_token_needs(checkout: Path) -> None:
    for file in (checkout / "docs/examples").glob("*.yml"):
        text = file.read_text(encoding="utf-8")
        document = yaml.safe_load(text)
        assert document["permissions"] == {}, file.name
        assert "pull_request_target" not in text
        for job in document["jobs"].values():
            for step in job["steps"]:
                if str(step.get("uses", "")).startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False
                    assert set(job["permissions"]) <= {"contents", "security-events"}
