"""`secrets-cli key cancel-delete`: keep a key that is pending deletion."""

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


def cancel_delete_command(
    key: KeyArgument,
    leave_disabled: Annotated[
        bool, typer.Option("--leave-disabled", help="Keep the key, and keep it from being used.")
    ] = False,
    dry_run: DryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Keep a key that is pending deletion, and make it usable again.

    KMS leaves a key disabled whose deletion was cancelled: it is enabled too, unless `--leave-disabled` is given.
    """
    from secrets_cli.cli.key_changing import Manner, carry_out
    from secrets_cli.cli.key_options import key_service
    from secrets_cli.secrets.keys.remote import display_name, find_key
    from secrets_cli.secrets.keys.state_plan import plan_cancel_delete

    kms = key_service(profile, region, endpoint_url)
    found, aliases = find_key(kms, key)
    plan = plan_cancel_delete(display_name(key, found, aliases), found, enable=not leave_disabled)
    carry_out(plan, kms, Manner(output, dry_run, quiet, no_color))
