"""`secrets-cli secret reencrypt`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
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
    from secrets_cli.aws.target import Connection
    from secrets_cli.secrets.bulk import Outcome
    from secrets_cli.secrets.keys.lookup import KeyLookup, TargetKey
    from secrets_cli.secrets.transfer.journal import Journal
    from secrets_cli.secrets.transfer.reencryption import Reencrypted, ReencryptionPlan, Stale


def reencrypt_command(
    path: Annotated[str, typer.Argument(metavar="PATH", help="All parameters under this path, or one parameter.")],
    key: Annotated[str, typer.Option("--key", metavar="ALIAS", help="The KMS key to move to: alias, id or ARN.")],
    keep_labels: Annotated[
        bool, typer.Option("--keep-labels", help="Leave labels on the version that has them, under the old key.")
    ] = False,
    profile: ProfileOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    output: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Write every SecureString under PATH that another key encrypts again, under --key, and read it back.

    Each gets a new version with the same value; the labels of its current version move along. Earlier versions stay under the
    old key. Interrupted, run again: it goes on where it stopped. Exit 5: something could not be read or written, listed by
    name and reason; the rest was.
    """
    from secrets_cli.aws.keys import KeyService
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.secret_copy import agree
    from secrets_cli.report.secret_reencrypt import plan_text
    from secrets_cli.secrets.keys.lookup import KeyLookup
    from secrets_cli.secrets.parameter_name import checked_path

    connection = Connection(Target(profile, region, endpoint_url))
    place = _Place(connection, checked_path(path), KeyLookup(KeyService(connection)))
    target = place.keys.target(key)
    with _journal(place.path, target) as journal:
        plan = _planned(place, target, journal)
        if dry_run:
            _show(plan, None, output)
            return
        agree(plan_text(plan), "write again", len(plan.stale), yes=yes, quiet=quiet)
        outcomes = _run(plan, place, journal, move_labels=not keep_labels, quiet=quiet, no_color=no_color)
    _show(plan, outcomes, output)
    if any(outcome.failure for outcome in outcomes):
        raise typer.Exit(ExitCode.AWS)


@dataclass(frozen=True, slots=True)
class _Place:
    """What is worked on, and as whom."""

    connection: "Connection"
    path: str
    keys: "KeyLookup"


@contextmanager
def _journal(path: str, key: "TargetKey") -> "Iterator[Journal]":
    """The journal in the user's state folder, closed whatever happens; gone where nothing is left to do."""
    from platformdirs import user_state_path

    from secrets_cli.secrets.transfer.journal import journal_path, open_journal

    folder = user_state_path("secrets-cli") / "reencrypt"
    journal = open_journal(journal_path(folder, path, key.arn), path, key.arn)
    try:
        yield journal
    finally:
        journal.close()


def _planned(place: _Place, key: "TargetKey", journal: "Journal") -> "ReencryptionPlan":
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.secrets.transfer.reencryption import plan_reencryption
    from secrets_cli.secrets.transfer.reencryption_run import parameters_under

    described = parameters_under(ParameterStore(place.connection), place.path)
    return plan_reencryption(place.path, described, key, place.keys, journal.unfinished)


def _run(
    plan: "ReencryptionPlan", place: _Place, journal: "Journal", *, move_labels: bool, quiet: bool, no_color: bool
) -> "tuple[Outcome[Stale, Reencrypted], ...]":
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.cli.interruption import said_how_far
    from secrets_cli.cli.progress import counted
    from secrets_cli.secrets.transfer.reencryption_run import Reencrypter, reencrypt_all

    store = ParameterStore(place.connection)
    reencrypter = Reencrypter(store, plan.key, place.keys, journal, move_labels=move_labels)
    again = "run again: it goes on where it stopped"
    with said_how_far("written again", again), counted("writing", quiet=quiet, no_color=no_color) as progress:
        return reencrypt_all(reencrypter, store, plan, place.keys, progress)


def _show(
    plan: "ReencryptionPlan", outcomes: "Sequence[Outcome[Stale, Reencrypted]] | None", output: OutputFormat
) -> None:
    from secrets_cli.cli.terminal import write_json, write_text
    from secrets_cli.report.secret_reencrypt import plan_text, result_json, result_text

    if output is OutputFormat.JSON:
        write_json(result_json(plan, outcomes))
    else:
        write_text(plan_text(plan) if outcomes is None else result_text(plan, outcomes))
