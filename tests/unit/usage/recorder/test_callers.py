"""Whose keys are whose."""

from typing import Any

import pytest

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.identity import Principal, caller_of
from secrets_cli.usage.record import read_record
from secrets_cli.usage.recorder.callers import Callers, Person, person_of, told_persons, user_identity

ROLE = "arn:aws:iam::111122223333:role/apps/web"
SESSION = "arn:aws:sts::111122223333:assumed-role/web/job-1"
USER = "arn:aws:iam::111122223333:user/dev/ann"


def _read_back(person: Person | None, key: str = "ASIA1") -> Any:
    record: dict[str, Any] = {
        "eventSource": "ssm.amazonaws.com",
        "eventName": "GetParameter",
        "userIdentity": user_identity(person, key),
    }
    return caller_of(read_record(record))


@pytest.mark.parametrize(
    ("arn", "role", "expected"),
    [
        (SESSION, ROLE, Principal(ROLE, "job-1", "111122223333")),
        (SESSION, "", Principal("arn:aws:iam::111122223333:role/web", "job-1", "111122223333")),
        (ROLE, "", Principal(ROLE, "recorded", "111122223333")),
        (USER, "", Principal(USER, "", "111122223333")),
        ("arn:aws:iam::111122223333:root", "", Principal("arn:aws:iam::111122223333:root", "", "111122223333")),
    ],
)
def test_an_identity_is_read_back_as_who_it_is(arn: str, role: str, expected: Principal) -> None:
    person = person_of(arn, "AROAX:job-1" if "assumed" in arn else "", role)
    assert _read_back(person) == expected


@pytest.mark.parametrize(
    "arn", ["", "arn:aws:s3:::b", "arn:aws:iam::1:role/x", "arn:aws:iam::111122223333:group/g", "me"]
)
def test_what_names_nobody_who_calls_is_nobody(arn: str) -> None:
    assert person_of(arn) is None


def test_a_sessions_identity_has_the_shape_of_real_ones() -> None:
    person = person_of(SESSION, "AROAX:job-1", ROLE)
    assert user_identity(person, "ASIA1") == {
        "type": "AssumedRole",
        "principalId": "AROAX:job-1",
        "arn": SESSION,
        "accountId": "111122223333",
        "accessKeyId": "ASIA1",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAX",
                "arn": ROLE,
                "accountId": "111122223333",
                "userName": "web",
            },
            "attributes": {"mfaAuthenticated": "false"},
        },
    }


def test_of_an_unknown_key_the_record_says_so() -> None:
    assert user_identity(None, "AKIA1") == {"type": "Unknown", "accessKeyId": "AKIA1"}
    assert user_identity(None, "") == {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}


def test_keys_are_learned_from_the_answers_of_sts() -> None:
    callers = Callers({}, None)
    callers.learn_from_sts("GetCallerIdentity", "AKIA1", {}, {"Arn": USER, "UserId": "AIDA1"})
    given = {
        "Credentials": {"AccessKeyId": "ASIA1", "SecretAccessKey": "s"},
        "AssumedRoleUser": {"Arn": SESSION, "AssumedRoleId": "AROAX:job-1"},
    }
    callers.learn_from_sts("AssumeRole", "AKIA1", {"RoleArn": ROLE, "SourceIdentity": "ann"}, given)
    callers.learn_from_sts("GetSessionToken", "AKIA1", {}, {"Credentials": {"AccessKeyId": "ASIA2"}})
    federated = {
        "Credentials": {"AccessKeyId": "ASIA3"},
        "FederatedUser": {"Arn": "arn:aws:sts::111122223333:federated-user/f", "FederatedUserId": "1:f"},
    }
    callers.learn_from_sts("GetFederationToken", "AKIA1", {}, federated)
    assert callers.of("AKIA1") == Person(USER, "AIDA1")
    assert callers.of("ASIA1") == Person(SESSION, "AROAX:job-1", ROLE, "ann")
    assert callers.of("ASIA2") == Person(USER, "AIDA1")
    third = callers.of("ASIA3")
    assert third is not None
    assert third.arn.endswith("federated-user/f")
    assert callers.of("ASIA4") is None


def test_an_answer_that_tells_nobody_teaches_nothing() -> None:
    callers = Callers({}, None)
    for answer in (
        {},
        {"Credentials": {"AccessKeyId": "A"}},
        {"Credentials": "x"},
        {"Credentials": {"AccessKeyId": "A"}, "AssumedRoleUser": {"Arn": "?"}},
    ):
        callers.learn_from_sts("AssumeRole", "AKIA1", {}, answer)
    callers.learn_from_sts("GetCallerIdentity", "AKIA1", {}, {"Arn": "?"})
    assert not callers.knows("A")
    assert not callers.knows("AKIA1")


def test_a_roles_path_and_id_are_put_in_when_they_are_learned() -> None:
    callers = Callers({}, None)
    bare = person_of(SESSION)
    assert bare is not None
    callers.learn("ASIA1", bare)
    callers.correct_role(bare.role, ROLE, "AROAX")
    assert callers.of("ASIA1") == Person(SESSION, "AROAX:job-1", ROLE)


def test_a_principal_that_was_told_stands_for_a_key_or_for_any() -> None:
    by_key, anybody = told_persons([f"AKIA1={USER}", ROLE])
    callers = Callers(by_key, anybody)
    assert callers.of("AKIA1") == Person(USER)
    other = callers.of("ASIA9")
    assert other is not None
    assert other.principal == ROLE
    assert callers.knows("AKIA1")
    assert not callers.knows("ASIA9")


@pytest.mark.parametrize("told", [["nobody"], ["AKIA1=nobody"], [ROLE, USER]])
def test_a_principal_that_is_none_is_refused(told: list[str]) -> None:
    with pytest.raises(ConfigurationError):
        told_persons(told)
