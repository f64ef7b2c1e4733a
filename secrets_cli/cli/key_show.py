"""`secrets-cli key show`: a key and its policy, explained."""

from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.key_options import KeyArgument
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
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.report.key_show import ShownKey


def show_command(
    key: KeyArgument,
    parameters: Annotated[
        bool,
        typer.Option("--parameters", help="Also the parameters under it (reads the metadata of all in the region)."),
    ] = False,
    policy: Annotated[bool, typer.Option("--policy", help="Only the key policy, as KMS keeps it.")] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Explain a key: its state, its policy statement by statement, who administers it, who uses it, its grants.

    Who may do what is the evaluator's answer on the key policy, for every action on a key, directly and through Parameter
    Store. What IAM policies of the account add is not looked up.
    """
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.key_options import key_service
    from secrets_cli.cli.terminal import print_report, write_json, write_text
    from secrets_cli.report import key_show
    from secrets_cli.secrets.keys.remote import find_key

    kms = key_service(profile, region, endpoint_url)
    if policy:
        return write_text(kms.policy(find_key(kms, key)[0].id))
    shown = _shown(kms, key, parameters)
    if output is OutputFormat.JSON:
        return write_json(key_show.document(shown, load_catalog()))
    return print_report(key_show.view(shown, load_catalog()), no_color=no_color)


def _shown(kms: "KeyService", word: str, parameters: bool) -> "ShownKey":
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.errors import AccessDenied
    from secrets_cli.report.key_show import ShownKey
    from secrets_cli.secrets.keys.document import read_key_policy
    from secrets_cli.secrets.keys.explain import explain
    from secrets_cli.secrets.keys.remote import find_key, parameters_under, rotation_of, use_elsewhere
    from secrets_cli.secrets.keys.request import place_of

    key, aliases = find_key(kms, word)
    names = kms.policy_names(key.id)
    documents = tuple(read_key_policy(kms.policy_named(key.id, name), key.arn, name) for name in names)
    elsewhere = use_elsewhere(kms, key)
    rotation_known = True
    try:
        rotation = None if "Deletion" in key.state else rotation_of(kms, key)
    except AccessDenied:
        rotation, rotation_known = None, False
    return ShownKey(
        key=key,
        aliases=aliases,
        documents=documents,
        powers=tuple(explain(one.policy, place_of(key.arn), load_catalog()) for one in documents),
        rotation=rotation,
        rotation_known=rotation_known,
        grants=elsewhere.grants,
        last_use=elsewhere.last_use,
        parameters=parameters_under(ParameterStore(kms.connection), key, kms.aliases()) if parameters else None,
    )
