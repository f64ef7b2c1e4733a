"""Laws of the narrowing, checked request by request through the evaluator, apart from the containment prover."""

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.contain import Contained
from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.model import Policy
from secrets_cli.iam.request import PolicySet, Request
from secrets_cli.narrow.generalize import Rule
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.narrow.split_by_function import UnionVerdict, split_by_function
from secrets_cli.narrow.style import Style
from secrets_cli.usage.usage import Use
from tests.unit.narrow.cases import ROLE, narrowed, policy, usage_of, use

ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage", "dynamodb:GetItem"]
RESOURCES = [
    *(f"arn:aws:s3:::b/{folder}/{n}" for folder in "xy" for n in range(6)),
    "arn:aws:s3:::b",
    "arn:aws:sqs:eu-west-1:123456789012:q",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/t",
]
REQUESTS = list(itertools.product(ACTIONS, RESOURCES))
ACTION_PATTERNS = [*ACTIONS, "s3:*", "s3:Get*", "*", "sqs:*", "dynamodb:*Item"]
RESOURCE_PATTERNS = [
    *RESOURCES,
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/x/*",
    "arn:aws:s3:::b/?/1",
    "arn:aws:sqs:*:*:*",
]
CONTEXT = {"aws:SourceIp": "192.0.2.7", "aws:SecureTransport": "true"}
CONDITIONS: list[dict[str, Any]] = [
    {},
    {},
    {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringNotEquals": {"aws:SourceIp": "192.0.2.7"}},
]


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """A statement in AWS's JSON, with any of the four elements and perhaps a condition."""
    chosen: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    action = draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))
    resource = draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))
    chosen[action] = draw(st.lists(st.sampled_from(ACTION_PATTERNS), min_size=1, max_size=3))
    chosen[resource] = draw(st.lists(st.sampled_from(RESOURCE_PATTERNS), min_size=1, max_size=3))
    if condition := draw(st.sampled_from(CONDITIONS)):
        chosen["Condition"] = condition
    return chosen


def _some_services() -> Catalog:
    whole = load_catalog()
    services = [service for prefix in ("dynamodb", "s3", "sqs") if (service := whole.service(prefix))]
    return Catalog.of(services, whole.header)


CATALOG = _some_services()
"""Three services: the laws do not depend on how much is known, and their tests should be fast."""

PRESENT = st.lists(statements(), min_size=1, max_size=4).map(lambda many: policy(*many))
USES = st.lists(st.sampled_from(REQUESTS), max_size=12, unique=True).map(lambda many: [use(*one) for one in many])
STYLES = st.sampled_from(Style)


def allows(policies: tuple[Policy, ...], action: str, resource: str) -> bool:
    request = Request(ROLE, action, resource, CONTEXT)
    return evaluate(request, PolicySet(identity=policies)).verdict is Verdict.ALLOWED


@settings(deadline=None, max_examples=80)
@given(PRESENT, USES, STYLES)
def test_it_never_allows_what_the_present_policy_does_not(present: Policy, uses: list[Use], style: Style) -> None:
    result = narrowed(usage_of(*uses), present, catalog=CATALOG, compact=style is Style.COMPACT)
    assert isinstance(result.proof.contained, Contained)
    for action, resource in REQUESTS:
        assert allows((present,), action, resource) or not allows(result.policies, action, resource)


@settings(deadline=None, max_examples=80)
@given(PRESENT, USES, STYLES)
def test_it_allows_each_use_that_the_present_policy_allows(present: Policy, uses: list[Use], style: Style) -> None:
    result = narrowed(usage_of(*uses), present, catalog=CATALOG, compact=style is Style.COMPACT)
    refused = {(d.action, d.resource) for d in result.proof.denied}
    for seen in uses:
        if allows((present,), seen.action, seen.resource):
            assert allows(result.policies, seen.action, seen.resource)
            assert (seen.action, seen.resource) not in refused


@settings(deadline=None, max_examples=50)
@given(PRESENT, USES, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_twice_is_once(present: Policy, uses: list[Use], random: Any) -> None:
    result = narrowed(usage_of(*uses), present, catalog=CATALOG)
    shuffled = list(uses)
    random.shuffle(shuffled)
    assert narrowed(usage_of(*shuffled), present, catalog=CATALOG) == result
    again = narrowed(usage_of(*uses), *result.policies, catalog=CATALOG)
    assert again.proof.holds == result.proof.holds
    for action, resource in REQUESTS:
        assert allows(again.policies, action, resource) == allows(result.policies, action, resource)


@settings(deadline=None, max_examples=50)
@given(PRESENT, USES)
def test_compact_means_no_more_and_no_less_of_what_is_known(present: Policy, uses: list[Use]) -> None:
    exact, compact = (
        narrowed(usage_of(*uses), present, catalog=CATALOG),
        narrowed(usage_of(*uses), present, catalog=CATALOG, compact=True),
    )
    assert isinstance(compact.proof.contained, Contained)
    for action, resource in REQUESTS:
        assert allows(exact.policies, action, resource) == allows(compact.policies, action, resource)


SESSIONS = ["orders", "thumbs", "ann@example.com"]
SESSION_USES = st.lists(st.tuples(st.sampled_from(REQUESTS), st.sampled_from(SESSIONS)), max_size=12, unique=True).map(
    lambda many: [use(*request, session=session) for request, session in many]
)


@settings(deadline=None, max_examples=80)
@given(PRESENT, SESSION_USES, st.sampled_from(Rule))
def test_a_split_grants_together_what_the_unsplit_policy_grants(present: Policy, uses: list[Use], rule: Rule) -> None:
    ask = Ask(ROLE, (present,), usage_of(*uses), rule=rule)
    whole = narrow(ask, CATALOG)
    assert isinstance(whole, Narrowing)
    found = split_by_function(ask, whole, CATALOG)
    assert found.union.verdict is UnionVerdict.EQUAL
    for action, resource in REQUESTS if uses else ():
        by_part = [allows(part.narrowing.policies, action, resource) for part in found.parts]
        assert any(by_part) == allows(whole.policies, action, resource)
    for part in found.parts:
        assert isinstance(part.narrowing.proof.contained, Contained)
