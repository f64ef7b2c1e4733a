"""`secrets-cli key delete`: schedule the deletion of a key that protects nothing any more."""

from typing import Annotated

import typer

from secrets_cli.cli.key_options import KeyArgument
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
)


def delete_command(
    key: KeyArgument,
    pending_days: Annotated[
        int, typer.Option("--pending-days", metavar="DAYS", help="How long it can still be kept: 7 to 30 days.")
    ] = 30,
    confirm: Annotated[
        str | None, typer.Option("--confirm", metavar="ALIAS", help="The key's alias, in place of being asked for it.")
    ] = None,
    dry_run: DryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Schedule a key's deletion: unusable at once, gone after the wait, kept until then by `key cancel-delete`.

    Refused while a parameter of this region is encrypted under the key; these are listed. The alias (for a key without one,
    the id) must be typed.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.cli.key_changing import Manner, carry_out
    from secrets_cli.cli.key_options import key_service
    from secrets_cli.cli.terminal import print_report
    from secrets_cli.report.key_parameters import parameters_table
    from secrets_cli.secrets.keys.remote import display_name, find_key, parameters_under, use_elsewhere
    from secrets_cli.secrets.keys.state_plan import checked_pending, plan_delete

    days = checked_pending(pending_days)
    kms = key_service(profile, region, endpoint_url)
    found, aliases = find_key(kms, key)
    under = parameters_under(ParameterStore(kms.connection), found, kms.aliases())
    if under:
        print_report(parameters_table(under), no_color=no_color, stderr=True)
    name = display_name(key, found, aliases)
    plan = plan_delete(name, found, aliases, under, use_elsewhere(kms, found), days)
    question = f"this makes {plan.name} unusable now and deletes it in {days} days"
    manner = Manner(output, dry_run, quiet, no_color, question, typed=confirm, by_typing=True)
    carry_out(plan, kms, manner)
