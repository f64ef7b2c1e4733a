"""Cases of `policy-too-large`."""

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.policy_too_large import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.judging import findings_in
from tests.unit.gate.rules.judged import judged, statement


def of_size(characters: int) -> dict[str, object]:
    """A statement of about so many characters."""
    queue = "arn:aws:sqs:eu-central-1:111122223333:orders-of-one-warehouse-{:06d}"
    return statement(Resource=[queue.format(number) for number in range(characters // (len(queue) + 3))])


def test_past_every_limit() -> None:
    (found,) = judged(RULE, of_size(12_000))
    assert found.severity is Severity.LOW
    assert "no policy of a user, group or role may have more than 10,240" in found.message


def test_what_fits_as_an_inline_policy_alone_is_for_strict_readers() -> None:
    assert not judged(RULE, of_size(8_000))
    (found,) = judged(RULE, of_size(8_000), Persona.STRICT)
    assert found.severity is Severity.INFO


def test_what_fits_is_not_found() -> None:
    assert not judged(RULE, of_size(5_500), Persona.AUDITOR)


def test_kinds_have_limits_of_their_own() -> None:
    assert judged(RULE, of_size(8_000), name="p.boundary.json")
    assert not judged(RULE, of_size(8_000), name="p.scp.json")
    assert judged(RULE, of_size(12_000), name="p.scp.json")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    principals = [f"arn:aws:iam::111122223333:role/deployment-role-number-{number}" for number in range(50)]
    assert judged(RULE, {**trust, "Principal": {"AWS": principals}}, name="p.trust.json")
    assert not judged(RULE, {**trust, "Principal": {"AWS": principals[:20]}}, name="p.trust.json")


def test_white_space_does_not_count() -> None:
    spaced = (
        '{"Version": "2012-10-17", "Statement": ['
        + " " * 20_000
        + '{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    )
    assert not findings_in(spaced, "policy.json", [RULE])


def test_inline_policies_of_one_role_count_together() -> None:
    import json

    policies = [
        {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [of_size(5_500)]}}
        for name in "ab"
    ]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, "Policies": policies}}
    (found,) = findings_in(json.dumps({"Resources": {"Role": role}}), "template.json", [RULE])
    assert "2 policies" in found.message
