"""`secrets-cli key list`: the keys there are."""

from typing import Annotated

import typer

from secrets_cli.cli.options import (
    DebugOption,
    EndpointOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfilesOption,
    QuietOption,
    RegionsOption,
)


def list_command(
    every: Annotated[
        bool, typer.Option("--all", help="Also the keys that AWS manages, such as `alias/aws/ssm`.")
    ] = False,
    profile: ProfilesOption = None,
    region: RegionsOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """List the KMS keys of each profile and region: alias, state, rotation, age."""
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.aws.target import Connection, targets
    from secrets_cli.cli.progress import counted
    from secrets_cli.cli.terminal import hint, print_report, warn, write_json
    from secrets_cli.report import key_list
    from secrets_cli.secrets.keys.survey import list_keys

    places = []
    for target in targets(profile, region, endpoint_url):
        kms = KeyService(Connection(target))
        with counted(f"keys of {target}", quiet=quiet, no_color=no_color) as progress:
            listing = list_keys(kms, progress, every=every)
        places.append(key_list.Place(str(target), kms.connection.region, listing))
    if output is OutputFormat.JSON:
        write_json(key_list.document(places))
    elif any(place.listing.keys for place in places):
        print_report(key_list.table(places), no_color=no_color)
    else:
        hint("no keys; make one with `secrets-cli key create`", quiet)
    for one in (one for place in places for one in place.listing.unread):
        warn(f"{one.subject} {one.reason}")
