"""One command on several profiles and regions: every target is tried, and what failed is told at the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import typer

from secrets_cli.cli.exit_codes import exit_code_of
from secrets_cli.errors import SecretsCliError

if TYPE_CHECKING:
    from secrets_cli.aws.target import Connection, Target

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What one target gave."""

    target: "Target"
    region: str
    result: T


@dataclass(frozen=True, slots=True)
class Failed:
    """A target that failed."""

    target: "Target"
    error: SecretsCliError


@dataclass(frozen=True, slots=True)
class Answers(Generic[T]):
    """What all targets gave, in their order."""

    given: tuple[Answer[T], ...]
    failed: tuple[Failed, ...] = ()
    was_interrupted: bool = False

    def end(self) -> None:
        """Tell the failures on stderr and exit by the first; nothing where there are none."""
        for failure in self.failed:
            typer.echo(f"error: {failure.target}: {failure.error.message}", err=True)
            if failure.error.help:
                typer.echo(f"help: {failure.error.help}", err=True)
        if self.was_interrupted:
            raise KeyboardInterrupt
        if self.failed:
            raise typer.Exit(exit_code_of(self.failed[0].error))


def each_target(targets: "Sequence[Target]", call: "Callable[[Connection], T]") -> Answers[T]:
    """Call once for each target, one after the other.

    With a single target its error is raised as it is. With several every error of ours is kept, and Ctrl-C ends the round
    but not the report of what was done: a target that was under way is kept as neither.
    """
    from secrets_cli.aws.target import Connection

    given: list[Answer[T]] = []
    failed: list[Failed] = []
    for target in targets:
        try:
            connection = Connection(target)
            given.append(Answer(target, connection.region, call(connection)))
        except SecretsCliError as error:
            if len(targets) == 1:
                raise
            failed.append(Failed(target, error))
        except KeyboardInterrupt:
            if not given and not failed:
                raise
            return Answers(tuple(given), tuple(failed), was_interrupted=True)
    return Answers(tuple(given), tuple(failed))
