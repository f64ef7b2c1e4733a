"""From what should be there and what is there to a plan, and from a plan to what was done: displayed or executed.

A plan is a change set that CloudFormation computed, with the proof beside it. `lambda deploy --dry-run` makes the same
plan and discards it. A stack that could not be made (ROLLBACK_COMPLETE) can only be deleted: that is a step of the plan.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli import __version__
from secrets_cli.aws.functions import FunctionService
from secrets_cli.aws.objects import Bucket
from secrets_cli.aws.stacks import Change, ChangeSet, Event, Stack, Stacks
from secrets_cli.broker.as_deployed import as_deployed
from secrets_cli.broker.desired import Deployment, configuration_text
from secrets_cli.broker.inline_code import without_commentary
from secrets_cli.broker.own_stack import UNDER_REVIEW, refuse_others
from secrets_cli.broker.package import code_sha256, handler_source, package
from secrets_cli.broker.proof import Proof, prove
from secrets_cli.broker.template import (
    LONGEST_BODY,
    Code,
    InlineCode,
    ZippedCode,
    fits_the_environment,
    rendered,
    template,
)
from secrets_cli.errors import AwsFailure, ConfigurationError
from secrets_cli.json_value import JsonValue

_DEAD = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"})
"""A stack in one of these can only be deleted."""
ZIP = "application/zip"
STACK_POLICY = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": ["Update:Replace", "Update:Delete"],
                "Principal": "*",
                "Resource": "LogicalResourceId/LogGroup",
            },
        ]
    }
)
"""An update never takes the audit log away; only removing the stack does."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """Something that must lie in the bucket before the template is used."""

    key: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A proven template, ready to be sent."""

    deployment: Deployment
    body: str
    """YAML."""
    proof: Proof
    bucket: str
    """Empty where nothing travels through a bucket."""
    artefacts: tuple[Artefact, ...]
    template_key: str
    """Of the template in the bucket; empty where it is sent with the call."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done."""

    prepared: Prepared
    dead: Stack | None
    """A stack of the name that must be deleted first."""
    change_set: ChangeSet | None
    """None while a dead stack is in the way."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the change set changes."""
        return self.change_set.changes if self.change_set is not None else ()

    @property
    def nothing_to_do(self) -> bool:
        """Whether all is as it should be."""
        return self.change_set is not None and not self.change_set.changes


@dataclass(frozen=True, slots=True)
class Displayed:
    """The plan was shown and discarded."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Executed:
    """The plan was carried out."""

    plan: Plan
    stack: Stack


Outcome: TypeAlias = Displayed | Executed


def prepare(deployment: Deployment, bucket: str = "") -> Prepared:
    """Write the template and prove it; pure but for reading the bundled handler.

    The code travels inside the template where it fits, else as a zip in the bucket. Raises ConfigurationError where it
    does not fit and there is no bucket.
    """
    code, artefacts = _code(deployment, bucket)
    proof = proof_of(deployment)
    body = rendered(template(deployment, code, metadata(deployment, proof)))
    if len(body.encode()) <= LONGEST_BODY:
        return Prepared(deployment, body, proof, bucket, artefacts, "")
    if not bucket:
        raise ConfigurationError(
            f"the template has {len(body.encode()):,} bytes, and CloudFormation takes {LONGEST_BODY:,} with a call",
            "give `--bucket NAME` of a bucket of yours: the code and the template travel through it",
        )
    key = f"{deployment.settings.stack}/{_digest(body.encode())}.template.yaml"
    return Prepared(
        deployment, body, proof, bucket, (*artefacts, Artefact(key, body.encode(), "application/yaml")), key
    )


def proof_of(deployment: Deployment) -> Proof:
    """The proof of a deployment's template; the code takes no part in it."""
    return prove(deployment, as_deployed(template(deployment, ZippedCode("", "", with_grants=True)), deployment))


def _code(deployment: Deployment, bucket: str) -> tuple[Code, tuple[Artefact, ...]]:
    if not bucket:
        return InlineCode(without_commentary(handler_source())), ()
    grants = None if fits_the_environment(deployment) else configuration_text(deployment)
    body = package(grants)
    key = f"{deployment.settings.stack}/{_digest(body)}.zip"
    return ZippedCode(bucket, key, grants is not None), (Artefact(key, body, ZIP),)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def metadata(deployment: Deployment, proof: Proof) -> JsonValue:
    """What the stack keeps of how it came to be: by which version, for whom, and the proof."""
    return {
        "Version": __version__,
        "Grants": [
            {
                "Principal": caller.principal.arn,
                "UniqueId": caller.id,
                "Names": list(caller.reader.names) if caller.reader else [],
                "Paths": list(caller.reader.paths) if caller.reader else [],
            }
            for caller in deployment.callers
        ],
        "Proof": [{"Claim": check.claim, "By": check.by, "Holds": check.holds} for check in proof.checks],
    }


