"""What an action of a path has to be allowed on.

A target is a kind of resource, not a resource: a path needs some role, some function, or the caller itself. Which of them a
policy reaches decides what the path is worth, and the search answers that with ARNs it makes up.
"""

import enum
from dataclasses import dataclass

from secrets_cli.gate.escalation.specimen import CALLER


class Reach(enum.IntEnum):
    """How many resources of a target's kind are in reach; the order is from least to most."""

    ONE = 1
    """One by its full name. What it can do is not known."""
    MANY = 2
    """All of a name pattern."""
    ANY = 3
    """All of the kind, or as many as the path needs."""


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of resource that a path needs."""

    what: str
    """For readers: "a role", "the caller itself"."""
    example: str
    """An ARN of the kind, `{account}` in the place of the account; it stands for any of them. `*` where the action takes no
    resource."""
    shape: str
    """The pattern that every ARN of the kind matches."""
    made_by_caller: bool = False
    """Whether the path makes the resource, or needs any one at all: then a name pattern is as good as all of them."""
    one_is_enough: bool = False
    """Whether a single one, whatever it is, completes the path."""
    is_caller: bool = False
    """Whether it is the caller itself: a policy that names it by `${aws:username}` reaches it."""

    def worth(self, reach: Reach) -> Reach:
        """What a reach is worth to the path."""
        if self.one_is_enough or (self.made_by_caller and reach is Reach.MANY):
            return Reach.ANY
        return reach


def _iam(what: str, kind: str, made_by_caller: bool = False, one_is_enough: bool = False) -> Target:
    return Target(
        what, f"arn:aws:iam::{{account}}:{kind}/example", f"arn:*:iam::*:{kind}/*", made_by_caller, one_is_enough
    )


def _regional(what: str, service: str, kind: str, name: str, made_by_caller: bool = False) -> Target:
    """A resource of a region; one that the caller makes or runs code in is as good as any, whatever its name."""
    return Target(
        what,
        f"arn:aws:{service}:eu-central-1:{{account}}:{kind}{name}",
        f"arn:*:{service}:*:*:{kind}*",
        made_by_caller,
        made_by_caller,
    )


ROLE = _iam("a role", "role")
USER = _iam("a user other than the caller", "user")
GROUP = _iam("a group of which the caller is, or that has more rights", "group")
POLICY = _iam("a customer managed policy attached to the caller or to a role it can assume", "policy")
CALLER_USER = Target(
    "the caller, a user", f"arn:aws:iam::{{account}}:user/{CALLER}", "arn:*:iam::*:user/*", is_caller=True
)
CALLER_ROLE = _iam("the caller, a role", "role")
NEW_ROLE = _iam("a role that the caller makes", "role", made_by_caller=True)
NEW_USER = _iam("a user that the caller makes", "user", made_by_caller=True)
CHANGED_ROLE = _iam("a role that trusts the service", "role", made_by_caller=True, one_is_enough=True)

FUNCTION = _regional("a function", "lambda", "function:", "example")
NEW_FUNCTION = _regional("a function that the caller makes", "lambda", "function:", "example", made_by_caller=True)
STACK = _regional("a stack with a service role", "cloudformation", "stack/", "example/1")
NEW_STACK = _regional("a stack that the caller makes", "cloudformation", "stack/", "example/1", made_by_caller=True)
NEW_STACK_SET = _regional("a stack set", "cloudformation", "stackset/", "example:1", made_by_caller=True)
PROJECT = _regional("a build project", "codebuild", "project/", "example")
NEW_PROJECT = _regional(
    "a build project that the caller makes", "codebuild", "project/", "example", made_by_caller=True
)
INSTANCE = _regional("an EC2 instance with a role", "ec2", "instance/", "i-0123456789abcdef0")
LAUNCH_TEMPLATE = _regional("a launch template with a role", "ec2", "launch-template/", "lt-0123456789abcdef0")
NEW_INSTANCE = _regional("an EC2 instance that the caller starts", "ec2", "instance/", "*", made_by_caller=True)
IMAGE = Target(
    "a machine image", "arn:aws:ec2:eu-central-1::image/ami-0123456789abcdef0", "arn:*:ec2:*:*:image/*", True, True
)
SPOT_REQUEST = _regional("a spot request", "ec2", "spot-instances-request/", "*", made_by_caller=True)
CLUSTER = _regional("a cluster", "ecs", "cluster/", "example", made_by_caller=True)
TASK_DEFINITION = _regional("a task definition", "ecs", "task-definition/", "example:1", made_by_caller=True)
SERVICE = _regional("a service", "ecs", "service/", "example/example", made_by_caller=True)
TASK = _regional("a task with a role", "ecs", "task/", "example/0123456789abcdef0123456789abcdef")
DEV_ENDPOINT = _regional("a development endpoint", "glue", "devEndpoint/", "example")
JOB = _regional("a Glue job", "glue", "job/", "example", made_by_caller=True)
TRIGGER = _regional("a Glue trigger", "glue", "trigger/", "example", made_by_caller=True)
PIPELINE = _regional("a pipeline", "datapipeline", "pipeline/", "df-0123456789EXAMPLE", made_by_caller=True)
APP_RUNNER = _regional("an App Runner service with a role", "apprunner", "service/", "example/0123456789abcdef0")
NEW_APP_RUNNER = _regional(
    "an App Runner service that the caller makes", "apprunner", "service/", "example/0123456789abcdef0", True
)
NOTEBOOK = _regional("a notebook instance", "sagemaker", "notebook-instance/", "example")
NEW_NOTEBOOK = _regional(
    "a notebook instance that the caller makes", "sagemaker", "notebook-instance/", "example", True
)
NOTEBOOK_START = _regional(
    "a lifecycle configuration that the caller makes",
    "sagemaker",
    "notebook-instance-lifecycle-config/",
    "example",
    True,
)
TRAINING_JOB = _regional("a training job", "sagemaker", "training-job/", "example", made_by_caller=True)
PROCESSING_JOB = _regional("a processing job", "sagemaker", "processing-job/", "example", made_by_caller=True)
INTERPRETER = _regional("a code interpreter with a role", "bedrock-agentcore", "code-interpreter", "/example")
NEW_INTERPRETER = _regional(
    "a code interpreter that the caller makes", "bedrock-agentcore", "code-interpreter", "/example", True
)
STATE_MACHINE = _regional("a state machine that the caller makes", "states", "stateMachine:", "example", True)
SCHEDULE = _regional("a schedule that the caller makes", "scheduler", "schedule/", "default/example", True)
SHELL_DOCUMENT = Target(
    "a document that runs commands of the caller's",
    "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript",
    "arn:*:ssm:*:*:document/AWS-Run*S*",
    made_by_caller=True,
    one_is_enough=True,
)
TABLE = _regional("a table that the caller makes", "dynamodb", "table/", "example", made_by_caller=True)
NOTHING = Target("no resource", "*", "*", made_by_caller=True, one_is_enough=True)
