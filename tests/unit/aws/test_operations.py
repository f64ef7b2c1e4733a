"""Which operation a request is, whatever protocol it is written in."""

from collections import Counter
from typing import Any

import pytest

from secrets_cli.aws.operations import Protocol, Recognised, Unrecognised, recognise
from secrets_cli.aws.request_members import request_members
from secrets_cli.aws.wire import WireRequest
from tests.recorder_wire import MODELS, known, request_of, sampled


def _request(method: str = "POST", path: str = "/", query: str = "", body: bytes = b"", **headers: str) -> WireRequest:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return WireRequest(method, path, query, {"host": "127.0.0.1:4566"} | told, body)


@pytest.mark.parametrize(
    ("model", "operation", "protocol", "members", "expected"),
    [
        ("ssm", "GetParameter", "json", {"Name": "/a", "WithDecryption": True}, Protocol.JSON),
        ("dynamodb", "GetItem", "json", {"TableName": "t", "Key": {"id": {"S": "1"}}}, Protocol.JSON),
        ("cloudwatch", "PutMetricData", "smithy-rpc-v2-cbor", {"Namespace": "n"}, Protocol.CBOR),
        ("cloudwatch", "PutMetricData", "json", {"Namespace": "n"}, Protocol.JSON),
        ("cloudwatch", "PutMetricData", "query", {"Namespace": "n"}, Protocol.QUERY),
        ("sqs", "SendMessage", "query", {"QueueUrl": "u", "MessageBody": "b"}, Protocol.QUERY),
        ("sqs", "SendMessage", "json", {"QueueUrl": "u", "MessageBody": "b"}, Protocol.JSON),
        ("iam", "GetRole", "query", {"RoleName": "r"}, Protocol.QUERY),
        ("sts", "AssumeRole", "query", {"RoleArn": "a", "RoleSessionName": "s"}, Protocol.QUERY),
        ("ec2", "DescribeInstances", "ec2", {"InstanceIds": ["i-1", "i-2"]}, Protocol.EC2),
        ("lambda", "Invoke", "rest-json", {"FunctionName": "f", "Payload": b"{}"}, Protocol.REST_JSON),
        ("apigateway", "GetRestApi", "rest-json", {"restApiId": "a1"}, Protocol.REST_JSON),
        ("s3", "PutObject", "rest-xml", {"Bucket": "bkt", "Key": "a/b c", "Body": b"x"}, Protocol.REST_XML),
        ("s3", "CopyObject", "rest-xml", {"Bucket": "bkt", "Key": "k", "CopySource": "b/k"}, Protocol.REST_XML),
        (
            "s3",
            "UploadPart",
            "rest-xml",
            {"Bucket": "bkt", "Key": "k", "PartNumber": 1, "UploadId": "u"},
            Protocol.REST_XML,
        ),
        ("s3", "ListObjectsV2", "rest-xml", {"Bucket": "bkt", "Prefix": "a/"}, Protocol.REST_XML),
        ("s3", "ListObjects", "rest-xml", {"Bucket": "bkt"}, Protocol.REST_XML),
        ("s3", "ListBuckets", "rest-xml", {}, Protocol.REST_XML),
        ("s3", "GetBucketLifecycleConfiguration", "rest-xml", {"Bucket": "bkt"}, Protocol.REST_XML),
        ("route53", "GetHostedZone", "rest-xml", {"Id": "Z1"}, Protocol.REST_XML),
    ],
)
def test_what_the_sdk_writes_is_recognised_and_read_back(
    model: str, operation: str, protocol: str, members: dict[str, Any], expected: Protocol
) -> None:
    request = request_of(model, operation, members, protocol=protocol)
    found = known(request)
    assert (found.names.model, found.operation.name, found.protocol) == (model, operation, expected)
    read = request_members(request, found)
    blobs = {"Payload", "Body"}
    assert read == {name: value for name, value in members.items() if name not in blobs}


def test_every_operation_of_many_services_is_recognised_and_its_members_are_read() -> None:
    """All of each protocol's biggest services; every member of a made-up request comes back."""
    wrong: list[str] = []
    count = 0
    for model in ("ssm", "ec2", "iam", "s3", "lambda", "rds", "cloudwatch", "sesv2", "route53", "sqs", "apigatewayv2"):
        own = MODELS.model(model)
        for name in own.operation_names:
            operation = own.operation_model(name)
            if operation.deprecated or name == "ListDirectoryBuckets":
                continue
            members = sampled(operation.input_shape) if operation.input_shape else {}
            request = request_of(model, name, members)
            found = known(request)
            missing = (
                members.keys() - request_members(request, found).keys() - _not_read(operation.input_shape, members)
            )
            if found.operation.name != name or missing:
                wrong.append(f"{model}.{name}: {found.operation.name} {sorted(missing)}")
            count += 1
    assert count > 1800
    assert wrong == []


def _not_read(shape: Any, members: dict[str, Any]) -> set[str]:
    """Members that are a whole body, maps in headers, and samples of structures without members."""
    if shape is None:
        return set()
    payload = shape.serialization.get("payload", "")
    maps = {name for name, one in shape.members.items() if one.serialization.get("location") == "headers"}
    hollow = {name for name, one in members.items() if _is_hollow(one)}
    return {payload} | maps | hollow


