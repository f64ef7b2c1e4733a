"""`secrets-cli usage`: CloudTrail in, usage out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.after_dashes import MaybeCommandAfterDashes
from secrets_cli.cli.coverage_option import CoverageOf, CoverageOption, refuse_own_coverage
from secrets_cli.cli.digest_options import DigestKeysOption, VerifyDigestsOption
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
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
    SinceOption,
    UntilOption,
)
from secrets_cli.cli.store_option import StoreOption
from secrets_cli.cli.usage_engines import (
    AthenaDryRunOption,
    AthenaYesOption,
    DatabaseOption,
    Engine,
    EngineOption,
    EngineOptions,
    MasterOption,
    MaxBytesOption,
    OutputOption,
    PriceOption,
    SparkConfOption,
    TableOption,
    WorkgroupOption,
    athena_ddl_command,
)
from secrets_cli.cli.usage_record import record_command
from secrets_cli.cli.usage_store import store_app
from secrets_cli.cli.usage_visibility import visibility_command

if TYPE_CHECKING:
    from secrets_cli.usage.usage import Usage

usage_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What CloudTrail logs show to be used.")


@usage_app.callback()
def usage() -> None:
    """What CloudTrail logs show to be used."""


@usage_app.command("scan")
def usage_scan(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE..", help="Folders or files of CloudTrail logs, s3://BUCKET/PREFIX, or lookup-events."
        ),
    ] = None,
    principal: Annotated[
        list[str] | None, typer.Option("--principal", help="ARN of a role or user; others are left out. Repeatable.")
    ] = None,
    coverage: CoverageOption = CoverageOf.EVERYBODY,
    since: SinceOption = None,
    until: UntilOption = None,
    days: DaysOption = None,
    store: StoreOption = None,
    log_account: LogAccountOption = None,
    log_region: LogRegionOption = None,
    late_days: LateDaysOption = None,
    cache: CacheOption = None,
    requester_pays: RequesterPaysOption = False,
    lookup_region: LookupRegionOption = None,
    lookup_keep: LookupKeepOption = None,
    verify_digests: VerifyDigestsOption = False,
    digest_keys: DigestKeysOption = None,
    engine: EngineOption = Engine.LOCAL,
    master: MasterOption = None,
    spark_conf: SparkConfOption = None,
    database: DatabaseOption = None,
    table: TableOption = None,
    workgroup: WorkgroupOption = None,
    output: OutputOption = None,
    max_bytes: MaxBytesOption = None,
    price_per_tb: PriceOption = None,
    yes: AthenaYesOption = False,
    dry_run: AthenaDryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Read logs and list each distinct use: principal, action, resource, outcome, count, first and last seen.

    Files and records that cannot be used are listed, and the exit code is 0; it is 4 where no file could be read at all.
    """
    from secrets_cli.aws.target import Target
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.digest_options import digest_check
    from secrets_cli.cli.event_history_options import history_asked
    from secrets_cli.cli.log_source_options import S3Options
    from secrets_cli.cli.scanning import asked_window, refuse_unread, scan_with_progress, unseen_principals
    from secrets_cli.cli.terminal import print_report, warn, write_large_json
    from secrets_cli.report.usage_json import usage_document

    window = asked_window(since, until, days)
    target = Target(profile, region, endpoint_url)
    options = S3Options(target, log_account or (), log_region or (), late_days, cache, requester_pays)
    asked = frozenset(principal) if principal else None
    only_here = {"--store": store, "--lookup-region": lookup_region, "--lookup-keep": lookup_keep}
    spark, place, limits = (master, spark_conf or ()), (database, table, workgroup, output), (max_bytes, price_per_tb)
    engines = EngineOptions(engine, *spark, *place, *limits, yes=yes, dry_run=dry_run)
    own = "asked" if coverage is CoverageOf.ASKED else None
    engines.refuse_local(only_here | {"--verify-digests": verify_digests or None, "--coverage": own})
    refuse_own_coverage(coverage, sources or (), principal or (), store)

    def here() -> "Usage":
        s3 = options.ask(sources or (), principal or ())
        history = history_asked(sources or (), target, lookup_region or (), lookup_keep, window, quiet=quiet)
        check = digest_check(sources or (), digest_keys or (), target, window, s3, asked=verify_digests, quiet=quiet)
        found = scan_with_progress(
            sources or (),
            asked,
            quiet=quiet,
            window=window,
            store=store,
            s3=s3,
            history=history,
            covers_all=coverage is CoverageOf.EVERYBODY,
        )
        return check.of(found)

    found = engines.scan(sources or (), asked, window, options, here, quiet=quiet)
    refuse_unread(found)
    for warning in unseen_principals(found, principal or ()):
        warn(warning)
    if format_ is OutputFormat.JSON:
        document, uses = usage_document(found, load_catalog().header)
        write_large_json(document, "uses", uses)
        return
    from secrets_cli.report.usage_text import usage_report

    print_report(usage_report(found), no_color=no_color)


@usage_app.command("explain")
def usage_explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of CloudTrail records, plain or gzip.")],
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Say of each record which action on which resource it needed, whether it counts, and why."""
    from secrets_cli.catalog.events import meaning_of
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.scanning import records_of
    from secrets_cli.cli.terminal import print_report, write_json
    from secrets_cli.report.usage_json import explain_json
    from secrets_cli.usage.explain import explain
    from secrets_cli.usage.sources.files import printable

    catalog = load_catalog()
    explained = explain(records_of(file), printable(str(file)), lambda call: meaning_of(call, catalog))
    if format_ is OutputFormat.JSON:
        write_json(explain_json(explained.events, explained.rejected, catalog.header))
        return
    from secrets_cli.report.usage_text import explained_report

    print_report(explained_report(explained), no_color=no_color)


usage_app.command("visibility")(visibility_command)
usage_app.add_typer(store_app, name="store")
usage_app.command("athena-ddl")(athena_ddl_command)
usage_app.command("record", cls=MaybeCommandAfterDashes)(record_command)
