"""`secrets-cli role denials`: what a role was refused since its policies were narrowed, and what would put it back."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    from secrets_cli.iam.model import Policy
    from secrets_cli.report.role_denials import Denials


def denials_command(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="The name or ARN of a role, or the ARN of a user.")],
    logs: Annotated[
        list[str] | None,
        typer.Option(
            "--logs",
            help="A folder or file of CloudTrail logs, s3://BUCKET/PREFIX, or lookup-events, the default. Repeatable.",
        ),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="apply|TIME", help="Since the apply, or a day or moment (UTC).")
    ] = "apply",
    snapshot: Annotated[
        Path | None,
        typer.Option(
            "--snapshot", metavar="FILE", help="Of the apply. Default: the role's newest in the state folder."
        ),
    ] = None,
    narrowing: Annotated[
        Path | None,
        typer.Option(
            "--narrowing", metavar="FILE", help="In place of a snapshot: the narrowing, where another tool applied it."
        ),
    ] = None,
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
    """List what was refused since, and the statements that would put back what the old policies allowed.

    The report goes to stderr and the policy to put back to stdout, or all as JSON to stdout. What was not allowed before
    either is told apart. The account's roles are not asked about. Exit code 0 also where something was refused.
    """
    from secrets_cli.account.denials import denials_of
    from secrets_cli.aws.target import Target
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.log_sources import LogSources
    from secrets_cli.cli.scanning import asked_window
    from secrets_cli.report.role_denials import Denials
    from secrets_cli.usage.sources.event_history import SOURCE

    change = _change(role, snapshot, narrowing)
    begin = change.when if since == "apply" else since
    if not begin:
        from secrets_cli.errors import ConfigurationError

        raise ConfigurationError("a narrowing does not say when it was applied", "give `--since TIME`")
    window = asked_window(begin, None, None)
    s3, history = (log_account, log_region, late_days, cache, requester_pays), (lookup_region, lookup_keep)
    places = LogSources(Target(profile, region, endpoint_url), *s3, *history)
    usage = places.scan(logs or [SOURCE], frozenset({change.principal}), window, quiet=quiet)
    found = denials_of(usage.uses, change.principal, change.old, change.new, load_catalog())
    _show(Denials(change.principal, window.since, change.source, found, usage.coverage), format_, quiet=quiet)


@dataclass(frozen=True, slots=True)
class _Change:
    """Policies before and after, and when."""

    principal: str
    """ARN."""
    old: "tuple[Policy, ...]"
    new: "tuple[Policy, ...]"
    when: str
    """UTC, ISO 8601; empty where it is not known."""
    source: str


def _change(role: str, snapshot: Path | None, narrowing: Path | None) -> _Change:
    from secrets_cli.errors import ConfigurationError

    if narrowing is not None:
        if snapshot is not None:
            raise ConfigurationError("`--snapshot` and `--narrowing` both say what changed", "give one of them")
        return _of_narrowing(role, narrowing)
    return _of_snapshot(role, snapshot)


def _of_snapshot(role: str, path: Path | None) -> _Change:
    from secrets_cli.account.held import policies_of
    from secrets_cli.cli.snapshot_files import last_snapshot, snapshot_at
    from secrets_cli.errors import ConfigurationError
    from secrets_cli.narrow.statements import as_2012

    if path is None:
        path, found = last_snapshot(role)
    else:
        found = snapshot_at(path)
    plan = found.plan
    if role not in (plan.live.arn, plan.live.name):
        raise ConfigurationError(f"`{path}` is a snapshot of `{plan.live.arn}`", "name that one, or another file")
    old = tuple(as_2012(policy) for policy in policies_of(plan.before, plan.live.name))
    return _Change(plan.live.arn, old, plan.narrowed, found.taken, str(path))


def _of_narrowing(role: str, path: Path) -> _Change:
    from secrets_cli.account.apply_prepare import chosen
    from secrets_cli.account.proposed import proposed_in
    from secrets_cli.cli.reading import read_text
    from secrets_cli.errors import MalformedInput

    (found,) = chosen(proposed_in(read_text(path, 1 << 30), str(path)), [role])[:1]
    if found.analysed is None:
        raise MalformedInput(f"`{path}` does not say which policies were analysed", "run `role narrow` again")
    return _Change(found.principal, found.analysed, found.policies, "", str(path))


def _show(found: "Denials", format_: OutputFormat, *, quiet: bool) -> None:
    from secrets_cli.cli.terminal import hint, write_json, write_text
    from secrets_cli.iam.render import render_policy
    from secrets_cli.report.role_denials import denials_json, denials_lines

    if format_ is OutputFormat.JSON:
        write_json(denials_json(found))
        return
    lines: Sequence[str] = tuple(denials_lines(found))
    for line in lines:
        hint(line, quiet)
    if found.put_back is not None:
        write_text(render_policy(found.put_back))
