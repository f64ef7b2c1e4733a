"""`secrets-cli secret rollback`: an old value as a new version."""

from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.options import (
    DebugOption,
    DryRunOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
    YesOption,
)

if TYPE_CHECKING:
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.secrets.store.history import Rollback


def rollback_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The parameter.")],
    version: Annotated[str, typer.Argument(metavar="VERSION|LABEL", help="The version to go back to.")],
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="ALIAS", help="Another KMS key, as where the present one cannot be used."),
    ] = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Go back to an old value: it becomes a new version, with the key, tier and description of now.

    Shows first what it does, without values, and asks. Nothing to do where the value is the current one. Needs
    ssm:GetParameterHistory, ssm:GetParameter, ssm:PutParameter and use of the key. Exit code 3: no such version.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.explaining import explained
    from secrets_cli.secrets.keys.choice import chosen_key
    from secrets_cli.secrets.store.history import plan_rollback
    from secrets_cli.secrets.store.words import plain_name

    plain = plain_name(name, "the version to go back to is an argument of its own")
    connection = Connection(Target(profile, region, endpoint_url))
    store = ParameterStore(connection)
    with explained(connection, plain):
        plan = plan_rollback(store, plain, version.removeprefix(":"), chosen_key(key, None).key if key else None)
        done = _roll_back(store, plan, yes=yes, dry_run=dry_run, quiet=quiet)
    if format_ is OutputFormat.JSON:
        from secrets_cli.cli.terminal import write_json
        from secrets_cli.report.secret_history import rollback_json

        write_json(rollback_json(plan, done))


def _roll_back(store: "ParameterStore", plan: "Rollback", *, yes: bool, dry_run: bool, quiet: bool) -> int | None:
    """Preview, ask, write; the new version, None where nothing was done."""
    from secrets_cli.cli.asking import confirm
    from secrets_cli.cli.terminal import hint, warn
    from secrets_cli.report.secret_history import rollback_lines
    from secrets_cli.secrets.store.history import Comparison
    from secrets_cli.secrets.store.write import Order, store_secret

    if plan.comparison is Comparison.EQUAL:
        hint(f"nothing to do: version {plan.target.number} of {plan.name} has the value that is current", quiet)
        return None
    for line in rollback_lines(plan):
        hint(line, quiet and yes)
    if dry_run or not confirm(f"roll {plan.name} back", yes=yes):
        hint("nothing was changed")
        return None
    written = store_secret(store, Order(plan.write, is_tier_free=True)).written
    if written.version != plan.current.number + 1:
        warn(f"somebody else wrote in between: see `secrets-cli secret history {plan.name}`")
    hint(f"{plan.name} is version {written.version} now, with the value of version {plan.target.number}", quiet)
    return written.version
