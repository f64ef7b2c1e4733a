"""Laws of getSecret: whatever the event, no value outside the caller's grants is handed out, and no session of a reader
role may do more than read the names that were asked for and granted.

The handler runs on an STS and an SSM that decide by our evaluator: a session holds the policy it was made with, and what
it may read is what that policy and the reader role's both allow.
"""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import PolicySet, Request
from tests.get_secret_events import (
    ACCOUNT,
    APP,
    FOREIGN,
    GRANTS,
    KEY,
    OTHER,
    REGION,
    STRANGER,
    USER,
    Principal,
    event,
    grant,
)
from tests.get_secret_events import document as grants_document
from tests.get_secret_run import CANARY, forget_sessions, handler, invoke

CALLERS = (APP, OTHER, USER, FOREIGN, STRANGER)
NAMES: tuple[str, ...] = (
    "/app/prod/db",
    "/app/prod/api-key",
    "/app/prod/web/x",
    "/app/prod/web/y/z",
    "/app/prod/web",
    "/app/prod/website",
)
NAMES += ("flat", "/other/db", "/people/mia", "/partner/token", "/app/prod/DB", f"/app/prod/web/{'l' * 940}")
BOTH = (*GRANTS, grant(OTHER, "both", ["/app/prod/db"], ["/other"]))
DOCUMENT = grants_document(BOTH)


def _arn(name: str) -> str:
    return f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{name.removeprefix('/')}"


def _granted(who: Principal) -> set[str]:
    """What the grants give, told again in other words than the handler's."""
    return {
        name
        for item in BOTH
        if item["arn"] == who.arn
        for name in NAMES
        if name in item["names"] or any(name.startswith(f"{path}/") for path in item["paths"])
    }


def _reader_policy(role: str) -> Policy:
    """The reader role's, as the deployment makes it: one grant's names and paths."""
    grants = [item for item in BOTH if item["reader"] == role]
    resources = [_arn(name) for item in grants for name in item["names"]]
    resources += [f"{_arn(path)}/*" for item in grants for path in item["paths"]]
    read = {"Effect": "Allow", "Action": ["ssm:GetParameter", "ssm:GetParameters"], "Resource": resources}
    decrypt = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY}
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [read, decrypt]}), "reader")


@dataclass(frozen=True, slots=True)
class Assumed:
    """A session of a reader role."""

    role: str
    source: str
    session: Policy

    def may(self, action: str, resource: str, **context: str) -> bool:
        keys = {key.replace("__", ":"): value for key, value in context.items()}
        policies = PolicySet(identity=(_reader_policy(self.role),), session=self.session)
        principal = (
            self.role.replace(":iam:", ":sts:").replace(":role/get-secret/", ":assumed-role/") + f"/{self.source}"
        )
        return evaluate(Request(principal, action, resource, keys), policies).verdict is Verdict.ALLOWED

    def reads(self, action: str, name: str) -> bool:
        through = {
            "kms__ViaService": f"ssm.{REGION}.amazonaws.com",
            "kms__EncryptionContext__PARAMETER_ARN": _arn(name),
        }
        decrypts = {key.replace("__", ":"): value for key, value in through.items()}
        return self.may(action, _arn(name)) and self.may("kms:Decrypt", KEY, **decrypts)


class Sts:
    """Makes sessions, and keeps them."""

    def __init__(self) -> None:
        self.made: list[Assumed] = []

    def assume_role(self, **sent: Any) -> dict[str, Any]:
        assert len(sent["Policy"]) <= 2_048
        self.made.append(Assumed(sent["RoleArn"], sent["SourceIdentity"], parse_policy(sent["Policy"], "session")))
        until = datetime.now(UTC) + timedelta(seconds=sent["DurationSeconds"])
        parts = {"AccessKeyId": str(len(self.made) - 1), "SecretAccessKey": "s", "SessionToken": "t"}
        return {"Credentials": {**parts, "Expiration": until}}


