"""`secrets-cli secret label`: names for versions."""

import enum
from typing import Annotated

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
)


class LabelVerb(enum.Enum):
    """What to do with labels."""

    ADD = "add"
    MOVE = "move"
    REMOVE = "remove"


def label_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The parameter.")],
    verb: Annotated[LabelVerb, typer.Argument(metavar="add|move|remove", help="What to do.")],
    labels: Annotated[list[str], typer.Argument(metavar="LABEL", help="The labels.")],
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", min=1, help="The version; the newest by default.")
    ] = None,
    dry_run: DryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Put labels on a version, move them to it, or take them off. A label is on one version only.

    `add` refuses a label that another version has: `move` takes it from there. What is there already is left alone. Needs
    ssm:GetParameterHistory (without kms:Decrypt) beside ssm:LabelParameterVersion or ssm:UnlabelParameterVersion.
    """
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.explaining import explained
    from secrets_cli.cli.terminal import hint, write_json, write_text
    from secrets_cli.report.secret_label import label_json, label_line
    from secrets_cli.secrets.store.labelling import carry_out, checked_labels, planned
    from secrets_cli.secrets.store.words import plain_name

    plain = plain_name(name, "`--version` says which version is meant")
    wanted = checked_labels(labels)
    connection = Connection(Target(profile, region, endpoint_url))
    store = ParameterStore(connection)
    with explained(connection, plain):
        changes = planned(plain, tuple(store.history(plain, decrypt=False)), verb.value, wanted, version)
        if not dry_run:
            carry_out(store, plain, changes)
    if format_ is OutputFormat.JSON:
        write_json(label_json(plain, changes, is_done=not dry_run))
        return
    for change in changes:
        write_text(label_line(plain, change))
    if dry_run:
        hint("nothing was changed (`--dry-run`)", quiet)
