"""`secrets-cli lambda invoke`: ask the function for secrets, as a caller does."""

from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.lambda_options import DEFAULT_STACK, ModeChoice, StackOption, existing_stack, is_ours
from secrets_cli.cli.options import (
    DebugOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
    RevealOption,
)

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.broker.asked import Answer


def invoke_command(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME..", help="Parameters: name, name:version or name:label. At most 10.")
    ],
    as_profile: Annotated[
        str | None, typer.Option("--as-profile", metavar="NAME", help="Call as this profile; --profile finds the URL.")
    ] = None,
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Call this URL; without it the stack is asked for its own.")
    ] = "",
    mode: Annotated[
        ModeChoice | None, typer.Option("--mode", help="With --url: the mode the function was deployed in.")
    ] = None,
    stack: StackOption = DEFAULT_STACK,
    reveal: RevealOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Ask the getSecret function for secrets.

    Masked on a terminal unless --reveal, the bare value where stdout is no terminal: one name's without a newline, several
    as lines of name, tab and value. Exit 5: refused, or some name was not handed out; the function does not say whether it
    is not granted or not there.
    """
    from secrets_cli.aws.function_urls import front_door
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.broker.asked import NotHandedOut, ask
    from secrets_cli.broker.desired import Mode
    from secrets_cli.secrets.parameter_name import selected

    wanted = [selected(name) for name in names]
    address, way = (url, mode or ModeChoice.BROKER) if url else _of_stack(Target(profile, region, endpoint_url), stack)
    door = front_door(address)
    caller = Connection(Target(as_profile or profile, region or door.region, endpoint_url))
    answer = ask(caller, door, wanted, Mode(way.value))
    _write(answer, output, reveal=reveal, quiet=quiet)
    if any(isinstance(result, NotHandedOut) for result in answer.results):
        raise typer.Exit(ExitCode.AWS)


def _of_stack(target: "Target", name: str) -> tuple[str, ModeChoice]:
    from secrets_cli.aws.stacks import Stacks
    from secrets_cli.aws.target import Connection
    from secrets_cli.errors import ConfigurationError

    stack = existing_stack(Stacks(Connection(target)), name)
    if not is_ours(stack):
        raise ConfigurationError(
            f"the stack `{name}` ({stack.status}) is no deployed getSecret function", "give `--stack`, or `--url`"
        )
    return stack.outputs["Url"], ModeChoice(stack.outputs["Mode"])


def _write(answer: "Answer", output: OutputFormat, *, reveal: bool, quiet: bool) -> None:
    from secrets_cli.broker.asked import HandedOut, NotHandedOut
    from secrets_cli.cli.showing import shows_values, write_values
    from secrets_cli.cli.terminal import hint, warn, write_json
    from secrets_cli.report.lambda_answer import answer_json, answer_text

    shows = shows_values(reveal)
    if output is OutputFormat.JSON:
        write_json(answer_json(answer, reveal=shows))
    else:
        write_values(answer_text(answer, reveal=shows))
        for one in answer.results:
            if isinstance(one, NotHandedOut):
                warn(f"nothing was handed out for `{one.name}`: not granted to you, or not there")
    if not shows and any(isinstance(one, HandedOut) for one in answer.results):
        hint("masked: `--reveal` shows values on a terminal", quiet)
