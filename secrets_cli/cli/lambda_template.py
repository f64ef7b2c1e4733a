"""`secrets-cli lambda template`: the same deployment, for teams that deploy themselves."""

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.lambda_options import (
    DEFAULT_STACK,
    AlarmsOption,
    AlarmTopicOption,
    AllowOption,
    BoundaryOption,
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
    EndpointOption,
    NoColorOption,
    ProfileOption,
    QuietOption,
    RegionOption,
)

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.broker.desired import Found, Mode, Settings
    from secrets_cli.broker.frameworks import File
    from secrets_cli.broker.grants import Grants


class FrameworkChoice(enum.Enum):
    """`--for`."""

    CLOUDFORMATION = "cloudformation"
    SAM = "sam"
    SERVERLESS = "serverless"
    TERRAFORM = "terraform"


def template_command(
    framework: Annotated[
        FrameworkChoice, typer.Option("--for", help="The tool that deploys.")
    ] = FrameworkChoice.CLOUDFORMATION,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write every file here, the function's code too.")
    ] = None,
    account: Annotated[
        str,
        typer.Option(
            "--account", metavar="ID", help="Ask AWS nothing: give --region, --id, and key ARNs by --key or the file."
        ),
    ] = "",
    unique_id: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="ARN=ID", help="With --account: a principal's unique id (AROA...). Repeatable."),
    ] = None,
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
    i_know_credentials_travel: UnsafeOption = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Write what `lambda deploy` would deploy, for CloudFormation, SAM, the Serverless Framework or Terraform.

    The main file goes to stdout, or with --out all files to a folder. Exit 20: the proof failed, and nothing is written.
    """
    from secrets_cli.aws.target import Target

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
    target = Target(profile, region, endpoint_url)
    found = _found(target, granted, settings.mode, account, unique_id or [])
    _write(_files(framework, settings, granted, found, quiet), out, quiet)


def _found(target: "Target", granted: "Grants", mode: "Mode", account: str, ids: list[str]) -> "Found":
    from secrets_cli.aws.target import Connection
    from secrets_cli.broker.lookup import given, look_up

    if account:
        return given(account, Connection(target), granted, ids)
    return look_up(Connection(target), granted, mode)


def _files(
    framework: FrameworkChoice, settings: "Settings", granted: "Grants", found: "Found", quiet: bool
) -> "tuple[File, ...]":
    from secrets_cli.broker.desired import desired
    from secrets_cli.broker.frameworks import Framework, files_for
    from secrets_cli.broker.plan import metadata, proof_of
    from secrets_cli.cli.terminal import hint, warn
    from secrets_cli.report.lambda_plan import proof_lines, remarks

    deployment = desired(settings, granted, found)
    proof = proof_of(deployment)
    for line in proof_lines(proof):
        hint(line, quiet and proof.holds)
    if not proof.holds:
        raise typer.Exit(ExitCode.NOT_PROVEN)
    for remark in remarks(deployment):
        warn(remark)
    return files_for(Framework(framework.value), deployment, metadata(deployment, proof))


def _write(files: "tuple[File, ...]", out: Path | None, quiet: bool) -> None:
    from secrets_cli.cli.project_files import write_whole
    from secrets_cli.cli.terminal import hint, write_text

    if out is None:
        write_text(files[0].text.rstrip("\n"))
        if len(files) > 1:
            hint(f"it needs {', '.join(file.path for file in files[1:])} beside it: write them with --out", quiet)
        return
    for file in files:
        path = out / file.path
        write_whole(path, file.text)
        hint(f"wrote {path}", quiet)
