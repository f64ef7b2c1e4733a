"""The demo's files, its manners towards other people's folders, and what it tells."""

import json
from pathlib import Path

import pytest

from secrets_cli.bundled import bundled
from secrets_cli.demo.orders import FUNCTION_ARN, LOG_GROUP, ROLE_ARN
from secrets_cli.demo.walkthrough import TRIALS, prepare, run_demo
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import PolicySet, Request
from tests.conftest import RunCli


def test_the_inputs_are_what_role_narrow_takes(tmp_path: Path) -> None:
    inputs = prepare(tmp_path / "demo")
    assert inputs.principal == ROLE_ARN
    assert [path.read_text() for path in inputs.policies] == [
        bundled("policies", "zappa/default-execution.json"),
        bundled("policies", "zappa/extra-permissions-example.json"),
    ]
    configuration = json.loads(inputs.function_configuration.read_text())
    assert configuration["Role"] == inputs.principal
    assert configuration["FunctionArn"] == FUNCTION_ARN
    assert configuration["LoggingConfig"]["LogGroup"] == LOG_GROUP
    assert inputs.logs.folder.joinpath("AWSLogs").is_dir()


def test_each_step_tells_something(tmp_path: Path) -> None:
    steps = list(run_demo(tmp_path / "demo"))
    assert len({step.title for step in steps}) == len(steps) >= 2
    assert all(step.lines or step.shown for step in steps)
    told = "\n".join(line for step in steps for line in step.lines)
    assert ROLE_ARN in told
    assert "policies/zappa/default-execution.json" in told


def test_it_can_be_run_again_in_its_own_folder(tmp_path: Path) -> None:
    assert prepare(tmp_path / "demo") == prepare(tmp_path / "demo")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConfigurationError, match="holds files that are not the demo's"):
        prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="is a file"):
        prepare(tmp_path / "file")


def test_the_command_shows_the_steps(cli: RunCli, tmp_path: Path) -> None:
    ran = cli("demo", "--offline", "--out", str(tmp_path / "demo"))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("1. A Zappa app and its role: orders-dev\n")
    assert "\n2. Two weeks of CloudTrail logs\n" in ran.out


def test_the_command_refuses_with_a_usage_code(cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ran = cli("demo", "--offline", "--out", str(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("help: name a new or an empty folder with `--out`\n")


def test_the_narrowed_example_is_what_the_demo_writes(tmp_path: Path) -> None:
    list(run_demo(tmp_path / "demo"))
    written = (tmp_path / "demo/narrowed/policy-1.json").read_text(encoding="utf-8")
    assert bundled("policies", "zappa/narrowed-example.json") == written


def test_what_the_app_does_still_works_and_the_rest_does_not(tmp_path: Path) -> None:
    inputs = prepare(tmp_path / "demo")
    list(run_demo(tmp_path / "demo"))
    narrowed = (parse_policy((tmp_path / "demo/narrowed/policy-1.json").read_text(encoding="utf-8"), "policy-1.json"),)
    decisions = [
        evaluate(Request(inputs.principal, action, resource), PolicySet(identity=narrowed)).allowed
        for action, resource, _ in TRIALS
    ]
    assert decisions == [True, True, False, False, False]
