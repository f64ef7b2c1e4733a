"""The parts of the event map: open JSON, names of services and events, messages of refusal, ARN formats."""

import pytest

from secrets_cli.catalog.events.arn_format import arn_format, is_arn, stem
from secrets_cli.catalog.events.denied import Refusal, is_denial, refusal
from secrets_cli.catalog.events.ec2_ids import type_of_id
from secrets_cli.catalog.events.kinds import queue_of_url
from secrets_cli.catalog.events.parameters import keys, present, text, texts
from secrets_cli.catalog.events.sources import prefix_of, undated
from secrets_cli.catalog.grant import ApiCall
from secrets_cli.json_value import JsonValue

CALL = ApiCall("x.amazonaws.com", "X", "eu-west-1", "111122223333")


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        ({"tableName": "T"}, "tableName", ("T",)),
        ({"TableName": "T"}, "tableName", ("T",)),
        ({"a": {"items": [{"id": "1"}, {"id": "2"}]}}, "a.id", ("1", "2")),
        ({"a": {"content": "fl-1", "tag": 1}}, "a", ("fl-1",)),
        ({"a": [{"content": "x", "tag": 1}, {"content": "y", "tag": 2}]}, "a", ("x", "y")),
        ({"b": "2"}, "a|b", ("2",)),
        ({"a": "1", "b": "2"}, "a|b", ("1",)),
        ({"a": 3}, "a", ("3",)),
        ({"a": "HIDDEN_DUE_TO_SECURITY_REASONS"}, "a", ()),
        ({"a": True}, "a", ()),
        ({"a": {"b": "c"}}, "a", ()),
        (["x"], "a", ()),
        ("text", "a", ()),
        (None, "a", ()),
        ({"a": ["x", "x"]}, "a", ("x",)),
    ],
)
def test_texts(value: JsonValue, path: str, found: tuple[str, ...]) -> None:
    assert texts(value, path) == found


def test_text_of_nothing_is_empty() -> None:
    assert text({}, "a") == ""


def test_presence() -> None:
    assert present({"a": {"b": 1}}, "a")
    assert present({"a": "x"}, "b|a")
    nothings: tuple[JsonValue, ...] = ("", None, [], {}, False, "false")
    for nothing in nothings:
        assert not present({"a": nothing}, "a")


def test_names_inside_an_object() -> None:
    assert keys({"requestItems": {"T": {}, "U": {}}}, "requestItems") == ("T", "U")
    assert keys({"requestItems": "x"}, "requestItems") == ()


def test_nesting_without_end_is_not_followed() -> None:
    deep: JsonValue = "x"
    for _ in range(200):
        deep = [deep]
    assert texts({"a": deep}, "a") == ()


@pytest.mark.parametrize(
    ("source", "prefix"),
    [
        ("s3.amazonaws.com", "s3"),
        ("s3.amazonaws.com.cn", "s3"),
        ("monitoring.amazonaws.com", "cloudwatch"),
        ("tagging.amazonaws.com", "tag"),
        ("streams.dynamodb.amazonaws.com", "dynamodb"),
        ("email.amazonaws.com", "ses"),
        ("discovery-marketplace.amazonaws.com", "aws-marketplace"),
        ("chime-sdk-voice.amazonaws.com", "chime"),
        ("rdsdata.amazonaws.com", "rds-data"),
        ("", ""),
    ],
)
def test_prefix_of_a_source(source: str, prefix: str) -> None:
    assert prefix_of(source) == prefix


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("ListFunctions20150331", "ListFunctions"),
        ("UpdateFunctionCode20150331v2", "UpdateFunctionCode"),
        ("GetDistribution2020_05_31", "GetDistribution"),
        ("GetObject", "GetObject"),
        ("CreateCacheCluster2", "CreateCacheCluster2"),
    ],
)
def test_the_date_goes(event: str, name: str) -> None:
    assert undated(event) == name


