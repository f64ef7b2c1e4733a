"""Requests that somebody might try on getSecret, and the one right answer to each.

All of them are run against a Parameter Store that denies nothing and holds a canary in every parameter: what the handler
lets through is seen.
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.get_secret_events import (
    ACCOUNT,
    APP,
    FOREIGN,
    FUNCTION_URL,
    HTTP_API,
    OTHER,
    OTHER_ACCOUNT,
    REGION,
    STRANGER,
    USER,
    Principal,
    ask,
    credentials,
    document,
    event,
    signed,
)
from tests.get_secret_run import ECHO

FORBIDDEN = (403, "forbidden")
BAD_NAME = (400, "bad-name")
BAD_BODY = (400, "bad-body")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One attempt."""

    title: str
    made: object
    """The event, or (as a signature is good for minutes only) what makes it."""
    status: int
    error: str
    settings: str = ""
    """The grants document; empty for the usual one."""
    given: tuple[str, ...] = ()
    """Names whose values are rightly handed out beside what is refused."""

    @property
    def event(self) -> object:
        return self.made() if callable(self.made) else self.made


def _context(change: Callable[[dict[str, Any]], object], *names: str) -> dict[str, Any]:
    """An entitled caller's event with a changed requestContext."""
    made = ask(*(names or ("/app/prod/db",)))
    change(made["requestContext"])
    return made


def _iam(**fields: object) -> dict[str, Any]:
    return _context(lambda context: context["authorizer"]["iam"].update(fields))


def _arn(arn: str, caller: str) -> dict[str, Any]:
    return _iam(userArn=arn, callerId=caller, userId=caller)


def _body(text: str, **more: Any) -> dict[str, Any]:
    return event(text, APP, **more)


def _with_headers(headers: Mapping[str, str], who: Principal = STRANGER) -> dict[str, Any]:
    return ask("/app/prod/db", who=who, headers={"content-type": "application/json", **headers})


_OTHER_KEY = replace(OTHER, access_key="ASIAOTHERACCESSKEY00")
_NAMESAKE = replace(APP, id="AROANAMESAKENAMESAKEN", arn=f"arn:aws:iam::{ACCOUNT}:role/elsewhere/app")
_NEW_APP = replace(APP, id="AROANEWAPPNEWAPPNEWAP")
_SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role"

