"""Laws of an audit: the order of what it is given does not matter, and no change adds risk."""

import dataclasses
import datetime
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.account.audit.audit import Question, audit_roles
from secrets_cli.account.audit.use import Asked
from secrets_cli.aws.account_details import AccountRole, AccountRoles
from secrets_cli.aws.roles import InlinePolicy
from secrets_cli.catalog.load import load_catalog
from tests.audited_roles import ADMIN, allow, deny, role

QUESTION = Question(load_catalog(), Asked(datetime.date(2026, 11, 21)))
ACTIONS = [
    "s3:*",
    "s3:GetObject",
    "iam:PassRole",
    "iam:*",
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
    "sts:AssumeRole",
]
RESOURCES = ["*", "arn:aws:s3:::a/*", "arn:aws:iam::111122223333:role/x-*"]
STATEMENTS = st.one_of(
    st.builds(allow, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)),
    st.builds(deny, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)),
)
TRUSTS = st.sampled_from(["*", {"AWS": "444455556666"}, {"Service": "lambda.amazonaws.com"}])


@st.composite
def roles(draw: st.DrawFn) -> AccountRole:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": draw(TRUSTS), "Action": "sts:AssumeRole"}],
    }
    name = draw(st.sampled_from(["a", "b", "c", "d-ZappaLambdaExecutionRole", "e", "f"]))
    attached = draw(st.sampled_from([(), (ADMIN,), ("arn:aws:iam::aws:policy/IAMFullAccess",)]))
    parts = [role(name, draw(STATEMENTS), inline=f"p{number}") for number in range(draw(st.integers(0, 3)))]
    inline: tuple[InlinePolicy, ...] = tuple(policy for one in parts for policy in one.inline)
    return dataclasses.replace(role(name, trust=trust, attached=attached), inline=inline)


@settings(max_examples=40, deadline=None)
@given(st.lists(roles(), max_size=4, unique_by=lambda one: one.arn), st.randoms())
def test_order_does_not_matter(given_roles: list[AccountRole], rng: random.Random) -> None:
    found = audit_roles(AccountRoles(tuple(given_roles)), QUESTION)
    shuffled = list(given_roles)
    rng.shuffle(shuffled)
    assert audit_roles(AccountRoles(tuple(shuffled)), QUESTION) == found


@settings(max_examples=40, deadline=None)
@given(roles(), st.permutations(range(3)))
def test_the_order_of_policies_does_not_matter(one: AccountRole, order: list[int]) -> None:
    swapped = dataclasses.replace(one, inline=tuple(one.inline[n] for n in order if n < len(one.inline)))
    first, second = (audit_roles(AccountRoles((each,)), QUESTION).roles[0] for each in (one, swapped))
    assert first.risk == second.risk
    assert {path.id for path in first.paths} == {path.id for path in second.paths}
    assert sorted((f.rule, f.severity.value) for f in first.findings) == sorted(
        (f.rule, f.severity.value) for f in second.findings
    )


@settings(max_examples=60, deadline=None)
@given(roles())
def test_a_change_takes_some_risk_away_and_never_more_than_there_is(one: AccountRole) -> None:
    found = audit_roles(AccountRoles((one,)), QUESTION).roles[0]
    assert all(0 < proposal.removes <= found.risk.total for proposal in found.proposals)
    assert [p.removes for p in found.proposals] == sorted((p.removes for p in found.proposals), reverse=True)


@settings(max_examples=40, deadline=None)
@given(roles())
def test_to_deny_everything_leaves_trust_alone(one: AccountRole) -> None:
    denied = dataclasses.replace(one, inline=(*one.inline, *role("x", deny("*"), inline="z").inline))
    risk = audit_roles(AccountRoles((denied,)), QUESTION).roles[0].risk
    assert (risk.reach, risk.escalation) == (0, 0)
