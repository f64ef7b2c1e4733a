"""The walk-through as a sequence of steps, each with what to tell a stranger about it.

A step is a value: the command line shows it. Steps are made one after another, so each is shown as soon as it is done. The
narrowing is the one that `role narrow` does: the same functions on the same kinds of files.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secrets_cli.bundled import bundled
from secrets_cli.catalog.load import load_catalog
from secrets_cli.demo.logs import DemoLogs, write_demo_logs
from secrets_cli.demo.orders import (
    BUCKET,
    FUNCTION,
    PRESENT_POLICIES,
    ROLE_ARN,
    TABLE,
    TABLE_ARN,
    function_configuration,
)
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.render import render_policy
from secrets_cli.iam.request import PolicySet, Request
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.configuration import parse_configuration
from secrets_cli.narrow.narrow import Ask, narrow
from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.report.narrowing_json import narrowing_json
from secrets_cli.report.narrowing_text import narrowing_report
from secrets_cli.report.trials import Shown, Trial, trials_table
from secrets_cli.usage.engine import scan
from secrets_cli.usage.usage import Usage

TRIALS = (
    ("dynamodb:PutItem", TABLE_ARN, "write an order"),
    ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/invoices/new.pdf", "store an invoice"),
    ("dynamodb:DeleteTable", TABLE_ARN, "delete the table of orders"),
    ("s3:GetObject", "arn:aws:s3:::payroll/2026/salaries.csv", "read another team's bucket"),
    ("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z0EXAMPLE", "point the domain elsewhere"),
)
"""Requests to try under the old and the new policies: action, resource, in words."""

_MARKER = ".secrets-cli-demo"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the demo, done."""

    title: str
    lines: tuple[str, ...]
    """What to tell, line by line."""
    shown: Shown | None = None
    """A table or report to draw below the lines."""


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
    catalog = load_catalog()
    usage = scan([str(inputs.logs.folder)], frozenset({inputs.principal}))
    result = narrow(ask_of(inputs, usage), catalog)
    assert isinstance(result, Narrowing), "the demo's logs are complete"
    yield _the_narrowing(result, usage)
    yield _the_policy(folder, result, narrowing_json(result, catalog))
    yield _before_and_after(inputs, result)
    yield _by_hand(inputs)


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


def ask_of(inputs: DemoInputs, usage: Usage) -> Ask:
    """What `role narrow` would be asked on the demo's files."""
    configuration = inputs.function_configuration
    return Ask(
        principal=inputs.principal,
        policies=_present(inputs),
        usage=usage,
        configurations=(parse_configuration(configuration.read_text(encoding="utf-8"), configuration.name),),
    )


def _present(inputs: DemoInputs) -> tuple[Policy, ...]:
    return tuple(parse_policy(path.read_text(encoding="utf-8"), path.name) for path in inputs.policies)


def _the_narrowing(result: Narrowing, usage: Usage) -> Step:
    return Step(
        "The role narrowed to what it used, and the proof",
        (
            "An action stays where the logs show it used, where the function's configuration needs it, or where these logs",
            "could not have shown it. Everything else goes.",
            "",
        ),
        narrowing_report(result, usage.coverage),
    )


def _the_policy(folder: Path, result: Narrowing, document: dict[str, JsonValue]) -> Step:
    narrowed = folder / "narrowed"
    _write(narrowed / "narrowing.json", json.dumps(document, indent=2) + "\n")
    for number, policy in enumerate(result.policies, 1):
        _write(narrowed / f"policy-{number}.json", render_policy(policy) + "\n")
    text = "\n".join(render_policy(policy) for policy in result.policies)
    return Step(f"The narrowed policy, written to {narrowed}", tuple(text.splitlines()))


def _before_and_after(inputs: DemoInputs, result: Narrowing) -> Step:
    present = _present(inputs)
    trials = [_trial(inputs, present, result, *tried) for tried in TRIALS]
    return Step(
        "What the app does still works; what it never did is denied",
        ("Asked of the policy engine:",),
        trials_table(trials),
    )


def _trial(
    inputs: DemoInputs, present: tuple[Policy, ...], result: Narrowing, action: str, resource: str, what: str
) -> Trial:
    request = Request(inputs.principal, action, resource)
    before = evaluate(request, PolicySet(identity=present)).verdict.value
    after = evaluate(request, PolicySet(identity=result.policies)).verdict.value
    return Trial(action, what, before, after)


def _by_hand(inputs: DemoInputs) -> Step:
    policies = " ".join(f"--policy {path}" for path in inputs.policies)
    return Step(
        "The same by hand",
        (
            f"secrets-cli usage scan {inputs.logs.folder} --principal {inputs.principal}",
            f"secrets-cli role narrow --logs {inputs.logs.folder} --principal {inputs.principal} \\",
            f"  {policies} --function-config {inputs.function_configuration} --out narrowed",
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
