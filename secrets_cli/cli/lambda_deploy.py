"""`secrets-cli lambda deploy`: plan, prove, ask, carry out."""

from typing import TYPE_CHECKING

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.lambda_options import (
    DEFAULT_STACK,
    AlarmsOption,
    AlarmTopicOption,
    AllowOption,
    BoundaryOption,
    BucketOption,
    ConcurrencyOption,
    FrontChoice,
    FrontOption,
    GrantsOption,
    KeyOption,
    LogKeyOption,
    ModeChoice,
    ModeOption,
    OriginOption,
    RetentionOption,
    StackOption,
    TagOption,
    UnsafeOption,
    consent_to_mode,
    read_grants,
    read_settings,
)
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

if TYPE_CHECKING:
    from secrets_cli.aws.stacks import Event, Stacks
    from secrets_cli.broker.key_gaps import KeyGap
    from secrets_cli.broker.plan import Outcome, Plan, Prepared


def deploy_command(
    grants: GrantsOption = None,
    allow: AllowOption = None,
    key: KeyOption = None,
    stack: StackOption = DEFAULT_STACK,
    mode: ModeOption = ModeChoice.BROKER,
    front: FrontOption = FrontChoice.FUNCTION_URL,
    origin: OriginOption = None,
    retention_days: RetentionOption = 90,
    log_key: LogKeyOption = "",
    concurrency: ConcurrencyOption = 5,
    alarms: AlarmsOption = False,
    alarm_topic: AlarmTopicOption = "",
    permissions_boundary: BoundaryOption = "",
    tag: TagOption = None,
    bucket: BucketOption = "",
    i_know_credentials_travel: UnsafeOption = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Deploy the getSecret function, or bring it up to date with its grants.

    The plan, with its proof, is shown on stderr before anything changes. Where nothing changes, nothing is done. Exit 20:
    the proof failed, and nothing was changed.
    """
    from secrets_cli.aws.stacks import Stacks
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.broker.desired import desired
    from secrets_cli.broker.lookup import look_up
    from secrets_cli.broker.plan import make_plan, prepare

    granted = read_grants(grants, allow, key)
    consent_to_mode(mode, i_know_credentials_travel)
    settings = read_settings(
        stack=stack,
        mode=mode,
        front=front,
        origins=origin,
        retention_days=retention_days,
        log_key=log_key,
        concurrency=concurrency,
        alarms=alarms,
        alarm_topic=alarm_topic,
        boundary=permissions_boundary,
        tags=tag,
    )
    stacks = Stacks(Connection(Target(profile, region, endpoint_url)))
    prepared = prepare(desired(settings, granted, look_up(stacks.connection, granted, settings.mode)), bucket)
    gaps = _show_proof(prepared, stacks, quiet)
    outcome = _carried_out(make_plan(prepared, stacks), stacks, yes=yes, dry_run=dry_run, quiet=quiet, plain=no_color)
    _write(outcome, gaps, output, quiet=quiet)


def _show_proof(prepared: "Prepared", stacks: "Stacks", quiet: bool) -> "tuple[KeyGap, ...]":
    """Say what is proven; end here where it is not. What the keys' own policies refuse is told, too."""
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.broker.key_gaps import key_gaps, key_policies
    from secrets_cli.cli.terminal import hint, warn
    from secrets_cli.report.lambda_plan import gap_lines, proof_lines, remarks

    hint("proof:", quiet and prepared.proof.holds)
    for line in proof_lines(prepared.proof):
        hint(line, quiet and prepared.proof.holds)
    if not prepared.proof.holds:
        raise typer.Exit(ExitCode.NOT_PROVEN)
    for remark in remarks(prepared.deployment):
        warn(remark)
    gaps = key_gaps(prepared.deployment, key_policies(KeyService(stacks.connection), prepared.deployment))
    for line in gap_lines(gaps):
        warn(line)
    return gaps


def _carried_out(plan: "Plan", stacks: "Stacks", *, yes: bool, dry_run: bool, quiet: bool, plain: bool) -> "Outcome":
    """Show the plan, ask, and do it; a plan that is not carried out is discarded, also where the user breaks off."""
    from secrets_cli.broker.plan import display, execute
    from secrets_cli.cli.asking import confirm
    from secrets_cli.cli.terminal import console, hint
    from secrets_cli.report.lambda_plan import plan_table

    name = plan.prepared.deployment.settings.stack
    if plan.nothing_to_do:
        return display(plan, stacks)
    if plan.dead is not None:
        hint(f"the stack `{name}` is {plan.dead.status}: it can only be deleted, and is then made anew", quiet)
    elif not quiet:
        console(plain, stderr=True).print(plan_table(plan))
    try:
        go = not dry_run and confirm(f"carry out {len(plan.changes) or 'these'} changes on the stack `{name}`", yes=yes)
    except BaseException:
        display(plan, stacks)
        raise
    if not go:
        return display(plan, stacks)
    return execute(plan, stacks, lambda event: tell(event, quiet))


def tell(event: "Event", quiet: bool) -> None:
    """One event of CloudFormation, on stderr; that something began is left out."""
    from secrets_cli.cli.terminal import hint

    if event.status.endswith("_IN_PROGRESS") and event.type != "AWS::CloudFormation::Stack":
        return
    reason = f" ({' '.join(event.reason.split())})" if event.failed and event.reason else ""
    hint(f"  {event.when:%H:%M:%S} {event.status:<28} {event.logical_id}{reason}", quiet)


def _write(outcome: "Outcome", gaps: "tuple[KeyGap, ...]", output: OutputFormat, *, quiet: bool) -> None:
    from secrets_cli.broker.plan import Executed
    from secrets_cli.cli.terminal import hint, warn, write_json, write_text
    from secrets_cli.report.lambda_plan import deploy_json

    stack = outcome.plan.prepared.deployment.settings.stack
    if gaps and isinstance(outcome, Executed):
        warn("reads under these keys end in 502 until this is run:")
        for gap in gaps:
            hint(f"  {gap.remedy}")
    if output is OutputFormat.JSON:
        write_json(deploy_json(outcome, gaps))
    elif isinstance(outcome, Executed):
        write_text(outcome.stack.outputs.get("Url", ""))
        hint(f"the stack `{stack}` is deployed; read with `secrets-cli lambda invoke NAME`", quiet)
    elif outcome.plan.nothing_to_do:
        write_text(f"nothing to do: the stack `{stack}` has this template already")
        hint("whether anything was changed by hand: `secrets-cli lambda status`", quiet)
    else:
        write_text("nothing was changed")