class Ssm:
    """Answers what the session may read; it holds every name there is."""

    def __init__(self, session: Assumed) -> None:
        self.session = session

    def get_parameter(self, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        name = Name.partition(":")[0]
        if not self.session.reads("ssm:GetParameter", name):
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParameter")
        return {"Parameter": self._parameter(Name)}

    def get_parameters(self, Names: list[str], WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        if not all(self.session.reads("ssm:GetParameters", name.partition(":")[0]) for name in Names):
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParameters")
        return {"Parameters": [self._parameter(name) for name in Names], "InvalidParameters": []}

    def _parameter(self, word: str) -> dict[str, Any]:
        name, _, selector = word.partition(":")
        version = int(selector) if selector.isdecimal() else 1
        return {"Name": name, "Value": f"{CANARY} {name}", "Version": version}


@contextmanager
def _aws() -> Iterator[Sts]:
    sts = Sts()

    def make(service: str, _region: str, credentials: dict[str, Any] | None = None) -> Any:
        return sts if service == "sts" else Ssm(sts.made[int((credentials or {})["AccessKeyId"])])

    forget_sessions()
    with mock.patch.object(handler, "make_client", make):
        yield sts
    forget_sessions()


_words = st.sampled_from(NAMES).flatmap(lambda name: st.sampled_from((name, name, f"{name}:1", f"{name}:stable")))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CALLERS), st.lists(_words, min_size=1, max_size=10, unique=True))
def test_a_caller_gets_what_is_granted_and_no_session_may_do_more(who: Principal, words: list[str]) -> None:
    with _aws() as sts:
        ran = invoke(event({"names": words}, who), DOCUMENT)
    granted = _granted(who)
    asked = {word.partition(":")[0] for word in words}
    results = ran.body.get("secrets", [])
    assert {item["name"] for item in results if "value" in item} == {
        word for word in words if word.partition(":")[0] in granted
    }
    readable = {name for name in NAMES if any(item.may("ssm:GetParameters", _arn(name)) for item in sts.made)}
    assert readable == asked & granted
    assert all(item.source == who.id for item in sts.made)
    assert not any(item.may("ssm:GetParametersByPath", _arn(name)) for item in sts.made for name in NAMES)
    assert not any(item.may("kms:Decrypt", KEY) for item in sts.made)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=8) | st.sampled_from((*NAMES, APP.id, USER.arn)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in _places(item, (*path, key)))]


@st.composite
def _events(draw: st.DrawFn) -> tuple[Principal, Any]:
    """An event of a caller with up to three of its places replaced, or taken from another caller's event."""
    who = draw(st.sampled_from(CALLERS))
    words = draw(st.lists(_words | st.text(max_size=12), max_size=4))
    made: Any = event({"names": words}, who)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.sampled_from([item for item in _places(made) if item and "iam" not in item]))
        target = made
        for key in place[:-1]:
            target = target[key]
        target[place[-1]] = draw(_json | st.just(json.dumps({"names": draw(st.lists(_words, max_size=3))})))
    return who, made


@settings(max_examples=150, deadline=None)
@given(_events())
def test_no_event_whatever_yields_what_is_not_granted(drawn: tuple[Principal, Any]) -> None:
    """The authorizer's block stays as the service made it: it is what the handler trusts, all else is not."""
    who, made = drawn
    before = copy.deepcopy(made)
    with _aws() as sts:
        ran = invoke(made, DOCUMENT)
    assert made == before
    given_out = [item["value"] for item in ran.body.get("secrets", []) if "value" in item]
    assert all(value.removeprefix(f"{CANARY} ") in _granted(who) for value in given_out)
    assert all(item.source == who.id for item in sts.made)
    assert CANARY not in ran.out + ran.logged
    assert ran.status in (200, 400, 403, 405, 413)


@settings(max_examples=100, deadline=None)
@given(_json)
def test_an_event_that_is_any_json_is_refused(made: Any) -> None:
    with _aws() as sts:
        ran = invoke(made, DOCUMENT)
    assert ran.status == 403
    assert not sts.made
