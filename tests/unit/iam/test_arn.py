"""ARNs: six fields, any partition, what is none."""

import pytest

from secrets_cli.iam.arn import Arn, arn_matches, parse_arn


def test_fields() -> None:
    arn = parse_arn("arn:aws-us-gov:logs:us-gov-west-1:111122223333:log-group:/aws/lambda/f:*")
    assert arn == Arn("aws-us-gov", "logs", "us-gov-west-1", "111122223333", "log-group:/aws/lambda/f:*")
    assert str(arn) == "arn:aws-us-gov:logs:us-gov-west-1:111122223333:log-group:/aws/lambda/f:*"


def test_empty_fields_stay_empty() -> None:
    assert parse_arn("arn:aws:s3:::b/k:with:colons") == Arn("aws", "s3", "", "", "b/k:with:colons")


@pytest.mark.parametrize("text", ["", "*", "arn:aws:s3", "arn:aws:s3::b", "urn:aws:s3:::b", "ARN:aws:s3:::b"])
def test_no_arn(text: str) -> None:
    assert parse_arn(text) is None


def test_matching_is_per_field() -> None:
    assert arn_matches("arn:*:sqs:*:1:q*", "arn:aws:sqs:eu-west-1:1:q:x")
    assert not arn_matches("arn:aws:sqs:*:q", "arn:aws:sqs:eu-west-1:1:q")
    assert not arn_matches("*", "arn:aws:sqs:eu-west-1:1:q")
