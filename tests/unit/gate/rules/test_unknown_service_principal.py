"""`unknown-service-principal`."""

import pytest

from secrets_cli.bundled import bundled
from secrets_cli.gate.rules.unknown_service_principal import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.judging import findings_in
from tests.unit.gate.made_documents import AUDITOR, QUEUE, in_resource, in_trust, statement, weights


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("lambda.amazon.com", "lambda.amazonaws.com"),
        ("lambda.aws.com", "lambda.amazonaws.com"),
        ("lambda", "lambda.amazonaws.com"),
        ("lamda.amazonaws.com", "lambda.amazonaws.com"),
        ("ecs-task.amazonaws.com", "ecs-tasks.amazonaws.com"),
        ("eventbridge.amazonaws.com", "events.amazonaws.com"),
        ("stepfunctions.amazonaws.com", "states.amazonaws.com"),
    ],
)
def test_misspelt(name: str, meant: str) -> None:
    (found,) = in_trust(RULE, statement({"Service": name}, "sts:AssumeRole"))
    assert found.message == f"`{name}` is no service principal: `{meant}` may be meant"
    assert found.severity.value == "low"


@pytest.mark.parametrize(
    "name",
    [
        "lambda.amazonaws.com",
        "ecs-tasks.amazonaws.com",
        "edgelambda.amazonaws.com",
        "ec2.amazonaws.com.cn",
        "logs.eu-central-1.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "states.us-gov-west-1.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
        "monitoring.rds.amazonaws.com",
        "ops.apigateway.amazonaws.com",
        "member.org.stacksets.cloudformation.amazonaws.com",
        "alexa-appkit.amazon.com",
        "scheduler.amazonaws.com",
        "pods.eks.amazonaws.com",
        "lambda.alarms.cloudwatch.amazonaws.com",
        f"logs.{UNKNOWN}.amazonaws.com",
        "*",
    ],
)
def test_known_or_not_to_be_judged(name: str) -> None:
    assert not in_resource(RULE, statement({"Service": name}, "sqs:SendMessage", QUEUE), settings=AUDITOR)


def test_a_new_service_is_for_auditors() -> None:
    named = statement({"Service": "brandnewthing.amazonaws.com"}, "sts:AssumeRole")
    assert not in_trust(RULE, named)
    assert weights(in_trust(RULE, named, settings=AUDITOR)) == ["info"]


def test_zappas_trust_policy() -> None:
    assert not findings_in(bundled("policies", "zappa/trust.json"), "zappa.trust.json", [RULE], AUDITOR)