@pytest.mark.parametrize(
    ("code", "message", "denied"),
    [
        ("AccessDenied", "", True),
        ("AccessDeniedException", "", True),
        ("Client.UnauthorizedOperation", "", True),
        ("AuthorizationError", "", True),
        ("", "User: x is not authorized to perform: s3:GetObject", True),
        ("NoSuchKey", "The specified key does not exist.", False),
        ("ThrottlingException", "Rate exceeded", False),
        ("", "", False),
    ],
)
def test_denial(code: str, message: str, denied: bool) -> None:
    assert is_denial(code, message) is denied


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k.",
            Refusal("s3:GetObject", "arn:aws:s3:::b/k"),
        ),
        (
            "is not authorized to perform: [s3:GetObject] on resource: [arn:aws:s3:::b/k]",
            Refusal("s3:GetObject", "arn:aws:s3:::b/k"),
        ),
        (
            "is not authorized to perform: iam:GetRole on resource: role app because",
            Refusal("iam:GetRole", "arn:aws:iam::111122223333:role/app"),
        ),
        ("is not authorized to perform: s3:GetObject", Refusal("s3:GetObject", "")),
        ("is not authorized to perform: s3:GetObject on resource: my-secret because", Refusal("s3:GetObject", "")),
        ("Access denied because no identity-based policy allows the kms:Decrypt action", Refusal("kms:Decrypt", "")),
        ("Access Denied", None),
        ("", None),
    ],
)
def test_what_a_refusal_says(message: str, said: Refusal | None) -> None:
    assert refusal(message, "aws", "111122223333") == said


@pytest.mark.parametrize(
    ("url", "queue"),
    [
        ("https://sqs.eu-west-1.amazonaws.com/111122223333/jobs", ("111122223333", "jobs")),
        ("https://queue.amazonaws.com/111122223333/jobs", ("111122223333", "jobs")),
        ("https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/111122223333/jobs.fifo", ("111122223333", "jobs.fifo")),
        ("https://example.com/jobs", ("", "")),
        ("https://[bad", ("", "")),
        ("jobs", ("", "")),
    ],
)
def test_queue_of_a_url(url: str, queue: tuple[str, str]) -> None:
    assert queue_of_url(url) == queue


@pytest.mark.parametrize(
    ("written", "kind"),
    [("i-0a", "instance"), ("tgw-attach-0a", "transit-gateway-attachment"), ("zz-0a", ""), ("", "")],
)
def test_type_of_an_ec2_id(written: str, kind: str) -> None:
    assert type_of_id(written) == kind


def test_names_that_are_about_the_same() -> None:
    assert {stem(name) for name in ("DBInstanceIdentifier", "dbInstanceIds", "DbInstanceName", "db-instance")} == {
        "dbinstance"
    }


def test_an_arn_format_fits_its_arns_only() -> None:
    form = arn_format("arn:${Partition}:ecs:${Region}:${Account}:task/${ClusterName}/${TaskId}")
    assert form.placeholders == ("ClusterName", "TaskId")
    assert form.fits("arn:aws:ecs:eu-west-1:111122223333:task/web/1")
    assert not form.fits("arn:aws:ecs:eu-west-1:111122223333:service/web/1")
    assert form.filled(CALL, {"ClusterName": "web"}) == "arn:aws:ecs:eu-west-1:111122223333:task/web/*"


def test_a_placeholder_named_like_the_account_is_not_the_callers() -> None:
    form = arn_format("arn:${Partition}:organizations::${Account}:account/o-${OrganizationId}/${AccountId}")
    assert form.filled(CALL, {}) == "arn:aws:organizations::111122223333:account/o-*/*"


@pytest.mark.parametrize(
    ("text_", "yes"),
    [("arn:aws:s3:::b", True), ("arn:aws:s3", False), ("arn:", False), ("x", False), ("arn:aws:s3:::", False)],
)
def test_what_is_an_arn(text_: str, yes: bool) -> None:
    assert is_arn(text_) is yes
