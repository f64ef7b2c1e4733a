"""`public-second-opinion`."""

import datetime
from collections.abc import Iterable

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rules.public_second_opinion import RULE
from secrets_cli.gate.second_opinion.public_access import Unavailable, second_opinion_on
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.policy_file import read_policy_file
from tests.unit.gate.made_documents import (
    ACCOUNT,
    AUDITOR,
    BUCKET,
    QUEUE,
    STRICT,
    in_resource,
    in_trust,
    policy,
    statement,
)

EVERYBODY = statement({"AWS": "*"}, "s3:GetObject", f"{BUCKET}/*")


def test_a_deny_beside_it_is_invisible_to_the_library() -> None:
    others = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    closing = statement("*", "s3:*", f"{BUCKET}/*", others, effect="Deny")
    (found,) = in_resource(RULE, EVERYBODY, closing, settings=AUDITOR)
    assert found.message == "policyuniverse takes statement 1 for open to the world, and we do not"
    assert found.evidence == ("a Deny statement of the same policy closes it, or nothing that is known is granted",)
    assert not in_resource(RULE, EVERYBODY, closing, settings=STRICT)


def test_newer_condition_keys_are_unknown_to_the_library() -> None:
    conditions = {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}
    (found,) = in_resource(RULE, statement("*", "sqs:SendMessage", QUEUE, conditions), settings=AUDITOR)
    assert found.evidence == ("`StringEquals` on `aws:SourceOrgID` limits who can call",)


def test_where_both_agree() -> None:
    assert not in_resource(RULE, EVERYBODY, settings=AUDITOR)
    assert not in_trust(RULE, statement("*", "sts:AssumeRole"), settings=AUDITOR)
    assert not in_resource(RULE, statement({"AWS": ACCOUNT}, "sqs:SendMessage", QUEUE), settings=AUDITOR)


def test_where_it_finds_less() -> None:
    if_exists = {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert not in_resource(RULE, statement("*", "sqs:SendMessage", QUEUE, if_exists), settings=AUDITOR)


def test_what_is_not_known() -> None:
    unknown = {"StringEquals": {UNKNOWN: UNKNOWN}}
    assert not in_resource(RULE, statement("*", "sqs:SendMessage", QUEUE, unknown), settings=AUDITOR)


def test_a_library_that_fails() -> None:
    def failing(_text: str) -> Iterable[int]:
        raise RecursionError

    (one,) = read_policy_file(policy(EVERYBODY), "x.json").policies
    knowledge = Knowledge(load_catalog(), datetime.date(2026, 11, 21), AUDITOR)
    assert second_opinion_on(one, knowledge, failing) == Unavailable("it failed (RecursionError)")
    assert second_opinion_on(one, knowledge, lambda _text: [7]) == ()
