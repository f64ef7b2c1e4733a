"""`secrets-cli key create`: a key with separate administrators and users."""

from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.key_options import AdminsOption, ReadersOption, TagsOption, UsersOption, WritersOption
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
from secrets_cli.secrets.keys.policy import AccountAccess, KeyAccess, Via

if TYPE_CHECKING:
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.secrets.keys.plan import PresentKey, WantedKey

_DEFAULT_ROTATION = 365


def create_command(
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="The key's name, such as `team/secrets`.")],
    admin: AdminsOption = None,
    user: UsersOption = None,
    reader: ReadersOption = None,
    writer: WritersOption = None,
    via: Annotated[
        Via, typer.Option("--via", help="Use through Parameter Store alone (ssm), or by any service and directly.")
    ] = Via.SSM,
    account: Annotated[
        AccountAccess,
        typer.Option(
            "--account",
            help="What the account may do beside them: its root user manages the key (recovery), its IAM policies "
            "decide on everything (iam), nothing (none).",
        ),
    ] = AccountAccess.RECOVERY,
    rotation: Annotated[
        str | None,
        typer.Option(
            "--rotation",
            metavar="DAYS|off",
            help="Rotate every 90 to 2560 days, or not at all. Not given: 365 for a new key, as it is for one there is.",
        ),
    ] = None,
    description: Annotated[
        str | None, typer.Option("--description", metavar="TEXT", help="What the key is for.")
    ] = None,
    tag: TagsOption = None,
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
    """Make a key for secrets: some principals manage it, others use it, and only through Parameter Store.

    The plan, the policy in plain words and the proof that it separates them are shown first. Run again it changes nothing, or
    finishes what was cut off, or shows how the key differs and asks. With `--dry-run` the policy goes to stdout.
    """
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.key_changing import Manner, carry_out
    from secrets_cli.cli.key_options import key_service, principals, tags
    from secrets_cli.secrets.keys.key_word import new_alias
    from secrets_cli.secrets.keys.plan import WantedKey, plan_create

    named = (principals(admin), principals(user), principals(reader), principals(writer))
    name, days, tagged = new_alias(alias), _days(rotation), tags(tag)
    _need_administrators(admin, account)
    kms = key_service(profile, region, endpoint_url)
    at = kms.connection
    access = KeyAccess(at.partition, at.region, at.account, *named, via=via, account_access=account)
    wanted = WantedKey(name, access, days, description, tagged, keep_rotation=rotation is None)
    plan = plan_create(wanted, _present(kms, wanted), at.caller_arn, load_catalog())
    question = f"change {name}" if plan.key else ""
    carry_out(plan, kms, Manner(output, dry_run, quiet, no_color, question, yes))


def _days(word: str | None) -> int | None:
    from secrets_cli.secrets.keys.state_plan import checked_rotation

    if word is None:
        return _DEFAULT_ROTATION
    if word == "off":
        return None
    word = word.removesuffix("d")
    if not word.isdecimal():
        raise ConfigurationError("`--rotation` is neither a number of days nor `off`", "give 90 to 2,560, or `off`")
    return checked_rotation(int(word))


def _need_administrators(admin: list[str] | None, account: AccountAccess) -> None:
    if not admin and account is not AccountAccess.IAM:
        raise ConfigurationError(
            "the key would have no administrator",
            "give `--admin ARN`, or `--account iam` to leave it to the account's IAM policies",
        )


def _present(kms: "KeyService", wanted: "WantedKey") -> "PresentKey | None":
    """The key of that alias; else one that an earlier run made for it and could not name."""
    from secrets_cli.cli.terminal import hint, warn
    from secrets_cli.errors import NotThere
    from secrets_cli.secrets.keys.plan import refuse_foreign
    from secrets_cli.secrets.keys.remote import find_key, present_key, unfinished_keys

    try:
        key, aliases = find_key(kms, wanted.alias)
    except NotThere:
        left = unfinished_keys(kms, wanted.alias)
        if not left.looked:
            warn("keys could not be listed (kms:ListKeys): one left by a run that was cut off would not be found")
        if not left.keys:
            return None
        hint(f"going on with {left.keys[0].id}, which an earlier run made for {wanted.alias} and did not name")
        for other in left.keys[1:]:
            warn(f"{other.id} was made for {wanted.alias} too and is not needed: `secrets-cli key delete {other.id}`")
        return present_key(kms, left.keys[0], (), with_tags=bool(wanted.tags))
    refuse_foreign(key, wanted.alias)
    return present_key(kms, key, aliases, with_tags=bool(wanted.tags))
