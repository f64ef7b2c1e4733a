"""`secrets-cli role narrow`: a policy of what was used, with its proof."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.digest_options import DigestKeysOption, VerifyDigestsOption
from secrets_cli.cli.event_history_options import LookupKeepOption, LookupRegionOption
from secrets_cli.cli.log_source_options import (
    CacheOption,
    LateDaysOption,
    LogAccountOption,
    LogRegionOption,
    RequesterPaysOption,
)
from secrets_cli.cli.narrow_format import NarrowFormat
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
    YesOption,
)
from secrets_cli.cli.project_options import LeaveRoleOption, LiveOption, OtherStagesOption, ProjectOption, WriteOption
from secrets_cli.cli.store_option import StoreOption
from secrets_cli.narrow.generalize import Rule
from secrets_cli.narrow.style import Style

if TYPE_CHECKING:
    from secrets_cli.catalog.catalog import Catalog
    from secrets_cli.cli.narrowing_output import Narrowed
    from secrets_cli.cli.present_policies import PresentPolicies
    from secrets_cli.narrow.holdout import Holdout
    from secrets_cli.narrow.narrow import Ask
    from secrets_cli.narrow.narrowing import Blocked
    from secrets_cli.usage.last_accessed import LastAccessed
    from secrets_cli.usage.s3_scan import S3Ask
    from secrets_cli.usage.sources.event_history import HistoryAsk
    from secrets_cli.usage.window import Window


def narrow_command(
    logs: Annotated[
        list[str],
        typer.Option(
            "--logs", help="A folder or file of CloudTrail logs, s3://BUCKET/PREFIX, or lookup-events. Repeatable."
        ),
    ],
    principal: Annotated[
        list[str] | None, typer.Option("--principal", metavar="ARN", help="ARN of a role or user. Repeatable.")
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="[ARN=]FILE",
            help="A present policy of the principal; give all of them. Repeatable; `ARN=FILE` of several principals.",
        ),
    ] = None,
    account_details: Annotated[
        Path | None,
        typer.Option(
            "--account-details",
            metavar="FILE",
            help="Output of `aws iam get-account-authorization-details`, for the policies of all principals.",
        ),
    ] = None,
    all_roles: Annotated[
        bool, typer.Option("--all-roles", help="Every role of --account-details that appears in the logs.")
    ] = False,
    split_by_function: Annotated[
        bool,
        typer.Option("--split-by-function", help="Also one policy for each function that shares the role, by session."),
    ] = False,
    function_config: Annotated[
        list[str] | None,
        typer.Option(
            "--function-config",
            metavar="[ARN=]FILE",
            help="What `aws lambda` prints of its functions and event sources, as JSON. Repeatable.",
        ),
    ] = None,
    function: Annotated[
        list[str] | None,
        typer.Option(
            "--function", metavar="NAME|ARN", help="Ask Lambda for this function's configuration. Repeatable."
        ),
    ] = None,
    drop_invisible: Annotated[
        list[str] | None,
        typer.Option(
            "--drop-invisible",
            metavar="SERVICE|all",
            help="Drop what the logs could not show, of a service or of all. Repeatable.",
        ),
    ] = None,
    accept_gap: Annotated[
        list[str] | None,
        typer.Option("--accept-gap", metavar="NAME", help="Narrow although this evidence is missing. Repeatable."),
    ] = None,
    style: Annotated[
        Style,
        typer.Option(
            "--style", help="Each action by name, or with wildcards where they match nothing else that is known."
        ),
    ] = Style.READABLE,
    compact: Annotated[bool, typer.Option("--compact", hidden=True, help="The same as `--style compact`.")] = False,
    generalize: Annotated[
        Rule,
        typer.Option(
            "--generalize", help="When many resources become a pattern: never, by folder, or as the log shows."
        ),
    ] = Rule.PREFIX,
    since: SinceOption = None,
    until: UntilOption = None,
    days: DaysOption = None,
    store: StoreOption = None,
    holdout: Annotated[
        str | None,
        typer.Option(
            "--holdout",
            metavar="SHARE|DAY",
            help="Also narrow on the log before its last SHARE (`20%`) or DAY, and say what would have been denied after.",
        ),
    ] = None,
    selectors: Annotated[
        list[Path] | None,
        typer.Option(
            "--selectors", help="Output of `aws cloudtrail get-event-selectors` for the trail of the logs. Repeatable."
        ),
    ] = None,
    trail: Annotated[
        list[str] | None,
        typer.Option("--trail", metavar="NAME|ARN", help="Ask CloudTrail for this trail's selectors. Repeatable."),
    ] = None,
    last_accessed: Annotated[
        list[Path] | None,
        typer.Option(
            "--last-accessed",
            help="Output of `aws iam get-service-last-accessed-details`: a second source. Repeatable.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the policies and the report to this folder.")] = None,
    zappa_settings: Annotated[
        Path | None, typer.Option("--zappa-settings", help="The project's settings: keeps what Zappa itself does.")
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option("--stage", metavar="NAME", help="The stage of the project, or of the Zappa settings."),
    ] = None,
    project: ProjectOption = None,
    live: LiveOption = False,
    write: WriteOption = False,
    leave_role: LeaveRoleOption = False,
    other_stages: OtherStagesOption = False,
    yes: YesOption = False,
    keep: Annotated[
        list[Path] | None,
        typer.Option("--keep", help="A list of grants that stay though never called, with reasons. Repeatable."),
    ] = None,
    never: Annotated[
        list[Path] | None,
        typer.Option("--never", help="A list of grants that go though used, with reasons. Repeatable."),
    ] = None,
    log_account: LogAccountOption = None,
    log_region: LogRegionOption = None,
    late_days: LateDaysOption = None,
    cache: CacheOption = None,
    requester_pays: RequesterPaysOption = False,
    lookup_region: LookupRegionOption = None,
    lookup_keep: LookupKeepOption = None,
    verify_digests: VerifyDigestsOption = False,
    digest_keys: DigestKeysOption = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    format_: Annotated[
        NarrowFormat,
        typer.Option(
            "--format",
            help="What to write to stdout: the policy, all as JSON, or a report for a pull request or a browser.",
        ),
    ] = NarrowFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Write a policy that allows what was used and grants nothing new, with its proof.

    The policy goes to stdout and the report to stderr, or both in another format to stdout; of several principals the
    policies are keyed by ARN. A policy whose proof fails is not written. Exit 20: a proof failed. Exit 21: undecided, or
    evidence is missing.
    """
    from secrets_cli.aws.target import Target
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.digest_options import digest_check
    from secrets_cli.cli.event_history_options import history_asked, refuse_selectors
    from secrets_cli.cli.log_source_options import S3Options
    from secrets_cli.cli.narrowing_output import Output, refuse_pages_of_several, write_one, write_several
    from secrets_cli.cli.present_policies import ConfigurationSources
    from secrets_cli.cli.role_asked import AskedRoles, asked_roles
    from secrets_cli.cli.scanning import asked_window, scan_with_progress
    from secrets_cli.cli.sight_files import last_accessed_of, selectors_of
    from secrets_cli.cli.word_files import word_lists_in
    from secrets_cli.narrow.holdout import refuse_no_holdout
    from secrets_cli.narrow.narrow import Ask
    from secrets_cli.narrow.split_by_function import refuse_without_sessions

    refuse_selectors(logs, selectors, trail)
    target = Target(profile, region, endpoint_url)
    sources = ConfigurationSources(function_config or (), function or (), zappa_settings, stage)
    wanted = AskedRoles(
        principal or (), policy or (), account_details, all_roles, project, live, write, leave_role, other_stages
    )
    asked = asked_roles(wanted, sources, target)
    present = asked.present
    for arn in present.policies if split_by_function else ():
        refuse_without_sessions(arn)
    if holdout:
        refuse_no_holdout(holdout)
    is_one = not all_roles and len(present.policies) == 1 and not split_by_function
    refuse_pages_of_several(format_, out, is_one=is_one)
    catalog = load_catalog()
    window = asked_window(since, until, days)
    words = word_lists_in(keep or (), never or (), catalog)
    options = S3Options(target, log_account or (), log_region or (), late_days, cache, requester_pays)
    s3 = options.ask(logs, present.policies)
    history = history_asked(logs, target, lookup_region or (), lookup_keep, window, quiet=quiet)
    check = digest_check(logs, digest_keys or (), target, window, s3, asked=verify_digests, quiet=quiet)
    ask = Ask(
        principal=next(iter(present.policies), ""),
        policies=(),
        configurations=asked.configurations(),
        usage=check.of(
            scan_with_progress(
                logs, frozenset(present.policies), quiet=quiet, window=window, store=store, s3=s3, history=history
            )
        ),
        drop_invisible=frozenset(name.lower() for name in drop_invisible or ()),
        accepted_gaps=frozenset(accept_gap or ()),
        compact=compact or style is Style.COMPACT,
        rule=generalize,
        selectors=selectors_of(selectors or (), trail or (), target),
        words=words,
    )
    reports = last_accessed_of(last_accessed or (), tuple(present.policies))
    output = Output(format_, out, quiet, no_color, ask.usage.coverage, catalog)
    measure = _Holdouts(holdout, logs, window, catalog, quiet, store, s3, history) if holdout else None
    found = asked.kept(_narrowed(ask, present, catalog, measure, reports, is_split=split_by_function))
    if all_roles or len(present.policies) > 1:
        unseen = _never_seen(ask, present)
        code = write_several(found, len(present.policies) - len(unseen), unseen, output)
    else:
        code = write_one(next(found), output)
    raise typer.Exit(asked.written(code, yes=yes, quiet=quiet))


