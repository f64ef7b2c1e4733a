"""A tree of logs with a bit of everything, a file at a time."""

from pathlib import Path
from typing import Any

from tests.unit.usage.made_records import ACCOUNT, OTHER_ACCOUNT, ROLE, USER, record, role_session, user, write

ROLES = (ROLE, f"arn:aws:iam::{ACCOUNT}:role/second", f"arn:aws:iam::{OTHER_ACCOUNT}:role/far")
QUESTIONS = (None, frozenset((ROLE,)), frozenset((USER, ROLES[1])), frozenset((f"{ROLE}-of-nobody",)))


def log_path(folder: Path, day: int, name: str, prefix: str = "", region: str = "eu-west-1") -> Path:
    """Where CloudTrail delivers a file of that day of March."""
    keys = f"AWSLogs/{ACCOUNT}/CloudTrail/{region}/2026/03/{day:02}"
    return folder / prefix / keys / f"{ACCOUNT}_CloudTrail_{region}_202603{day:02}T1000Z_{name}.json.gz"


def mixed_records(day: int, salt: str) -> list[Any]:
    """Records of one day: uses, denials, what is no use, what cannot be read, calls across accounts."""
    time = f"2026-03-{day:02}T10:0{len(salt) % 10}:00Z"
    made: list[Any] = [
        record(eventTime=time, eventID=f"{salt}-1"),
        record(eventTime=time, eventID=f"{salt}-2", requestParameters={"bucketName": "b", "key": salt}),
        record(eventTime=time, eventID=f"{salt}-3", userIdentity=role_session(ROLES[1]), errorCode="AccessDenied"),
        record(eventTime=time, eventID=f"{salt}-4", userIdentity=user(), eventName="InventThing"),
        record(
            eventTime=time, eventID=f"{salt}-5", userIdentity={"type": "AWSService", "invokedBy": "x.amazonaws.com"}
        ),
        record(eventTime=..., eventID=f"{salt}-6", userIdentity=user()),
        record(eventName=...),
        record(
            eventTime=time,
            eventID=f"{salt}-7",
            userIdentity=role_session(ROLES[2], account=OTHER_ACCOUNT),
            sharedEventID=f"shared-{day}",
        ),
        record(
            eventTime=time,
            eventID=f"{salt}-8",
            eventSource="cloudtrail.amazonaws.com",
            eventName="StopLogging",
            requestParameters={"name": "trail"},
            managementEvent=True,
            eventCategory="Management",
            resources=...,
        ),
        "no record",
    ]
    if day % 2:
        made.append(
            record(
                eventTime=time,
                eventID=f"{salt}-9",
                userIdentity=role_session(ROLES[2], account=OTHER_ACCOUNT),
                recipientAccountId=OTHER_ACCOUNT,
                sharedEventID=f"shared-{day}",
            )
        )
    return made


def make_tree(folder: Path, days: int = 4) -> list[Path]:
    """Some files of each day, one over midnight, and bystanders and damaged ones."""
    made = [
        write(log_path(folder, day, name), mixed_records(day, f"{day}{name}"))
        for day in range(1, days + 1)
        for name in ("a", "b", "c")
    ]
    late = [*mixed_records(1, "late"), *mixed_records(2, "late2")]
    made.append(write(log_path(folder, 2, "midnight"), late))
    for name, text in (("STATS.json", "{}"), ("damaged.json", '{"Records": ['), ("empty.json", "")):
        (folder / name).write_text(text, encoding="utf-8")
        made.append(folder / name)
    return made
