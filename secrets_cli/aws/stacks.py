"""CloudFormation: typed calls, each failure one of ours, each list paged to its end.

Waiting is polling; `sleep` is given, so that a test does not wait.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AwsFailure, NotThere

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

_SECONDS_BETWEEN = 2.0
_LONGEST_WAIT = 1_800.0
_ENDS = ("_COMPLETE", "_FAILED")


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack."""

    name: str
    id: str
    """Its ARN: a deleted stack is found by it alone."""
    status: str
    """`CREATE_COMPLETE`, `ROLLBACK_COMPLETE`, ..."""
    reason: str
    outputs: Mapping[str, str]
    changed: datetime
    """UTC; when it was last updated, or made."""
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StackResource:
    """One resource of a stack."""

    logical_id: str
    physical_id: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a change set does to one resource."""

    action: str
    """`Add`, `Modify`, `Remove`, `Import` or `Dynamic`."""
    logical_id: str
    physical_id: str
    type: str
    replacement: str
    """`True`, `False` or `Conditional`; empty where it is no modification."""
    properties: tuple[str, ...]
    """The properties that a modification touches."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set that was made; executable where it has changes."""

    id: str
    stack_id: str
    creates: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stack."""

    id: str
    when: datetime
    """UTC."""
    logical_id: str
    type: str
    status: str
    reason: str

    @property
    def failed(self) -> bool:
        """Whether it tells of a failure."""
        return self.status.endswith("_FAILED")


@dataclass(frozen=True, slots=True)
class Drift:
    """One resource that is not as the stack's template says."""

    logical_id: str
    type: str
    status: str
    """`MODIFIED` or `DELETED`."""
    differences: tuple[str, ...]
    """Paths of the properties."""


class Stacks:
    """CloudFormation on one connection."""

    def __init__(self, connection: Connection, sleep: Callable[[float], None] = time.sleep) -> None:
        self.connection = connection
        self._sleep = sleep

    @property
    def _cloudformation(self) -> "CloudFormationClient":
        client: CloudFormationClient = self.connection.client("cloudformation")
        return client

    def describe(self, name: str) -> Stack | None:
        """A stack by name or ARN, by cloudformation:DescribeStacks; None where there is none of that name."""
        try:
            with translated("cloudformation:DescribeStacks", name):
                found = self._cloudformation.describe_stacks(StackName=name)["Stacks"]
        except NotThere:
            return None
        except AwsFailure as error:
            # AWS answers ValidationError for a name that is not there; the name itself was checked before.
            if error.code != "ValidationError":
                raise
            return None
        stack = _stack(found[0])
        return None if stack.status == "DELETE_COMPLETE" and stack.id != name else stack

    def template(self, name: str) -> str:
        """The template a stack was made with, as text, by cloudformation:GetTemplate."""
        with translated("cloudformation:GetTemplate", name):
            body: Any = self._cloudformation.get_template(StackName=name)["TemplateBody"]
        if isinstance(body, str):
            return body
        import json

        return json.dumps(body)

    def resources(self, name: str) -> tuple[StackResource, ...]:
        """Every resource of a stack, deleted ones too, by cloudformation:ListStackResources."""
        with translated("cloudformation:ListStackResources", name):
            pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
            return tuple(
                StackResource(
                    item["LogicalResourceId"],
                    item.get("PhysicalResourceId", ""),
                    item["ResourceType"],
                    item["ResourceStatus"],
                )
                for page in pages
                for item in page["StackResourceSummaries"]
            )

    def make_change_set(
        self, stack: str, name: str, *, body: str = "", url: str = "", create: bool, tags: Mapping[str, str]
    ) -> ChangeSet:
        """A change set for a template (its text, or where it lies), when AWS has computed it; without changes it is
        deleted again, and the answer has none. Nothing is changed yet, but that a stack to be made is there for review.
        """
        where: dict[str, Any] = {"TemplateURL": url} if url else {"TemplateBody": body}
        with translated("cloudformation:CreateChangeSet", stack):
            made = self._cloudformation.create_change_set(
                StackName=stack,
                ChangeSetName=name,
                ChangeSetType="CREATE" if create else "UPDATE",
                Capabilities=["CAPABILITY_NAMED_IAM"],
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
                **where,
            )
        return self._computed(made["Id"], made["StackId"], create)

    def _computed(self, change_set: str, stack_id: str, create: bool) -> ChangeSet:
        for _ in self._turns(stack_id):
            with translated("cloudformation:DescribeChangeSet", change_set):
                answer = self._cloudformation.describe_change_set(ChangeSetName=change_set)
            if answer["Status"] == "CREATE_COMPLETE":
                return ChangeSet(change_set, stack_id, create, tuple(self._changes(answer, change_set)))
            if answer["Status"] == "FAILED":
                reason = answer.get("StatusReason", "")
                self.discard(ChangeSet(change_set, stack_id, create, ()))
                if "didn't contain changes" in reason or "No updates are to be performed" in reason:
                    return ChangeSet(change_set, stack_id, create, ())
                raise AwsFailure(f"CloudFormation refused the template: {_plain(reason)}", "", "ChangeSetFailed")
        raise AssertionError("unreachable")

    def _changes(self, answer: Any, change_set: str) -> Iterator[Change]:
        while True:
            yield from (_change(item["ResourceChange"]) for item in answer.get("Changes", []))
            token = answer.get("NextToken")
            if not token:
                return
            with translated("cloudformation:DescribeChangeSet", change_set):
                answer = self._cloudformation.describe_change_set(ChangeSetName=change_set, NextToken=token)

    def proposed(self, change_set: ChangeSet) -> str:
        """The template that a change set would carry out, as text, by cloudformation:GetTemplate."""
        with translated("cloudformation:GetTemplate", change_set.id):
            answer = self._cloudformation.get_template(StackName=change_set.stack_id, ChangeSetName=change_set.id)
            body: Any = answer["TemplateBody"]
        return body if isinstance(body, str) else ""

    def discard(self, change_set: ChangeSet) -> None:
        """Delete a change set, and the stack that was there for its review alone."""
        with translated("cloudformation:DeleteChangeSet", change_set.id):
            self._cloudformation.delete_change_set(ChangeSetName=change_set.id)
        if change_set.creates:
            self.delete(change_set.stack_id)

    def execute(self, change_set: ChangeSet) -> None:
        """Begin to carry out a change set, by cloudformation:ExecuteChangeSet."""
        with translated("cloudformation:ExecuteChangeSet", change_set.id):
            self._cloudformation.execute_change_set(ChangeSetName=change_set.id)

    def protect(self, stack: str, policy: str) -> None:
        """Set the stack policy (JSON text), by cloudformation:SetStackPolicy."""
        with translated("cloudformation:SetStackPolicy", stack):
            self._cloudformation.set_stack_policy(StackName=stack, StackPolicyBody=policy)

    def delete(self, stack: str) -> None:
        """Begin to delete a stack, by cloudformation:DeleteStack."""
        with translated("cloudformation:DeleteStack", stack):
            self._cloudformation.delete_stack(StackName=stack)

    def events(self, stack_id: str) -> tuple[Event, ...]:
        """Every event of a stack, oldest first, by cloudformation:DescribeStackEvents."""
        with translated("cloudformation:DescribeStackEvents", stack_id):
            pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
            found = [_event(item) for page in pages for item in page["StackEvents"]]
        return tuple(reversed(found))

    def wait(self, stack_id: str, tell: Callable[[Event], None], seen: frozenset[str] = frozenset()) -> Stack:
        """Wait until a stack (by its ARN) is done with what it does; `tell` gets each event once, but those in `seen`.

        Raises AwsFailure after half an hour.
        """
        told = set(seen)
        for _ in self._turns(stack_id):
            stack = self.describe(stack_id)
            for event in self.events(stack_id):
                if event.id not in told:
                    told.add(event.id)
                    tell(event)
            if stack is None:
                raise NotThere(f"the stack `{stack_id}` is gone", "", "StackNotFound")
            if stack.status.endswith(_ENDS):
                return stack
        raise AssertionError("unreachable")

    def drifts(self, stack: str) -> tuple[Drift, ...]:
        """The resources that are not as the template says, by cloudformation:DetectStackDrift; takes some seconds."""
        with translated("cloudformation:DetectStackDrift", stack):
            detection = self._cloudformation.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
        for _ in self._turns(stack):
            with translated("cloudformation:DescribeStackDriftDetectionStatus", stack):
                answer = self._cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
            if answer["DetectionStatus"] != "DETECTION_IN_PROGRESS":
                break
        return tuple(self._drifted(stack))

    def _drifted(self, stack: str) -> Iterator[Drift]:
        token: dict[str, Any] = {}
        while True:
            with translated("cloudformation:DescribeStackResourceDrifts", stack):
                answer = self._cloudformation.describe_stack_resource_drifts(
                    StackName=stack, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"], **token
                )
                page = [_drift(item) for item in answer["StackResourceDrifts"]]
            yield from page
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def _turns(self, what: str) -> Iterator[None]:
        """Turns of a poll, a pause before each but the first. Raises AwsFailure when it has taken too long."""
        turns = int(_LONGEST_WAIT / _SECONDS_BETWEEN)
        for turn in range(turns):
            if turn:
                self._sleep(_SECONDS_BETWEEN if turn > 1 else _SECONDS_BETWEEN / 4)
            yield
        raise AwsFailure(f"`{what}` is not done after {_LONGEST_WAIT / 60:.0f} minutes", "see it in the AWS console")