IDENTITY = (
    Hostile("a direct invocation with only names", {"names": ["/app/prod/db"]}, *FORBIDDEN),
    Hostile("an event that is a list", [ask("/app/prod/db")], *FORBIDDEN),
    Hostile("an event that is null", None, *FORBIDDEN),
    Hostile("no requestContext", {**ask("/app/prod/db"), "requestContext": None}, *FORBIDDEN),
    Hostile("no authorizer (a URL without authorization)", ask("/app/prod/db", who=None), *FORBIDDEN),
    Hostile(
        "an authorizer without iam", _context(lambda c: c.update(authorizer={"jwt": {"claims": APP.iam}})), *FORBIDDEN
    ),
    Hostile("an authorizer that is a list", _context(lambda c: c.update(authorizer=[{"iam": APP.iam}])), *FORBIDDEN),
    Hostile("another function's domain", ask("/app/prod/db", domain="x.lambda-url.eu-west-1.on.aws"), *FORBIDDEN),
    Hostile("a domain that only begins right", ask("/app/prod/db", domain=f"{FUNCTION_URL}.evil.example"), *FORBIDDEN),
    Hostile("a domain with a line break after it", ask("/app/prod/db", domain=f"{FUNCTION_URL}\n"), *FORBIDDEN),
    Hostile("an HTTP API's domain before a function URL", ask("/app/prod/db", domain=HTTP_API), *FORBIDDEN),
    Hostile("no domain", _context(lambda c: c.pop("domainName")), *FORBIDDEN),
    Hostile("an event of payload format 1.0", {**ask("/app/prod/db"), "version": "1.0"}, *FORBIDDEN),
    Hostile(
        "a REST API's identity block",
        {**ask("/app/prod/db", who=None), "requestContext": {"identity": {"userArn": APP.iam["userArn"]}}},
        *FORBIDDEN,
    ),
    Hostile("the identity in the body", event({"names": ["/app/prod/db"], "callerId": APP.id}, STRANGER), *BAD_BODY),
    Hostile("the identity in headers", _with_headers({"x-amzn-iam-user-arn": APP.iam["userArn"]}), *FORBIDDEN),
    Hostile("the requestContext in a header", _with_headers({"requestcontext": json.dumps(APP.iam)}), *FORBIDDEN),
    Hostile("a caller without any grant", ask("/app/prod/db", who=STRANGER), *FORBIDDEN),
    Hostile("another caller's secret", ask("/other/db"), *FORBIDDEN),
    Hostile("a user's secret asked by a role", ask("/people/mia"), *FORBIDDEN),
    Hostile("the same role name under another path", ask("/app/prod/db", who=_NAMESAKE), *FORBIDDEN),
    Hostile("the role, deleted and made again", ask("/app/prod/db", who=_NEW_APP), *FORBIDDEN),
    Hostile(
        "the same role name in another account",
        ask("/app/prod/db", who=replace(APP, arn=f"arn:aws:iam::{OTHER_ACCOUNT}:role/team/app")),
        *FORBIDDEN,
    ),
    Hostile(
        "a partner's role name in this account",
        ask("/partner/token", who=replace(FOREIGN, arn=f"arn:aws:iam::{ACCOUNT}:role/partner")),
        *FORBIDDEN,
    ),
    Hostile(
        "a partner's user with the role's name",
        ask("/partner/token", who=replace(USER, arn=f"arn:aws:iam::{OTHER_ACCOUNT}:user/partner")),
        *FORBIDDEN,
    ),
    Hostile("a session named like the role", ask("/app/prod/db", who=replace(STRANGER, session="app")), *FORBIDDEN),
    Hostile(
        "a session named like the role's id", ask("/app/prod/db", who=replace(STRANGER, session=APP.id)), *FORBIDDEN
    ),
    Hostile("a session name with a slash", _arn(f"{_SESSION}/stranger/app/x", f"{STRANGER.id}:app/x"), *FORBIDDEN),
    Hostile("a role's id before a user's ARN", _arn(USER.arn, APP.id), *FORBIDDEN),
    Hostile("a user's id before a session's ARN", _iam(callerId=f"{USER.id}:app-session"), *FORBIDDEN),
    Hostile("an id and an ARN of different sessions", _iam(callerId=f"{APP.id}:another"), *FORBIDDEN),
    Hostile("an account that the ARN is not of", _iam(accountId=OTHER_ACCOUNT), *FORBIDDEN),
    Hostile("the unique id in lower case", _iam(callerId=f"{APP.id.lower()}:{APP.session}"), *FORBIDDEN),
    Hostile("the unique id as a list", _iam(callerId=[APP.id]), *FORBIDDEN),
    Hostile("the root user", _arn(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT), *FORBIDDEN),
    Hostile("a federated user", _arn(f"arn:aws:sts::{ACCOUNT}:federated-user/app", f"{ACCOUNT}:app"), *FORBIDDEN),
    Hostile(
        "an ARN of another partition",
        _arn(APP.iam["userArn"].replace("aws:", "aws-cn:"), APP.iam["callerId"]),
        *FORBIDDEN,
    ),
    Hostile(
        "an ARN with a line break after it", _arn(f"{APP.iam['userArn']}\n", f"{APP.id}:app-session\n"), *FORBIDDEN
    ),
    Hostile("a role name in homoglyphs", _arn(f"{_SESSION}/\u0430pp/app-session", APP.iam["callerId"]), *FORBIDDEN),
)

_ARN_OF_OTHER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/other/db"
_DB_ARN = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/app/prod/db"

