"""Carrying a plan out, step by step, and saying what is there when a step fails.

Two refusals are waited for, because they pass by themselves: a principal that was made a moment ago and that KMS does not
see yet, and a key that was made a moment ago and that KMS does not find yet.
Source: https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from secrets_cli.aws.keys import Key, KeyService, NewKey
from secrets_cli.errors import AwsFailure, NotThere
from secrets_cli.iam.render import render_policy
from secrets_cli.secrets.keys.plan import (
    CancelDeletion,
    CreateAlias,
    CreateKey,
    DescribeAs,
    EnableKey,
    KeyPlan,
    PutPolicy,
    RotateEvery,
    RotateNoMore,
    RotateNow,
    ScheduleDeletion,
    Step,
    TagKey,
)
from secrets_cli.wording import how_many

PRINCIPAL_WAITS = (2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds between tries while a principal is not visible: a minute in all."""
KEY_WAITS = (0.5, 1.0, 2.0, 4.0)

Say = Callable[[str], None]
"""Takes a line about what has just happened."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A plan that was carried out."""

    key_id: str
    key_arn: str
    created: Key | None
    """The key, where the plan made it."""


def execute(plan: KeyPlan, kms: KeyService, say: Say, sleep: Callable[[float], None] = time.sleep) -> Carried:
    """Carry out every step, in order; `say` hears of each as soon as it is done.

    Raises the AwsFailure of the first step that fails, its message naming what was done before and its help how to go on.
    """
    run = _Run(plan, kms, say, sleep)
    done: list[str] = []
    for step in plan.steps:
        try:
            run.patiently(step)
        except AwsFailure as error:
            raise _partly(error, step, done, plan) from None
        done.append(step_words(step, run.key_id))
        say(f"done: {done[-1]}")
    return Carried(run.key_id, run.key_arn, run.created)


class _Run:
    """One execution: the key's id is known once it is made."""

    def __init__(self, plan: KeyPlan, kms: KeyService, say: Say, sleep: Callable[[float], None]) -> None:
        self.kms = kms
        self.say = say
        self.sleep = sleep
        self.key_id = plan.key.id if plan.key else ""
        self.key_arn = plan.key.arn if plan.key else ""
        self.created: Key | None = None

    def patiently(self, step: Step) -> None:
        """Do the step, trying again where the refusal passes by itself."""
        principal, key = list(PRINCIPAL_WAITS), list(KEY_WAITS)
        while True:
            try:
                return self.do(step)
            except AwsFailure as error:
                unseen = _principal_unseen(error)
                waits = principal if unseen else key if self.key_unseen(error) else []
                if not waits:
                    raise
                seconds = waits.pop(0)
                if unseen:
                    self.say(f"KMS does not see a principal of the policy yet; trying again in {seconds:.0f} s")
            self.sleep(seconds)

    def key_unseen(self, error: AwsFailure) -> bool:
        """Whether KMS does not find the key that this run made."""
        return self.created is not None and isinstance(error, NotThere)

    def do(self, step: Step) -> None:
        match step:
            case CreateKey(policy, description, tags):
                self.created = self.kms.create(NewKey(render_policy(policy, None), description, tags))
                self.key_id, self.key_arn = self.created.id, self.created.arn
            case PutPolicy(policy):
                self.kms.put_policy(self.key_id, render_policy(policy, None))
            case CreateAlias(alias):
                self.kms.create_alias(alias, self.key_id)
            case DescribeAs(description):
                self.kms.describe_as(self.key_id, description)
            case TagKey(tags):
                self.kms.tag(self.key_id, dict(tags))
            case _:
                self.do_state(step)

    def do_state(
        self, step: RotateEvery | RotateNoMore | RotateNow | EnableKey | ScheduleDeletion | CancelDeletion
    ) -> None:
        match step:
            case RotateEvery(days):
                self.kms.rotate_every(self.key_id, days)
            case RotateNoMore():
                self.kms.rotate_no_more(self.key_id)
            case RotateNow():
                self.kms.rotate_now(self.key_id)
            case EnableKey():
                self.kms.enable(self.key_id)
            case ScheduleDeletion(days):
                self.kms.schedule_deletion(self.key_id, days)
            case CancelDeletion():
                self.kms.cancel_deletion(self.key_id)
            case never:
                assert_never(never)


def step_words(step: Step, key_id: str = "") -> str:
    """A step in a few words, as a plan and a report name it."""
    match step:
        case CreateKey(_, description, tags):
            named = f" {key_id}" if key_id else ""
            return f"make the key{named}: symmetric, `{description}`, {how_many(len(tags), 'tag')}"
        case PutPolicy():
            return "replace the key policy"
        case CreateAlias(alias):
            return f"name it {alias}"
        case DescribeAs(description):
            return f"describe it as `{description}`"
        case TagKey(tags):
            return f"tag it {', '.join(f'{name}={value}' for name, value in tags)}"
        case _:
            return _state_words(step)


def _state_words(
    step: RotateEvery | RotateNoMore | RotateNow | EnableKey | ScheduleDeletion | CancelDeletion,
) -> str:
    match step:
        case RotateEvery(days):
            return f"rotate it every {days} days"
        case RotateNoMore():
            return "stop rotating it"
        case RotateNow():
            return "rotate it now"
        case EnableKey():
            return "enable it"
        case ScheduleDeletion(days):
            return f"delete it in {days} days, unusable from now on"
        case CancelDeletion():
            return "cancel its deletion"
        case never:
            assert_never(never)


def _principal_unseen(error: AwsFailure) -> bool:
    """A policy refused for its principals; the other refusal, of a lock-out, does not pass by itself."""
    return error.code == "MalformedPolicyDocumentException" and "update the key policy" not in error.message


def _partly(error: AwsFailure, step: Step, done: list[str], plan: KeyPlan) -> AwsFailure:
    help = error.help
    if _principal_unseen(error):
        help = "check that every principal named exists, in the account named"
    if not done:
        return type(error)(error.message, help, error.code)
    message = f"{error.message}; this failed at: {step_words(step)}; done before: {'; '.join(done)}"
    again = "the same command again goes on from there" if plan.key is None else "run the same command again"
    return type(error)(message, f"{again}{f'; {help}' if help else ''}", error.code)
