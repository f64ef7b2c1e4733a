"""IAM's last-accessed data: what is read, what is said of an action, and what is no report."""

import json

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.usage.last_accessed import LastAccessed, parse_last_accessed, seen_of

ROLE = "arn:aws:iam::123456789012:role/app"
FIRST, LAST = "2026-09-01T00:00:00Z", "2026-09-30T00:00:00Z"


def report(*services: dict[str, object], **more: object) -> LastAccessed:
    """A finished report."""
    document = {
        "JobStatus": "COMPLETED",
        "JobType": "ACTION_LEVEL",
        "JobCreationDate": "2026-10-01T08:00:00+00:00",
        "JobCompletionDate": "2026-10-01T08:00:02.123000+00:00",
        "IsTruncated": False,
        "ServicesLastAccessed": list(services),
        **more,
    }
    return parse_last_accessed(json.dumps(document), "last.json")


def service(prefix: str, when: str | None = None, *actions: tuple[str, str | None]) -> dict[str, object]:
    """One service of a report, `when` it was last used, and its tracked actions."""
    seen = {"LastAuthenticated": when, "LastAuthenticatedEntity": ROLE, "LastAuthenticatedRegion": "eu-west-1"}
    tracked = [
        {"ActionName": name, **({"LastAccessedTime": time, "LastAccessedEntity": ROLE} if time else {})}
        for name, time in actions
    ]
    return {
        "ServiceName": prefix,
        "ServiceNamespace": prefix,
        "TotalAuthenticatedEntities": 1 if when else 0,
        **(seen if when else {}),
        **({"TrackedActionsLastAccessed": tracked} if actions else {}),
    }


def test_times_are_read_as_cloudtrail_writes_them() -> None:
    found = report(service("s3", "2026-09-02T10:00:00+02:00"), service("sqs", "2026-09-02T10:00:00.5"))
    assert found.services["s3"].time == "2026-09-02T08:00:00Z"
    assert found.services["sqs"].time == "2026-09-02T10:00:00Z"
    assert found.as_of == "2026-10-01T08:00:02Z"
    assert found.entities == {ROLE}


@pytest.mark.parametrize(
    ("action", "level", "is_within", "said"),
    [
        ("s3:GetObject", "service", True, "IAM last saw s3 used at 2026-09-02T08:00:00Z (service level)"),
        (
            "s3:PutBucketPolicy",
            "action",
            False,
            "IAM last saw s3:PutBucketPolicy used at 2026-05-01T00:00:00Z, before these logs (action level)",
        ),
        (
            "S3:deletebucket",
            "action",
            False,
            "IAM saw no attempt to use S3:deletebucket in its tracking period before 2026-10-01T08:00:02Z (action level)",
        ),
        (
            "sqs:SendMessage",
            "service",
            False,
            "IAM saw no attempt to use sqs in its tracking period before 2026-10-01T08:00:02Z (service level)",
        ),
        (
            "sns:Publish",
            "service",
            False,
            "IAM last saw sns used at 2026-09-30T00:00:01Z, after these logs (service level)",
        ),
    ],
)
def test_what_is_said_of_an_action(action: str, level: str, is_within: bool, said: str) -> None:
    found = report(
        service("s3", "2026-09-02T08:00:00Z", ("PutBucketPolicy", "2026-05-01T00:00:00Z"), ("DeleteBucket", None)),
        service("sqs"),
        service("sns", "2026-09-30T00:00:01Z"),
    )
    seen = seen_of(found, action, FIRST, LAST)
    assert seen is not None
    assert (seen.level, seen.is_within, seen.says) == (level, is_within, said)


def test_nothing_is_said_of_a_service_that_is_not_listed_and_nothing_lies_in_logs_without_times() -> None:
    assert seen_of(report(service("s3")), "ec2:RunInstances", FIRST, LAST) is None
    seen = seen_of(report(service("s3", "2026-09-02T08:00:00Z")), "s3:GetObject", "", "")
    assert seen is not None
    assert not seen.is_within


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "is not JSON"),
        ("{}", "`last.json` has no `ServicesLastAccessed`"),
        ('{"JobStatus": "IN_PROGRESS"}', "`JobStatus` is `IN_PROGRESS`: there is no report yet"),
        ('{"ServicesLastAccessed": [{}]}', "`ServicesLastAccessed[0]` has no `ServiceNamespace`"),
        (
            '{"ServicesLastAccessed": [{"ServiceNamespace": "s3", "LastAuthenticated": "soon"}]}',
            "`ServicesLastAccessed[0].LastAuthenticated` is no time",
        ),
        ('{"ServicesLastAccessed": [{"ServiceNamespace": "s3", "LastAuthenticated": 5}]}', "is no text"),
    ],
)
def test_what_is_no_report_is_refused(document: str, said: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        parse_last_accessed(document, "last.json")
    assert said in caught.value.message
    assert "generate-service-last-accessed-details" in caught.value.help
