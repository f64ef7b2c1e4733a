"""Removing a deployment: the stack, and a look whether anything of it is left."""

from collections.abc import Callable
from dataclasses import dataclass

from secrets_cli.aws.logs import LogGroups
from secrets_cli.aws.principals import Principals
from secrets_cli.aws.stacks import Event, Stack, StackResource, Stacks
from secrets_cli.errors import AccessDenied, AwsFailure, NotThere


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, and what is still there."""

    stack: Stack
    resources: tuple[StackResource, ...]
    left: tuple[StackResource, ...]


def remove(stacks: Stacks, stack: Stack, tell: Callable[[Event], None]) -> Removed:
    """Delete the stack, wait, and look for its roles and its log group. Raises AwsFailure where CloudFormation cannot."""
    before = tuple(one for one in stacks.resources(stack.id) if one.status != "DELETE_COMPLETE")
    seen = frozenset(event.id for event in stacks.events(stack.id))
    stacks.delete(stack.id)
    ended = _wait(stacks, stack, tell, seen)
    if ended != "DELETE_COMPLETE":
        failed = [event for event in stacks.events(stack.id) if event.failed and event.id not in seen]
        why = f": {failed[0].logical_id}: {failed[0].reason}" if failed else ""
        raise AwsFailure(f"the stack `{stack.name}` ended as {ended}{why}", "correct what it says, then remove again")
    left = tuple(one for one in before if _is_there(one, stacks))
    return Removed(stack, tuple(one for one in before if one not in left), left)


def _wait(stacks: Stacks, stack: Stack, tell: Callable[[Event], None], seen: frozenset[str]) -> str:
    try:
        return stacks.wait(stack.id, tell, seen).status
    except NotThere:
        return "DELETE_COMPLETE"


def _is_there(resource: StackResource, stacks: Stacks) -> bool:
    """Whether a role or a log group is there in spite of the deletion; of other things CloudFormation's word is taken."""
    try:
        match resource.type:
            case "AWS::IAM::Role":
                Principals(stacks.connection).role_id(resource.physical_id)
                return True
            case "AWS::Logs::LogGroup":
                return LogGroups(stacks.connection).exists(resource.physical_id)
            case _:
                return False
    except NotThere:
        return False
    except AccessDenied:
        return False  # whoever may delete a stack need not be allowed to look at roles
