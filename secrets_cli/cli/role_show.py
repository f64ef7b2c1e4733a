"""`secrets-cli role show`: one role or user as it is now."""

from typing import Annotated

import typer

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


def show_command(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="The name or ARN of a role, or the ARN of a user.")],
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Show a role or user: who may be it, its boundary and policies with their sizes, what made it, when it was last used.

    With --format json the policies themselves too.
    """
    from secrets_cli.aws.roles import Roles, principal_name
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.role_show import show_json, show_lines

    live = Roles(Connection(Target(profile, region, endpoint_url))).read(principal_name(role))
    if role.startswith("arn:") and live.arn != role:
        from secrets_cli.errors import NotThere

        raise NotThere(f"there is no `{role}`; these credentials see `{live.arn}`", "check the account and the path")
    if format_ is OutputFormat.JSON:
        write_json(show_json(live))
        return
    write_text("\n".join(show_lines(live)))
