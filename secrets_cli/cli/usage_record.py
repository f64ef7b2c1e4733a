"""`secrets-cli usage record`: the calls of a command as CloudTrail logs."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.aws.target import Target
from secrets_cli.cli.after_dashes import words_after_dashes
from secrets_cli.cli.options import (
    DebugOption,
    FormatOption,
    NoColorOption,
    OutputFormat,
    ProfileOption,
    QuietOption,
    RegionOption,
)
from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.service_models import ServiceModels
    from secrets_cli.aws.target import Connection
    from secrets_cli.usage.recorder.recording import Recorded, Recording
    from secrets_cli.usage.recorder.upstreams import Upstream


def record_command(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write the logs to.")],
    principal: Annotated[
        list[str] | None,
        typer.Option(
            "--principal",
            metavar="[KEYID=]ARN",
            help="Whose the calls are where that cannot be learned: a role, session or user, of one key or of any. Repeatable.",
        ),
    ] = None,
    port: Annotated[
        int,
        typer.Option("--port", metavar="N", min=0, max=65535, help="Listen on this port of 127.0.0.1; 0: a free one."),
    ] = 0,
    upstream: Annotated[
        str | None,
        typer.Option(
            "--upstream",
            metavar="URL|aws",
            help="Where the calls go: an emulator (as configured, if not given), or `aws` itself, with your credentials.",
        ),
    ] = None,
    add_kms: Annotated[
        bool,
        typer.Option(
            "--add-kms", help="Add the kms:Decrypt behind each SecureString that is read, which emulators do not make."
        ),
    ] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Run CMD and write the AWS calls it makes to DIR, as CloudTrail would have logged them.

    CMD gets AWS_ENDPOINT_URL, which names a proxy on this machine; the proxy passes each call on. CMD's exit code is the exit
    code. Without CMD the proxy runs until Ctrl-C, and the variables to set elsewhere are printed. Secrets in calls and answers
    are never written.
    """
    from secrets_cli.aws.service_models import ServiceModels
    from secrets_cli.cli.terminal import warn
    from secrets_cli.usage.recorder.callers import Callers, told_persons
    from secrets_cli.usage.recorder.delivery import Delivery
    from secrets_cli.usage.recorder.recording import Recording

    by_key, anybody = told_persons(principal or [])
    environment = dict(os.environ)
    models = ServiceModels()
    place, connection, goes_to = _upstream(upstream, profile, region, models)
    delivery = Delivery(out)
    delivery.prepare()
    around = _ways_around(environment)
    recording = Recording(models, Callers(by_key, anybody), delivery, add_kms=add_kms, is_whole=not around)
    for text in around:
        warn(text)
        recording.note(text)
    words = words_after_dashes(ctx)
    recorded, code = _record(
        recording,
        place,
        connection,
        words,
        environment,
        port,
        is_json=format_ is OutputFormat.JSON,
        goes_to=goes_to,
        quiet=quiet,
    )
    _tell(recorded, str(out), code if words else None, format_, quiet=quiet, no_color=no_color)
    raise typer.Exit(code)


def _upstream(
    asked: str | None, profile: str | None, region: str | None, models: "ServiceModels"
) -> "tuple[Upstream, Connection, str]":
    """Where calls go, a connection for the recorder's own questions, and the place's name."""
    from secrets_cli.aws.configured_endpoint import configured_endpoint, ignore_from_now_on
    from secrets_cli.aws.resigning import KeyPair
    from secrets_cli.aws.target import Connection
    from secrets_cli.secret_value import SecretValue
    from secrets_cli.usage.recorder.upstreams import Aws, emulator

    url = asked or configured_endpoint(profile)
    if not url:
        raise ConfigurationError(
            "no endpoint is configured to record the calls to",
            "give `--upstream http://localhost:4566` for an emulator, or `--upstream aws` for AWS itself",
        )
    if url.lower() != "aws":
        return emulator(url), Connection(Target(profile, region, url)), url
    ignore_from_now_on()
    connection = Connection(Target(profile, region))
    key, secret, token = connection.credentials()
    pair = KeyPair(key, SecretValue(secret), SecretValue(token) if token else None)
    return Aws(models, pair, connection.region), connection, "AWS"


def _record(
    recording: "Recording",
    place: "Upstream",
    connection: "Connection",
    words: tuple[str, ...],
    environment: dict[str, str],
    port: int,
    *,
    is_json: bool,
    goes_to: str,
    quiet: bool,
) -> "tuple[Recorded, int]":
    """Serve while the command runs; what was recorded, and the command's exit code."""
    from secrets_cli.cli.child import run_child, wait_until_stopped
    from secrets_cli.cli.terminal import hint
    from secrets_cli.usage.recorder.asking import Asking
    from secrets_cli.usage.recorder.server import Hearing, Proxy, serving
    from secrets_cli.usage.recorder.upstreams import Emulator

    proxy = Proxy(port, place, Hearing(recording.hear, recording.note))
    recording.start(Asking(connection, isinstance(place, Emulator), recording.note))
    code = 0
    try:
        with serving(proxy) as url:
            if words:
                hint(f"recording calls to {goes_to} through {url}", quiet)
                code, failed = run_child(words, environment | {"AWS_ENDPOINT_URL": url}, stdout_to_stderr=is_json)
                if failed:
                    hint(f"error: {failed}")
            else:
                _announce(url, goes_to, is_json=is_json, quiet=quiet)
                wait_until_stopped()
    finally:
        recorded = recording.close()
    return recorded, code


def _announce(url: str, goes_to: str, *, is_json: bool, quiet: bool) -> None:
    """Say what to set where the calls are made."""
    import sys

    from secrets_cli.cli.terminal import hint

    hint(f"recording calls to {goes_to} until Ctrl-C; set in the environment of what calls:", quiet)
    (sys.stderr if is_json else sys.stdout).write(f"export AWS_ENDPOINT_URL={url}\n")
    sys.stdout.flush()


def _ways_around(environment: dict[str, str]) -> list[str]:
    """What in the environment sends calls past the proxy."""
    from secrets_cli.aws.configured_endpoint import services_set_apart

    found = [f"{name} is set: the calls of that service go past the recorder" for name in services_set_apart()]
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        found.append("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is set: calls go past the recorder")
    proxied = any(environment.get(name) for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"))
    direct = environment.get("NO_PROXY", "") + "," + environment.get("no_proxy", "")
    if proxied and "127.0.0.1" not in direct and "*" not in direct:
        found.append("HTTP_PROXY is set and NO_PROXY lacks 127.0.0.1: calls may go past the recorder")
    return found


def _tell(
    recorded: "Recorded", folder: str, code: int | None, format_: OutputFormat, *, quiet: bool, no_color: bool
) -> None:
    """The summary: JSON to stdout; text to stderr beside a command's own output, else to stdout."""
    from secrets_cli.cli.terminal import print_report, write_json
    from secrets_cli.report.usage_record import recorded_json, recorded_report

    if format_ is OutputFormat.JSON:
        write_json(recorded_json(recorded, folder, code))
    elif not quiet or code is None:
        print_report(recorded_report(recorded, folder), no_color=no_color, stderr=code is not None)
