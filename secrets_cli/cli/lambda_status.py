"""`secrets-cli lambda status`: what is deployed, and whether it still is what was deployed."""

from typing import Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.lambda_options import DEFAULT_STACK, StackOption, existing_stack
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


def status_command(
    stack: StackOption = DEFAULT_STACK,
    drift: Annotated[bool, typer.Option("--drift/--no-drift", help="Also ask what was changed by hand.")] = True,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 20 where anything is not as it was deployed, or cannot be looked at.")
    ] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the stack, its URL, its callers, and what was changed since: roles, code, layers, who else may invoke it.

    Exit 3: there is no such stack. Exit 20, with --check alone: something is not as it was deployed.
    """
    from secrets_cli.aws.stacks import Stacks
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.broker.status import status_of
    from secrets_cli.cli.terminal import hint, write_json, write_text
    from secrets_cli.errors import ConfigurationError
    from secrets_cli.report.lambda_status import status_json, status_lines

    if check and not drift:
        raise ConfigurationError("`--check` with `--no-drift` would look at nothing", "leave `--no-drift` out")
    stacks = Stacks(Connection(Target(profile, region, endpoint_url)))
    found = existing_stack(stacks, stack)
    if drift:
        hint("asking CloudFormation for drift...", quiet)
    status = status_of(stacks, found, drift=drift)
    if output is OutputFormat.JSON:
        write_json(status_json(status))
    else:
        write_text("\n".join(status_lines(status)))
    if check and not status.as_deployed:
        raise typer.Exit(ExitCode.NOT_PROVEN)
