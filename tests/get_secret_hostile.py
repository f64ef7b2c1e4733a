"""Requests that somebody might try on getSecret, and the one right answer to each.

All of them are run against a Parameter Store that denies nothing and holds a canary in every parameter: what the handler
lets through is seen.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.get_secret_events import (
    ACCOUNT,
    APP,
    FOREIGN,
    FUNCTION_URL,
    HTTP_API,
    OTHER_ACCOUNT,
    REGION,
    STRANGER,
    USER,
    Principal,
    ask,
    document,
    event,
)
from tests.get_secret_run import ECHO

FORBIDDEN = (403, "forbidden")
BAD_NAME = (400, "bad-name")
BAD_BODY = (400, "bad-body")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One attempt."""

    title: str
    event: object
    status: int
    error: str
    settings: str = ""
    """The grants document; empty for the usual one."""
    given: tuple[str, ...] = ()
    """Names whose values are rightly handed out beside what is refused."""


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

HOSTILE = (*IDENTITY, *NAMES, *BODIES, *TRANSPORT)
