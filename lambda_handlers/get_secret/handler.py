"""getSecret: hands a parameter's value to a caller whom a grant entitles to it, and to nobody else.

Who calls is what the IAM authorizer in front says, never what body or headers say. A granted name is read with the
grant's reader role, assumed under a session policy for exactly the names asked; the function's own role can read nothing.
Answers carry no text of AWS, of an exception or of the request but the names asked. One JSON line is logged for each name;
a value that could not be logged is not handed out. Names have one spelling: any other is refused, never repaired.

One file, standard library and the runtime's boto3 only. The contract and the threats: docs/get-secret-handler.md.
"""

import base64
import http.client
import json
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

T = TypeVar("T")

MAX_BODY = 32_768  # bytes; ten names of the longest, or a relayed request with a long session token
MAX_NAMES = 10  # what ssm:GetParameters takes
MAX_ARN = 1_011  # characters; a name's longest, counted with the ARN's part before it
MAX_POLICY = 2_048  # characters of a session policy, as STS counts them
MAX_SKEW = 300  # seconds that a relayed signature may be off
RESERVE = 0.5  # seconds kept back to answer in, before the platform ends the function
SESSIONS = 64  # assumed sessions kept, of all callers
EARLY = 60  # seconds before its end that a session is no longer used

# At DEBUG the SDK logs what it sends and receives, values and session tokens too; at INFO none of it.
for _name in ("boto3", "botocore", "urllib3"):
    logging.getLogger(_name).setLevel(logging.INFO)
os.environ.setdefault("AWS_STS_REGIONAL_ENDPOINTS", "regional")  # older SDKs ask the global endpoint otherwise

_POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="aws")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a request, or one name of it, ended: what the caller is told, and what the log says."""

    status: int
    error: str
    outcome: str
    level: str = "WARN"


HANDED_OUT = Ending(200, "", "handed-out", "INFO")
PREFLIGHT = Ending(204, "", "preflight", "INFO")
BAD_BODY = Ending(400, "bad-body", "bad-body")
BAD_TYPE = Ending(400, "bad-content-type", "bad-content-type")
BAD_NAME = Ending(400, "bad-name", "bad-name")
BAD_QUERY = Ending(400, "bad-query", "bad-query")
BAD_RELAY = Ending(400, "bad-signed-request", "bad-signed-request")
LONG_TERM_KEY = Ending(400, "long-term-key-refused", "long-term-key-refused")
NO_IDENTITY = Ending(403, "forbidden", "no-identity")
NOT_GRANTED = Ending(403, "forbidden", "not-granted")
NOT_THERE = Ending(403, "forbidden", "no-such-secret")
CALLER_DENIED = Ending(403, "forbidden", "denied-to-caller")
WRONG_METHOD = Ending(405, "method-not-allowed", "wrong-method")
TOO_LARGE = Ending(413, "too-large", "too-large")
SENT_CREDENTIALS = Ending(0, "", "caller-sent-credentials")
THROTTLED = Ending(429, "throttled", "throttled", "ERROR")
MISCONFIGURED = Ending(502, "upstream", "misconfigured", "ERROR")
READER_UNUSABLE = Ending(502, "upstream", "reader-unusable", "ERROR")
READ_DENIED = Ending(502, "upstream", "read-denied", "ERROR")
KEY_UNUSABLE = Ending(502, "upstream", "key-unusable", "ERROR")
UPSTREAM = Ending(502, "upstream", "upstream-failed", "ERROR")
WITHHELD = Ending(502, "upstream", "withheld")  # read, but another name of the request was a fault
INTERNAL = Ending(502, "upstream", "internal-error", "ERROR")
TIMED_OUT = Ending(503, "timeout", "timed-out", "ERROR")

_THROTTLES = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"})
_UNKNOWN = frozenset({"ParameterNotFound", "ParameterVersionNotFound"})
_DENIALS = frozenset({"AccessDeniedException", "AccessDenied"})


class Stop(Exception):
    """The request ends here."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.outcome)
        self.ending = ending


# --- names -----------------------------------------------------------------------------------------------------------

