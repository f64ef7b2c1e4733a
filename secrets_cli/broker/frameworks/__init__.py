"""The deployment in the words of other tools, for teams that deploy with them: each module writes for one tool.

What is written is the same deployment: the same roles and policies, the same grants, the same function. The proof is of the
CloudFormation template; a test holds the others' policies equal to its.
"""

import enum
from typing import assert_never

from secrets_cli.broker.desired import Deployment
from secrets_cli.broker.frameworks import cloudformation, sam, serverless, terraform
from secrets_cli.broker.frameworks.file import File
from secrets_cli.json_value import JsonValue

__all__ = ["File", "Framework", "files_for"]


class Framework(enum.Enum):
    """Who deploys."""

    CLOUDFORMATION = "cloudformation"
    SAM = "sam"
    SERVERLESS = "serverless"
    TERRAFORM = "terraform"


def files_for(framework: Framework, deployment: Deployment, metadata: JsonValue) -> tuple[File, ...]:
    """The files of a framework's project, the one that says what is deployed first. Raises ConfigurationError where the
    framework's output does not have what is asked for."""
    match framework:
        case Framework.CLOUDFORMATION:
            return cloudformation.files(deployment, metadata)
        case Framework.SAM:
            return sam.files(deployment, metadata)
        case Framework.SERVERLESS:
            return serverless.files(deployment, metadata)
        case Framework.TERRAFORM:
            return terraform.files(deployment)
        case unreachable:
            assert_never(unreachable)