def _narrowed(
    template: "Ask",
    present: "PresentPolicies",
    catalog: "Catalog",
    measure: "_Holdouts | None",
    reports: "Mapping[str, LastAccessed]",
    *,
    is_split: bool,
) -> "Iterator[Narrowed]":
    """Each principal in turn; those that only the account names and the logs do not are left out."""
    from secrets_cli.cli.narrowing_output import Narrowed
    from secrets_cli.narrow.narrow import narrow
    from secrets_cli.narrow.narrowing import Narrowing
    from secrets_cli.narrow.several import asks_of
    from secrets_cli.narrow.split_by_function import split_by_function

    asked = {arn: policies for arn, policies in present.policies.items() if _is_told(arn, template, present)}
    asks = tuple(asks_of(template, asked, reports))
    measures = measure.of(asks) if measure else {}
    for ask in asks:
        result = _blocked(ask, present) or narrow(ask, catalog)
        split = split_by_function(ask, result, catalog) if is_split and isinstance(result, Narrowing) else None
        yield Narrowed(result, split, measures.get(ask.principal))


def _is_told(arn: str, template: "Ask", present: "PresentPolicies") -> bool:
    return arn in present.named or arn in template.usage.principals


def _never_seen(template: "Ask", present: "PresentPolicies") -> tuple[str, ...]:
    return tuple(sorted(arn for arn in present.policies if not _is_told(arn, template, present)))


