"""How wide patterns are, and the tables that breadth is judged by."""

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.breadth_actions import Power, makes_only_new, most_telling, power_of, reshapes
from secrets_cli.gate.breadth_documented import DOCUMENTED
from secrets_cli.gate.resource_pattern import covers_every, is_everything, may_name
from secrets_cli.inputs.found import UNKNOWN


@pytest.mark.parametrize("value", ["*", "**", "*:*", "?*", "arn:*", "arn:aws:*", "arn:aws-cn:*", "arn:*:*:*:*:*"])
def test_patterns_that_match_every_arn(value: str) -> None:
    assert is_everything(value)


@pytest.mark.parametrize(
    "value", ["arn:aws:s3:::*", "*/*", "arn:aws:*:eu-central-1:*:*", UNKNOWN, f"arn:{UNKNOWN}:*:*:*:*"]
)
def test_patterns_that_do_not(value: str) -> None:
    assert not is_everything(value)


@pytest.mark.parametrize(
    ("value", "kind", "covered"),
    [
        ("arn:aws:iam::*", "arn:*:iam::*:role/*", True),
        ("arn:aws:iam::111122223333:role/*", "arn:*:iam::*:role/*", True),
        ("arn:aws:iam::aws:policy/*", "arn:*:iam::*:policy/*", False),
        ("arn:aws:logs:*:*:*", "arn:*:logs:*:*:log-group:*:log-stream:*", True),
        ("arn:aws:s3:::orders*", "arn:*:s3:::*", False),
        ("arn:aws:apigateway:*::/apis", "arn:*:apigateway:*::/apis", False),
        ("*", "arn:*:apigateway:*::/apis", True),
    ],
)
def test_which_patterns_cover_a_type(value: str, kind: str, covered: bool) -> None:
    assert covers_every(value, kind) is covered


@pytest.mark.parametrize(
    ("value", "kind", "possible"),
    [
        ("arn:aws:s3:::orders/*", "arn:*:s3:::*", False),
        ("arn:aws:s3:::orders/*", "arn:*:s3:::*/*", True),
        ("arn:aws:s3:::orders", "arn:*:s3:::*/*", False),
        ("arn:aws:s3:::orders*", "arn:*:s3:::*/*", True),
        (UNKNOWN, "arn:*:s3:::*", True),
        (f"{UNKNOWN}/*", "arn:*:s3:::*", False),
        ("arn:aws:s3:::${aws:username}", "arn:*:s3:::*", True),
        ("arn:aws:logs:eu-central-1:111122223333:log-group:a:*", "arn:*:logs:*:*:destination:*", False),
        ("arn:aws:s3:::orders/*", "arn:*:iam::*:role/*", False),
    ],
)
def test_which_types_a_pattern_can_name(value: str, kind: str, possible: bool) -> None:
    assert may_name(value, kind) is possible


@pytest.mark.parametrize(
    ("action", "power"),
    [
        ("s3:PutBucketPolicy", Power.GIVES_ACCESS),
        ("iam:DeleteRolePermissionsBoundary", Power.GIVES_ACCESS),
        ("kms:RevokeGrant", Power.WRITES),
        ("sqs:CreateQueue", Power.WRITES),
        ("fsx:GetResourcePolicy", Power.READS),
        ("iot:ListSubscriptions", Power.READS),
        ("kms:Decrypt", Power.READS),
        ("s3:PutObject", Power.WRITES),
        ("ec2:CreateTags", Power.TAGS),
    ],
)
def test_what_actions_can_do(action: str, power: Power) -> None:
    assert power_of(action, load_catalog()) is power


def test_managing_a_resource_is_told_from_using_it() -> None:
    catalog = load_catalog()
    managing = ["dynamodb:DeleteTable", "logs:PutSubscriptionFilter", "lambda:UpdateFunctionCode", "s3:PutObjectAcl"]
    using = [
        "dynamodb:DeleteItem",
        "logs:PutLogEvents",
        "lambda:InvokeFunction",
        "s3:DeleteObject",
        "sqs:DeleteMessage",
    ]
    assert all(reshapes(one, catalog) for one in managing)
    assert not any(reshapes(one, catalog) for one in using)


def test_making_something_without_a_name_is_told_from_the_rest() -> None:
    catalog = load_catalog()
    assert makes_only_new("ec2:CreateInternetGateway", catalog)
    for action in ("ec2:CreateSnapshot", "s3:CreateBucket", "cloudformation:CreateStack", "bedrock:CreateAgentAlias"):
        assert not makes_only_new(action, catalog), action


def test_the_reviewed_actions_exist_and_have_a_source() -> None:
    catalog = load_catalog()
    for action, (reason, source) in DOCUMENTED.items():
        found = catalog.action(action)
        assert found is not None, action
        assert found.full_name == action
        assert reason
        assert source.startswith("https://docs.aws.amazon.com/")


def test_the_worst_comes_first() -> None:
    catalog = load_catalog()
    actions = ("s3:ListBucket", "s3:PutObject", "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:PutObjectTagging")
    assert most_telling(actions, catalog, 3) == ("s3:PutBucketPolicy", "s3:DeleteBucket", "s3:PutObject")
