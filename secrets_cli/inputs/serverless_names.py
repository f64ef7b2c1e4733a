"""The names that the Serverless Framework gives to what it makes.

Sources: https://github.com/serverless/serverless, `lib/plugins/aws/lib/naming.js` (3.40) and
`packages/serverless/lib/plugins/aws/package/lib/roles-per-function.js` (4), whose rules for a function's role are those
of https://github.com/functionalone/serverless-iam-roles-per-function
"""

from typing import Final

from secrets_cli.errors import ConfigurationError

MAX_ROLE_NAME: Final = 64
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
ROLE_LOGICAL_ID: Final = "IamRoleLambdaExecution"
_SUFFIX = "lambdaRole"


def service_role_name(service: str, stage: str, region: str) -> str:
    """The name of the role that the service's functions share, where `provider.iam.role.name` is not set. It is not
    cut: a deployment with more than MAX_ROLE_NAME characters fails."""
    return f"{service}-{stage}-{region}-{_SUFFIX}"


def function_role_name(service: str, stage: str, function: str, region: str) -> str:
    """The name of a function's own role, where none is set; without its suffix where it would be too long.

    Raises ConfigurationError where it is too long even so, as the framework does.
    """
    short = f"{service}-{stage}-{function}-{region}"
    name = f"{short}-{_SUFFIX}"
    if len(name) <= MAX_ROLE_NAME:
        return name
    if len(short) > MAX_ROLE_NAME:
        raise ConfigurationError(
            f"the name of the role of function `{function}` has {len(short)} characters; IAM takes {MAX_ROLE_NAME}",
            help="set `iam.role.name` of the function (`iamRoleStatementsName` for the plugin of version 3)",
        )
    return short


def function_name(service: str, stage: str, function: str) -> str:
    """The name of a function that has no `name` of its own."""
    return f"{service}-{stage}-{function}"


def log_group_name(name: str) -> str:
    """The log group of a function, by the function's name."""
    return f"/aws/lambda/{name}"


def function_role_logical_id(function: str) -> str:
    """The logical id of a function's own role in the template."""
    return f"{_normalized(function)}{ROLE_LOGICAL_ID}"


def function_logical_id(function: str) -> str:
    """The logical id of a function in the template."""
    return f"{_normalized(function)}LambdaFunction"


def _normalized(function: str) -> str:
    plain = function.replace("-", "Dash").replace("_", "Underscore")
    return f"{plain[:1].upper()}{plain[1:]}"