_LEVEL = r"[A-Za-z0-9_.-]+"
_NAME = re.compile(rf"{_LEVEL}|(?:/{_LEVEL}){{1,15}}")
_SELECTOR = re.compile(r"[1-9][0-9]{0,8}|(?!(?i:aws|ssm))[A-Za-z_.-][A-Za-z0-9_.-]{0,99}")


def is_name(name: object) -> bool:
    """Whether it is a parameter's name in its one spelling: no `//`, no slash at the end, no `.` or `..` level."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return False
    levels = name.removeprefix("/").split("/")
    return not levels[0].lower().startswith(("aws", "ssm")) and not {".", ".."} & set(levels)


@dataclass(slots=True)
class Asked:
    """One name of a request, and what became of it."""

    name: str
    selector: str = ""
    """A version's number or a label."""
    version: int | None = None
    value: str | None = field(default=None, repr=False)
    ending: Ending | None = None

    @property
    def path(self) -> str:
        """As the ARN has it: `/flat` and `flat` are one parameter to IAM."""
        return self.name.removeprefix("/")

    @property
    def word(self) -> str:
        return f"{self.name}:{self.selector}" if self.selector else self.name


def parse_asked(word: object, prefix: str) -> Asked:
    """`name`, `name:version` or `name:label`; `prefix` is the ARN's part before the name."""
    name, colon, selector = word.partition(":") if isinstance(word, str) else ("", "", "")
    if not is_name(name) or (colon and not _SELECTOR.fullmatch(selector)):
        raise Stop(BAD_NAME)
    asked = Asked(name, selector)
    if len(prefix) + len(asked.path) > MAX_ARN:
        raise Stop(BAD_NAME)
    return asked


# --- who calls -------------------------------------------------------------------------------------------------------

