"""Cases of `malformed-arn`."""

import pytest

from secrets_cli.gate.rules.malformed_arn import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.rules.judged import judged, statement


@pytest.mark.parametrize(
    ("resource", "problem"),
    [
        ("arn:aws:rds:eu-central-1:111122223333:proxy:p", "did you mean `db-proxy`?"),
        ("arn:awss:sqs:eu-central-1:111122223333:q", "no partition `awss`; did you mean `aws"),
        ("arn:aws:sqss:eu-central-1:111122223333:q", "whose ARNs say `sqss`; did you mean `sqs`?"),
        ("arn:aws:SQS:eu-central-1:111122223333:q", "written in small letters, `sqs`"),
        ("arn:aws:sqs:eu-central:111122223333:q", "`eu-central` is no region"),
        ("arn:aws:s3:eu-central-1::bucket", "have no region, and this one says `eu-central-1`"),
        ("arn:aws:lambda::111122223333:function:f", "name a region"),
        ("arn:aws:lambda:eu-central-1:111122223333:function/f", "no resource of the form `function/f`"),
        ("arn:aws:iam:eu-central-1:111122223333:role/x", "have no region"),
        ("arn:aws:dynamodb:eu-central-1:111122223333:tables/x", "did you mean `table`?"),
    ],
)
def test_arns_that_nothing_has_are_found(resource: str, problem: str) -> None:
    (found,) = judged(RULE, statement(Action="*", Resource=resource))
    assert problem in found.message
    assert found.severity is Severity.LOW


@pytest.mark.parametrize(
    ("resource", "near"),
    [
        ("arn:aws:appflow:eu-central-1:111122223333:connector-profile/p", "connectorprofile"),
        ("arn:aws:states:eu-central-1:111122223333:statemachine:m", "stateMachine"),
        ("arn:aws:kinesis:eu-central-1:111122223333:streams/s", "stream"),
    ],
)
def test_slips_in_a_type_are_found(resource: str, near: str) -> None:
    (found,) = judged(RULE, statement(Action="*", Resource=resource))
    assert f"did you mean `{near}`?" in found.message


def test_a_service_that_no_table_has_is_left_to_the_actions() -> None:
    resource = "arn:aws:someservice:eu-central-1:111122223333:environment/x"
    assert not judged(RULE, statement(Action="someservice:GetProject", Resource=resource))
    assert judged(RULE, statement(Action="sqs:SendMessage", Resource=resource))


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:securityagent:eu-central-1:111122223333:agent-instance/*",
        "arn:aws:pricingplanmanager::111122223333:subscription:*",
        "*",
        "arn:aws:s3:::bucket",
        "arn:aws:s3:::bucket/*",
        "arn:aws-cn:s3:::bucket",
        "arn:*:sqs:*:*:*",
        "arn:aws:sqs:*:*:orders",
        "arn:aws:rds:eu-central-1:111122223333:db-proxy:p",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:execute-api:eu-central-1:111122223333:abc/*/GET/orders",
        "arn:aws:apigateway:eu-central-1::/restapis/*",
        "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/x/*",
        "arn:aws:ssm:eu-central-1:111122223333:parameter/${aws:PrincipalTag/app}/*",
        "arn:aws:ssm:*:*:automation-definition/AWS-Run:$DEFAULT",
        "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/f:*",
        "arn:aws:sqs:<region>:111122223333:q",
        "arn:aws:sqs:us-iso-east-1:111122223333:q",
        "arn:aws:s3:*:111122223333:accesspoint/ap",
        "arn:aws:catalog:eu-central-1:111122223333:portfolio/port-1",
    ],
)
def test_arns_that_something_has_are_not(resource: str) -> None:
    assert not judged(RULE, statement(Action="*", Resource=resource))


def test_each_is_told_once_at_its_value() -> None:
    wrong = "arn:aws:rds:eu-central-1:111122223333:proxy:p"
    (found,) = judged(RULE, statement(Action="rds:*", Resource=[wrong, wrong]))
    assert found.location.line == 8


def test_an_exception_that_excepts_nothing_is_worse() -> None:
    wrong = "arn:aws:rds:eu-central-1:111122223333:proxy:p"
    (found,) = judged(RULE, statement(Resource=None, NotResource=wrong))
    assert found.severity is Severity.MEDIUM
    (found,) = judged(RULE, statement(Effect="Deny", Resource=wrong))
    assert found.severity is Severity.MEDIUM


def test_short_forms_of_resource_policies_are_left_alone() -> None:
    short = statement(Principal="*", Action="execute-api:Invoke", Resource="execute-api:/prod/GET/*")
    assert not judged(RULE, short, name="policy.resource.json")
