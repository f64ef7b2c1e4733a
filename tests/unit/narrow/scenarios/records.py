"""Made CloudTrail logs for the scenarios: real files that the real scan reads, and the questions put to what comes out."""

import gzip
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.contain import Contained
from secrets_cli.iam.evaluate import Verdict, evaluate
from secrets_cli.iam.model import Policy
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.narrow.configuration import parse_configurations, with_roles
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Narrowing, NarrowingResult
from secrets_cli.usage.engine import scan

ACCOUNT = "111122223333"
REGION = "eu-west-1"
_DATA_SOURCES = {
    "s3": {"GetObject", "PutObject", "DeleteObject", "ListObjects"},
    "sqs": {"SendMessage", "ReceiveMessage"},
}
_DATA_SOURCES |= {"dynamodb": {"GetItem", "PutItem", "Query", "UpdateItem"}, "lambda": {"Invoke"}}

Context = Mapping[str, ContextValue]
Question = tuple[str, str] | tuple[str, str, Context]
"""Action, resource and, where the policies ask for one, the context."""


def role_arn(name: str) -> str:
    """A role of the account."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def arn(service: str, resource: str) -> str:
    """An ARN in the scenario's account and region."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def session(role: str, name: str) -> dict[str, object]:
    """The identity of a session of a role: of a function, where the name is the function's."""
    issuer = {
        "type": "Role",
        "principalId": "AROAEXAMPLE",
        "arn": role_arn(role),
        "accountId": ACCOUNT,
        "userName": role,
    }
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{name}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}",
        "accountId": ACCOUNT,
        "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}},
    }


def user(name: str) -> dict[str, object]:
    """The identity of an IAM user."""
    return {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "accountId": ACCOUNT, "userName": name}


_numbers = itertools.count(1)


def call(who: Mapping[str, object], source: str, name: str, **more: object) -> dict[str, object]:
    """One record of a call that succeeded; `more` are fields of the record, `requestParameters` among them."""
    number = next(_numbers)
    is_data = name in _DATA_SOURCES.get(source, set())
    return {
        "eventVersion": "1.11",
        "userIdentity": who,
        "eventTime": f"2026-09-{1 + number % 28:02}T{number % 24:02}:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": "192.0.2.7",
        "requestParameters": None,
        "responseElements": None,
        "requestID": f"request-{number}",
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventType": "AwsApiCall",
        "managementEvent": not is_data,
        "eventCategory": "Data" if is_data else "Management",
        "recipientAccountId": ACCOUNT,
        **more,
    }


def write_log(folder: Path, records: Iterable[Mapping[str, object]], name: str = "trail.json.gz") -> None:
    """A log file as CloudTrail delivers it."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(gzip.compress(json.dumps({"Records": list(records)}).encode()))


@dataclass
class Scenario:
    """A principal with its present policies and its logs."""

    principal: str
    present: tuple[Policy, ...]
    logs: Path
    choices: dict[str, Any] = field(default_factory=dict)
    """Further fields of Ask."""

    def configure(self, *documents: Mapping[str, object]) -> None:
        """What `aws lambda` printed, in one file."""
        text = "\n".join(json.dumps(document) for document in documents)
        self.choices["configurations"] = with_roles(parse_configurations(text, "function.json"))

    def result(self) -> NarrowingResult:
        """The logs read and the policies narrowed."""
        usage = scan([str(self.logs)], frozenset({self.principal}))
        return narrow(Ask(self.principal, self.present, usage, **self.choices), load_catalog())

    def narrowed(self) -> Narrowing:
        """The narrowing, whose proof must hold: nothing new, and every counted request allowed."""
        result = self.result()
        assert isinstance(result, Narrowing), result
        assert isinstance(result.proof.contained, Contained)
        assert result.proof.denied == ()
        return result


def is_allowed(principal: str, policies: tuple[Policy, ...], question: Question) -> bool:
    """Whether the policies allow a request: asked of the evaluator, which had no part in making them."""
    context = question[2] if len(question) == 3 else {}
    request = Request(principal, question[0], question[1], context)
    return evaluate(request, PolicySet(identity=policies)).verdict is Verdict.ALLOWED


def check(scenario: Scenario, result: Narrowing, allowed: Iterable[Question], denied: Iterable[Question]) -> None:
    """The narrowed policies allow the ones and not the others; the present ones allow all of the first."""
    allowed = list(allowed)
    assert [one for one in allowed if not is_allowed(scenario.principal, scenario.present, one)] == []
    assert [one for one in allowed if not is_allowed(scenario.principal, result.policies, one)] == []
    assert [one for one in denied if is_allowed(scenario.principal, result.policies, one)] == []