def _blocked(ask: "Ask", present: "PresentPolicies") -> "Blocked | None":
    """A principal one of whose policies is not known: what it grants would go unseen."""
    from secrets_cli.narrow.narrowing import Blocked

    lost = present.unresolved.get(ask.principal)
    if not lost:
        return None
    more = f", and {len(lost) - 1} more" if len(lost) > 1 else ""
    reason = f"a present policy is not known: {lost[0].location}: {lost[0].reason}{more}"
    return Blocked(ask.principal, reason, help="give its policies by themselves: --policy; of a project, `--live`")


@dataclass(frozen=True, slots=True)
class _Holdouts:
    """What `--holdout` asks for."""

    asked: str
    logs: list[str]
    window: "Window"
    catalog: "Catalog"
    quiet: bool
    store: str | None
    s3: "S3Ask"
    history: "HistoryAsk | None"

    def of(self, asks: "Sequence[Ask]") -> "Mapping[str, Holdout | Blocked]":
        """The measure of each principal that was seen.

        The logs are read once more for each part of each cut: what is held of them does not tell the times of single records.
        """
        from secrets_cli.errors import ConfigurationError
        from secrets_cli.narrow.holdout import cut_at
        from secrets_cli.narrow.narrowing import Blocked

        found: dict[str, Holdout | Blocked] = {}
        by_cut: dict[str, list[Ask]] = {}
        for ask in asks:
            if ask.principal not in ask.usage.principals:
                continue
            try:
                by_cut.setdefault(cut_at(self.asked, ask.usage, ask.principal), []).append(ask)
            except ConfigurationError as error:
                if len(asks) == 1:
                    raise
                found[ask.principal] = Blocked(ask.principal, error.message, help=error.help)
        for cut, cut_asks in by_cut.items():
            found |= self._measured(cut, cut_asks)
        return found

    def _measured(self, cut: str, asks: "Sequence[Ask]") -> "Mapping[str, Holdout | Blocked]":
        from dataclasses import replace

        from secrets_cli.cli.scanning import scan_with_progress
        from secrets_cli.narrow.holdout import measured
        from secrets_cli.usage.parts import is_whole_days

        principals = frozenset(ask.principal for ask in asks)
        parts = (replace(self.window, until=cut), replace(self.window, since=cut))
        store = self.store if all(map(is_whole_days, parts)) else None
        earlier, later = (
            scan_with_progress(
                self.logs, principals, quiet=self.quiet, window=part, store=store, s3=self.s3, history=self.history
            )
            for part in parts
        )
        return {ask.principal: measured(ask, cut, earlier, later, self.catalog) for ask in asks}
