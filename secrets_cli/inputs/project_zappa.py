"""The stages of a Zappa project: one function and one role each.

With `manage_roles` (on unless set) the role is the one of `role_name`, else `<function>-ZappaLambdaExecutionRole`; `role_arn` is
overridden then. Off, it is that of `role_arn`, else of the name, and Zappa leaves its policies alone.

Source: https://github.com/zappa/Zappa (0.63.0), `zappa/cli.py` (load_settings) and `zappa/core.py` (create_iam_roles,
get_credentials_arn)
"""

from secrets_cli.inputs.found import FunctionAt, Supplied
from secrets_cli.inputs.project import (
    Framework,
    Named,
    ProjectFunction,
    ProjectRole,
    ProjectStage,
    identity_policies,
    unresolved_in,
)
from secrets_cli.inputs.zappa_settings import ZappaDefaults, read_zappa_settings, zappa_role_name
from secrets_cli.inputs.zappa_stages import ZappaStage, zappa_stages

_NO_STACK = Named("", "Zappa makes the function and its role outside its stack, which is API Gateway's alone")
_NO_REGION = Named("", "`aws_region` is not set: the profile's region counts")


def zappa_project(
    text: str, name: str, supplied: Supplied, defaults: ZappaDefaults, folder: str
) -> tuple[ProjectStage, ...]:
    """Every stage of a settings file, in order; `folder` is the name of the folder it lies in. Raises as
    `read_zappa_settings` and `zappa_stages`."""
    found = read_zappa_settings(text, name, supplied, defaults)
    functions = {one.name: one for one in found.functions}
    made: list[ProjectStage] = []
    for stage in zappa_stages(text, name, folder):
        function = functions[stage.name]
        principal = f"stage {stage.name}"
        is_made = bool(function.principal)
        role_name, role_arn = _role(stage, is_made=is_made)
        role = ProjectRole(principal, Named(role_name), identity_policies(found, principal), is_made, arn=role_arn)
        region = Named(stage.region) if stage.region else _NO_REGION
        made.append(
            ProjectStage(
                Framework.ZAPPA,
                name,
                stage.name,
                region,
                _NO_STACK,
                (_function(stage, function, principal),),
                (role,),
                unresolved_in(found),
            )
        )
    return tuple(made)


def _role(stage: ZappaStage, *, is_made: bool) -> tuple[str, str]:
    """The role's name and, where the settings decide by it, its ARN."""
    if is_made or not stage.role_arn:
        return stage.role or stage.role_name or zappa_role_name(stage.project, stage.name), ""
    return stage.role_arn.rpartition("/")[2], stage.role_arn


def _function(stage: ZappaStage, function: FunctionAt, principal: str) -> ProjectFunction:
    group = Named(f"/aws/lambda/{stage.function}")
    return ProjectFunction(stage.name, function.location, Named(stage.function), group, principal)
