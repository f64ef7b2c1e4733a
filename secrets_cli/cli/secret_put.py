"""`secrets-cli secret put`: store a secret."""

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.options import (
    DebugOption,
    DryRunOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfilesOption,
    QuietOption,
    RegionsOption,
)
from secrets_cli.cli.value_in_argv import ValueOption

if TYPE_CHECKING:
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.each_target import Answers
    from secrets_cli.secrets.store.put_wishes import PutPlan
    from secrets_cli.secrets.store.write import Stored


class TierWord(enum.Enum):
    """The words of `--tier`."""

    STANDARD = "standard"
    ADVANCED = "advanced"
    INTELLIGENT = "intelligent"


NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The parameter, such as /billing/prod/db.")]
KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar="ALIAS", help="The KMS key: alias, id or ARN. Else SECRETS_CLI_KEY says it."),
]
FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="Take the value from a file; `-` is stdin.")
]
RawOption = Annotated[bool, typer.Option("--raw", help="Keep a newline at the end of what is piped in or in the file.")]


def put_command(
    context: typer.Context,
    name: NameArgument,
    key: KeyOption = None,
    value: ValueOption = None,
    file: FileOption = None,
    raw: RawOption = False,
    no_overwrite: Annotated[
        bool, typer.Option("--no-overwrite", help="Store only if the name is not there yet.")
    ] = False,
    tier: Annotated[
        TierWord | None, typer.Option("--tier", help="The tier, else what the value needs; advanced costs money.")
    ] = None,
    expires: Annotated[
        str, typer.Option("--expires", metavar="TIME", help="AWS deletes it then: 90d, 12h, 2027-01-31.")
    ] = "",
    notify_before: Annotated[
        str, typer.Option("--notify-before", metavar="TIME", help="An event this long before it expires: 15d.")
    ] = "",
    no_change_notify: Annotated[
        str, typer.Option("--no-change-notify", metavar="TIME", help="An event after this long without a change: 60d.")
    ] = "",
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="A tag. Repeatable.")] = None,
    label: Annotated[
        list[str] | None, typer.Option("--label", metavar="LABEL", help="A label for this version. Repeatable.")
    ] = None,
    description: Annotated[str, typer.Option("--description", help="What it is for; shown to whoever may list.")] = "",
    allowed_pattern: Annotated[
        str, typer.Option("--allowed-pattern", metavar="REGEX", help="What a value has to match, now and later.")
    ] = "",
    dry_run: DryRunOption = False,
    profile: ProfilesOption = None,
    region: RegionsOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Store a secret as a SecureString, under a KMS key that is always named.

    The value is asked for without echo, piped in, or taken from --file; on the command line it is refused. Needs
    ssm:PutParameter and use of the key, nothing that reads. Exit code 2: the value or an option was refused, nothing sent.
    5: AWS refused it, in one place at least.
    """
    import os
    from datetime import UTC, datetime

    from secrets_cli.aws.target import targets
    from secrets_cli.cli.terminal import hint, warn, write_json
    from secrets_cli.cli.value_in_argv import refuse_value_in_argv
    from secrets_cli.cli.value_input import read_value
    from secrets_cli.report.secret_put import plan_line, put_json
    from secrets_cli.secrets.store.parameter_policies import PolicyWishes
    from secrets_cli.secrets.store.put_wishes import PutWishes, prepared, put_plan
    from secrets_cli.secrets.store.tier import Tier

    refuse_value_in_argv(context.args, value, name)
    wishes = PutWishes(
        name,
        key,
        overwrite=not no_overwrite,
        tier=Tier[tier.name] if tier else None,
        policies=PolicyWishes(expires, notify_before, no_change_notify),
        tags=tuple(tag or ()),
        labels=tuple(label or ()),
        description=description,
        allowed_pattern=allowed_pattern,
    )
    ready = prepared(wishes, datetime.now(UTC), os.environ)
    if ready.key.warning:
        warn(ready.key.warning)
    plan = put_plan(ready, read_value(f"value of {name}", file=file, raw=raw, quiet=quiet))
    for note in plan.notes:
        hint(note, quiet)
    if dry_run:
        hint(plan_line(plan))
        if format_ is OutputFormat.JSON:
            write_json(put_json((), (), plan))
        return
    _report(plan, _store(plan, targets(profile, region, endpoint_url)), format_, quiet=quiet)


def _store(plan: "PutPlan", where: "tuple[Target, ...]") -> "Answers[Stored]":
    from dataclasses import replace

    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.cli.each_target import each_target
    from secrets_cli.cli.explaining import explained, with_advice
    from secrets_cli.cli.terminal import warn
    from secrets_cli.secrets.parameter_name import Place, checked_length
    from secrets_cli.secrets.store.write import store_secret

    def store(connection: "Connection") -> "Stored":
        name = checked_length(plan.order.write.name, Place(connection.partition, connection.region, "0" * 12))
        try:
            with explained(connection, name):
                stored = store_secret(ParameterStore(connection), plan.order)
        except KeyboardInterrupt:
            warn(f"interrupted while {name} was being stored in {connection.region}: see `secret history {name}`")
            raise
        told = tuple(with_advice(problem, connection, (name,)) for problem in stored.problems)
        return replace(stored, problems=told)

    return each_target(where, store)


def _report(plan: "PutPlan", answers: "Answers[Stored]", format_: OutputFormat, *, quiet: bool) -> None:
    from secrets_cli.cli.terminal import hint, warn, write_json, write_text
    from secrets_cli.report.secret_put import PutAt, put_json, put_line

    done = tuple(PutAt(str(each.target), each.region, plan, each.result) for each in answers.given)
    failed = tuple((str(each.target), each.error.message) for each in answers.failed)
    if format_ is OutputFormat.JSON:
        write_json(put_json(done, failed))
    for each in done:
        for note in each.stored.notes:
            hint(note, quiet)
        if format_ is OutputFormat.TEXT:
            write_text(put_line(each))
        for problem in each.stored.problems:
            warn(f"the value is stored, but {problem.message}")
            if problem.help:
                hint(f"help: {problem.help}")
    answers.end()
    if any(each.stored.problems for each in done):
        raise typer.Exit(ExitCode.AWS)
