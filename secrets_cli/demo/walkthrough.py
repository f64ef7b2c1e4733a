"""The walk-through as a sequence of steps, each with what to tell a stranger about it.

A step is a value: the command line shows it. Steps are made one after another, so each is shown as soon as it is done.

Where the narrowing goes: `run_demo` has all its arguments in the `DemoInputs` of its second step (`logs.folder` is the
SOURCE, `policies` the present policies, `function_configuration` the file for `--function-config`, `principal` the
role); the third step calls the same function as `role narrow`, and `PRESENT` is where the known actions by access level
are counted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.bundled import bundled
from secrets_cli.demo.logs import DemoLogs, write_demo_logs
from secrets_cli.demo.orders import BUCKET, FUNCTION, PRESENT_POLICIES, ROLE_ARN, TABLE, function_configuration
from secrets_cli.errors import ConfigurationError

_MARKER = ".secrets-cli-demo"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the demo, done."""

    title: str
    lines: tuple[str, ...]
    """What to tell, line by line."""


@dataclass(frozen=True, slots=True)
class DemoInputs:
    """The files of the demo: everything `role narrow` is given."""

    principal: str
    logs: DemoLogs
    policies: tuple[Path, ...]
    """The policies on the role today."""
    function_configuration: Path
    """The answer of get-function-configuration for the role's one function."""


def run_demo(folder: Path) -> Iterator[Step]:
    """Do the demo's steps in `folder`, which is made if need be, and tell each.

    Raises ConfigurationError where the folder holds something that is not the demo's own.
    """
    inputs = prepare(folder)
    yield _the_app()
    yield _the_logs(inputs)


def prepare(folder: Path) -> DemoInputs:
    """Write the logs, the present policies and the function's configuration.

    Raises ConfigurationError where the folder cannot be written, or holds something that is not the demo's own.
    """
    _claim(folder)
    policies = []
    for name in PRESENT_POLICIES:
        path = folder / "present" / name.rpartition("/")[2]
        _write(path, bundled("policies", name))
        policies.append(path)
    configuration = folder / "present" / "function-configuration.json"
    _write(configuration, json.dumps(function_configuration(), indent=2) + "\n")
    return DemoInputs(ROLE_ARN, write_demo_logs(folder / "logs"), tuple(policies), configuration)


def _the_app() -> Step:
    return Step(
        f"A Zappa app and its role: {FUNCTION}",
        (
            f"{FUNCTION} takes orders: a Lambda function behind API Gateway, deployed by Zappa. It keeps orders in the",
            f"DynamoDB table {TABLE}, files in the bucket {BUCKET}, and a payment key in a SecureString parameter.",
            f"It runs as {ROLE_ARN}",
            "under Zappa's default execution policy and the permissions its developer added:",
            *(f"  policies/{name}" for name in PRESENT_POLICIES),
        ),
    )


def _the_logs(inputs: DemoInputs) -> Step:
    logs = inputs.logs
    return Step(
        "Two weeks of CloudTrail logs",
        (
            "The demo makes them itself, in the form in which a trail delivers them (nothing in them is real):",
            f"  {logs.files} files, {logs.records} records, {logs.first} to {logs.last}, {', '.join(logs.regions)}",
            f"  {logs.folder}",
            "They hold the app's calls, two attempts that were refused, throttling, and what others did meanwhile:",
            "a deployment, a person in the console, AWS services.",
        ),
    )


def _claim(folder: Path) -> None:
    """Take a folder that is empty, new, or the demo's own from an earlier run; refuse any other."""
    marker = folder / _MARKER
    try:
        if folder.exists() and not marker.exists() and any(folder.iterdir()):
            raise ConfigurationError(
                f"`{folder}` holds files that are not the demo's",
                help="name a new or an empty folder with `--out`",
            )
    except NotADirectoryError as error:
        raise ConfigurationError(f"`{folder}` is a file", help="name a folder with `--out`") from error
    _write(marker, "Made by `secrets-cli demo`, which overwrites what is here.\n")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"cannot write `{path}` ({(error.strerror or 'unknown reason').lower()})",
            help="name another folder with `--out`",
        ) from error
