"""The table of paths: what it holds, and that each path is found by what it needs and by nothing less."""

import json

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.escalation.path import Need, Path
from secrets_cli.gate.escalation.paths import PATHS
from secrets_cli.gate.escalation.search import Way, ways_of
from secrets_cli.gate.escalation.target import Reach
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import principals_of
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.location import Location
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.pattern_relation import overlaps
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.request import PolicySet
from secrets_cli.inputs.found import PolicyAt
from tests.unit.gate.judging import TODAY, findings_in

OF_PATHFINDING = {
    "apprunner": 2,
    "bedrock": 2,
    "cloudformation": 5,
    "codebuild": 4,
    "datapipeline": 1,
    "ec2": 4,
    "ecs": 5,
    "glue": 6,
    "iam": 21,
    "lambda": 6,
    "sagemaker": 5,
    "ssm": 2,
    "sts": 1,
}
"""How many paths the list numbers from 001 on in each group."""
NOT_OF_RHINO = {23, 24, 25}
"""CodeStar makes no projects any more."""


def _id(value: Path | Need) -> str:
    return value.id if isinstance(value, Path) else value.action


def _policy(actions: list[str]) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _ways(text: str) -> dict[str, Way]:
    knowledge = Knowledge(load_catalog(), TODAY)
    policy = PolicyAt(parse_policy(text, "p.json"), PolicyKind.IDENTITY, Location("p.json", 1, 1), "", "policy")
    (principal,) = principals_of([policy], knowledge)
    return {way.path.id: way for way in ways_of(principal, PATHS, knowledge)}


def test_every_path_of_the_lists_is_in_the_table() -> None:
    ids = {path.id for path in PATHS}
    wanted = {f"{group}-{number:03}" for group, count in OF_PATHFINDING.items() for number in range(1, count + 1)}
    wanted.add("ec2instanceconnect-003")
    assert len(wanted) == 65
    assert wanted <= ids
    assert all(id.startswith("own-") for id in ids - wanted)
    rhino = {int(name.removeprefix("Rhino ")) for path in PATHS for name in path.also}
    assert rhino == set(range(1, 29)) - NOT_OF_RHINO


def test_ids_are_unique() -> None:
    assert len({path.id for path in PATHS}) == len(PATHS)


@pytest.mark.parametrize("path", PATHS, ids=_id)
def test_needs_are_known_actions_on_resources_that_they_take(path: Path) -> None:
    catalog = load_catalog()
    for need in path.needs:
        shapes = catalog.resource_patterns(need.action)
        assert shapes is not None, need.action
        if need.target.shape == "*":
            assert not shapes, f"{need.action} takes resources"
        else:
            assert any(overlaps(need.target.shape, shape) for shape in shapes), need.action


@pytest.mark.parametrize("path", PATHS, ids=_id)
def test_a_path_that_passes_a_role_says_to_whom(path: Path) -> None:
    assert bool(path.service) is ("iam:PassRole" in path.actions)


@pytest.mark.parametrize("path", PATHS, ids=_id)
def test_each_path_is_open_where_its_actions_are_granted_on_everything(path: Path) -> None:
    way = _ways(_policy(sorted(path.actions)))[path.id]
    assert way.reach is Reach.ANY
    assert way.depends_on == ()


@pytest.mark.parametrize("path", PATHS, ids=_id)
def test_no_path_is_open_without_one_of_its_actions(path: Path) -> None:
    for left_out in path.actions:
        others = sorted(path.actions - {left_out})
        assert path.id not in (_ways(_policy(others)) if others else {}), left_out


@pytest.mark.parametrize("path", PATHS, ids=_id)
def test_each_request_that_shows_a_path_is_allowed_by_the_policy_itself(path: Path) -> None:
    text = _policy(sorted(path.actions))
    policies = PolicySet((parse_policy(text, "p.json"),))
    steps = _ways(text)[path.id].steps
    assert [step.request.action for step in steps] == [need.action for need in path.needs]
    assert all(evaluate(step.request, policies).allowed for step in steps)


@pytest.mark.parametrize("path", PATHS, ids=_id)
def test_the_rule_names_each_path_in_its_evidence(path: Path) -> None:
    found = findings_in(_policy(sorted(path.actions)))
    escalations = [one for one in found if one.rule == "privilege-escalation"]
    assert any(path.id in line for one in escalations for line in one.evidence)
    assert any(one.severity.rank >= 2 for one in escalations)
