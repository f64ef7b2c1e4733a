"""`gate --second-opinion`: parliament's remarks beside the gate's own, and its absence."""

import json
from pathlib import Path

import pytest

from tests.conftest import RunCli

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": ["dynamodb:DescribeTimeToLive", "dynamodb:ListTables"],
            "Resource": "*",
        }
    ],
}


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """A policy that the gate's default persona has nothing to say of."""
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(POLICY), encoding="utf-8")
    return str(path)


def rules_of(out: str) -> list[str]:
    return [finding["rule"] for finding in json.loads(out)["findings"]]


def test_its_remarks_are_findings_of_their_own(cli: RunCli, policy: str) -> None:
    without = cli("gate", policy, "--format", "json")
    ran = cli("gate", policy, "--format", "json", "--second-opinion")
    assert "second-opinion" not in rules_of(without.out)
    assert rules_of(without.out) == []
    (finding,) = json.loads(ran.out)["findings"]
    assert (finding["rule"], finding["severity"], len(finding["fingerprint"])) == ("second-opinion", "info", 64)
    assert "dynamodb:DescribeTimeToLive" in finding["message"]
    assert ran.code == 11


def test_without_parliament_the_gate_says_so_and_goes_on(
    cli: RunCli, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    ran = cli("gate", policy, "--format", "json", "--second-opinion")
    assert "second opinion unavailable: parliament is not installed" in ran.err
    assert rules_of(ran.out) == rules_of(cli("gate", policy, "--format", "json").out)
