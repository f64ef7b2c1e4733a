"""`secrets-cli key grant-use`: let principals use a key."""

from typing import Annotated

import typer

from secrets_cli.cli.key_options import KeyArgument, ReadersOption, UsersOption, WritersOption
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
from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.keys.policy import KeyAccess, Via


def grant_use_command(
    key: KeyArgument,
    user: UsersOption = None,
    reader: ReadersOption = None,
    writer: WritersOption = None,
    via: Annotated[
        Via, typer.Option("--via", help="Use through Parameter Store alone (ssm), or by any service and directly.")
    ] = Via.SSM,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Let more principals use a key; who else may, and all other statements of its policy, stay as they are.

    What changes is shown, and asked, first. With `--dry-run` the new policy goes to stdout.
    """
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.key_changing import Manner, carry_out
    from secrets_cli.cli.key_options import key_service, principals
    from secrets_cli.secrets.keys.remote import display_name, find_key, present_key
    from secrets_cli.secrets.keys.use_plan import plan_grant_use

    named = (principals(user), principals(reader), principals(writer))
    if not any(named):
        raise ConfigurationError("nobody to grant the use to", "give `--user ARN`, `--reader ARN` or `--writer ARN`")
    kms = key_service(profile, region, endpoint_url)
    found, aliases = find_key(kms, key)
    name, at = display_name(key, found, aliases), kms.connection
    access = KeyAccess(at.partition, at.region, found.arn.split(":")[4], (), *named, via=via)
    plan = plan_grant_use(name, present_key(kms, found, aliases), access, at.caller_arn, load_catalog())
    carry_out(plan, kms, Manner(output, dry_run, quiet, no_color, f"change the policy of {name}", yes))
