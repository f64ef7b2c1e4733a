"""One CloudTrail record as AWS writes it: the fields every record has, in AWS's order, and who made the call.

Field by field: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
Identities: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from secrets_cli.demo.orders import ACCOUNT, FUNCTION, FUNCTION_ARN, REGION, ROLE, ROLE_ARN
from secrets_cli.json_value import JsonValue

RecordJson: TypeAlias = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who made a call, and from where."""

    identity: Mapping[str, JsonValue]
    """`userIdentity`."""
    source_ip: str
    """An address, or the DNS name of the AWS service that called."""
    user_agent: str


@dataclass(frozen=True, slots=True)
class Call:
    """One API call, before it is given its time, ids and envelope."""

    service: str
    """The event source without `.amazonaws.com`."""
    name: str
    """As CloudTrail writes it, date suffix included."""
    read_only: bool
    parameters: JsonValue = None
    response: JsonValue = None
    additional: Mapping[str, JsonValue] = field(default_factory=dict)
    resources: tuple[Mapping[str, JsonValue], ...] = ()
    """Data events, and the few management events that have them, name their resources."""
    data_event: bool = False
    error: tuple[str, str] | None = None
    """errorCode and errorMessage."""
    region: str = REGION
    """IAM is served from us-east-1 and logged there."""
    api_version: str = ""
    host: str = ""
    """The endpoint; empty: `SERVICE.REGION.amazonaws.com`."""


def stamp(moment: datetime) -> str:
    """A time as CloudTrail writes it: UTC, whole seconds, `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(*parts: object) -> str:
    """64 hexadecimal digits that depend on nothing but the parts: the demo's only source of variety."""
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


def uuid_of(*parts: object) -> str:
    """An id in the form of a version 4 UUID."""
    text = digest(*parts)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"


def record_of(call: Call, caller: Caller, moment: datetime, serial: str) -> RecordJson:
    """The call as a record. `serial` tells it from every other record, and decides its ids."""
    record: RecordJson = {
        "eventVersion": "1.11",
        "userIdentity": dict(caller.identity),
        "eventTime": stamp(moment),
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.name,
        "awsRegion": call.region,
        "sourceIPAddress": caller.source_ip,
        "userAgent": caller.user_agent,
    }
    if call.error is not None:
        record["errorCode"], record["errorMessage"] = call.error
    record["requestParameters"] = call.parameters
    record["responseElements"] = call.response
    if call.additional:
        record["additionalEventData"] = dict(call.additional)
    record["requestID"] = _request_id(call, serial)
    record["eventID"] = uuid_of("event", serial)
    record["readOnly"] = call.read_only
    if call.resources:
        record["resources"] = [dict(resource) for resource in call.resources]
    record["eventType"] = "AwsApiCall"
    if call.api_version:
        record["apiVersion"] = call.api_version
    record["managementEvent"] = not call.data_event
    record["recipientAccountId"] = ACCOUNT
    record["eventCategory"] = "Data" if call.data_event else "Management"
    if not _is_service(caller):
        record["tlsDetails"] = _tls(call)
    return record


def _is_service(caller: Caller) -> bool:
    """Calls that an AWS service makes carry no TLS details."""
    return caller.source_ip.endswith(".amazonaws.com")


def _tls(call: Call) -> RecordJson:
    return {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": call.host or f"{call.service}.{call.region}.amazonaws.com",
    }


def _request_id(call: Call, serial: str) -> str:
    """Each service has its own form: S3 sixteen characters, DynamoDB fifty-two, the others a UUID."""
    text = digest("request", serial).upper()
    if call.service == "s3":
        return text[:16]
    if call.service == "dynamodb" and call.data_event:
        return text[:32] + "VV4KQNSO5AEMVJF66Q9A"
    return uuid_of("request", serial)


ROLE_ID = "AROA3XFRBF535EXAMPLE1"


def function_session(started: datetime, invoked_by: str = "") -> Caller:
    """The function's own session on its execution role: Lambda names the session after the function.

    `invoked_by` is the service that made the call on the role's behalf, such as SSM asking KMS to decrypt.
    """
    identity: RecordJson = {
        "type": "AssumedRole",
        "principalId": f"{ROLE_ID}:{FUNCTION}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/{FUNCTION}",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIA" + digest("key", stamp(started)).upper()[:16],
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": ROLE_ID,
                "arn": ROLE_ARN,
                "accountId": ACCOUNT,
                "userName": ROLE,
            },
            "attributes": {"creationDate": stamp(started), "mfaAuthenticated": "false"},
        },
    }
    if invoked_by:
        identity["invokedBy"] = invoked_by
        return Caller(identity, invoked_by, invoked_by)
    identity["inScopeOf"] = {"issuerType": "AWS::Lambda::Function", "credentialsIssuedTo": FUNCTION_ARN}
    return Caller(
        identity,
        "203.0.113.27",
        "Boto3/1.40.12 md/Botocore#1.40.12 ua/2.1 os/linux#5.10.240 md/arch#x86_64 lang/python#3.12.11 "
        "exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.40.12",
    )


def service(name: str) -> Caller:
    """An AWS service acting for itself, such as `lambda.amazonaws.com`."""
    return Caller({"type": "AWSService", "invokedBy": name}, name, name)


def user(name: str, user_agent: str, source_ip: str, console_since: datetime | None = None) -> Caller:
    """An IAM user, with a long-lived key or, in the console, with a session."""
    identity: RecordJson = {
        "type": "IAMUser",
        "principalId": "AIDA" + digest("user", name).upper()[:16],
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": ("ASIA" if console_since else "AKIA") + digest("key", name).upper()[:16],
        "userName": name,
    }
    if console_since:
        identity["sessionContext"] = {
            "attributes": {"creationDate": stamp(console_since), "mfaAuthenticated": "true"},
        }
    return Caller(identity, source_ip, user_agent)


def scaling_session(started: datetime) -> Caller:
    """Application Auto Scaling on its service-linked role."""
    name = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
    domain = "dynamodb.application-autoscaling.amazonaws.com"
    session = f"AutoScaling-ManageAlarms-{digest('scaling', stamp(started))[:8]}"
    identity: RecordJson = {
        "type": "AssumedRole",
        "principalId": f"AROA3XFRBF535EXAMPLE2:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIA" + digest("key", session).upper()[:16],
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROA3XFRBF535EXAMPLE2",
                "arn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{domain}/{name}",
                "accountId": ACCOUNT,
                "userName": name,
            },
            "attributes": {"creationDate": stamp(started - timedelta(seconds=1)), "mfaAuthenticated": "false"},
        },
        "invokedBy": domain,
    }
    return Caller(identity, domain, domain)
