"""What a generalised resource admits: in words, and in requests on the resources that were seen."""

from dataclasses import replace

import pytest

from secrets_cli.iam.model import ConditionTerm, Operator
from secrets_cli.narrow.admitted import key_space
from secrets_cli.narrow.generalize import Rule
from secrets_cli.narrow.narrowing import GeneralizedResource, Narrowing
from tests.unit.narrow.cases import BUCKET, TABLE, allow, narrowed, policy, usage_of, use


def costs(result: Narrowing) -> list[GeneralizedResource]:
    return [one for statement in result.statements for one in statement.generalized]


def of_arn(rest: str) -> str:
    return f"arn:aws:{rest}"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("s3:::b/*", "every key of the bucket `b`"),
        ("s3:::b/uploads/*", "every key under `uploads/` of the bucket `b`"),
        ("s3:::b/uploads/a-*", "every key whose name begins with `uploads/a-` of the bucket `b`"),
        ("s3:::b-*", "every bucket whose name begins with `b-`"),
        ("ssm:eu-west-1:123456789012:parameter/app/*", "every parameter under `/app/`"),
        (
            "dynamodb:eu-west-1:123456789012:table/orders-*",
            "every table whose name begins with `orders-` of the account 123456789012 in eu-west-1",
        ),
        (
            "sqs:eu-west-1:123456789012:job-*",
            "every queue whose name begins with `job-` of the account 123456789012 in eu-west-1",
        ),
        ("iam::123456789012:role/a-*", "every role whose name begins with `a-` of the account 123456789012"),
        (
            "logs:eu-west-1:123456789012:log-group:/aws/lambda/a-*",
            "every log group whose name begins with `/aws/lambda/a-` of the account 123456789012 in eu-west-1",
        ),
        ("s3:::b/*/x", "every resource that matches `arn:aws:s3:::b/*/x`"),
        ("s3:::b/${aws:username}/*", "every resource that matches `arn:aws:s3:::b/${aws:username}/*`"),
    ],
)
def test_the_key_space_in_words(pattern: str, words: str) -> None:
    assert key_space(of_arn(pattern)) == words


def test_a_folder_tells_what_was_seen_of_it_and_what_it_admits_on_that() -> None:
    reads = [use("s3:GetObject", f"{BUCKET}/in/{n}") for n in range(6)]
    writes = [use("s3:PutObject", f"{BUCKET}/in/{n}") for n in range(5)]
    (cost,) = costs(narrowed(usage_of(*reads, *writes), policy(allow("s3:*"))))
    assert (cost.resource, cost.seen, cost.requests_seen, cost.requests_on_seen) == (f"{BUCKET}/in/*", 6, 11, 12)
    assert cost.actions == ("s3:GetObject", "s3:PutObject")
    assert cost.resource_types == ("object",)
    assert cost.examples == (f"{BUCKET}/in/0", f"{BUCKET}/in/1", f"{BUCKET}/in/2")


def test_without_generalisation_there_is_no_cost() -> None:
    reads = [use("s3:GetObject", f"{BUCKET}/in/{n}") for n in range(6)]
    assert costs(narrowed(usage_of(*reads), policy(allow("s3:*")), rule=Rule.NONE)) == []


def test_what_the_log_itself_left_open_is_no_generalisation() -> None:
    secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-??????"
    uses = [use("secretsmanager:GetSecretValue", secret), use("s3:ListAllMyBuckets")]
    assert costs(narrowed(usage_of(*uses), policy(allow(["secretsmanager:*", "s3:List*"])))) == []


def test_a_present_pattern_that_was_kept_for_what_is_invisible_is_no_generalisation() -> None:
    present = policy(allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:jobs-*"), allow("s3:GetObject"))
    assert costs(narrowed(usage_of(use("s3:GetObject", f"{BUCKET}/a")), present)) == []


def test_the_catalog_tells_which_other_types_a_pattern_reaches() -> None:
    tables = [use("dynamodb:Query", TABLE.replace("orders", f"orders-{n}")) for n in range(3)]
    late = replace(use("dynamodb:Query", TABLE.replace("orders", "orders-9")), first_seen="2026-03-02T07:00:00Z")
    (cost,) = costs(narrowed(usage_of(*tables, late), policy(allow("dynamodb:Query")), rule=Rule.AUTO))
    assert cost.resource.endswith("table/orders-*")
    assert cost.resource_types == ("index", "table")
    assert cost.requests_on_seen == cost.requests_seen == 4


def test_a_path_in_a_condition_is_told_with_its_key() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/0b1c2d3e-0000-4000-8000-000000000000"
    path = "arn:aws:ssm:eu-west-1:123456789012:parameter/app"
    terms = [
        ConditionTerm(Operator("StringEquals"), "kms:EncryptionContext:PARAMETER_ARN", (f"{path}/{n}",))
        for n in range(5)
    ]
    uses = [use("kms:Decrypt", key, condition=(term,)) for term in terms]
    (cost,) = costs(narrowed(usage_of(*uses), policy(allow("kms:*"))))
    assert (cost.resource, cost.condition_key, cost.seen) == (
        f"{path}/*",
        "kms:EncryptionContext:PARAMETER_ARN",
        5,
    )
    assert cost.admits == "every parameter under `/app/`"


def test_in_a_split_it_is_of_the_sessions_alone() -> None:
    uses = [use("s3:GetObject", f"{BUCKET}/in/{n}", session="a" if n < 2 else "b") for n in range(6)]
    (cost,) = costs(narrowed(usage_of(*uses), policy(allow("s3:*")), sessions=frozenset({"a"})))
    assert cost.seen == 2
