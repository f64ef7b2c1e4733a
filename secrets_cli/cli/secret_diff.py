"""`secrets-cli secret diff`."""

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
from secrets_cli.cli.two_places import (
    FromProfileOption,
    FromRegionOption,
    Given,
    ToProfileOption,
    ToRegionOption,
    connections,
)

if TYPE_CHECKING:
    from secrets_cli.secrets.transfer.comparing import Comparison
    from secrets_cli.secrets.transfer.location import Location


def diff_command(
    a: Annotated[str, typer.Argument(metavar="A", help="A path or parameter: /path, or PROFILE@REGION:/path.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other, written likewise.")],
    metadata: Annotated[
        bool, typer.Option("--metadata", help="Compare key, type, tier, labels, expiry, description, pattern too.")
    ] = False,
    show_equal: Annotated[bool, typer.Option("--all", help="List the equal ones too.")] = False,
    from_profile: FromProfileOption = None,
    from_region: FromRegionOption = None,
    to_profile: ToProfileOption = None,
    to_region: ToRegionOption = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Compare the parameters under two paths, regions or profiles, by name; values are compared and never shown.

    - only in A, + only in B, ~ changed, ? unreadable, = equal. Exit 0: all equal. 20: they differ. 21: no difference, but
    something could not be read. Either side may be one parameter.
    """
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.secret_diff import diff_json, diff_text

    given = Given(profile, region, endpoint_url, from_profile, from_region, to_profile, to_region)
    first, second = given.locations(a, b, path=True)
    found = _compared(first, second, metadata=metadata, quiet=quiet, no_color=no_color)
    if output is OutputFormat.JSON:
        write_json(diff_json(found, str(first), str(second)))
    else:
        write_text(diff_text(found, str(first), str(second), equal=show_equal))
    raise typer.Exit(exit_code(found))


def exit_code(found: "Comparison") -> ExitCode:
    """20 for a certain difference, else 21 where something could not be read, else 0."""
    from secrets_cli.secrets.transfer.comparing import Standing

    if found.differs:
        return ExitCode.NOT_PROVEN
    return ExitCode.UNDECIDED if found.counts[Standing.UNREADABLE] else ExitCode.OK


def _compared(a: "Location", b: "Location", *, metadata: bool, quiet: bool, no_color: bool) -> "Comparison":
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.cli.progress import counted
    from secrets_cli.secrets.transfer.comparing import compare, read_side

    one, other = connections(a, b)
    with counted("reading", quiet=quiet, no_color=no_color) as progress:
        first = read_side(ParameterStore(one), a.name, metadata=metadata, progress=progress)
        second = read_side(ParameterStore(other), b.name, metadata=metadata, progress=progress)
    return compare(first, second)
