"""`trust-service-without-source`."""

import pytest

from secrets_cli.bundled import bundled
from secrets_cli.gate.rules.trust_service_without_source import RULE
from tests.unit.gate.judging import findings_in
from tests.unit.gate.made_documents import ACCOUNT, AUDITOR, STRICT, Conditions, in_trust, statement, weights


def test_zappas_trust_policy_is_fine_for_everybody() -> None:
    for settings in (None, STRICT, AUDITOR):
        assert not findings_in(bundled("policies", "zappa/trust.json"), "zappa.trust.json", [RULE], settings)


@pytest.mark.parametrize("service", ["lambda", "ec2", "apigateway", "events", "edgelambda"])
def test_services_that_give_no_source(service: str) -> None:
    named = statement({"Service": f"{service}.amazonaws.com"}, "sts:AssumeRole")
    assert not in_trust(RULE, named, settings=AUDITOR)


def test_services_whose_guides_ask_for_one() -> None:
    named = statement({"Service": ["scheduler.amazonaws.com", "logs.eu-central-1.amazonaws.com"]}, "sts:AssumeRole")
    assert not in_trust(RULE, named)
    found = in_trust(RULE, named, settings=STRICT)
    assert weights(found) == ["low", "low"]
    assert (
        found[0].message == "statement 1 lets `logs.eu-central-1.amazonaws.com` assume the role for whomever it works"
    )


def test_others_are_for_auditors() -> None:
    named = statement({"Service": "rds.amazonaws.com"}, "sts:AssumeRole")
    assert not in_trust(RULE, named, settings=STRICT)
    assert weights(in_trust(RULE, named, settings=AUDITOR)) == ["info"]


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:scheduler:eu-central-1:{ACCOUNT}:schedule/*"}},
        {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
        {"StringEquals": {"sts:ExternalId": ACCOUNT}},
    ],
)
def test_with_a_source(conditions: Conditions) -> None:
    named = statement({"Service": "scheduler.amazonaws.com"}, "sts:AssumeRole", None, conditions)
    assert not in_trust(RULE, named, settings=AUDITOR)


def test_not_an_allow_to_assume() -> None:
    service = {"Service": "scheduler.amazonaws.com"}
    assert not in_trust(RULE, statement(service, "sts:AssumeRole", effect="Deny"), settings=AUDITOR)
    assert not in_trust(RULE, statement(service, "sts:TagSession"), settings=AUDITOR)
