"""CloudFormation's calls: waiting, paging, change sets without changes, failures said in our words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from secrets_cli.aws.stacks import Event, Stacks
from secrets_cli.aws.target import Connection, Target
from secrets_cli.errors import AwsFailure

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ARN = "arn:aws:cloudformation:eu-west-1:111122223333:stack/s/1"


class Pages:
    """A paginator of given pages."""

    def __init__(self, pages: list[dict[str, Any]]) -> None:
        self.pages = pages

    def paginate(self, **given: Any) -> Iterator[dict[str, Any]]:
        return iter(self.pages)


class Client:
    """CloudFormation, with the answers given one after the other."""

    def __init__(self, **answers: list[Any]) -> None:
        self.answers = answers
        self.called: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def answer(**given: Any) -> Any:
            self.called.append(name)
            found = self.answers[name]
            one = found.pop(0) if len(found) > 1 else found[0]
            if isinstance(one, Exception):
                raise one
            return one

        return answer

    def get_paginator(self, name: str) -> Pages:
        return Pages(self.answers[name])


def stacks(client: Client) -> Stacks:
    """On a connection that calls nobody; sleeping takes no time."""
    connection = Connection(Target(region="eu-west-1"))
    connection._clients["cloudformation"] = client
    return Stacks(connection, sleep=lambda seconds: None)


def stack(status: str) -> dict[str, Any]:
    return {"Stacks": [{"StackName": "s", "StackId": ARN, "StackStatus": status, "CreationTime": NOW}]}


def event(number: int, status: str) -> dict[str, Any]:
    return {"EventId": str(number), "Timestamp": NOW, "LogicalResourceId": "A", "ResourceStatus": status}


def test_waiting_tells_each_event_once_and_oldest_first() -> None:
    pages = [{"StackEvents": [event(3, "C"), event(2, "B")]}, {"StackEvents": [event(1, "A")]}]
    client = Client(
        describe_stacks=[
            stack("UPDATE_IN_PROGRESS"),
            stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
            stack("UPDATE_COMPLETE"),
        ],
        describe_stack_events=pages,
    )
    told: list[Event] = []
    assert stacks(client).wait(ARN, told.append, frozenset({"1"})).status == "UPDATE_COMPLETE"
    assert [one.id for one in told] == ["2", "3"]


def test_waiting_ends_after_half_an_hour() -> None:
    client = Client(describe_stacks=[stack("UPDATE_IN_PROGRESS")], describe_stack_events=[{"StackEvents": []}])
    with pytest.raises(AwsFailure, match="30 minutes"):
        stacks(client).wait(ARN, lambda one: None)


@pytest.mark.parametrize(
    "reason", ["The submitted information didn't contain changes. Submit ...", "No updates are to be performed."]
)
def test_a_change_set_without_changes_is_deleted(reason: str) -> None:
    client = Client(
        create_change_set=[{"Id": "c", "StackId": ARN}],
        describe_change_set=[{"Status": "CREATE_PENDING"}, {"Status": "FAILED", "StatusReason": reason}],
        delete_change_set=[{}],
    )
    made = stacks(client).make_change_set("s", "c", body="x", create=False, tags={})
    assert made.changes == ()
    assert client.called[-1] == "delete_change_set"


def test_a_refused_template_is_an_error_and_leaves_no_stack_for_review() -> None:
    client = Client(
        create_change_set=[{"Id": "c", "StackId": ARN}],
        describe_change_set=[{"Status": "FAILED", "StatusReason": "Template\n error."}],
        delete_change_set=[{}],
        delete_stack=[{}],
    )
    with pytest.raises(AwsFailure, match=r"CloudFormation refused the template: Template error$"):
        stacks(client).make_change_set("s", "c", body="x", create=True, tags={})
    assert client.called[-2:] == ["delete_change_set", "delete_stack"]


def test_the_changes_of_every_page_are_read() -> None:
    def page(name: str, token: str = "") -> dict[str, Any]:
        change = {"Action": "Modify", "LogicalResourceId": name, "ResourceType": "T", "Replacement": "True"}
        change["Details"] = [{"Target": {"Name": "Policies"}}, {"Target": {"Name": "Policies"}}, {"Target": {}}]  # type: ignore[assignment]  # a document
        return {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": change}], "NextToken": token}

    client = Client(create_change_set=[{"Id": "c", "StackId": ARN}], describe_change_set=[page("A", "t"), page("B")])
    changes = stacks(client).make_change_set("s", "c", body="x", create=False, tags={}).changes
    assert [one.logical_id for one in changes] == ["A", "B"]
    assert changes[0].properties == ("Policies",)


def test_a_stack_that_is_not_there_is_none_and_other_failures_are_errors() -> None:
    from botocore.exceptions import ClientError

    def error(code: str) -> ClientError:
        return ClientError({"Error": {"Code": code, "Message": "m"}}, "DescribeStacks")

    assert stacks(Client(describe_stacks=[error("ValidationError")])).describe("s") is None
    assert stacks(Client(describe_stacks=[stack("DELETE_COMPLETE")])).describe("s") is None
    assert stacks(Client(describe_stacks=[stack("DELETE_COMPLETE")])).describe(ARN) is not None
    with pytest.raises(AwsFailure, match="denied"):
        stacks(Client(describe_stacks=[error("AccessDenied")])).describe("s")
