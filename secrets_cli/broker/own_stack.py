"""Whether a stack is one that `lambda deploy` made: only such a stack is updated, deleted, or read as one.

A stack is told by what its template stores in its metadata. A change set that took another stack for ours would remove
everything in it, so this is asked before anything is planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secrets_cli.aws.stacks import Stack, Stacks
from secrets_cli.errors import ConfigurationError

UNDER_REVIEW = "REVIEW_IN_PROGRESS"
"""A stack that was never made: it has a change set at most, no template and no resources."""


@dataclass(frozen=True, slots=True)
class DeployedTemplate:
    """The parts of a deployed template that are looked at."""

    metadata: Mapping[str, object]
    resources: Mapping[str, Any]


def deployed_template(stacks: Stacks, stack: Stack) -> DeployedTemplate | None:
    """A stack's template, by cloudformation:GetTemplate; None where `lambda deploy` did not write it."""
    import yaml

    try:
        document: object = yaml.safe_load(stacks.template(stack.id))
    except yaml.YAMLError:
        return None
    match document:
        case {"Metadata": {"SecretsCli": dict(stored)}, "Resources": dict(resources)}:
            return DeployedTemplate(stored, resources)
        case _:
            return None


def refuse_others(stacks: Stacks, stack: Stack) -> None:
    """Raises ConfigurationError where a stack has resources, and `lambda deploy` did not make them."""
    if stack.status != UNDER_REVIEW and deployed_template(stacks, stack) is None:
        raise ConfigurationError(
            f"the stack `{stack.name}` ({stack.status}) is no getSecret function", "give another `--stack`"
        )