def make_plan(prepared: Prepared, stacks: Stacks) -> Plan:
    """Compare with what is there, by a change set.

    Raises AwsFailure where the stack is busy, and ConfigurationError where it is somebody else's.
    """
    name = prepared.deployment.settings.stack
    stack = stacks.describe(name)
    if stack is not None:
        refuse_others(stacks, stack)
    if stack is not None and stack.status in _DEAD:
        return Plan(prepared, stack, None)
    if stack is not None and stack.status.endswith("_IN_PROGRESS") and stack.status != UNDER_REVIEW:
        raise AwsFailure(f"the stack `{name}` is busy ({stack.status})", "wait until it is done", stack.status)
    if stack is not None and stack.status in ("UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"):
        raise AwsFailure(
            f"the stack `{name}` is stuck ({stack.status})",
            f"correct what hinders it, then `aws cloudformation continue-update-rollback --stack-name {name}`",
            stack.status,
        )
    creates = stack is None or stack.status == UNDER_REVIEW
    return Plan(prepared, None, _change_set(prepared, stacks, creates))


def _change_set(prepared: Prepared, stacks: Stacks, creates: bool) -> ChangeSet:
    bucket = Bucket(stacks.connection, prepared.bucket)
    for artefact in prepared.artefacts:
        bucket.put(artefact.key, artefact.body, artefact.content_type)
    settings = prepared.deployment.settings
    made = stacks.make_change_set(
        settings.stack,
        f"secrets-cli-{uuid.uuid4().hex}",
        body="" if prepared.template_key else prepared.body,
        url=bucket.url(prepared.template_key) if prepared.template_key else "",
        create=creates,
        tags=dict(settings.tags),
    )
    if prepared.template_key and made.changes and stacks.proposed(made) != prepared.body:
        stacks.discard(made)
        raise AwsFailure(
            f"the template in `s3://{prepared.bucket}` is not the one that was proven: somebody replaced it",
            "see who may write to the bucket; nothing was changed",
        )
    return made


def display(plan: Plan, stacks: Stacks) -> Displayed:
    """Discard the plan: nothing is left of it."""
    if plan.change_set is not None and plan.change_set.changes:
        stacks.discard(plan.change_set)
    return Displayed(plan)


def execute(plan: Plan, stacks: Stacks, tell: Callable[[Event], None]) -> Executed:
    """Carry the plan out and wait; `tell` gets CloudFormation's events. Raises AwsFailure where the stack fails, with
    the first reason it gives."""
    if plan.dead is not None:
        stacks.delete(plan.dead.id)
        _must_end(stacks.wait(plan.dead.id, tell, _seen(stacks, plan.dead.id)), "DELETE_COMPLETE", stacks)
        plan = Plan(plan.prepared, plan.dead, _change_set(plan.prepared, stacks, creates=True))
    # INVARIANT: without a dead stack, a plan has a change set.
    assert plan.change_set is not None
    seen = _seen(stacks, plan.change_set.stack_id)
    stacks.execute(plan.change_set)
    stack = stacks.wait(plan.change_set.stack_id, tell, seen)
    _must_end(stack, "CREATE_COMPLETE" if plan.change_set.creates else "UPDATE_COMPLETE", stacks, seen)
    stacks.protect(stack.name, STACK_POLICY)
    _must_run(plan.prepared, stacks)
    return Executed(plan, stack)


def _must_run(prepared: Prepared, stacks: Stacks) -> None:
    """The zip that runs is the one that was put into the bucket. Raises AwsFailure."""
    name = prepared.deployment.settings.stack
    for artefact in prepared.artefacts:
        if artefact.content_type != ZIP:
            continue
        running = FunctionService(stacks.connection).running(name)
        if running.code_sha256 != code_sha256(artefact.body):
            raise AwsFailure(
                f"the function `{name}` runs other code than was put into `s3://{prepared.bucket}`: somebody replaced it",
                f"remove it now with `secrets-cli lambda remove --stack {name}`; see who may write to the bucket",
            )


def _seen(stacks: Stacks, stack_id: str) -> frozenset[str]:
    return frozenset(event.id for event in stacks.events(stack_id))


def _must_end(stack: Stack, status: str, stacks: Stacks, seen: frozenset[str] = frozenset()) -> None:
    if stack.status == status:
        return
    failures = [event for event in stacks.events(stack.id) if event.failed and event.id not in seen]
    why = f": {failures[0].logical_id}: {' '.join(failures[0].reason.split()).rstrip('.')}" if failures else ""
    raise AwsFailure(
        f"the stack `{stack.name}` ended as {stack.status}{why}",
        "correct what it says and deploy again: a stack that was rolled back is deleted and made anew",
        stack.status,
    )
