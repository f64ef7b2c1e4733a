"""Conditions learned from events: they narrow, the requests seen stay allowed, and others fail."""

import pytest

from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.iam.request import PolicySet, Request
from secrets_cli.narrow.narrowing import Narrowing
from tests.unit.narrow.cases import BUCKET, ROLE, allow, narrowed, policy, usage_of, use

EQUALS = Operator("StringEquals")
S3 = policy(allow("s3:*"))


def listed(prefix: str) -> tuple[ConditionTerm, ...]:
    return (ConditionTerm(EQUALS, "s3:prefix", (prefix,)),)


def allows(result: Narrowing, action: str, resource: str, **context: str) -> bool:
    given = {key.replace("_", ":", 1): value for key, value in context.items()}
    return (
        evaluate(Request(ROLE, action, resource, given), PolicySet(identity=result.policies)).verdict is Verdict.ALLOWED
    )


def test_a_listing_is_allowed_under_the_prefixes_seen_alone() -> None:
    uses = [use("s3:ListBucket", BUCKET, condition=listed(prefix)) for prefix in ("in/", "out/")]
    result = narrowed(usage_of(*uses), S3)
    assert result.proof.holds
    assert result.proof.requests == result.proof.allowed == 2
    assert allows(result, "s3:ListBucket", BUCKET, s3_prefix="in/")
    assert allows(result, "s3:ListBucket", BUCKET, s3_prefix="out/")
    assert not allows(result, "s3:ListBucket", BUCKET, s3_prefix="private/")
    assert not allows(result, "s3:ListBucket", BUCKET)


def test_one_listing_without_a_prefix_opens_the_bucket() -> None:
    result = narrowed(usage_of(use("s3:ListBucket", BUCKET, condition=listed("in/")), use("s3:ListBucket", BUCKET)), S3)
    assert result.proof.holds
    assert allows(result, "s3:ListBucket", BUCKET)
    (statement,) = result.policies[0].statements
    assert not statement.conditions
    assert result.statements[0].evidence.events == 6


def test_prefixes_of_days_stay_open_for_tomorrow() -> None:
    result = narrowed(usage_of(use("s3:ListBucket", BUCKET, condition=listed("in/2026/03/01/"))), S3)
    assert result.proof.holds
    assert allows(result, "s3:ListBucket", BUCKET, s3_prefix="in/2026/03/02/")
    assert not allows(result, "s3:ListBucket", BUCKET, s3_prefix="out/2026/03/02/")


@pytest.mark.parametrize(
    "present", [{"StringLike": {"s3:prefix": "in/*"}}, {"StringEquals": {"s3:prefix": "in/2026/"}}]
)
def test_the_present_policys_own_prefix_stays(present: dict[str, object]) -> None:
    now = policy(allow("s3:ListBucket", BUCKET, Condition=present))
    result = narrowed(usage_of(use("s3:ListBucket", BUCKET, condition=listed("in/2026/"))), now)
    assert result.proof.holds
    assert allows(result, "s3:ListBucket", BUCKET, s3_prefix="in/2026/")
    assert not allows(result, "s3:ListBucket", BUCKET, s3_prefix="out/")


def test_metrics_go_to_the_namespaces_seen_alone() -> None:
    namespace = (ConditionTerm(EQUALS, "cloudwatch:namespace", ("Shop",)),)
    seen = usage_of(use("cloudwatch:PutMetricData", condition=namespace), data_event_types=["AWS::CloudWatch::Metric"])
    result = narrowed(seen, policy(allow("cloudwatch:*")))
    assert result.proof.holds
    assert allows(result, "cloudwatch:PutMetricData", "*", cloudwatch_namespace="Shop")
    assert not allows(result, "cloudwatch:PutMetricData", "*", cloudwatch_namespace="AWS/Billing")


def test_a_role_that_is_passed_to_one_service_is_passed_to_no_other() -> None:
    role = "arn:aws:iam::123456789012:role/*"
    passed = (ConditionTerm(EQUALS, "iam:PassedToService", ("ec2.amazonaws.com",)),)
    result = narrowed(usage_of(use("iam:PassRole", role, condition=passed)), policy(allow("iam:PassRole")))
    assert result.proof.holds
    web = "arn:aws:iam::123456789012:role/web"
    assert allows(result, "iam:PassRole", web, iam_PassedToService="ec2.amazonaws.com")
    assert not allows(result, "iam:PassRole", web, iam_PassedToService="lambda.amazonaws.com")
