"""service-wildcard: every action of a service on every resource."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.service_wildcard import RULE
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Severity
from tests.unit.gate.granting import QUEUE, allow, deny, said, template
from tests.unit.gate.judging import findings_in


def test_it_counts_and_names_what_is_granted() -> None:
    (finding,) = said(RULE, allow("s3:*"))
    assert finding.severity is Severity.HIGH
    assert "statement 1: `s3:*` grants every action there is and will be, on every resource" in finding.message
    assert "permissions management" in finding.message
    assert "`s3:PutBucketPolicy`" in finding.message
    assert "can be scoped to arn:${Partition}:s3:::${BucketName}" in finding.evidence


@pytest.mark.parametrize("action", ["S3:*", "s3:**", "*:*"])
@pytest.mark.parametrize("resource", ["arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:*:s3:::*", "arn:aws:s3:*:*:*"])
def test_every_resource_of_the_service_is_every_resource(action: str, resource: str) -> None:
    assert said(RULE, allow(action, resource))


def test_a_resource_that_names_a_type_is_said_to_be_one() -> None:
    (finding,) = said(RULE, allow("sqs:*", "arn:aws:sqs:eu-central-1:111122223333:*"))
    assert "there is and will be, on every resource of a type: " in finding.message


def test_services_that_only_write_are_medium() -> None:
    (finding,) = said(RULE, allow("route53:*"))
    assert finding.severity is Severity.MEDIUM


def test_several_services_of_a_statement_are_one_finding() -> None:
    (finding,) = said(RULE, allow(["iam:*", "sqs:*", "sns:Publish"]))
    assert "`iam:*` and `sqs:*` grant" in finding.message


@pytest.mark.parametrize("action", ["ec2messages:*", "ssmmessages:*", "s3:Put*", "s3:Get*"])
def test_agents_and_prefixes_are_no_whole_service(action: str) -> None:
    assert not said(RULE, allow(action))


def test_a_named_resource_is_no_finding() -> None:
    assert not said(RULE, allow("sqs:*", QUEUE))
    assert not said(RULE, allow("sqs:*", UNKNOWN))
    assert not said(RULE, allow("sqs:*", f"arn:aws:sqs:eu-central-1:{UNKNOWN}:orders"))


def test_an_unknown_region_and_account_leave_every_queue() -> None:
    assert said(RULE, allow("sqs:*", f"arn:aws:sqs:{UNKNOWN}:{UNKNOWN}:*"))


def test_tags_of_the_resource_are_a_scope_and_the_callers_address_is_none() -> None:
    assert not said(RULE, allow("ec2:*", Condition={"StringEquals": {"aws:ResourceTag/team": "orders"}}))
    assert not said(RULE, allow("ec2:*", Condition={"StringEquals": {UNKNOWN: UNKNOWN}}))
    assert said(RULE, allow("ec2:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    assert said(RULE, allow("ec2:*", Condition={"StringNotEquals": {"aws:ResourceTag/team": "billing"}}))


def test_deny_statements_are_honoured() -> None:
    assert not said(RULE, allow("sqs:*"), deny("sqs:*"))
    assert not said(RULE, allow("sqs:*"), {"Effect": "Deny", "Action": "sqs:*", "NotResource": QUEUE})
    untagged = {"StringNotEquals": {"aws:ResourceTag/team": "orders"}}
    assert not said(RULE, allow("ec2:*"), deny("ec2:*", Condition=untagged))
    outside = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    assert said(RULE, allow("sqs:*"), {"Effect": "Deny", "Action": "sqs:*", "NotResource": QUEUE, "Condition": outside})


def test_the_boundary_is_honoured() -> None:
    def found(boundary: list[dict[str, object]]) -> bool:
        return bool(findings_in(template([allow("sqs:*")], boundary=boundary), "t.json", [RULE]))

    assert found([allow("sqs:*")])
    assert not found([allow("s3:*")])
    assert not found([allow("sqs:*", QUEUE)])
    assert not found([allow("sqs:*"), deny("sqs:*")])
    assert not found([allow("sqs:*"), {"Effect": "Deny", "Action": "*", "NotResource": QUEUE}])


@pytest.mark.parametrize("name", ["p.scp.json", "p.boundary.json"])
def test_limits_are_no_grants(name: str) -> None:
    assert not said(RULE, allow("sqs:*"), name=name)


def test_in_a_resource_policy_the_star_is_the_resource() -> None:
    statement = allow("sqs:*", Principal={"AWS": "arn:aws:iam::111122223333:root"})
    assert not said(RULE, statement, name="p.resource.json", persona=Persona.AUDITOR)
