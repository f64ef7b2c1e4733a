"""`secrets-cli secret policy`: the least a reader, a writer or a rotator needs, with proof."""

import enum
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from secrets_cli.secrets.policies.proof import Made


class DutyName(enum.Enum):
    """What the policy's holder is to do."""

    READER = "reader"
    WRITER = "writer"
    ROTATOR = "rotator"


def policy_command(
    duty: Annotated[DutyName, typer.Argument(metavar="reader|writer|rotator", help="What the principal is to do.")],
    word: Annotated[
        str, typer.Argument(metavar="NAME|PATH", help="A parameter, or with `/` at its end a path: all below it.")
    ],
    principal: Annotated[str, typer.Option("--principal", metavar="ARN", help="The user or role it is for.")],
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="ARN|ALIAS", help="The KMS key; by ARN, AWS is not asked. Else it is looked up."),
    ] = None,
    create_only: Annotated[
        bool, typer.Option("--create-only", help="A writer that cannot overwrite what is there.")
    ] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the least-privilege policy of a reader, a writer or a rotator, with its proof.

    The policy goes to stdout and the proof to stderr, or both as JSON to stdout. A reader reads no history, a writer reads
    nothing; the key is used through Parameter Store and for what is covered alone. Exit 20: the proof failed.
    """
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.terminal import write_json
    from secrets_cli.errors import ConfigurationError
    from secrets_cli.report import secret_policy
    from secrets_cli.secrets.policies.inputs import find
    from secrets_cli.secrets.policies.proof import Duty, Wanted, checked_principal, make

    if create_only and duty is not DutyName.WRITER:
        raise ConfigurationError(f"a {duty.value} has no `--create-only`", "it is for a writer")
    holder = checked_principal(principal)
    found = find(word, key, region, lambda: Connection(Target(profile, region, endpoint_url)))
    made = make(Wanted(Duty(duty.value), found.covered, found.key_arns, holder, create_only))
    if output is OutputFormat.JSON and made.holds:
        write_json(secret_policy.document(made, found.notes))
        return
    _write(made, found.notes, quiet=quiet)


def _write(made: "Made", notes: tuple[str, ...], *, quiet: bool) -> None:
    from secrets_cli.cli.exit_codes import ExitCode
    from secrets_cli.cli.terminal import hint, write_text
    from secrets_cli.iam.render import render_policy
    from secrets_cli.report import secret_policy

    if not made.holds:
        typer.echo(f"error: the policy is not proven: {secret_policy.failed_text(made)}", err=True)
        raise typer.Exit(ExitCode.NOT_PROVEN)
    write_text(render_policy(made.policy))
    hint(secret_policy.proof_text(made), quiet)
    for note in (secret_policy.across_text(made), *notes):
        if note:
            hint(f"note: {note}", quiet)
    hint(secret_policy.attach_text(made), quiet)
