"""Every fault at every change of every way an apply or a rollback can go: never neither, never more, always a way on.

A state is what IAM holds after each change. Each must grant at least what the narrowed policies grant and at most what the
old ones did, by the containment proof; after each fault the run is finished by the same command, or undone byte by byte.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from secrets_cli.iam.contain import Contained, contains
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from tests.conftest import RunCli
from tests.fake_iam import FAULTS, FakeIam
from tests.unit.account.scenarios import SCENARIOS, Scenario

IN_PROCESS = ("throttled", "denied", "lost")
KILLED = ("killed-before", "killed-after")
HELD = ("inline", "attached")


class Run:
    """One scenario in files, run in this process or in one of its own."""

    def __init__(self, scenario: Scenario, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scenario = scenario
        self.patch = monkeypatch
        self.file = folder / "iam.json"
        self.file.write_text(json.dumps(scenario.state))
        self.narrowing = folder / "narrowing.json"
        self.narrowing.write_text(json.dumps(scenario.narrowing()))
        self.snapshot = folder / "snapshot.json"
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        monkeypatch.setattr("secrets_cli.account.apply_run.READ_BACK_WAITS", ())

    @property
    def apply(self) -> list[str]:
        """The command line."""
        words = ["role", "apply", str(self.narrowing), "--yes", "--quiet", "--settle", "0"]
        return [*words, "--snapshot", str(self.snapshot), *self.scenario.words]

    @property
    def rollback(self) -> list[str]:
        """The command line."""
        return ["role", "rollback", str(self.snapshot), "--yes", "--quiet", "--settle", "0"]

    def here(self, cli: RunCli, words: list[str], fault: str = "none", at: int = 0) -> tuple[int, FakeIam]:
        """Run in this process."""
        iam = FakeIam(self.file, fault, at)
        self.patch.setattr("secrets_cli.aws.role_changes.RoleChanges", lambda _: iam)
        return cli(*words).code, iam

    def apart(self, words: list[str], fault: str, at: int) -> int:
        """Run in a process of its own, which the fault kills."""
        command = [sys.executable, "-m", "tests.fake_iam", str(self.file), f"{fault}@{at}", *words]
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode

    @property
    def state(self) -> dict[str, Any]:
        """What IAM holds."""
        state: dict[str, Any] = json.loads(self.file.read_text())
        return state

    def must_be_safe(self) -> None:
        """Each state so far is between old and new."""
        old, new = in_force(self.scenario.state), documents(self.scenario.narrowed)
        for state in self.state["history"]:
            now = in_force(state)
            assert contains(now, new) == Contained(), "neither the old nor the new policy is in force"
            assert contains((*old, *new), now) == Contained(), "more is granted than by old and new together"

    def must_be_new(self) -> None:
        """The narrowed policies, and nothing else."""
        now, new = in_force(self.state), documents(self.scenario.narrowed)
        assert contains(now, new) == contains(new, now) == Contained()

    def must_be_old(self) -> None:
        """All as it was, byte by byte."""
        for part in HELD:
            assert self.state[part] == self.scenario.state[part]
        for arn, policy in self.scenario.state["policies"].items():
            now = self.state["policies"][arn]
            assert now["versions"][now["default"]] == policy["versions"][policy["default"]]
        assert self.state["policies"].keys() == self.scenario.state["policies"].keys()


def documents(found: tuple[Mapping[str, Any], ...]) -> tuple[Policy, ...]:
    """Policies, parsed."""
    return tuple(parse_policy(json.dumps(one), "new") for one in found)


def in_force(state: Mapping[str, Any]) -> tuple[Policy, ...]:
    """The policies that count in a state."""
    attached = (state["policies"][arn] for arn in state["attached"])
    texts = [*state["inline"].values(), *(one["versions"][one["default"]] for one in attached)]
    return tuple(parse_policy(text, "now") for text in texts)


@pytest.fixture(params=SCENARIOS)
def run(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Each scenario, before anything was done."""
    return Run(SCENARIOS[request.param], tmp_path, monkeypatch)


def test_apply_then_again_then_rollback_then_again(run: Run, cli: RunCli) -> None:
    code, iam = run.here(cli, run.apply)
    assert code == 0
    assert iam.changes > 0
    run.must_be_safe()
    run.must_be_new()
    assert run.here(cli, [*run.apply[:-4], *run.scenario.words])[1].changes == 0
    assert run.here(cli, run.rollback)[0] == 0
    run.must_be_safe()
    run.must_be_old()
    code, iam = run.here(cli, run.rollback)
    assert (code, iam.changes) == (0, 0)


def _restarted(run: Run) -> None:
    """As before anything was done."""
    run.file.write_text(json.dumps(run.scenario.state))
    run.snapshot.unlink(missing_ok=True)


def _cells(run: Run, cli: RunCli, words: str) -> Iterator[int]:
    """1, 2, ... up to the number of changes that a whole run makes."""
    _restarted(run)
    run.here(cli, run.apply)
    changes = run.here(cli, getattr(run, words))[1].changes if words == "rollback" else len(run.state["history"])
    yield from range(1, changes + 1)


@pytest.mark.parametrize("fault", IN_PROCESS)
@pytest.mark.parametrize("then", ["finish", "undo"])
def test_an_apply_that_fails_at_any_change(run: Run, cli: RunCli, fault: str, then: str) -> None:
    cells = list(_cells(run, cli, "apply"))
    assert cells
    for at in cells:
        _restarted(run)
        code, iam = run.here(cli, run.apply, fault, at)
        assert (code, iam.changes) == (5, at)
        run.must_be_safe()
        assert run.here(cli, run.apply if then == "finish" else run.rollback)[0] == 0
        run.must_be_safe()
        run.must_be_new() if then == "finish" else run.must_be_old()


@pytest.mark.parametrize("fault", IN_PROCESS)
def test_a_rollback_that_fails_at_any_change_goes_on(run: Run, cli: RunCli, fault: str) -> None:
    cells = list(_cells(run, cli, "rollback"))
    assert cells
    for at in cells:
        _restarted(run)
        assert run.here(cli, run.apply)[0] == 0
        code, iam = run.here(cli, run.rollback, fault, at)
        assert (code, iam.changes) == (5, at)
        run.must_be_safe()
        assert run.here(cli, run.rollback)[0] == 0
        run.must_be_safe()
        run.must_be_old()


KILLED_SCENARIOS = ("inline-beside", "inline-in-place", "managed-new", "managed-new-version")


@pytest.mark.parametrize("name", KILLED_SCENARIOS)
@pytest.mark.parametrize("fault", KILLED)
def test_a_run_that_is_killed_at_any_change(
    name: str, fault: str, cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checkout: Path
) -> None:
    monkeypatch.chdir(checkout)
    run = Run(SCENARIOS[name], tmp_path, monkeypatch)
    for at in _cells(run, cli, "apply"):
        _restarted(run)
        assert run.apart(run.apply, fault, at) == -9
        run.must_be_safe()
        left = run.file.read_text()
        kept = run.snapshot.read_text()
        assert run.here(cli, run.apply)[0] == 0
        run.must_be_safe()
        run.must_be_new()
        run.file.write_text(left)
        run.snapshot.write_text(kept)
        assert run.here(cli, run.rollback)[0] == 0
        run.must_be_safe()
        run.must_be_old()


def test_every_fault_is_tried() -> None:
    assert set(IN_PROCESS) | set(KILLED) == set(FAULTS)
    assert set(KILLED_SCENARIOS) <= set(SCENARIOS)
