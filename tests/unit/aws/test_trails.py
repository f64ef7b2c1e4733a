"""The typed calls of CloudTrail, against moto."""

import json
from typing import Any

import pytest
from botocore.stub import Stubber

from secrets_cli.aws.target import Connection
from secrets_cli.aws.trails import TrailService
from secrets_cli.errors import AccessDenied, NotThere
from secrets_cli.usage.selectors import Category, Texts, parse_selectors
from secrets_cli.usage.visibility_trail import trail_warnings


@pytest.fixture
def cloudtrail(aws: Connection) -> Any:
    """The SDK's client, with a trail `main` that logs."""
    aws.client("s3").create_bucket(Bucket="trail-logs")
    client = aws.client("cloudtrail")
    client.create_trail(Name="main", S3BucketName="trail-logs", S3KeyPrefix="org", IsMultiRegionTrail=True)
    client.start_logging(Name="main")
    return client


def test_a_trail_is_described(aws: Connection, cloudtrail: Any) -> None:
    trail = TrailService(aws).trail("main")
    assert (trail.name, trail.home_region, trail.bucket, trail.prefix) == ("main", "us-east-1", "trail-logs", "org")
    assert trail.is_multi_region
    assert trail.has_global_events
    assert trail.is_logging
    assert trail.logging_since.endswith("Z")
    assert TrailService(aws).trail(trail.arn) == trail
    assert tuple(trail_warnings(trail, "")) == ()
    (hole,) = trail_warnings(trail, "2020-01-01T00:00:00Z")
    assert hole.startswith(f"logging was last switched on at {trail.logging_since}, after the first")


def test_what_is_wrong_with_a_trail_is_said(aws: Connection, cloudtrail: Any) -> None:
    cloudtrail.create_trail(Name="small", S3BucketName="trail-logs", IncludeGlobalServiceEvents=False)
    said = " ".join(trail_warnings(TrailService(aws).trail("small"), ""))
    for part in ("does not log now", "logs us-east-1 alone", "leaves out global services"):
        assert part in said


def test_classic_selectors_are_read_as_put(aws: Connection, cloudtrail: Any) -> None:
    cloudtrail.put_event_selectors(
        TrailName="main",
        EventSelectors=[
            {
                "ReadWriteType": "WriteOnly",
                "IncludeManagementEvents": True,
                "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::a/"]}],
                "ExcludeManagementEventSources": ["kms.amazonaws.com"],
            }
        ],
    )
    found = parse_selectors(TrailService(aws).selectors("main"), "main")
    assert found.trail.endswith(":trail/main")
    assert [(s.category, s.reads, s.arns, s.sources) for s in found.selections] == [
        (Category.MANAGEMENT, False, Texts(), Texts(not_equals=("kms.amazonaws.com",))),
        (Category.DATA, False, Texts(starts_with=("arn:aws:s3:::a/",)), Texts()),
    ]


def test_advanced_selectors_are_read_as_put(aws: Connection, cloudtrail: Any) -> None:
    cloudtrail.put_event_selectors(
        TrailName="main",
        AdvancedEventSelectors=[
            {
                "Name": "queues",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::SQS::Queue"]},
                    {"Field": "readOnly", "Equals": ["false"]},
                ],
            }
        ],
    )
    (found,) = parse_selectors(TrailService(aws).selectors("main"), "main").selections
    assert (found.type, found.reads, found.writes) == ("AWS::SQS::Queue", False, True)


def test_the_text_is_what_the_aws_command_prints(aws: Connection, cloudtrail: Any) -> None:
    document = json.loads(TrailService(aws).selectors("main"))
    assert "ResponseMetadata" not in document
    assert document["TrailARN"].endswith(":trail/main")


@pytest.mark.parametrize("call", ["trail", "selectors"])
def test_a_trail_that_is_not_there(aws: Connection, cloudtrail: Any, call: str) -> None:
    with pytest.raises(NotThere) as caught:
        getattr(TrailService(aws), call)("other")
    assert caught.value.message == "there is no trail `other` in us-east-1"
    assert "home region" in caught.value.help


def test_a_refusal_names_the_call(aws: Connection) -> None:
    with Stubber(aws.client("cloudtrail")) as stub:
        stub.add_client_error("get_event_selectors", "AccessDeniedException", "User: x is not authorized", 400)
        with pytest.raises(AccessDenied) as caught:
            TrailService(aws).selectors("main")
    assert "`cloudtrail:GetEventSelectors` on `main`" in caught.value.message
