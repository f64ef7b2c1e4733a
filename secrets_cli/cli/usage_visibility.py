"""`secrets-cli usage visibility`: what logs can show, service by service."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
    SinceOption,
    UntilOption,
)

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.aws.trails import Trail
    from secrets_cli.catalog.catalog import Catalog


def visibility_command(
    selectors: Annotated[
        list[Path] | None,
        typer.Option("--selectors", help="Output of `aws cloudtrail get-event-selectors`. Repeatable: one per trail."),
    ] = None,
    trail: Annotated[
        list[str] | None,
        typer.Option("--trail", metavar="NAME|ARN", help="Ask CloudTrail about this trail. Repeatable."),
    ] = None,
    logs: Annotated[
        list[str] | None,
        typer.Option(
            "--logs", help="A folder or file of the trail's logs, s3://BUCKET/PREFIX, or lookup-events. Repeatable."
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option("--service", metavar="PREFIX", help="List every action of this service. Repeatable."),
    ] = None,
    policy: Annotated[
        list[Path] | None,
        typer.Option("--policy", help="Show only the services of which this policy grants something. Repeatable."),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    days: DaysOption = None,
    log_account: LogAccountOption = None,
    log_region: LogRegionOption = None,
    late_days: LateDaysOption = None,
    cache: CacheOption = None,
    requester_pays: RequesterPaysOption = False,
    lookup_region: LookupRegionOption = None,
    lookup_keep: LookupKeepOption = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Say what logs can show: which actions are visible, partly visible or invisible, and on which days and regions.

    Selectors decide where they are given, by --selectors or --trail; else what the logs hold.
    """
    from secrets_cli.aws.target import Target
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.event_history_options import refuse_selectors
    from secrets_cli.cli.log_sources import LogSources
    from secrets_cli.cli.scanning import asked_window
    from secrets_cli.cli.sight_files import selectors_of
    from secrets_cli.cli.terminal import print_report, write_json
    from secrets_cli.errors import ConfigurationError
    from secrets_cli.report.visibility import VisibilityReport, visibility_json, visibility_text
    from secrets_cli.usage.visibility import Sight
    from secrets_cli.usage.visibility_survey import survey, warnings_of

    if not (selectors or trail or logs):
        raise ConfigurationError(
            "nothing says what is logged", "give `--selectors FILE`, `--trail NAME` or `--logs SOURCE`, or several"
        )
    refuse_selectors(logs or (), selectors, trail)
    target = Target(profile, region, endpoint_url)
    s3, history = (log_account, log_region, late_days, cache, requester_pays), (lookup_region, lookup_keep)
    places = LogSources(target, *s3, *history)
    if not logs:
        places.refuse_given()
    catalog = load_catalog()
    known = selectors_of(selectors or (), trail or (), target)
    trails = _trails(trail or [], target)
    coverage = None
    if logs:
        coverage = places.scan(logs, frozenset(), asked_window(since, until, days), quiet=quiet).coverage
    sight = Sight(frozenset(coverage.data_event_types if coverage else ()), known)
    services = survey(sight, catalog, service or _granted_services(policy or [], catalog))
    report = VisibilityReport(
        sight, services, bool(service), trails, coverage, tuple(warnings_of(sight, coverage, trails))
    )
    if format_ is OutputFormat.JSON:
        write_json(visibility_json(report, catalog.header))
    else:
        print_report(visibility_text(report), no_color=no_color)


def _granted_services(files: list[Path], catalog: "Catalog") -> tuple[str, ...]:
    """The services of which the policies grant something; none for no policies, which stands for every service."""
    if not files:
        return ()
    from secrets_cli.cli.reading import policies_in
    from secrets_cli.errors import NothingToRead
    from secrets_cli.narrow.granted import granted_actions

    granted = granted_actions(policies_in(files), catalog)
    services = {action.action.partition(":")[0] for action in granted if action.known}
    if not services:
        raise NothingToRead("the policies grant no action that the catalog knows", "check the files given")
    return tuple(sorted(services))


def _trails(names: list[str], target: "Target") -> "tuple[Trail, ...]":
    if not names:
        return ()
    from secrets_cli.aws.target import Connection
    from secrets_cli.aws.trails import TrailService

    cloudtrail = TrailService(Connection(target))
    return tuple(cloudtrail.trail(name) for name in names)