_ROLE_SESSION = re.compile(
    r"arn:(aws[a-z-]*):sts::([0-9]{12}):assumed-role/([A-Za-z0-9_+=,.@-]+)/([A-Za-z0-9_+=,.@-]+)"
)
_USER = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):user/[!-~]+")
_GRANTED = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):(role|user)/(?:[!-~]*/)?([A-Za-z0-9_+=,.@-]+)")
_ROLE_ID = re.compile(r"AROA[A-Z0-9]{12,124}")
_USER_ID = re.compile(r"AIDA[A-Z0-9]{12,124}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who the authorizer in front says is calling."""

    id: str
    """The unique id of the role or user: a role that is deleted and made again has another."""
    arn: str
    partition: str
    account: str
    role: str
    """Empty for a user."""
    access_key: str

    @staticmethod
    def of(iam: object) -> "Caller":
        """From `requestContext.authorizer.iam`; what contradicts itself, the root user and federated users are refused."""
        texts = {key: item for key, item in iam.items() if isinstance(item, str)} if isinstance(iam, dict) else {}
        arn, account = texts.get("userArn", ""), texts.get("accountId", "")
        unique, _, session = texts.get("callerId", "").partition(":")
        role, user = _ROLE_SESSION.fullmatch(arn), _USER.fullmatch(arn)
        if role and role[2] == account and role[4] == session and _ROLE_ID.fullmatch(unique):
            return Caller(unique, arn, role[1], account, role[3], texts.get("accessKey", ""))
        if user and user[2] == account and not session and _USER_ID.fullmatch(unique):
            return Caller(unique, arn, user[1], account, "", texts.get("accessKey", ""))
        raise Stop(NO_IDENTITY)


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may read what, and by which reader role."""

    id: str
    arn: str
    reader: str
    names: frozenset[str]
    paths: tuple[str, ...]
    """Each with a slash at its end."""
    keys: tuple[str, ...]

    def entitles(self, caller: Caller) -> bool:
        """By unique id; where the deployment could not learn it (another account), by account and role name, as the
        session's ARN drops the role's path."""
        arn = _GRANTED.fullmatch(self.arn)
        if arn is None or (arn[1], arn[2]) != (caller.partition, caller.account):
            return False
        if self.id:
            return self.id == caller.id
        return arn[4] == caller.role if arn[3] == "role" else self.arn == caller.arn

    def covers(self, name: str) -> bool:
        return name in self.names or name.startswith(self.paths)


# --- configuration ---------------------------------------------------------------------------------------------------

_FRONTS = {
    "function-url": r"[a-z0-9-]+\.lambda-url\.{}\.on\.(?:aws|amazonwebservices\.com\.cn)",
    "http-api": r"[a-z0-9]+\.execute-api\.{}\.amazonaws\.com(?:\.cn)?",
}
_MODES = ("broker", "relay", "caller-credentials")
_KEYS = {"version", "mode", "partition", "region", "account", "front", "origins", "callers", "domains"}
_GRANT_KEYS = {"id", "arn", "reader", "names", "paths", "keys"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The deployment's grants document, checked."""

    mode: str
    partition: str
    region: str
    account: str
    front: str
    origins: tuple[str, ...]
    domains: tuple[str, ...]
    """Further names of the front door: exact, or beginning with a dot for all below it."""
    grants: tuple[Grant, ...]

    @property
    def prefix(self) -> str:
        return f"arn:{self.partition}:ssm:{self.region}:{self.account}:parameter/"

    @property
    def ssm_host(self) -> str:
        return f"ssm.{self.region}.amazonaws.com{'.cn' if self.partition == 'aws-cn' else ''}"

    def is_front(self, domain: object) -> bool:
        if not isinstance(domain, str):
            return False
        listed = any(domain.endswith(item) if item.startswith(".") else domain == item for item in self.domains)
        return listed or re.fullmatch(_FRONTS[self.front].format(re.escape(self.region)), domain) is not None


def _require(holds: object) -> None:
    if not holds:
        raise ValueError


def _texts(value: object, pattern: str = r"[!-~]+") -> tuple[str, ...]:
    _require(isinstance(value, list) and all(isinstance(item, str) and re.fullmatch(pattern, item) for item in value))
    return tuple(value)  # type: ignore[arg-type]  # checked in the line above


def _grant(item: dict[str, Any], mode: str, account: str) -> Grant:
    _require(isinstance(item, dict) and set(item) <= _GRANT_KEYS and isinstance(item["id"], str))
    _require(_GRANTED.fullmatch(item["arn"]) and (item["id"] == "" or re.fullmatch("A(ROA|IDA)[A-Z0-9]+", item["id"])))
    reader = _GRANTED.fullmatch(item.get("reader", ""))
    _require(mode != "broker" or (reader and reader[2] == account and reader[3] == "role"))
    names, paths = _texts(item.get("names", [])), _texts(item.get("paths", []))
    _require(all(is_name(name) for name in names) and all(is_name(path) and path.startswith("/") for path in paths))
    keys = _texts(item.get("keys", []), r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+")
    below = tuple(f"{path}/" for path in paths)
    return Grant(item["id"], item["arn"], item.get("reader", ""), frozenset(names), below, keys)


def parse_settings(text: str) -> Settings:
    """The grants document. Raises ValueError, KeyError or TypeError at anything that is not as it should be, keys
    unknown to this version included: one could be a limit."""
    item = json.loads(text)
    _require(isinstance(item, dict) and set(item) <= _KEYS and item["version"] == 1)
    _require(item["mode"] in _MODES and item["front"] in _FRONTS)
    _require(re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]+", item["region"]) and re.fullmatch("[0-9]{12}", item["account"]))
    _require(re.fullmatch("aws(-[a-z]+)*", item["partition"]) and isinstance(item["callers"], list))
    return Settings(
        mode=item["mode"],
        partition=item["partition"],
        region=item["region"],
        account=item["account"],
        front=item["front"],
        origins=_texts(item.get("origins", []), r"https?://[a-z0-9.-]+(:[0-9]+)?"),
        domains=_texts(item.get("domains", []), r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*"),
        grants=tuple(_grant(caller, item["mode"], item["account"]) for caller in item["callers"]),
    )


def load_settings() -> Settings | None:
    """From GET_SECRET_GRANTS, else from grants.json beside this file; None where that cannot be used."""
    try:
        text = os.environ.get("GET_SECRET_GRANTS")
        return parse_settings(text if text is not None else Path(__file__).with_name("grants.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


# --- one invocation --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Call:
    """One invocation: its deadline, and what the log will say of it."""

    id: str
    deadline: float
    """By `time.monotonic`."""
    caller: Caller | None = None
    asked: list[Asked] = field(default_factory=list)
    origin: str = ""
    """The origin to allow; empty for none."""

    @staticmethod
    def of(context: Any) -> "Call":
        return Call(str(context.aws_request_id), time.monotonic() + context.get_remaining_time_in_millis() / 1000)

    def in_time(self, work: Callable[..., T], *given: Any, **named: Any) -> T:
        """What `work` answers, unless the time runs out first: the platform would end us, and no line be logged."""
        left = self.deadline - time.monotonic() - RESERVE
        if left <= 0:
            raise Stop(TIMED_OUT)
        try:
            return _POOL.submit(work, *given, **named).result(timeout=left)
        except TimeoutError:
            raise Stop(TIMED_OUT) from None

    def end(self, ending: Ending) -> None:
        """What has not ended otherwise ends so; what was read already is not handed out."""
        for item in self.asked:
            item.ending, item.value = item.ending or (ending if item.value is None else WITHHELD), None

    def log(self, ending: Ending, fault: str = "") -> None:
        """One line for each name, or one for a request that came to none."""
        for item in self.asked or [Asked("")]:
            log_line(self, item, item.ending or ending, fault)

    def response(self, ending: Ending, document: dict[str, Any]) -> dict[str, Any]:
        headers = {"content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff"}
        if ending is WRONG_METHOD:
            headers["allow"] = "POST"
        if self.origin:
            headers |= {"access-control-allow-origin": self.origin, "vary": "origin"}
        if ending is PREFLIGHT:
            allowed = "authorization, content-type, x-amz-date, x-amz-security-token"
            headers |= {"access-control-allow-methods": "POST", "access-control-allow-headers": allowed}
        body = "" if ending is PREFLIGHT else json.dumps({**document, "requestId": self.id})
        return {"statusCode": ending.status, "headers": headers, "body": body, "isBase64Encoded": False}


def log_line(call: Call, item: Asked, ending: Ending, fault: str) -> None:
    """Write the audit line; `json.dumps` leaves no way to begin a second one. `fault` is a place in this file."""
    line = {
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": ending.level,
        "event": "get-secret",
        "outcome": ending.outcome,
        "status": ending.status,
        "caller": call.caller.id if call.caller else "",
        "callerArn": call.caller.arn if call.caller else "",
        "name": item.name,
        "selector": item.selector,
        "version": item.version,
        "requestId": call.id,
        **({"fault": fault} if fault else {}),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


# --- reading with a reader role --------------------------------------------------------------------------------------

_SDK = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "max_attempts": 2})
_KEYS_OF_CLIENT = ("AccessKeyId", "SecretAccessKey", "SessionToken")
_making = Lock()  # the SDK's default session makes one client at a time
SessionKey: TypeAlias = tuple[str, str, str]
"""Caller, reader role and session policy."""
_sessions: dict[SessionKey, tuple[float, Any]] = {}
"""Until when each may be used (seconds since the epoch), and the client."""


def make_client(service: str, region: str, credentials: dict[str, Any] | None = None) -> Any:
    """An SDK client; only the one for STS is made without credentials and so uses the function's own role."""
    key, secret, token = ((credentials or {}).get(name) for name in _KEYS_OF_CLIENT)
    if credentials is not None and not all(isinstance(part, str) and part for part in (key, secret, token)):
        raise Stop(UPSTREAM)
    given = {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}
    with _making:
        return boto3.client(service, region_name=region, config=_SDK, **given)


def session_policy(region: str, keys: Sequence[str], arns: Sequence[str], bound: bool) -> str:
    """What the session may do at most: read these parameters. `bound` ties the decryption to them once more, by the
    encryption context that Parameter Store always sends."""
    condition: dict[str, Any] = {"kms:ViaService": f"ssm.{region}.amazonaws.com"}
    if bound:
        condition["kms:EncryptionContext:PARAMETER_ARN"] = list(arns)
    read = {"Effect": "Allow", "Action": ["ssm:GetParameter", "ssm:GetParameters"], "Resource": list(arns)}
    decrypt = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": list(keys) or "*"}
    statements = [read, {**decrypt, "Condition": {"StringEquals": condition}}]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


def _policies(region: str, keys: Sequence[str], arns: Sequence[str]) -> Iterator[str]:
    """Session policies that may fit, the tightest first. Several names have the tightest only: they can be split."""
    yield session_policy(region, keys, arns, bound=True)
    if len(arns) == 1:
        yield session_policy(region, keys, arns, bound=False)
        yield session_policy(region, (), arns, bound=False)


def _assumed(call: Call, settings: Settings, reader: str, policy: str) -> dict[str, Any] | None:
    """Credentials of the reader role; None where the policy is too large for STS, as written or once packed."""
    if len(policy) > MAX_POLICY:
        return None
    caller = call.caller.id[:64] if call.caller else ""
    named = {"RoleArn": reader, "RoleSessionName": caller, "SourceIdentity": caller, "DurationSeconds": 900}
    try:
        answer = call.in_time(_sts(settings.region).assume_role, Policy=policy, **named)
    except ClientError as error:
        if _code(error) == "PackedPolicyTooLarge":
            return None
        raise Stop(THROTTLED if _code(error) in _THROTTLES else READER_UNUSABLE) from None
    return dict(answer.get("Credentials") or {})


def _session(call: Call, settings: Settings, grant: Grant, arns: Sequence[str]) -> tuple[SessionKey, Any] | None:
    """A client as the reader role for exactly these parameters, and the key it is kept under; None where no session
    policy fits, and the names must be split."""
    for policy in _policies(settings.region, grant.keys, arns):
        key = (call.caller.id if call.caller else "", grant.reader, policy)
        until, client = _sessions.get(key, (0.0, None))
        if until > time.time():
            return key, client
        credentials = _assumed(call, settings, grant.reader, policy)
        if credentials is not None:
            client = call.in_time(make_client, "ssm", settings.region, credentials)
            if len(_sessions) >= SESSIONS:
                _sessions.clear()
            _sessions[key] = (credentials["Expiration"].timestamp() - EARLY, client)
            return key, client
    return None


def read_granted(call: Call, settings: Settings, grant: Grant, items: list[Asked]) -> None:
    """Read these names of one grant; no two of the items have the same name."""
    session = _session(call, settings, grant, [settings.prefix + item.path for item in items])
    if session is None and len(items) == 1:
        raise Stop(READER_UNUSABLE)
    if session is None:
        half = len(items) // 2
        read_granted(call, settings, grant, items[:half])
        return read_granted(call, settings, grant, items[half:])
    key, client = session
    try:
        return read(call, client, items, READ_DENIED)
    except Stop:
        _sessions.pop(key, None)  # a role made anew, or a key enabled again, is noticed by the next request
        raise


def read(call: Call, client: Any, items: list[Asked], denied: Ending) -> None:
    """Fill in values and versions, or the ending of a name that is not there; everything else is a Stop.

    GetParameters is denied as a whole where one name is: then the names are asked for one by one, so that the log says
    which it was. At most ten calls more, and only where a policy has drifted.
    """
    if len(items) == 1 or not _read_several(call, client, items, denied):
        for item in items:
            _read_one(call, client, item, denied)
    fault = next((item.ending for item in items if item.ending not in (None, NOT_THERE)), None)
    if fault is not None:
        raise Stop(fault)


def _read_several(call: Call, client: Any, items: list[Asked], denied: Ending) -> bool:
    """Whether one call for all of them was allowed."""
    try:
        answer = call.in_time(client.get_parameters, Names=[item.word for item in items], WithDecryption=True)
    except ClientError as error:
        if _code(error) in _DENIALS:
            return False
        raise Stop(_ending(_code(error), denied)) from None
    found = {parameter["Name"].removeprefix("/"): parameter for parameter in answer.get("Parameters", [])}
    for item in items:
        if item.path not in found and {item.word, item.name} & set(answer.get("InvalidParameters", [])):
            item.ending = NOT_THERE
        else:
            _fill(item, found.get(item.path))
    return True


def _read_one(call: Call, client: Any, item: Asked, denied: Ending) -> None:
    try:
        answer = call.in_time(client.get_parameter, Name=item.word, WithDecryption=True)
    except ClientError as error:
        item.ending = _ending(_code(error), denied)
    else:
        _fill(item, answer.get("Parameter"))


def _fill(item: Asked, parameter: Any) -> None:
    """Take the value, if it is of the parameter and the version that were asked for."""
    if not isinstance(parameter, dict):
        raise Stop(UPSTREAM)
    name, value, version = (parameter.get(key) for key in ("Name", "Value", "Version"))
    asked = int(item.selector) if item.selector.isdecimal() else version
    if not (isinstance(name, str) and isinstance(value, str) and type(version) is int):
        raise Stop(UPSTREAM)
    if name.removeprefix("/") != item.path or version != asked:
        raise Stop(UPSTREAM)
    item.value, item.version = value, version


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _ending(code: str, denied: Ending) -> Ending:
    """What an error code of Parameter Store comes to; `denied` is for what the credentials in use may not do."""
    if code in _UNKNOWN:
        return NOT_THERE
    if code in _DENIALS or (denied is CALLER_DENIED and _REFUSED_CREDENTIALS.fullmatch(code)):
        return denied
    if code in _THROTTLES:
        return THROTTLED
    return KEY_UNUSABLE if code == "InvalidKeyId" else UPSTREAM


# --- the caller's own permissions decide: a signed request, or (for migration only) the caller's credentials -----------

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([A-Z0-9]{16,128})/([0-9]{8})/([a-z0-9-]+)/ssm/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}"
)
_SIGNED = {"content-type", "host", "x-amz-date", "x-amz-target"}
_RELAYED = _SIGNED | {"authorization", "x-amz-security-token"}
_REFUSED_CREDENTIALS = re.compile(
    "ExpiredTokenException|IncompleteSignatureException|InvalidClientTokenId|InvalidSignatureException"
    "|MissingAuthenticationTokenException|SignatureDoesNotMatch|UnrecognizedClientException"
)


def _relayed_headers(call: Call, settings: Settings, given: object) -> dict[str, str]:
    """The signed headers, where they can be nothing but a fresh ssm:GetParameter of this region by this caller."""
    headers = _lowered(given, BAD_RELAY)
    parts = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    date = headers.get("x-amz-date", "")
    fixed = (
        headers.get("host") == settings.ssm_host,
        headers.get("x-amz-target") == "AmazonSSM.GetParameter",
        headers.get("content-type") == "application/x-amz-json-1.1",
        re.fullmatch("[0-9]{8}T[0-9]{6}Z", date),
        all(re.fullmatch("[!-~](?:[ -~]*[!-~])?", value) for value in headers.values()),
        set(headers) <= _RELAYED,
    )
    if parts is None or not all(fixed):
        raise Stop(BAD_RELAY)
    try:
        signed_at = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Stop(BAD_RELAY) from None
    signed = set(parts[4].split(";"))
    fresh = abs(time.time() - signed_at) <= MAX_SKEW and parts[2] == date[:8]
    if not fresh or parts[3] != settings.region or signed != set(headers) - {"authorization"}:
        raise Stop(BAD_RELAY)
    if call.caller is None or parts[1] != call.caller.access_key:
        raise Stop(CALLER_DENIED)  # a signature that somebody else made, or has taken
    return headers


def relay(call: Call, settings: Settings, document: dict[str, Any]) -> None:
    """Send on a GetParameter that the caller has signed, after checking that it is one; the caller's IAM decides."""
    if set(document) != {"headers", "body"} or not isinstance(document["body"], str):
        raise Stop(BAD_RELAY)
    headers = _relayed_headers(call, settings, document["headers"])
    wanted = parse_json(document["body"], BAD_RELAY)
    if set(wanted) != {"Name", "WithDecryption"} or wanted["WithDecryption"] is not True:
        raise Stop(BAD_RELAY)
    item = parse_asked(wanted["Name"], settings.prefix)
    call.asked.append(item)
    status, answer = call.in_time(_post, settings.ssm_host, headers, document["body"].encode())
    found = parse_json(answer, UPSTREAM)
    if status == 200:
        return _fill(item, found.get("Parameter"))
    item.ending = _ending(str(found.get("__type", "")).rpartition("#")[2], CALLER_DENIED)
    if item.ending is not NOT_THERE:
        raise Stop(item.ending)
    return None


def _post(host: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """To Parameter Store of the region and nowhere else: no redirect, no proxy. AWS_ENDPOINT_URL moves it as it moves
    the SDK's calls; nothing of a request does."""
    place = urlsplit(os.environ.get("AWS_ENDPOINT_URL_SSM") or os.environ.get("AWS_ENDPOINT_URL") or f"https://{host}")
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=3)
    try:
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(65_536).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        raise Stop(UPSTREAM) from None
    finally:
        connection.close()


def read_as_caller(call: Call, settings: Settings, document: dict[str, Any]) -> None:
    """Read with temporary credentials from the body: for migration only, and said so in the log each time."""
    given = document.pop("credentials", None)
    parts = ("accessKeyId", "secretAccessKey", "sessionToken")
    if not isinstance(given, dict) or not all(isinstance(given.get(part), str) for part in given):
        raise Stop(BAD_BODY)
    if str(given.get("accessKeyId", "")).startswith("AKIA"):
        raise Stop(LONG_TERM_KEY)
    if set(given) != set(parts) or not all(re.fullmatch("[!-~]{16,8192}", given[part]) for part in parts):
        raise Stop(BAD_BODY)
    if not given["accessKeyId"].startswith("ASIA"):
        raise Stop(BAD_BODY)
    call.asked = asked_names(document, settings.prefix)
    call.log(SENT_CREDENTIALS)
    credentials = {part[0].upper() + part[1:]: given[part] for part in parts}
    client = call.in_time(make_client, "ssm", settings.region, credentials)
    for batch in batches(call.asked):
        read(call, client, batch, CALLER_DENIED)


# --- the request -----------------------------------------------------------------------------------------------------


def _lowered(given: object, refusal: Ending) -> dict[str, str]:
    """Headers with lower-case names; two that differ in case only are refused, as one reader takes this, one that."""
    headers = given if isinstance(given, dict) else {}
    lowered = {str(name).lower(): value for name, value in headers.items() if isinstance(value, str)}
    if not headers or len(lowered) != len(headers):
        raise Stop(refusal)
    return lowered


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    _require(len(found) == len(pairs))
    return found


def parse_json(text: str, refusal: Ending) -> dict[str, Any]:
    """A JSON object without repeated keys."""
    try:
        document = json.loads(text, object_pairs_hook=_distinct)
    except (ValueError, RecursionError):
        raise Stop(refusal) from None
    if not isinstance(document, dict):
        raise Stop(refusal)
    return document


def parse_body(event: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    """The JSON object of a POST's body."""
    raw, packed = event.get("body"), event.get("isBase64Encoded", False)
    if not isinstance(raw, str) or not isinstance(packed, bool):
        raise Stop(BAD_BODY)
    if len(raw) > MAX_BODY * 4 // 3 + 4:
        raise Stop(TOO_LARGE)
    try:
        data = base64.b64decode(raw, validate=True) if packed else raw.encode()
        text = data.decode()
    except ValueError:
        raise Stop(BAD_BODY) from None
    if len(data) > MAX_BODY:
        raise Stop(TOO_LARGE)
    if not re.fullmatch(r"application/json(?:\s*;\s*charset=utf-8)?", headers.get("content-type", ""), re.I | re.A):
        raise Stop(BAD_TYPE)
    return parse_json(text, BAD_BODY)


def asked_names(document: dict[str, Any], prefix: str) -> list[Asked]:
    """The names of `{"names": [...]}` or `{"name": ...}`: one to ten, no two the same."""
    if set(document) not in ({"names"}, {"name"}):
        raise Stop(BAD_BODY)
    words = document["names"] if "names" in document else [document["name"]]
    if not isinstance(words, list) or not 1 <= len(words) <= MAX_NAMES:
        raise Stop(BAD_BODY)
    asked = [parse_asked(word, prefix) for word in words]
    if len({item.word for item in asked}) != len(asked):
        raise Stop(BAD_BODY)
    return asked


def batches(items: list[Asked]) -> list[list[Asked]]:
    """Parted so that no batch has a name twice: Parameter Store answers by name, whichever version was asked for."""
    found: list[list[Asked]] = []
    for item in items:
        fitting = (batch for batch in found if all(other.path != item.path for other in batch))
        batch = next(fitting, None)
        if batch is None:
            found.append([item])
        else:
            batch.append(item)
    return found


def read_by_grants(call: Call, settings: Settings, document: dict[str, Any]) -> None:
    """Read what the caller's grants cover; the rest ends as not granted, without a call to AWS."""
    call.asked = asked_names(document, settings.prefix)
    assert call.caller is not None
    grants = [grant for grant in settings.grants if grant.entitles(call.caller)]
    covered: dict[int, list[Asked]] = {}
    for item in call.asked:
        number = next((number for number, grant in enumerate(grants) if grant.covers(item.name)), None)
        if number is None:
            item.ending = NOT_GRANTED
        else:
            covered.setdefault(number, []).append(item)
    for number, items in covered.items():
        for batch in batches(items):
            read_granted(call, settings, grants[number], batch)


def front_door(call: Call, event: object, settings: Settings) -> tuple[dict[str, Any], dict[str, str], str]:
    """The event, its headers and method, where it has come through the front door and not by a direct invocation.

    A direct invocation can forge all of this: what keeps it out is that nobody is allowed one.
    """
    context = event.get("requestContext") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(context, dict) or event.get("version") != "2.0":
        raise Stop(NO_IDENTITY)
    http_part, authorizer = context.get("http"), context.get("authorizer")
    if not settings.is_front(context.get("domainName")) or not isinstance(http_part, dict):
        raise Stop(NO_IDENTITY)
    headers = _lowered(event.get("headers"), BAD_TYPE)
    call.origin = headers["origin"] if headers.get("origin") in settings.origins else ""
    method = str(http_part.get("method"))
    if method == "OPTIONS" and call.origin:
        raise Stop(PREFLIGHT)
    call.caller = Caller.of(authorizer.get("iam") if isinstance(authorizer, dict) else None)
    return event, headers, method


def serve(call: Call, event: object, settings: Settings | None) -> dict[str, Any]:
    """The answer's document. Raises Stop for every other ending than a value or, for several names, a list of results."""
    if settings is None:
        raise Stop(MISCONFIGURED)
    event, headers, method = front_door(call, event, settings)
    if method != "POST":
        raise Stop(WRONG_METHOD)
    if event.get("rawQueryString"):
        raise Stop(BAD_QUERY)  # what is in a URL is in logs
    document = parse_body(event, headers)
    match settings.mode:
        case "broker":
            read_by_grants(call, settings, document)
        case "relay":
            relay(call, settings, document)
        case _:
            read_as_caller(call, settings, document)
    if len(call.asked) == 1 and call.asked[0].ending:
        raise Stop(call.asked[0].ending)
    return {"secrets": [result(item) for item in call.asked]}


def result(item: Asked) -> dict[str, Any]:
    """One name's result, under the name as it was asked for."""
    if item.ending or item.value is None:
        return {"name": item.word, "error": "not-available"}
    return {"name": item.word, "version": item.version, "value": item.value}


# --- entry -----------------------------------------------------------------------------------------------------------

SETTINGS = load_settings()


@cache
def _sts(region: str) -> Any:
    """The one client that uses the function's own role; the other modes never make it."""
    return make_client("sts", region)


if SETTINGS is not None and SETTINGS.mode == "broker":
    _sts(SETTINGS.region)  # made while the function starts, not while the first caller waits


def handler(event: object, context: Any) -> dict[str, Any]:
    """What the runtime calls."""
    call, fault = Call.of(context), ""
    try:
        document, ending = serve(call, event, SETTINGS), HANDED_OUT
    except Stop as stop:
        ending = stop.ending
    except (BotoCoreError, ResponseParserError):
        ending = UPSTREAM
    except Exception as error:  # noqa: BLE001  # its text may hold anything: the runtime would log it
        ending, fault = INTERNAL, _place(error)
    if ending is not HANDED_OUT:
        call.end(ending)
        document = {"error": ending.error}
    call.log(ending, fault)
    return call.response(ending, document)


def _place(error: Exception) -> str:
    """The kind of an exception and the lines of this file that it passed; nothing of its text."""
    trace, lines = error.__traceback__, []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == __file__:
            lines.append(str(trace.tb_lineno))
        trace = trace.tb_next
    return f"{type(error).__name__} at {' '.join(lines)}"
