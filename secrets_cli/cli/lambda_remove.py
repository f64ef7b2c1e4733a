"""`secrets-cli lambda remove`: the function and everything deployed with it, gone."""

from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from secrets_cli.broker.removal import Removed


def remove_command(
    stack: StackOption = DEFAULT_STACK,
    confirm: Annotated[
        str | None, typer.Option("--confirm", metavar="NAME", help="The stack's name: goes ahead without asking.")
    ] = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Remove the getSecret function, its roles, its front door and its log. Parameters and keys stay.

    Asks for the stack's name. Says what it removed. Exit 3: there is no such stack. Exit 5: something is left.
    """
    from secrets_cli.aws.stacks import Stacks
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.broker.own_stack import refuse_others
    from secrets_cli.broker.removal import remove
    from secrets_cli.cli.asking import confirm_by_typing
    from secrets_cli.cli.lambda_deploy import tell
    from secrets_cli.cli.terminal import write_text

    stacks = Stacks(Connection(Target(profile, region, endpoint_url)))
    found = existing_stack(stacks, stack)
    refuse_others(stacks, found)
    question = f"this removes the stack `{stack}` with its function, roles and log"
    if not confirm_by_typing(question, stack, typed=confirm):
        write_text("nothing was removed")
        raise typer.Exit(ExitCode.USAGE)
    _write(remove(stacks, found, lambda event: tell(event, quiet)), output)


def _write(removed: "Removed", output: OutputFormat) -> None:
    from secrets_cli.cli.terminal import warn, write_json, write_text
    from secrets_cli.report.lambda_status import removed_json

    if output is OutputFormat.JSON:
        write_json(removed_json(removed))
    else:
        for one in removed.resources:
            write_text(f"removed {one.type} {one.physical_id}")
        write_text(f"removed the stack {removed.stack.name}")
    for one in removed.left:
        warn(f"still there: {one.type} {one.physical_id}")
    if removed.left:
        raise typer.Exit(ExitCode.AWS)