NAMES = (
    Hostile("two slashes", ask("//app/prod/db"), *BAD_NAME),
    Hostile("two slashes inside", ask("/app//prod/db"), *BAD_NAME),
    Hostile("a slash at the end", ask("/app/prod/db/"), *BAD_NAME),
    Hostile("no slash before folders", ask("app/prod/db"), *BAD_NAME),
    Hostile("up and over", ask("/app/prod/web/../db"), *BAD_NAME),
    Hostile("up and over to another's", ask("/app/prod/web/../../../other/db"), *BAD_NAME),
    Hostile("a dot level", ask("/app/./prod/db"), *BAD_NAME),
    Hostile("percent encoding", ask("/app/prod/web%2F..%2Fdb"), *BAD_NAME),
    Hostile("percent encoding of a slash", ask("%2Fother%2Fdb"), *BAD_NAME),
    Hostile("a backslash", ask("\\other\\db"), *BAD_NAME),
    Hostile("a NUL", ask("/app/prod/db\0/x"), *BAD_NAME),
    Hostile("a line break (log injection)", ask(f'/app/prod/db\n{{"outcome":"{ECHO}"}}'), *BAD_NAME),
    Hostile("a line break at the end", ask("/app/prod/db\n"), *BAD_NAME),
    Hostile("a space at the end", ask("/app/prod/db "), *BAD_NAME),
    Hostile("a homoglyph", ask("/\u0430pp/prod/db"), *BAD_NAME),
    Hostile("full-width slashes", ask("\uff0fapp\uff0fprod\uff0fdb"), *BAD_NAME),
    Hostile("Arabic digits in a version", ask("/app/prod/db:\u0663"), *BAD_NAME),
    Hostile("a lone surrogate", _body('{"name": "/app/prod/\\ud800"}'), *BAD_NAME),
    Hostile("a right-to-left mark", ask("/app/prod/\u200fdb"), *BAD_NAME),
    Hostile("a wildcard", ask("/app/prod/*"), *BAD_NAME),
    Hostile("a policy variable", ask("/app/prod/${aws:username}"), *BAD_NAME),
    Hostile("the ARN of a granted name", ask(_DB_ARN), *BAD_NAME),
    Hostile("the ARN of another's name", ask(_ARN_OF_OTHER), *BAD_NAME),
    Hostile("a granted name, then an ARN", ask(f"/app/prod/db:{_ARN_OF_OTHER}"), *BAD_NAME),
    Hostile("version 0", ask("/app/prod/db:0"), *BAD_NAME),
    Hostile("a negative version (to AWS a label)", ask("/app/prod/db:-1"), *FORBIDDEN),
    Hostile("two versions", ask("/app/prod/db:1:2"), *BAD_NAME),
    Hostile("an empty version", ask("/app/prod/db:"), *BAD_NAME),
    Hostile("a label with a slash", ask("/app/prod/db:../../other/db"), *BAD_NAME),
    Hostile("a version of another's name", ask("/other/db:1"), *FORBIDDEN),
    Hostile("a version that is not there", ask("/app/prod/db:99"), *FORBIDDEN),
    Hostile("a name in other case", ask("/app/prod/DB"), *FORBIDDEN),
    Hostile("a path in other case", ask("/APP/prod/db"), *FORBIDDEN),
    Hostile("a neighbour that begins like the path", ask("/app/prod/website"), *FORBIDDEN),
    Hostile("the path's parent", ask("/app/prod"), *FORBIDDEN),
    Hostile("the path itself", ask("/app/prod/web"), *FORBIDDEN),
    Hostile("a flat name with a slash before it", ask("/flat"), *FORBIDDEN),
    Hostile("a granted name that is not there", ask("/app/prod/web/none"), *FORBIDDEN),
    Hostile("a reserved name (Secrets Manager)", ask("/aws/reference/secretsmanager/x"), *BAD_NAME),
    Hostile("sixteen levels", ask("/app/prod/web" + "/x" * 13), *BAD_NAME),
    Hostile("too long a name", ask("/app/prod/web/" + "x" * 1_000), *BAD_NAME),
    Hostile("an empty name", ask(""), *BAD_NAME),
    Hostile("a number for a name", event({"names": [7]}), *BAD_NAME),
    Hostile("a list for a name", event({"names": [["/app/prod/db"]]}), *BAD_NAME),
    Hostile("an object for a name", event({"name": {"Name": "/other/db"}}), *BAD_NAME),
)