def _is_hollow(value: Any) -> bool:
    match value:
        case dict():
            return all(_is_hollow(one) for one in value.values())
        case list():
            return all(_is_hollow(one) for one in value)
        case _:
            return False


def test_a_service_is_told_by_its_target_where_two_sign_alike() -> None:
    streams = request_of("dynamodbstreams", "ListStreams", {"TableName": "t"})
    assert known(streams).names.model == "dynamodbstreams"


def test_of_two_versions_of_a_query_service_the_one_asked_for_is_taken() -> None:
    assert known(request_of("elb", "DescribeLoadBalancers", {})).names.model == "elb"
    assert known(request_of("elbv2", "DescribeLoadBalancers", {})).names.model == "elbv2"


def test_a_bucket_in_the_host_is_found() -> None:
    request = request_of("s3", "GetObject", {"Bucket": "bkt", "Key": "a/b"}, host="bkt.localhost:4566")
    moved = WireRequest("GET", "/a/b", request.query, request.headers, b"")
    found = known(moved)
    assert (found.operation.name, dict(found.labels)) == ("GetObject", {"Bucket": "bkt", "Key": "a/b"})


@pytest.mark.parametrize(
    ("path", "name"), [("/bkt/", "ListObjects"), ("/bkt", "ListObjects"), ("/bkt/a/", "GetObject")]
)
def test_a_slash_after_a_bucket_is_idle_and_one_after_a_key_is_not(path: str, name: str) -> None:
    signed = request_of("s3", "ListBuckets", {}).headers
    assert known(WireRequest("GET", path, "", signed, b"")).operation.name == name


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (_request(x_amz_target="AmazonSSM.GetTheParameter"), "ssm: GetTheParameter"),
        (_request(body=b"Action=Nope&Version=1", content_type="application/x-www-form-urlencoded"), "ssm: Nope"),
        (_request("GET", "/nothing/here"), "ssm: GET"),
        (_request(x_amz_target="AmazonSSM.<b>\n"), "ssm: ?b??"),
    ],
)
def test_what_is_no_operation_is_named_and_not_guessed(request_: WireRequest, says: str) -> None:
    found = recognise(request_, "ssm", MODELS)
    assert isinstance(found, Unrecognised)
    assert found.says == says


def test_an_unsigned_call_is_recognised_by_its_action_or_its_bucket() -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}
    web = _request(body=b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a", **form)
    assert _name(recognise(web, "", MODELS)) == "AssumeRoleWithWebIdentity"
    assert _name(recognise(_request("GET", "/public-bucket/index.html"), "", MODELS)) == "GetObject"
    assert _name(recognise(_request("GET", "/_ministack/health"), "", MODELS)) == ""


def _name(found: Recognised | Unrecognised) -> str:
    return found.operation.name if isinstance(found, Recognised) else ""


def test_no_two_rest_operations_of_a_service_can_be_taken_for_each_other() -> None:
    """So that the longest match is never a toss-up; those left out are named in the module."""
    from secrets_cli.aws.operations import _routes_of

    for model in ("s3", "lambda", "apigateway", "apigatewayv2", "route53", "cloudfront", "sesv2", "efs", "batch"):
        names = next(one for one in MODELS.names if one.model == model)
        keys = Counter(
            (one.method, one.path.pattern, one.query, one.required_query, one.required_headers)
            for one in _routes_of(names, MODELS)
        )
        assert [key for key, count in keys.items() if count > 1] == []


def test_a_compressed_body_is_read() -> None:
    import gzip

    plain = request_of("cloudwatch", "PutMetricData", {"Namespace": "n"}, protocol="json")
    packed = WireRequest(
        plain.method, "/", "", {**plain.headers, "content-encoding": "gzip"}, gzip.compress(plain.body or b"")
    )
    assert request_members(packed, known(packed)) == {"Namespace": "n"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"Name": ', b"null"])
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_body_that_is_malformed_reads_as_nothing(body: bytes, encoding: str) -> None:
    whole = request_of("ssm", "GetParameter", {"Name": "/a"})
    bad = WireRequest("POST", "/", "", {**whole.headers, "content-encoding": encoding}, body)
    assert request_members(bad, known(bad)) == {}


@pytest.mark.parametrize("body", [b"", b"\xff", b"<a>", b"\xbf"])
def test_other_malformed_bodies_too(body: bytes) -> None:
    for model, operation, protocol in (
        ("cloudwatch", "DescribeAlarms", "smithy-rpc-v2-cbor"),
        ("route53", "CreateHostedZone", ""),
    ):
        whole = request_of(model, operation, {}, protocol=protocol)
        bad = WireRequest(whole.method, whole.path, whole.query, whole.headers, body)
        assert request_members(bad, known(bad)) == {}


def test_members_that_the_model_does_not_know_are_left_out() -> None:
    request = request_of("ssm", "GetParameter", {"Name": "/a"})
    odd = WireRequest("POST", "/", "", request.headers, b'{"Name": "/a", "Secret": "s"}')
    assert request_members(odd, known(odd)) == {"Name": "/a"}