def _stack(item: Any) -> Stack:
    return Stack(
        name=item["StackName"],
        id=item["StackId"],
        status=item["StackStatus"],
        reason=item.get("StackStatusReason", ""),
        outputs={output["OutputKey"]: output["OutputValue"] for output in item.get("Outputs", [])},
        changed=_utc(item.get("LastUpdatedTime", item["CreationTime"])),
        tags={tag["Key"]: tag["Value"] for tag in item.get("Tags", [])},
    )


def _change(item: Any) -> Change:
    names = (detail.get("Target", {}).get("Name", "") for detail in item.get("Details", []))
    return Change(
        action=item["Action"],
        logical_id=item["LogicalResourceId"],
        physical_id=item.get("PhysicalResourceId", ""),
        type=item["ResourceType"],
        replacement=item.get("Replacement", ""),
        properties=tuple(sorted({name for name in names if name})),
    )


def _event(item: Any) -> Event:
    return Event(
        id=item["EventId"],
        when=_utc(item["Timestamp"]),
        logical_id=item.get("LogicalResourceId", ""),
        type=item.get("ResourceType", ""),
        status=item.get("ResourceStatus", ""),
        reason=item.get("ResourceStatusReason", ""),
    )


def _drift(item: Any) -> Drift:
    return Drift(
        logical_id=item["LogicalResourceId"],
        type=item["ResourceType"],
        status=item["StackResourceDriftStatus"],
        differences=tuple(sorted(one["PropertyPath"] for one in item.get("PropertyDifferences", []))),
    )


def _utc(when: datetime) -> datetime:
    return when.astimezone(UTC)


def _plain(text: str) -> str:
    """On one line, without its full stop."""
    return " ".join(text.split()).rstrip(".")
