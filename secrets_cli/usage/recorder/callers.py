"""Whose keys are whose: learned from what is told (`--principal`), from sts:GetCallerIdentity, and from the credentials that
STS hands out while it is listened to.

A key that nobody told of stays unknown: its records say so (`userIdentity.type` is `Unknown`), and the report names it.
Identities: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from secrets_cli.errors import ConfigurationError
from secrets_cli.json_value import JsonValue

_ARN = re.compile(
    r"arn:(?P<partition>[^:]+):(?P<service>iam|sts)::(?P<account>\d{12}):"
    r"(?P<kind>root|user|role|assumed-role|federated-user)(?:/(?P<name>.+))?"
)
NO_SESSION = "recorded"
"""The session's name where a role was named and its session was not."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who a key belongs to."""

    arn: str
    """Of the user, root, the role's session (`sts:...:assumed-role/ROLE/SESSION`) or the federated user."""
    id: str = ""
    """`AIDA...`, `AROA...:session`; empty where nobody said."""
    role: str = ""
    """Of a session: the role's ARN, path included where it is known."""
    source_identity: str = ""

    @property
    def account(self) -> str:
        """Twelve digits."""
        return self.arn.split(":")[4]

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, `aws-us-gov`."""
        return self.arn.split(":")[1]

    @property
    def principal(self) -> str:
        """What a policy is attached to: the role's ARN, or the user's."""
        return self.role or self.arn

    @property
    def session(self) -> str:
        """The session's name; empty of a user."""
        return self.arn.rpartition("/")[2] if self.role else ""


def person_of(arn: str, id_: str = "", role: str = "") -> Person | None:
    """Who an ARN names, as STS answers it or a user writes it; None where it names nobody who calls."""
    found = _ARN.fullmatch(arn)
    if found is None:
        return None
    start = f"arn:{found['partition']}"
    match found["kind"]:
        case "assumed-role" if found["name"] and "/" in found["name"]:
            name = found["name"].partition("/")[0]
            return Person(arn, id_, role or f"{start}:iam::{found['account']}:role/{name}")
        case "role" if found["name"]:
            name = found["name"].rpartition("/")[2]
            session = f"{start}:sts::{found['account']}:assumed-role/{name}/{NO_SESSION}"
            return Person(session, id_, arn)
        case "user" | "federated-user" if found["name"]:
            return Person(arn, id_)
        case "root":
            return Person(arn, id_ or found["account"])
        case _:
            return None


def told_persons(written: list[str]) -> "tuple[dict[str, Person], Person | None]":
    """`--principal ARN` and `--principal KEY=ARN`: persons by key, and the one that any other key stands for.

    Raises ConfigurationError for an ARN of nobody who calls, and where two are to stand for any key.
    """
    by_key: dict[str, Person] = {}
    anybody: Person | None = None
    for text in written:
        key, equals, arn = text.rpartition("=")
        person = person_of(arn)
        if person is None:
            raise ConfigurationError(
                f"`--principal {arn}` is no ARN of a role, a role's session or a user",
                "give `--principal arn:aws:iam::ACCOUNT:role/NAME`, or `KEYID=ARN` for one access key",
            )
        if equals:
            by_key[key] = person
        elif anybody is not None:
            raise ConfigurationError(
                "`--principal` names two principals for any key", "give `--principal KEYID=ARN` for each"
            )
        else:
            anybody = person
    return by_key, anybody


class Callers:
    """The keys known so far. Used by one thread."""

    def __init__(self, by_key: Mapping[str, Person], anybody: Person | None) -> None:
        self._known = dict(by_key)
        self._anybody = anybody

    def of(self, key: str) -> Person | None:
        """Who the key belongs to; None where nobody said."""
        return self._known.get(key) or self._anybody

    def knows(self, key: str) -> bool:
        """Whether somebody said of this very key."""
        return key in self._known

    def learn(self, key: str, person: Person) -> None:
        """A key's owner, by what is more than a guess."""
        self._known.setdefault(key, person)

    def correct_role(self, assumed: str, role: str, id_: str) -> None:
        """The role's ARN with its path, and its id, where a session's own ARN tells neither."""
        for key, person in self._known.items():
            if person.role == assumed:
                self._known[key] = replace(person, role=role, id=_with_role_id(person, id_))

    def learn_from_sts(self, operation: str, key: str, sent: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """What an answer of STS tells: who calls, and whose the credentials are that it hands out.

        `sent` and `answer` are members by the model's names.
        """
        if operation == "GetCallerIdentity":
            person = person_of(str(answer.get("Arn", "")), str(answer.get("UserId", "")))
            if person is not None and key:
                self.learn(key, person)
            return
        given = answer.get("Credentials")
        new = given.get("AccessKeyId") if isinstance(given, Mapping) else None
        if isinstance(new, str) and new:
            owner = self._owner(operation, key, sent, answer)
            if owner is not None:
                self.learn(new, owner)

    def _owner(self, operation: str, key: str, sent: Mapping[str, Any], answer: Mapping[str, Any]) -> Person | None:
        if operation == "GetSessionToken":
            return self.of(key)
        user = answer.get("AssumedRoleUser") or answer.get("FederatedUser")
        if not isinstance(user, Mapping):
            return None
        id_ = str(user.get("AssumedRoleId") or user.get("FederatedUserId") or "")
        role = str(sent.get("RoleArn", ""))
        person = person_of(str(user.get("Arn", "")), id_, role if ":role/" in role else "")
        return replace(person, source_identity=str(sent.get("SourceIdentity", ""))) if person else None


def _with_role_id(person: Person, id_: str) -> str:
    return f"{id_}:{person.session}" if id_ and not person.id.startswith(id_) else person.id


def user_identity(person: Person | None, key: str) -> dict[str, JsonValue]:
    """`userIdentity` of a record."""
    if person is None:
        return _nobody(key)
    known: dict[str, JsonValue] = (
        {"accountId": person.account, "accessKeyId": key} if key else {"accountId": person.account}
    )
    if person.role:
        return {
            "type": "AssumedRole",
            "principalId": person.id or f"{_no_id(person)}:{person.session}",
            "arn": person.arn,
            **known,
            "sessionContext": _session(person),
        }
    kind, _, name = person.arn.split(":")[5].partition("/")
    if kind == "root":
        return {"type": "Root", "principalId": person.account, "arn": person.arn, **known}
    if kind == "federated-user":
        return {"type": "FederatedUser", "principalId": person.id, "arn": person.arn, **known}
    return {
        "type": "IAMUser",
        "principalId": person.id,
        "arn": person.arn,
        **known,
        "userName": name.rpartition("/")[2],
    }


def _session(person: Person) -> dict[str, JsonValue]:
    issuer: dict[str, JsonValue] = {
        "type": "Role",
        "principalId": person.id.partition(":")[0] or _no_id(person),
        "arn": person.role,
        "accountId": person.role.split(":")[4],
        "userName": person.role.rpartition("/")[2],
    }
    context: dict[str, JsonValue] = {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}}
    return context | ({"sourceIdentity": person.source_identity} if person.source_identity else {})


def _no_id(person: Person) -> str:
    """In the place of an id that nobody told: no AWS id looks like it."""
    return f"unknown-id-of-{person.role.rpartition('/')[2]}"


def _nobody(key: str) -> dict[str, JsonValue]:
    if not key:
        return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    return {"type": "Unknown", "accessKeyId": key}