_DEEP = '{"names": ' + "[" * 16_000 + "]" * 16_000 + "}"
_BIG = json.dumps({"names": ["/app/prod/db"], "padding": "x" * 40_000})

BODIES = (
    Hostile("eleven names", ask(*(f"/app/prod/web/{number}" for number in range(11))), *BAD_BODY),
    Hostile("no names", ask(), *BAD_BODY),
    Hostile("the same name twice", ask("/app/prod/db", "/app/prod/db"), *BAD_BODY),
    Hostile("names as text", event({"names": "/app/prod/db"}), *BAD_BODY),
    Hostile("names as an object", event({"names": {"0": "/app/prod/db"}}), *BAD_BODY),
    Hostile("name and names", event({"name": "/app/prod/db", "names": ["/other/db"]}), *BAD_BODY),
    Hostile("a key twice", _body('{"name": "/app/prod/db", "name": "/other/db"}'), *BAD_BODY),
    Hostile("an unknown key", event({"names": ["/app/prod/db"], "role": "admin"}), *BAD_BODY),
    Hostile("a session policy in the body", event({"names": ["/app/prod/db"], "Policy": "{}"}), *BAD_BODY),
    Hostile(
        "credentials in the body", event({"names": ["/app/prod/db"], "credentials": {"accessKeyId": ECHO}}), *BAD_BODY
    ),
    Hostile("a body that is no object", event(["/app/prod/db"]), *BAD_BODY),
    Hostile("no body", {**ask("/app/prod/db"), "body": None}, *BAD_BODY),
    Hostile("an empty body", _body(""), *BAD_BODY),
    Hostile("a body that is already parsed", {**ask("/app/prod/db"), "body": {"names": ["/app/prod/db"]}}, *BAD_BODY),
    Hostile("a form body", _body(f"names=/app/prod/db&x={ECHO}"), *BAD_BODY),
    Hostile("broken JSON", _body(f'{{"names": ["{ECHO}"'), *BAD_BODY),
    Hostile("a nested JSON bomb", _body(_DEEP), *BAD_BODY),
    Hostile("a number of 30,000 digits", _body('{"names": ' + "9" * 30_000 + "}"), *BAD_BODY),
    Hostile("a huge body", _body(_BIG), 413, "too-large"),
    Hostile(
        "a huge body in base64", _body(base64.b64encode(_BIG.encode()).decode(), isBase64Encoded=True), 413, "too-large"
    ),
    Hostile("base64 that is none", _body("{}{}", isBase64Encoded=True), *BAD_BODY),
    Hostile("base64 of no UTF-8", _body(base64.b64encode(b"\xff\xfe").decode(), isBase64Encoded=True), *BAD_BODY),
    Hostile(
        "base64 of another's name",
        _body(base64.b64encode(b'{"name": "/other/db"}').decode(), isBase64Encoded=True),
        *FORBIDDEN,
    ),
    Hostile("a base64 flag that is no boolean", _body('{"name": "/app/prod/db"}', isBase64Encoded="false"), *BAD_BODY),
    Hostile(
        "a mixed request keeps what is not granted", ask("/app/prod/db", "/other/db"), 200, "", given=("/app/prod/db",)
    ),
    Hostile("several names, none of them granted", ask("/other/db", "/people/mia"), 200, ""),
)

_PLAIN = {"content-type": "text/plain"}
_PREFLIGHT = {"origin": "https://evil.example", "access-control-request-method": "POST"}

