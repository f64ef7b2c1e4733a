"""`resource-policy-cross-account`."""

from secrets_cli.gate.rules.resource_policy_cross_account import RULE
from secrets_cli.gate.settings import Settings
from secrets_cli.severity import Confidence
from tests.unit.gate.made_documents import ACCOUNT, BUCKET, OTHER, QUEUE, STRICT, in_resource, statement, weights


def test_a_role_of_another_account_is_for_the_strict() -> None:
    named = statement({"AWS": f"arn:aws:iam::{OTHER}:role/partner"}, "sqs:SendMessage", QUEUE)
    assert not in_resource(RULE, named)
    (found,) = in_resource(RULE, named, settings=STRICT)
    assert found.message == (
        f"statement 1 lets `arn:aws:iam::{OTHER}:role/partner` use the resource and change it: `sqs:SendMessage`"
    )
    assert (found.severity.value, found.confidence) == ("low", Confidence.MEDIUM)


def test_another_account_as_a_whole() -> None:
    whole = {"AWS": f"arn:aws:iam::{OTHER}:root"}
    assert weights(in_resource(RULE, statement(whole, "sqs:SendMessage", QUEUE))) == ["low"]
    assert not in_resource(RULE, statement(whole, "sqs:GetQueueUrl", QUEUE))


def test_a_bucket_does_not_tell_its_account() -> None:
    """One account may be the bucket's own; of two, one is another."""
    one = statement({"AWS": f"arn:aws:iam::{OTHER}:root"}, "s3:GetObject", f"{BUCKET}/*")
    two = statement({"AWS": [OTHER, ACCOUNT]}, "s3:GetObject", f"{BUCKET}/*")
    assert [found.confidence for found in in_resource(RULE, one, settings=STRICT)] == [Confidence.LOW]
    assert [found.confidence for found in in_resource(RULE, two, settings=STRICT)] == [Confidence.MEDIUM] * 2


def test_what_is_known_to_be_fine() -> None:
    own = statement({"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}, "sqs:*", QUEUE)
    organization = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    foreign = {"AWS": f"arn:aws:iam::{OTHER}:root"}
    trusted = Settings(persona=STRICT.persona, trusted_accounts=frozenset({OTHER}))
    assert not in_resource(RULE, own, settings=STRICT)
    assert not in_resource(RULE, statement(foreign, "sqs:SendMessage", QUEUE, organization), settings=STRICT)
    assert not in_resource(RULE, statement(foreign, "sqs:SendMessage", QUEUE), settings=trusted)
    assert not in_resource(RULE, statement(foreign, "sqs:SendMessage", QUEUE, effect="Deny"), settings=STRICT)


def test_load_balancers_write_their_logs() -> None:
    balancers = {"AWS": "arn:aws:iam::054676820928:root"}
    assert not in_resource(RULE, statement(balancers, "s3:PutObject", f"{BUCKET}/AWSLogs/*"), settings=STRICT)
