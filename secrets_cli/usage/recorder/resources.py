"""`resources[]` of a record: for the services whose records have it.

S3 lists the object and its bucket, KMS the key that was used (which resolves an alias), Parameter Store its parameters (without
a type, as measured), data events the item's resource.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from secrets_cli.catalog.events.kinds import queue_of_url
from secrets_cli.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class Call:
    """What the resources of a call are told from."""

    name: str
    """The event's name."""
    region: str
    account: str
    partition: str
    parameters: Mapping[str, Any]
    """As they are written."""
    answer: Mapping[str, Any]
    """The answer's members, by the model's names."""


def resources_of(signing_name: str, call: Call) -> list[JsonValue]:
    """The entries, or an empty list."""
    find = _FINDERS.get(signing_name)
    return list(find(call)) if find else []


def _entry(call: Call, arn: str, kind: str = "") -> JsonValue:
    entry: dict[str, JsonValue] = {"accountId": call.account}
    if kind:
        entry["type"] = kind
    return entry | {"ARN": arn}


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _arn(call: Call, service: str, name: str) -> str:
    return f"arn:{call.partition}:{service}:{call.region}:{call.account}:{name}"


def _ssm(call: Call) -> Iterator[JsonValue]:
    if not call.name.endswith(("Parameter", "Parameters", "ParameterHistory", "ParameterVersion")):
        return
    if call.name == "DescribeParameters":
        return
    for name in [*_texts(call.parameters.get("name")), *_texts(call.parameters.get("names"))]:
        is_arn = name.startswith("arn:")
        plain = ":".join(name.split(":")[:6]) if is_arn else name.partition(":")[0].lstrip("/")
        yield _entry(call, plain if is_arn else _arn(call, "ssm", f"parameter/{plain}"))


def _kms(call: Call) -> Iterator[JsonValue]:
    told = call.answer.get("KeyMetadata")
    used = [
        call.answer.get("SourceKeyId"),
        call.answer.get("KeyId"),
        told.get("Arn") if isinstance(told, Mapping) else None,
        call.parameters.get("keyId"),
        call.parameters.get("targetKeyId"),
    ]
    keys = [arn for one in used if (arn := _key(call, one))]
    alias = call.parameters.get("aliasName")
    if isinstance(alias, str) and alias.startswith("alias/"):
        keys.append(_arn(call, "kms", alias))
    for arn in dict.fromkeys(keys):
        yield _entry(call, arn, "AWS::KMS::Key")


def _key(call: Call, written: Any) -> str:
    """A key's ARN from an ARN or an id; of an alias nothing."""
    if not isinstance(written, str) or "alias/" in written or not written:
        return ""
    return written if written.startswith("arn:") else _arn(call, "kms", f"key/{written}")


def _s3(call: Call) -> Iterator[JsonValue]:
    bucket, key = call.parameters.get("bucketName"), call.parameters.get("key")
    if not isinstance(bucket, str) or call.name == "CreateBucket":
        return
    base = bucket if bucket.startswith("arn:") else f"arn:{call.partition}:s3:::{bucket}"
    if isinstance(key, str):
        yield {"type": "AWS::S3::Object", "ARN": f"{base}/{key}"}
    elif call.name in ("ListObjects", "ListObjectVersions"):
        yield {"type": "AWS::S3::Object", "ARNPrefix": f"{base}/{call.parameters.get('prefix') or ''}"}
    yield _entry(call, base, "AWS::S3::Bucket")


def _dynamodb(call: Call) -> Iterator[JsonValue]:
    items = call.parameters.get("requestItems")
    named = [call.parameters.get("tableName")]
    named += [one.get("tableName") for one in items if isinstance(one, Mapping)] if isinstance(items, list) else []
    for name in dict.fromkeys(one for one in named if isinstance(one, str)):
        arn = name if name.startswith("arn:") else _arn(call, "dynamodb", f"table/{name}")
        yield _entry(call, arn, "AWS::DynamoDB::Table")
    stream = call.parameters.get("streamArn")
    if isinstance(stream, str):
        yield _entry(call, stream, "AWS::DynamoDB::Stream")


def _sts(call: Call) -> Iterator[JsonValue]:
    role = call.parameters.get("roleArn")
    if isinstance(role, str):
        yield {"accountId": role.split(":")[4] if role.count(":") >= 5 else "", "type": "AWS::IAM::Role", "ARN": role}


def _lambda(call: Call) -> Iterator[JsonValue]:
    name = call.parameters.get("functionName")
    if call.name.startswith("Invoke") and isinstance(name, str):
        arn = name if name.startswith("arn:") else _arn(call, "lambda", f"function:{name.split(':')[-1]}")
        if name.count(":") == 1:  # NAME:QUALIFIER
            arn = _arn(call, "lambda", f"function:{name}")
        yield _entry(call, arn, "AWS::Lambda::Function")


def _sqs(call: Call) -> Iterator[JsonValue]:
    for url in _texts(call.parameters.get("queueUrl")):
        account, name = queue_of_url(url)
        if name:
            arn = f"arn:{call.partition}:sqs:{call.region}:{account}:{name}"
            yield {"accountId": account, "type": "AWS::SQS::Queue", "ARN": arn}


def _sns(call: Call) -> Iterator[JsonValue]:
    if call.name.startswith("Publish"):
        for arn in [*_texts(call.parameters.get("topicArn")), *_texts(call.parameters.get("targetArn"))][:1]:
            yield _entry(call, arn, "AWS::SNS::Topic")


def _kinesis(call: Call) -> Iterator[JsonValue]:
    name, arn = call.parameters.get("streamName"), call.parameters.get("streamARN")
    if isinstance(arn, str) or isinstance(name, str):
        written = arn if isinstance(arn, str) else _arn(call, "kinesis", f"stream/{name}")
        yield _entry(call, written, "AWS::Kinesis::Stream")


_FINDERS: Final[Mapping[str, Callable[[Call], Iterator[JsonValue]]]] = {
    "ssm": _ssm,
    "kms": _kms,
    "s3": _s3,
    "dynamodb": _dynamodb,
    "sts": _sts,
    "lambda": _lambda,
    "sqs": _sqs,
    "sns": _sns,
    "kinesis": _kinesis,
}
