"""`secrets-cli role audit`: what roles may do, what they do, and which change takes most risk away."""

from pathlib import Path
from typing import Annotated

import typer

from secrets_cli.cli.event_history_options import LookupKeepOption, LookupRegionOption
from secrets_cli.cli.log_source_options import (
    CacheOption,
    LateDaysOption,
    LogAccountOption,
    LogRegionOption,
    RequesterPaysOption,
)
from secrets_cli.cli.options import (
    DaysOption,
    DebugOption,
    EndpointOption,
    NoColorOption,
    ProfileOption,
    QuietOption,
    RegionOption,
    SinceOption,
    UntilOption,
)
from secrets_cli.cli.role_audit_format import AuditFormat
from secrets_cli.cli.store_option import StoreOption


def audit_command(
    role: Annotated[
        list[str] | None, typer.Argument(metavar="[ROLE]..", help="Names or ARNs of roles. Not given: --all or --file.")
    ] = None,
    all_roles: Annotated[bool, typer.Option("--all", help="Every role of the account.")] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Output of `aws iam get-account-authorization-details`, in place of asking AWS; `-` is stdin.",
        ),
    ] = None,
    logs: Annotated[
        list[str] | None,
        typer.Option(
            "--logs", help="A folder or file of CloudTrail logs, s3://BUCKET/PREFIX, or lookup-events. Repeatable."
        ),
    ] = None,
    store: StoreOption = None,
    log_account: LogAccountOption = None,
    log_region: LogRegionOption = None,
    late_days: LateDaysOption = None,
    cache: CacheOption = None,
    requester_pays: RequesterPaysOption = False,
    lookup_region: LookupRegionOption = None,
    lookup_keep: LookupKeepOption = None,
    usage: Annotated[
        Path | None,
        typer.Option("--usage", metavar="FILE", help="In place of logs: the output of `usage scan --format json`."),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    days: DaysOption = None,
    selectors: Annotated[
        list[Path] | None,
        typer.Option(
            "--selectors", help="Output of `aws cloudtrail get-event-selectors` for the trail of the logs. Repeatable."
        ),
    ] = None,
    least_days: Annotated[
        int, typer.Option("--least-days", min=1, metavar="N", help="Logs of fewer days are too thin to judge by.")
    ] = 30,
    unused_days: Annotated[
        int, typer.Option("--unused-days", min=1, metavar="N", help="A role not used for so long is unused.")
    ] = 90,
    functions: Annotated[
        list[Path] | None,
        typer.Option(
            "--functions",
            metavar="FILE",
            help="Output of `aws lambda list-functions`: tells which roles nothing runs as. One for each region.",
        ),
    ] = None,
    function_region: Annotated[
        list[str] | None,
        typer.Option(
            "--function-region",
            metavar="REGION",
            help="Ask for functions in this region. Repeatable. Default: every region the account may use.",
        ),
    ] = None,
    no_functions: Annotated[
        bool, typer.Option("--no-functions", help="Do not ask AWS for functions; no role is called orphaned.")
    ] = False,
    trusted_account: Annotated[
        list[str] | None,
        typer.Option("--trusted-account", metavar="ID", help="An account that roles may trust. Repeatable."),
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, metavar="N", help="Roles shown; JSON and --out have all of them.")
    ] = 25,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write HTML (a page for each role), Markdown and JSON there."),
    ] = None,
    print_policy: Annotated[
        bool, typer.Option("--print-policy", help="Print the policy that this audit needs, and end.")
    ] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: Annotated[AuditFormat, typer.Option("--format", help="How to write the result to stdout.")] = (
        AuditFormat.TEXT
    ),
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Judge roles: what is granted and used, broad statements, ways to more permissions, trust, roles that nothing uses.

    Roles come first whose best change removes most risk. Only reads; a file needs no credentials. Exit 11 to 14 for findings,
    by the worst (info to high); 21 where there is none and a policy is not known.
    """
    from secrets_cli.aws.target import Target
    from secrets_cli.cli.log_sources import LogSources
    from secrets_cli.cli.role_auditing import Asking, run, show

    target = Target(profile, region, endpoint_url)
    s3, history = (log_account, log_region, late_days, cache, requester_pays), (lookup_region, lookup_keep)
    asking = Asking(
        roles=tuple(role or ()),
        all_roles=all_roles,
        file=file,
        logs=tuple(logs or ()),
        places=LogSources(target, *s3, *history),
        store=store,
        usage=usage,
        window=(since, until, days),
        selectors=tuple(selectors or ()),
        least_days=least_days,
        unused_days=unused_days,
        functions=tuple(functions or ()),
        function_regions=tuple(function_region or ()),
        asks_functions=not no_functions,
        trusted_accounts=frozenset(trusted_account or ()),
        target=target,
        quiet=quiet,
        no_color=no_color,
    )
    if print_policy:
        asking.print_policy()
        return
    audit = run(asking)
    raise typer.Exit(show(audit, format_, top, out, quiet=quiet, no_color=no_color))
