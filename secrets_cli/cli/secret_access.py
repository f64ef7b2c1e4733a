"""`secrets-cli secret access`: who can read a secret, and who can give themselves access to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    from secrets_cli.aws.target import Target
    from secrets_cli.iam.model import Policy
    from secrets_cli.report.secret_access import AccessReport
    from secrets_cli.secrets.access.inputs import Given

_NONE = "none"
_LARGEST_DETAILS = 1 << 30


def access_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The parameter, by name or ARN.")],
    principal: Annotated[
        list[str] | None, typer.Option("--principal", metavar="ARN", help="Only this principal. Repeatable.")
    ] = None,
    account_authorization: Annotated[
        Path | None,
        typer.Option(
            "--account-authorization", metavar="FILE", help="Output of `aws iam get-account-authorization-details`."
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="ARN|ALIAS", help="The key it is encrypted under.")
    ] = None,
    key_policy: Annotated[Path | None, typer.Option("--key-policy", metavar="FILE", help="The key's policy.")] = None,
    key_grants: Annotated[
        Path | None, typer.Option("--key-grants", metavar="FILE", help="Output of `aws kms list-grants`.")
    ] = None,
    parameter_policy: Annotated[
        str | None,
        typer.Option(
            "--parameter-policy", metavar="FILE|none", help="The parameter's own policy; `none`: it has none."
        ),
    ] = None,
    scp: Annotated[
        list[Path] | None,
        typer.Option(
            "--scp",
            metavar="FILE",
            help="A level of service control policies: a policy, or a JSON list. Repeatable, top first.",
        ),
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="List principals that are denied every way too.")] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Say who can read a secret, by which route and which statements, and who can give themselves access.

    Every Get action, GetParametersByPath on every folder above, the history, and kms:Decrypt are asked of every principal of
    the account and of those the key's and the parameter's policies name. What hangs on MFA, addresses or tags is conditional.

    No AWS call is made where --account-authorization, --key (an ARN), --key-policy and --parameter-policy are given.
    """
    from secrets_cli.aws.target import Target
    from secrets_cli.cli.terminal import print_report, write_json
    from secrets_cli.report import secret_access

    given = _given(name, region, account_authorization, key, key_policy, key_grants, parameter_policy, scp)
    report = _report(given, Target(profile, region or given.region, endpoint_url), principal or [], quiet=quiet)
    if output is OutputFormat.JSON:
        write_json(secret_access.document(report))
    else:
        print_report(secret_access.text(report, everyone=everyone or bool(principal)), no_color=no_color)


def _given(
    name: str,
    region: str | None,
    account: Path | None,
    key: str | None,
    key_policy: Path | None,
    key_grants: Path | None,
    parameter_policy: str | None,
    scp: list[Path] | None,
) -> "Given":
    from secrets_cli.cli.reading import read_text
    from secrets_cli.iam.arn import parse_arn
    from secrets_cli.secrets.access.inputs import Given
    from secrets_cli.secrets.parameter_name import selected

    arn = parse_arn(name)
    return Given(
        name=selected(name).name,
        region=arn.region if arn is not None else region,
        account=None if account is None else read_text(account, largest=_LARGEST_DETAILS).encode(),
        key=key,
        key_policy=None if key_policy is None else read_text(key_policy),
        parameter_policy=None
        if parameter_policy is None
        else ""
        if parameter_policy == _NONE
        else read_text(Path(parameter_policy)),
        grants=None if key_grants is None else read_text(key_grants).encode(),
        scps=tuple(_level(path) for path in scp or ()),
    )


def _level(path: Path) -> "tuple[Policy, ...]":
    """The policies of one level: one document, or a JSON list of documents."""
    import json

    from secrets_cli.cli.reading import read_text
    from secrets_cli.iam.parse import parse_policy
    from secrets_cli.iam.policy_kind import PolicyKind

    text = read_text(path)
    if not text.lstrip().startswith("["):
        return (parse_policy(text, str(path), PolicyKind.SCP),)
    try:
        documents = json.loads(text)
    except ValueError:
        # Parsed again for the place of what is wrong.
        return (parse_policy(text, str(path), PolicyKind.SCP),)
    return tuple(
        parse_policy(json.dumps(one), f"{path}[{number}]", PolicyKind.SCP) for number, one in enumerate(documents)
    )


def _report(given: "Given", target: "Target", principals: list[str], *, quiet: bool) -> "AccessReport":
    from secrets_cli.aws.target import Connection
    from secrets_cli.cli.progress import counted
    from secrets_cli.errors import NothingToRead
    from secrets_cli.report.secret_access import AccessReport
    from secrets_cli.secrets.access.inputs import Inputs
    from secrets_cli.secrets.access.self_grant import self_grants
    from secrets_cli.secrets.access.who_reads import access

    with counted("asking", quiet=quiet) as seen:
        inputs = Inputs(given, Connection(target), lambda count: seen(count, 0))
        found = access(inputs.question(), seen)
        granted = tuple(self_grants(found, seen))
    rows = tuple(row for row in found.rows if not principals or row.caller.arn in principals)
    missing = set(principals) - {row.caller.arn for row in rows}
    if missing:
        raise NothingToRead(
            f"no principal `{sorted(missing)[0]}` in account {found.question.account.id} or in the policies",
            "give the ARN of a user or role; of a session, its role's",
        )
    granted = tuple(one for one in granted if not principals or one.caller.arn in principals)
    return AccessReport(found, rows, granted, tuple(inputs.notes))
