"""`not-principal-allow`."""

from secrets_cli.gate.rules.not_principal_allow import RULE
from tests.unit.gate.made_documents import ACCOUNT, QUEUE, in_resource, in_trust, statement, weights

BOB = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}


def test_everybody_but_one() -> None:
    (found,) = in_resource(RULE, statement(BOB, "sqs:SendMessage", QUEUE, element="NotPrincipal"))
    assert found.message == (f"statement 1 allows everybody but `arn:aws:iam::{ACCOUNT}:user/bob`, anonymous included")
    assert (found.severity.value, found.evidence) == ("high", ("`sqs:SendMessage`",))


def test_in_a_trust_policy() -> None:
    assert weights(in_trust(RULE, statement(BOB, "sts:AssumeRole", element="NotPrincipal"))) == ["high"]


def test_within_an_organization() -> None:
    organization = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert weights(in_resource(RULE, statement(BOB, "sqs:*", QUEUE, organization, element="NotPrincipal"))) == ["low"]


def test_a_deny_is_what_it_is_for() -> None:
    assert not in_resource(RULE, statement(BOB, "sqs:*", QUEUE, effect="Deny", element="NotPrincipal"))
    assert not in_resource(RULE, statement(BOB, "sqs:*", QUEUE))


def test_a_deny_beside_it_closes_it() -> None:
    others = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    everybody = statement(BOB, "sqs:SendMessage", QUEUE, element="NotPrincipal")
    assert not in_resource(RULE, everybody, statement("*", "sqs:*", QUEUE, others, effect="Deny"))
