"""What holds for every path that is found, whatever the policies."""

from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.escalation.paths import PATHS
from secrets_cli.gate.escalation.search import Way, ways_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import principals_of
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.request import PolicySet
from secrets_cli.inputs.found import PolicyAt
from tests.unit.gate.judging import TODAY

ACTIONS = [
    "iam:*",
    "iam:PassRole",
    "iam:Put*",
    "iam:Create*",
    "iam:AttachRolePolicy",
    "lambda:*",
    "ec2:RunInstances",
    "*",
]
RESOURCES = [
    "*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::111122223333:role/app-*",
    "arn:aws:iam::*:role/app",
    "arn:aws:iam::111122223333:user/${aws:username}",
    "arn:aws:iam::aws:policy/*",
    "arn:aws:lambda:*:*:function:a?c",
]


def _elements(values: list[str]) -> st.SearchStrategy[Element]:
    patterns = st.lists(st.sampled_from(values), min_size=1, max_size=2).map(tuple)
    return st.builds(Element, patterns, st.booleans())


STATEMENTS = st.builds(Statement, st.sampled_from(Effect), _elements(ACTIONS), _elements(RESOURCES))
POLICIES = st.lists(STATEMENTS, min_size=1, max_size=4).map(lambda made: Policy(tuple(made)))


def _ways(policy: Policy, kind: PolicyKind = PolicyKind.IDENTITY, boundary: Policy | None = None) -> list[Way]:
    knowledge = Knowledge(load_catalog(), TODAY)
    place = Location("p.json", 1, 1)
    policies = [PolicyAt(policy, kind, place, "role App", "policy")]
    if boundary is not None:
        policies.append(PolicyAt(boundary, PolicyKind.BOUNDARY, place, "role App", "policy"))
    (principal,) = principals_of(policies, knowledge)
    return list(ways_of(principal, PATHS, knowledge))


@given(POLICIES)
def test_the_policies_allow_every_request_that_shows_a_path(policy: Policy) -> None:
    for way in _ways(policy):
        assert not way.depends_on
        assert all(evaluate(step.request, PolicySet((policy,))).allowed for step in way.steps)


@given(POLICIES, POLICIES)
def test_a_boundary_only_closes_paths(policy: Policy, boundary: Policy) -> None:
    free = {way.path.id for way in _ways(policy)}
    limited = _ways(policy, boundary=boundary)
    assert {way.path.id for way in limited} <= free
    for way in limited:
        assert all(evaluate(step.request, PolicySet((policy,), boundary=boundary)).allowed for step in way.steps)


@given(POLICIES)
def test_the_statement_named_is_one_that_allows(policy: Policy) -> None:
    for way in _ways(policy):
        for step in way.steps:
            assert step.at.statement in policy.statements
            assert evaluate(step.request, PolicySet((step.at.alone,))).allowed
