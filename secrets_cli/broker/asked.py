"""One call of the function, from the caller's side: what is sent in each mode, and what the answer says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.aws.function_urls import Answered, FrontDoor, call
from secrets_cli.aws.target import Connection
from secrets_cli.broker.desired import Mode
from secrets_cli.broker.signed_relay import signed_read
from secrets_cli.errors import AccessDenied, AwsFailure, ConfigurationError, Throttled
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.parameter_name import Selected

_NAMES_A_CALL = 10


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A secret that the function handed out."""

    name: str
    """As it was asked for, with its version or label."""
    version: int
    value: SecretValue


@dataclass(frozen=True, slots=True)
class NotHandedOut:
    """A name the function gave nothing for: not granted, or not there; it does not say which."""

    name: str
    error: str


Result: TypeAlias = HandedOut | NotHandedOut


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call came to."""

    results: tuple[Result, ...]
    request_ids: tuple[str, ...]
    """By which the function's log knows the call."""


def ask(connection: Connection, door: FrontDoor, names: Sequence[Selected], mode: Mode) -> Answer:
    """Ask the function for secrets, as the connection's caller.

    Raises AccessDenied where IAM or the function refuses the call as a whole, Throttled, and AwsFailure for any other
    answer that is no answer; ConfigurationError for too many names.
    """
    if len(names) > _NAMES_A_CALL:
        raise ConfigurationError(f"{len(names)} names are asked for, and a call takes {_NAMES_A_CALL}", "ask twice")
    match mode:
        case Mode.BROKER:
            return _parsed(call(connection, door, json.dumps({"names": [str(name) for name in names]})), names)
        case Mode.RELAY:
            each = [_parsed(call(connection, door, signed_read(connection, name).document()), [name]) for name in names]
        case Mode.CALLER_CREDENTIALS:
            return _parsed(call(connection, door, _with_credentials(connection, names).reveal()), names)
    return Answer(
        tuple(result for one in each for result in one.results),
        tuple(request for one in each for request in one.request_ids),
    )


def _with_credentials(connection: Connection, names: Sequence[Selected]) -> SecretValue:
    """The names and the caller's credentials. Raises ConfigurationError for a long-term key: it is never sent."""
    key, secret, token = connection.credentials()
    if not token:
        raise ConfigurationError(
            "the credentials are long-term keys, which are never sent to a function",
            "use a role's temporary credentials, or deploy with `--mode broker` or `--mode relay`",
        )
    credentials = {"accessKeyId": key, "secretAccessKey": secret, "sessionToken": token}
    return SecretValue(json.dumps({"names": [str(name) for name in names], "credentials": credentials}))


def _parsed(answered: Answered, names: Sequence[Selected]) -> Answer:
    document = _document(answered)
    request_id = str(document.get("requestId", ""))
    if answered.status != 200:
        raise _refusal(answered.status, str(document.get("error", "")), request_id, names)
    secrets = document.get("secrets")
    if not isinstance(secrets, list):
        raise AwsFailure("the function answered no list of secrets", _IS_IT_OURS)
    return Answer(tuple(_result(item) for item in secrets), (request_id,))


_IS_IT_OURS = "see with `secrets-cli lambda status` whether the URL is that of a getSecret function"


def _document(answered: Answered) -> dict[str, object]:
    try:
        document = json.loads(answered.body.reveal())
    except ValueError:
        document = None
    if isinstance(document, dict):
        return document
    if answered.status == 200:
        raise AwsFailure("the function did not answer JSON", _IS_IT_OURS)
    return {}


def _result(item: object) -> Result:
    match item:
        case {"name": str(name), "version": int(version), "value": str(value)}:
            return HandedOut(name, version, SecretValue(value))
        case {"name": str(name), "error": str(error)}:
            return NotHandedOut(name, error)
        case _:
            raise AwsFailure("the function answered something that is no result", _IS_IT_OURS)


def _refusal(status: int, error: str, request_id: str, names: Sequence[Selected]) -> AwsFailure:
    asked = ", ".join(f"`{name}`" for name in names)
    in_log = f"; its log has the reason under request `{request_id}`" if request_id else ""
    if status == 403 and not error:
        return AccessDenied(
            "IAM refused the call before it came to the function",
            "only principals that were granted something may call; the signature may also be wrong or too old",
            "Forbidden",
        )
    if status == 403:
        return AccessDenied(
            f"the function hands out nothing for {asked}: not granted to you, or not there",
            f"ask for a grant{in_log}",
            error,
        )
    if status == 429:
        return Throttled("the function, or Parameter Store behind it, is throttled", "wait, then ask again", error)
    return AwsFailure(
        f"the function answered {status} ({error or 'without a reason'}) for {asked}",
        f"see `secrets-cli lambda logs`{in_log}",
        error,
    )
