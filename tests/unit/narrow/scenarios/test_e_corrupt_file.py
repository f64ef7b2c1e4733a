"""A log file in the window that cannot be read: it blocks, by name, until it is mended or accepted."""

import gzip
import json
from pathlib import Path

import pytest

from secrets_cli.iam.parse import parse_policy
from secrets_cli.narrow.narrowing import Blocked
from tests.unit.narrow.scenarios.records import Scenario, arn, call, check, role_arn, session, write_log

ROLE = "nightly"
JOB = session(ROLE, "nightly")


def records(*names: str) -> list[dict[str, object]]:
    """A GetParameter of each name."""
    return [call(JOB, "ssm", "GetParameter", requestParameters={"name": name}) for name in names]


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """Two days, the second cut off in the middle of its file."""
    write_log(tmp_path / "logs", records("/app/a", "/app/b"), "day-1.json.gz")
    whole = gzip.compress(json.dumps({"Records": records("/app/month-end")}).encode())
    (tmp_path / "logs" / "day-2.json.gz").write_bytes(whole[: len(whole) // 2])
    statement = {"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}
    present = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "present.json")
    return Scenario(role_arn(ROLE), (present,), tmp_path / "logs")


def test_it_blocks_by_its_name(scenario: Scenario) -> None:
    result = scenario.result()
    assert isinstance(result, Blocked)
    assert [(Path(gap.name).name, gap.blocks) for gap in result.gaps] == [("day-2.json.gz", True)]
    assert "1 gap" in result.reason


def test_accepted_it_stands_in_the_result(scenario: Scenario) -> None:
    blocked = scenario.result()
    scenario.choices["accepted_gaps"] = frozenset(gap.name for gap in blocked.gaps)
    result = scenario.narrowed()
    assert [(Path(gap.name).name, gap.accepted) for gap in result.gaps] == [("day-2.json.gz", True)]
    check(
        scenario,
        result,
        allowed=[("ssm:GetParameter", arn("ssm", "parameter/app/a"))],
        denied=[
            ("ssm:GetParameter", arn("ssm", "parameter/app/month-end")),
            ("ssm:PutParameter", arn("ssm", "parameter/a")),
        ],
    )


def test_accepting_another_name_does_not_help(scenario: Scenario) -> None:
    scenario.choices["accepted_gaps"] = frozenset({"day-1.json.gz"})
    assert isinstance(scenario.result(), Blocked)


def test_mended_it_counts(scenario: Scenario) -> None:
    write_log(scenario.logs, records("/app/month-end"), "day-2.json.gz")
    allowed = [("ssm:GetParameter", arn("ssm", "parameter/app/month-end"))]
    check(scenario, scenario.narrowed(), allowed, [("ssm:GetParameter", arn("ssm", "parameter/app/c"))])