TRANSPORT = (
    Hostile("GET", ask("/app/prod/db", method="GET"), 405, "method-not-allowed"),
    Hostile("PUT", ask("/app/prod/db", method="PUT"), 405, "method-not-allowed"),
    Hostile("a method in lower case", ask("/app/prod/db", method="post"), 405, "method-not-allowed"),
    Hostile(
        "a method override header", _with_headers({"x-http-method-override": "POST"}, APP) | {"body": ""}, *BAD_BODY
    ),
    Hostile("names in the query string", {**ask("/app/prod/db"), "rawQueryString": f"name={ECHO}"}, 400, "bad-query"),
    Hostile("text/plain", ask("/app/prod/db", headers=_PLAIN), 400, "bad-content-type"),
    Hostile("no content type", ask("/app/prod/db", headers={"host": FUNCTION_URL}), 400, "bad-content-type"),
    Hostile("no headers", {**ask("/app/prod/db"), "headers": None}, 400, "bad-content-type"),
    Hostile(
        "a content type with another after it",
        ask("/app/prod/db", headers={"content-type": "application/json, text/html"}),
        400,
        "bad-content-type",
    ),
    Hostile(
        "two content types",
        ask("/app/prod/db", headers={"content-type": "application/json", "Content-Type": "text/plain"}),
        400,
        "bad-content-type",
    ),
    Hostile(
        "UTF-16 JSON",
        ask("/app/prod/db", headers={"content-type": "application/json; charset=utf-16"}),
        400,
        "bad-content-type",
    ),
    Hostile("OPTIONS where no origin is allowed", ask(method="OPTIONS", who=None, headers=_PREFLIGHT), *FORBIDDEN),
    Hostile(
        "OPTIONS from an origin that is not listed",
        ask(method="OPTIONS", who=None, headers=_PREFLIGHT),
        *FORBIDDEN,
        settings=document(origins=["https://app.example"]),
    ),
    Hostile(
        "an origin that ends like the listed one",
        ask("/other/db", headers={"content-type": "application/json", "origin": "https://evil-app.example"}),
        *FORBIDDEN,
        settings=document(origins=["https://app.example"]),
    ),
)

BAD_RELAY = (400, "bad-signed-request")
_RELAY = document(mode="relay")


def _relayed(
    title: str, change: Callable[[dict[str, Any]], object], status: int = 400, error: str = BAD_RELAY[1]
) -> Hostile:
    """A signed read that is changed after it was signed."""

    def made() -> object:
        body = signed()
        change(body)
        return event(body)

    return Hostile(title, made, status, error, _RELAY)


def _header(title: str, **headers: str) -> Hostile:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return _relayed(title, lambda body: body["headers"].update(named))


def _in_authorization(title: str, old: str, new: str) -> Hostile:
    def change(body: dict[str, Any]) -> None:
        assert old in body["headers"]["authorization"]
        body["headers"]["authorization"] = body["headers"]["authorization"].replace(old, new)

    return _relayed(title, change)


def _read(**wanted: Any) -> Callable[[dict[str, Any]], object]:
    return lambda body: body.update(body=json.dumps({"Name": "/app/prod/db", "WithDecryption": True, **wanted}))


def _dated(seconds: int) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + seconds))
        headers = body["headers"]
        headers["authorization"] = headers["authorization"].replace(headers["x-amz-date"][:8], date[:8])
        headers["x-amz-date"] = date

    return change


_SSM = f"ssm.{REGION}.amazonaws.com"

