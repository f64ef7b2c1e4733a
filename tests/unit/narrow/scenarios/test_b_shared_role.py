"""Two functions share a role: each gets the policy of its own sessions, and together they are what the role had.

`orders` writes a table and its index, and reads uploads; `thumbs` reads uploads and writes thumbnails, under a key of its own
and through a queue. A person opened one session, and an attempt at IAM was denied. The logs are records as CloudTrail writes
them, read by the engine that the command uses.
"""

import json
from typing import Any

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import PolicySet, Request
from secrets_cli.narrow.configuration import parse_configurations
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.narrow.split_by_function import Part, Split, UnionVerdict, split_by_function
from secrets_cli.usage.engine import scan
from tests.unit.usage.made_records import record, role_session

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/shop-dev-eu-west-1-lambdaRole"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"
FILES = "arn:aws:s3:::shop-files"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:shop-dead"


def log_group(function: str) -> str:
    return f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/{function}:*"


def call(session: str, source: str, name: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One call of a session of the role."""
    is_data = source in ("s3", "dynamodb") and name != "DescribeTable"
    return record(
        userIdentity=role_session(ROLE, session, ACCOUNT),
        eventSource=f"{source}.amazonaws.com",
        eventName=name,
        requestParameters=parameters,
        resources=...,
        managementEvent=not is_data,
        eventCategory="Data" if is_data else "Management",
        **{"eventID": f"{session}-{name}-{json.dumps(parameters)}", **more},
    )


def item(session: str, name: str, **more: str) -> dict[str, Any]:
    return call(session, "dynamodb", name, {"tableName": "orders", **more})


def key(session: str, name: str, path: str) -> dict[str, Any]:
    return call(session, "s3", name, {"bucketName": "shop-files", "key": path})


DENIED = call(
    "thumbs",
    "iam",
    "CreateUser",
    {"userName": "backdoor"},
    errorCode="AccessDenied",
    errorMessage=f"User: {ROLE} is not authorized to perform: iam:CreateUser",
)
RECORDS = [
    item("orders", "PutItem"),
    item("orders", "Query", indexName="by-day"),
    key("orders", "GetObject", "uploads/1.png"),
    key("orders", "GetObject", "uploads/2.png"),
    *(key("thumbs", "GetObject", f"uploads/{n}.png") for n in range(3, 6)),
    *(key("thumbs", "PutObject", f"thumbs/{n}.png") for n in range(5)),
    call("ann@example.com", "dynamodb", "DescribeTable", {"tableName": "orders"}),
    DENIED,
]


def configuration(function: str, **more: object) -> str:
    return json.dumps(
        {
            "FunctionName": function,
            "FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{function}",
            "Role": ROLE,
            **more,
        }
    )


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The role's logs, its policy, and both functions' configurations."""
    log = tmp_path_factory.mktemp("logs") / "log.json"
    log.write_text(json.dumps({"Records": RECORDS}), encoding="utf-8")
    present = [
        {"Effect": "Allow", "Action": ["s3:*", "dynamodb:*", "sqs:*", "logs:*"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["kms:*", "execute-api:Invoke"], "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": f"{FILES}/private/*"},
    ]
    return Ask(
        ROLE,
        (parse_policy(json.dumps({"Version": "2012-10-17", "Statement": present}), "present.json"),),
        scan([str(log)], frozenset({ROLE})),
        configurations=(
            *parse_configurations(configuration("orders"), "orders.json"),
            *parse_configurations(configuration("thumbs", DeadLetterConfig={"TargetArn": QUEUE}), "thumbs.json"),
        ),
        drop_invisible=frozenset({"sqs"}),
    )


@pytest.fixture(scope="module")
def whole(ask: Ask) -> Narrowing:
    """The unsplit narrowing."""
    result = narrow(ask, load_catalog())
    assert isinstance(result, Narrowing)
    return result


@pytest.fixture(scope="module")
def split(ask: Ask, whole: Narrowing) -> Split:
    """The split one."""
    return split_by_function(ask, whole, load_catalog())


def part(split: Split, name: str) -> Part:
    return next(part for part in split.parts if part.name == name)


def test_there_is_a_policy_for_each_function_and_one_for_the_rest(split: Split) -> None:
    assert [(p.name, p.is_function, p.sessions) for p in split.parts] == [
        ("orders", True, ("orders",)),
        ("thumbs", True, ("thumbs",)),
        ("other-sessions", False, ("ann@example.com",)),
    ]


def test_each_has_its_own_proof(split: Split) -> None:
    assert [(p.narrowing.proof.holds, p.narrowing.proof.requests) for p in split.parts] == [
        (True, 4),
        (True, 8),
        (True, 1),
    ]


ALLOWED = {
    "orders": [
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:Query", f"{TABLE}/index/by-day"),
        ("s3:GetObject", f"{FILES}/uploads/1.png"),
        ("s3:GetObject", f"{FILES}/uploads/new.png"),  # five uploads were seen of the role: they are one folder
        ("logs:PutLogEvents", log_group("orders")),
        ("execute-api:Invoke", f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:a/prod/GET/x"),  # no log could show it
    ],
    "thumbs": [
        ("s3:GetObject", f"{FILES}/uploads/4.png"),
        ("s3:PutObject", f"{FILES}/thumbs/4.png"),
        ("logs:PutLogEvents", log_group("thumbs")),
        ("sqs:SendMessage", QUEUE),
        ("execute-api:Invoke", f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:a/prod/GET/x"),
    ],
    "other-sessions": [("dynamodb:DescribeTable", TABLE)],
}
DENIED_TO = {
    "orders": [
        ("s3:PutObject", f"{FILES}/thumbs/4.png"),
        ("logs:PutLogEvents", log_group("thumbs")),
        ("sqs:SendMessage", QUEUE),
        ("dynamodb:DescribeTable", TABLE),
        ("dynamodb:DeleteItem", TABLE),
    ],
    "thumbs": [
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:Query", f"{TABLE}/index/by-day"),
        ("logs:PutLogEvents", log_group("orders")),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/backdoor"),
        ("s3:GetObject", f"{FILES}/private/1.png"),
    ],
    "other-sessions": [
        ("dynamodb:PutItem", TABLE),
        ("s3:GetObject", f"{FILES}/uploads/1.png"),
        ("logs:PutLogEvents", log_group("orders")),
    ],
}


def verdicts(split: Split, requests: dict[str, list[tuple[str, str]]]) -> dict[tuple[str, str, str], bool]:
    return {
        (name, action, resource): evaluate(
            Request(ROLE, action, resource, {}), PolicySet(identity=part(split, name).narrowing.policies)
        ).verdict
        is Verdict.ALLOWED
        for name, asked in requests.items()
        for action, resource in asked
    }


def test_each_may_do_what_it_did(split: Split) -> None:
    found = verdicts(split, ALLOWED)
    assert [request for request, allowed in found.items() if not allowed] == []


def test_none_may_do_what_another_did(split: Split) -> None:
    found = verdicts(split, DENIED_TO)
    assert [request for request, allowed in found.items() if allowed] == []


def test_together_they_are_proven_equal_to_the_unsplit_policy(split: Split) -> None:
    assert split.union.verdict is UnionVerdict.EQUAL


def test_what_was_denied_is_of_the_function_that_asked(split: Split) -> None:
    assert {p.name: [d.action for d in p.narrowing.denied_events] for p in split.parts} == {
        "orders": [],
        "thumbs": ["iam:CreateUser"],
        "other-sessions": [],
    }


def test_what_the_logs_could_not_show_is_said_to_stay_in_each(split: Split) -> None:
    assert any("stay in each policy" in note for note in split.notes)


def test_the_deny_of_the_present_policy_stands_in_each(split: Split) -> None:
    for one in split.parts:
        denies = [s for p in one.narrowing.policies for s in p.statements if s.effect.value == "Deny"]
        assert [s.resource.values for s in denies if s.resource] == [(f"{FILES}/private/*",)]
