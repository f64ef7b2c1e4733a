"""`secrets-cli key rotation`: new key material, by the calendar or at once."""

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

rotation_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="New key material for a key.")


@rotation_app.callback()
def rotation() -> None:
    """New key material for a key; old material stays and decrypts what it encrypted."""


@rotation_app.command("on")
def on_command(
    key: KeyArgument,
    days: Annotated[int, typer.Option("--days", metavar="DAYS", help="How often: every 90 to 2560 days.")] = 365,
    dry_run: DryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Have AWS rotate the key by itself."""
    from secrets_cli.cli.key_changing import Manner, carry_out
    from secrets_cli.cli.key_options import key_service
    from secrets_cli.secrets.keys.remote import display_name, find_key, rotation_of
    from secrets_cli.secrets.keys.state_plan import checked_rotation, plan_rotation

    every = checked_rotation(days)
    kms = key_service(profile, region, endpoint_url)
    found, aliases = find_key(kms, key)
    plan = plan_rotation(display_name(key, found, aliases), found, rotation_of(kms, found), every)
    carry_out(plan, kms, Manner(output, dry_run, quiet, no_color))


@rotation_app.command("off")
def off_command(
    key: KeyArgument,
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
    """Stop the automatic rotation; asks first."""
    from secrets_cli.cli.key_changing import Manner, carry_out
    from secrets_cli.cli.key_options import key_service
    from secrets_cli.secrets.keys.remote import display_name, find_key, rotation_of
    from secrets_cli.secrets.keys.state_plan import plan_rotation

    kms = key_service(profile, region, endpoint_url)
    found, aliases = find_key(kms, key)
    plan = plan_rotation(display_name(key, found, aliases), found, rotation_of(kms, found), None)
    carry_out(plan, kms, Manner(output, dry_run, quiet, no_color, f"stop rotating {plan.name}", yes))


@rotation_app.command("now")
def now_command(
    key: KeyArgument,
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
    """Rotate the key once, at once: a key can be so 25 times in its life. Asks first."""
    from secrets_cli.cli.key_changing import Manner, carry_out
    from secrets_cli.cli.key_options import key_service
    from secrets_cli.secrets.keys.remote import display_name, find_key, rotation_of, rotations_if_readable
    from secrets_cli.secrets.keys.state_plan import plan_rotate_now

    kms = key_service(profile, region, endpoint_url)
    found, aliases = find_key(kms, key)
    name, done = display_name(key, found, aliases), rotations_if_readable(kms, found)
    plan = plan_rotate_now(name, found, rotation_of(kms, found), done)
    carry_out(plan, kms, Manner(output, dry_run, quiet, no_color, f"rotate {name} now", yes))


@rotation_app.command("history")
def history_command(
    key: KeyArgument,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """List the rotations of a key so far, oldest first, and when the next is due."""
    from secrets_cli.cli.key_options import key_service
    from secrets_cli.cli.terminal import print_report, write_json
    from secrets_cli.report import key_history
    from secrets_cli.secrets.keys.remote import display_name, find_key, rotation_of

    kms = key_service(profile, region, endpoint_url)
    found, aliases = find_key(kms, key)
    name, now, done = display_name(key, found, aliases), rotation_of(kms, found), kms.rotations(found.id)
    if output is OutputFormat.JSON:
        write_json(key_history.document(name, found, now, done))
    else:
        print_report(key_history.view(name, now, done), no_color=no_color)