RELAYED = (
    _header("relay to another host", host="evil.example"),
    _header("relay to a host that begins right", host=f"{_SSM}.evil.example"),
    _header("relay to another port", host=f"{_SSM}:8443"),
    _header("relay to the metadata service", host="169.254.169.254"),
    _header("relay to another region", host="ssm.eu-west-1.amazonaws.com"),
    _header("relay to Secrets Manager", host=f"secretsmanager.{REGION}.amazonaws.com"),
    _header("relay of a write", x_amz_target="AmazonSSM.PutParameter"),
    _header("relay of a whole path", x_amz_target="AmazonSSM.GetParametersByPath"),
    _header("relay of the history", x_amz_target="AmazonSSM.GetParameterHistory"),
    _header("relay with another content type", content_type="application/x-www-form-urlencoded"),
    _header("relay with a header more", transfer_encoding="chunked"),
    _header("relay with a line break in a header", x_amz_security_token=f"token\r\nx-evil: {ECHO}"),
    _header("relay with a token that is not ASCII", x_amz_security_token="t\u00f6ken"),
    _header("relay with a header twice", Host=_SSM),
    _relayed("relay with a header that is a list", lambda body: body["headers"].update(host=[_SSM])),
    _relayed("relay without a signature", lambda body: body["headers"].pop("authorization")),
    _in_authorization("relay scoped to another region", f"/{REGION}/", "/eu-west-1/"),
    _in_authorization("relay scoped to another service", "/ssm/", "/kms/"),
    _in_authorization("relay with a target that is not signed", ";x-amz-target", ""),
    _in_authorization("relay with a header signed that is not there", ";host", ";host;x-evil"),
    _in_authorization("relay with another algorithm", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
    _relayed("relay signed six minutes ago", _dated(-360)),
    _relayed("relay signed for later", _dated(360)),
    _header("relay dated otherwise than scoped", x_amz_date="20200101T000000Z"),
    _header("relay dated on no day", x_amz_date="20261399T000000Z"),
    _relayed("relay without decryption", _read(WithDecryption=False)),
    _relayed("relay with decryption as text", _read(WithDecryption="true")),
    _relayed("relay with a parameter more", _read(MaxResults=10)),
    _relayed("relay of an ARN", _read(Name=_ARN_OF_OTHER), *BAD_NAME),
    _relayed("relay of a name with two slashes", _read(Name="//app/prod/db"), *BAD_NAME),
    _relayed("relay of a body that is no JSON", lambda body: body.update(body=ECHO)),
    _relayed("relay of a body with a key twice", lambda body: body.update(body='{"Name":"/a","Name":"/b"}')),
    _relayed("relay of a parsed body", lambda body: body.update(body=json.loads(body["body"]))),
    _relayed("relay with a URL", lambda body: body.update(url="http://evil.example")),
    _relayed("relay of a huge body", lambda body: body.update(body="x" * 40_000), 413, "too-large"),
    Hostile("relay of somebody else's signature", lambda: event(signed(who=_OTHER_KEY)), *FORBIDDEN, _RELAY),
    Hostile("relay, asked in the other mode's form", ask("/app/prod/db"), *BAD_RELAY, _RELAY),
    Hostile("relay without an identity", lambda: event(signed(), None), *FORBIDDEN, _RELAY),
    Hostile("a signed request where the grants decide", lambda: event(signed()), *BAD_BODY),
)

_AS_CALLER = document(mode="caller-credentials")


def _credentials(title: str, status: int = 400, error: str = "bad-body", **changed: Any) -> Hostile:
    body = {"names": ["/app/prod/db"], "credentials": credentials(**changed)}
    return Hostile(f"credentials {title}", event(body), status, error, _AS_CALLER)


CREDENTIALS = (
    _credentials("that are long-term", error="long-term-key-refused", accessKeyId="AKIAEXAMPLEACCESSKEY"),
    _credentials("that are long-term, with a token", error="long-term-key-refused", accessKeyId=f"AKIA{ECHO}"),
    _credentials("with a key in lower case", accessKeyId="akiaexampleaccesskey"),
    _credentials("without a token", sessionToken=""),
    _credentials("with a token that is null", sessionToken=None),
    _credentials("with a line break", secretAccessKey=f"{ECHO}\nsecret-access-key"),
    _credentials("with an endpoint", endpoint="http://evil.example"),
    _credentials("with a list for the key", accessKeyId=["ASIAEXAMPLEACCESSKEY"]),
    Hostile("credentials that are missing", ask("/app/prod/db"), *BAD_BODY, _AS_CALLER),
    Hostile("credentials as text", event({"name": "/flat", "credentials": ECHO}), *BAD_BODY, _AS_CALLER),
    Hostile(
        "credentials as an old client sends them",
        event({"aws_access_key": "AKIAEXAMPLEACCESSKEY", "aws_secret_access_key": ECHO}),
        *BAD_BODY,
        _AS_CALLER,
    ),
)

HOSTILE = (*IDENTITY, *NAMES, *BODIES, *TRANSPORT, *RELAYED, *CREDENTIALS)
