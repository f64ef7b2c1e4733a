"""Steps on the policies of a role or user, in words and as JSON."""

from typing import assert_never

from secrets_cli.account.held import (
    Attach,
    CreatePolicy,
    DeleteInline,
    DeletePolicy,
    Detach,
    NewVersion,
    PutInline,
    Step,
)
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.size import policy_size
from secrets_cli.json_value import JsonValue


def step_words(step: Step) -> str:
    """What is done, in one line."""
    match step:
        case PutInline(name, text):
            return f"put inline policy `{name}` ({_size(text, name)})"
        case DeleteInline(name):
            return f"delete inline policy `{name}`"
        case CreatePolicy(arn, text):
            return f"create policy `{arn}` ({_size(text, arn)})"
        case Attach(arn):
            return f"attach `{arn}`"
        case Detach(arn):
            return f"detach `{arn}`"
        case NewVersion(arn, text, drop, back_to):
            if back_to:
                return f"set version {back_to} of `{arn}` as the default again"
            room = f", in place of {drop}," if drop else ""
            return f"make a version{room} of `{arn}` ({_size(text, arn)}) the default"
        case DeletePolicy(arn):
            return f"delete policy `{arn}`"
        case unreachable:
            assert_never(unreachable)


def step_json(step: Step, *, done: bool) -> dict[str, JsonValue]:
    """`do`, what it is done to, and whether it is done."""
    words = {
        PutInline: "put-inline",
        DeleteInline: "delete-inline",
        CreatePolicy: "create-policy",
        Attach: "attach",
        Detach: "detach",
        NewVersion: "new-version",
        DeletePolicy: "delete-policy",
    }
    target = step.name if isinstance(step, (PutInline, DeleteInline)) else step.arn
    return {"do": words[type(step)], "policy": target, "done": done}


def _size(text: str, name: str) -> str:
    return f"{policy_size(parse_policy(text, name)):,} characters"
