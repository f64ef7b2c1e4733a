"""A loopback proxy in front of the emulator that records the calls of one Lambda function as CloudTrail would.

The calls are the function's own, seen on the way; only it is told of this proxy, so a key that no AssumeRole here has given
out is its own role's. What no call shows, because the emulator decrypts without KMS, is added and marked: the kms:Decrypt
that Parameter Store makes on the caller's behalf, as trails have it (`invokedBy`, the encryption context, the key).

Shapes: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

import gzip
import http.client
import json
import re
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

_CREDENTIAL = re.compile(r"Credential=([^/]+)/[0-9]+/([^/]+)/([^/]+)/")


@dataclass(frozen=True, slots=True)
class Seen:
    """One call and its answer."""

    key: str
    region: str
    service: str
    operation: str
    parameters: Mapping[str, Any]
    """As they were sent, names with a small first letter."""
    status: int
    answer: str


@dataclass(slots=True)
class Recorder:
    """What was recorded, and what is needed to say who it was."""

    account: str
    function: str
    """The function's name, which is its session's name."""
    role: Mapping[str, str]
    """The function's role: `Arn`, `RoleId`, `RoleName`."""
    keys: Mapping[str, str]
    """ARN of the key of each parameter, by name."""
    records: list[dict[str, Any]] = field(default_factory=list)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """`userIdentity` by access key."""
    adding: threading.Lock = field(default_factory=threading.Lock)

    def see(self, seen: Seen) -> None:
        """Record a call."""
        with self.adding:
            identity = self.sessions.get(seen.key) or self._own(seen.key)
            self.records.append(self._record(seen, identity))
            if seen.status != 200:
                return
            if seen.operation == "AssumeRole":
                self._given_out(seen)
            elif seen.service == "ssm" and seen.parameters.get("withDecryption"):
                self.records += [self._decrypted(seen, identity, name) for name in _read(seen.answer)]

    def _own(self, key: str) -> dict[str, Any]:
        role = self.role
        return self._identity(key, f"{role['RoleId']}:{self.function}", role["Arn"], role["RoleId"])

    def _given_out(self, seen: Seen) -> None:
        key, user = _between(seen.answer, "AccessKeyId"), _between(seen.answer, "AssumedRoleId")
        identity = self._identity(key, user, seen.parameters["roleArn"], user.partition(":")[0])
        identity["sessionContext"]["sourceIdentity"] = seen.parameters["sourceIdentity"]
        self.sessions[key] = identity

    def _identity(self, key: str, user: str, role: str, role_id: str) -> dict[str, Any]:
        name = role.rpartition("/")[2]
        issuer = {"type": "Role", "principalId": role_id, "arn": role, "accountId": self.account, "userName": name}
        return {
            "type": "AssumedRole",
            "principalId": user,
            "arn": f"arn:aws:sts::{self.account}:assumed-role/{name}/{user.partition(':')[2]}",
            "accountId": self.account,
            "accessKeyId": key,
            "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}},
        }

    def _record(self, seen: Seen, identity: dict[str, Any]) -> dict[str, Any]:
        denied = {} if seen.status == 200 else {"errorCode": _code(seen.answer), "errorMessage": "see the emulator"}
        return self._common(seen, identity) | {
            "eventSource": f"{seen.service}.amazonaws.com",
            "eventName": seen.operation,
            "requestParameters": {name: value for name, value in seen.parameters.items() if value is not None},
            "resources": [{"accountId": self.account, "ARN": arn} for arn in self._arns(seen)],
            **denied,
        }

    def _decrypted(self, seen: Seen, identity: dict[str, Any], name: str) -> dict[str, Any]:
        """ADDED: the emulator makes no such call."""
        return self._common(seen, identity | {"invokedBy": "ssm.amazonaws.com"}) | {
            "sourceIPAddress": "ssm.amazonaws.com",
            "eventSource": "kms.amazonaws.com",
            "eventName": "Decrypt",
            "requestParameters": {
                "encryptionContext": {"PARAMETER_ARN": self._parameter(seen.region, name)},
                "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
            },
            "resources": [{"accountId": self.account, "type": "AWS::KMS::Key", "ARN": self.keys[name]}],
        }

    def _arns(self, seen: Seen) -> list[str]:
        if seen.operation == "AssumeRole":
            return [seen.parameters["roleArn"]]
        names = seen.parameters.get("names") or [seen.parameters["name"]]
        return [self._parameter(seen.region, name.partition(":")[0]) for name in names]

    def _parameter(self, region: str, name: str) -> str:
        return f"arn:aws:ssm:{region}:{self.account}:parameter/{name.lstrip('/')}"

    def _common(self, seen: Seen, identity: dict[str, Any]) -> dict[str, Any]:
        return {
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "awsRegion": seen.region,
            "sourceIPAddress": "127.0.0.1",
            "responseElements": None,
            "eventID": str(uuid.uuid4()),
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "eventCategory": "Management",
            "recipientAccountId": self.account,
        }

    def deliver(self, folder: Path) -> Path:
        """Write the records as CloudTrail delivers them, and answer the folder."""
        region = self.records[0]["awsRegion"]
        name = f"{self.account}_CloudTrail_{region}_recorded.json.gz"
        path = folder / f"AWSLogs/{self.account}/CloudTrail/{region}/{datetime.now(UTC):%Y/%m/%d}" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(gzip.compress(json.dumps({"Records": self.records}).encode()))
        return folder


@contextmanager
def recording(upstream: str, recorder: Recorder) -> Iterator[str]:
    """Run the proxy on a free loopback port in front of `upstream`; answers its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(upstream, recorder))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(upstream: str, recorder: Recorder) -> type[BaseHTTPRequestHandler]:
    place = urlsplit(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
            try:
                connection.request("POST", self.path, body, dict(self.headers))
                answer = connection.getresponse()
                text, kind = answer.read(), answer.getheader("Content-Type", "")
            finally:
                connection.close()
            recorder.see(_seen(dict(self.headers), body, answer.status, text.decode()))
            self.send_response(answer.status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def _seen(headers: Mapping[str, str], body: bytes, status: int, answer: str) -> Seen:
    found = _CREDENTIAL.search(headers.get("Authorization") or "")
    assert found is not None, "the function made an unsigned call"
    key, region, service = found.groups()
    target = headers.get("X-Amz-Target")
    if target:
        operation, sent = target.rpartition(".")[2], json.loads(body)
    else:
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        operation = sent.pop("Action")
        del sent["Version"]
    lowered = {name[:1].lower() + name[1:]: value for name, value in sent.items()}
    return Seen(key, region, service, operation, lowered, status, answer)


def _read(answer: str) -> list[str]:
    """The names of the parameters that were handed out."""
    document = json.loads(answer)
    found = document.get("Parameters") or [document["Parameter"]]
    return [one["Name"] for one in found]


def _between(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>([^<]+)</{tag}>", text)
    assert found is not None
    return found[1]


def _code(answer: str) -> str:
    found = re.search(r'"__type": ?"(?:[^"#]*#)?([A-Za-z]+)|<Code>([A-Za-z]+)', answer)
    return (found[1] or found[2]) if found else "InternalError"
