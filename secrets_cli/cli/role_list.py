"""`secrets-cli role list`: the roles of a project, or of an account."""

from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.options import (
    DebugOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
)

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.report.role_list import ListedStage


def list_command(
    project: Annotated[
        str | None,
        typer.Option(
            "--project", metavar="DIR", help="The folder (or file) of a Zappa, Serverless, SAM or Terraform project."
        ),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage", metavar="NAME", help="A stage, or an environment of samconfig. Default: all there are."
        ),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="ID", help="The account of the project, which its files may leave open."),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Compare the project with what is deployed, and say what differs.")
    ] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """List the roles that a project's functions run with; without `--project` those of the account.

    A project is read from its files alone: functions, log groups, role names, and what the roles are granted. What is known at
    deployment only is shown as such. With `--live` AWS is asked too. Exit 21: something of the project is not known.
    """
    from secrets_cli.aws.target import Target

    target = Target(profile, region, endpoint_url)
    if project is None:
        _list_account(
            target, output, is_odd=live or stage is not None or account is not None, quiet=quiet, no_color=no_color
        )
        return
    raise typer.Exit(_list_project(project, stage, account or "", target, output, live=live))


def _list_project(
    project: str, stage: str | None, account: str, target: "Target", output: OutputFormat, *, live: bool
) -> ExitCode:
    from secrets_cli.cli.role_project import listed_stages
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.role_list import project_document, stage_lines

    stages = listed_stages(project, stage, account, target, live=live)
    if output is OutputFormat.JSON:
        write_json(project_document(stages))
    else:
        write_text("\n\n".join("\n".join(stage_lines(one)) for one in stages))
    return ExitCode.UNDECIDED if any(map(_is_open, stages)) else ExitCode.OK


def _is_open(listed: "ListedStage") -> bool:
    """Whether a function's role, or what it is granted, is not known."""
    return bool(listed.stage.open_parts) or any(not one.principal for one in listed.stage.functions)


def _list_account(target: "Target", output: OutputFormat, *, is_odd: bool, quiet: bool, no_color: bool) -> None:
    from secrets_cli.aws.execution_roles import ExecutionRoles
    from secrets_cli.aws.target import Connection
    from secrets_cli.cli.progress import counted
    from secrets_cli.cli.terminal import hint, print_report, write_json
    from secrets_cli.errors import ConfigurationError
    from secrets_cli.report.role_list import account_document, account_table

    if is_odd:
        raise ConfigurationError(
            "`--stage`, `--account` and `--live` are of a project", "name its folder with `--project DIR`"
        )
    with counted("roles", quiet=quiet, no_color=no_color) as progress:
        roles = ExecutionRoles(Connection(target)).roles(progress)
    ordered = sorted(roles, key=lambda role: role.name)
    if output is OutputFormat.JSON:
        write_json(account_document(ordered))
    elif ordered:
        print_report(account_table(ordered), no_color=no_color)
    else:
        hint("no roles", quiet)
