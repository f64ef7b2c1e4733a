"""`secrets-cli key revoke-use`: take the use of a key away."""

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
    YesOption,
)


def revoke_use_command(
    key: KeyArgument,
    user: Annotated[
        list[str],
        typer.Option(
            "--user",
            metavar="ARN",
            help="Who shall not use the key: a role, a user, or a deleted one's id. Repeatable.",
        ),
    ],
    everything: Annotated[
        bool, typer.Option("--everything", help="Also what they may administer, wherever the policy names them.")
    ] = False,
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
    """Take reading and writing with a key from principals; what they may administer, and all others, stays.

    What changes is shown, and asked, first; so is by what a principal might still use the key: another statement, IAM
    policies, a grant. With `--dry-run` the new policy goes to stdout.
    """
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.key_changing import Manner, carry_out
    from secrets_cli.cli.key_options import key_service
    from secrets_cli.secrets.keys.remote import display_name, find_key, grants_if_readable, present_key
    from secrets_cli.secrets.keys.use_plan import plan_revoke_use, revocable

    principals = tuple(revocable(word) for word in dict.fromkeys(user))
    kms = key_service(profile, region, endpoint_url)
    found, aliases = find_key(kms, key)
    name, present = display_name(key, found, aliases), present_key(kms, found, aliases)
    grants = grants_if_readable(kms, found)
    caller, catalog = kms.connection.caller_arn, load_catalog()
    plan = plan_revoke_use(name, present, principals, grants, caller, catalog, everything=everything)
    carry_out(plan, kms, Manner(output, dry_run, quiet, no_color, f"change the policy of {name}", yes))
