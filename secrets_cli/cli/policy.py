"""`secrets-cli policy`: the policy engine by itself."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, BinaryIO

import typer

from secrets_cli import errors
from secrets_cli.cli.options import DebugOption, FormatOption, NoColorOption, OutputFormat, QuietOption
from secrets_cli.cli.terminal import warn

policy_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The policy engine by itself.")

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@policy_app.callback()
def group() -> None:
    """The policy engine by itself."""


@policy_app.command("evaluate")
def evaluate_command(
    cases: Annotated[str, typer.Argument(metavar="CASES.jsonl", help="One case a line; `-` reads standard input.")],
    _format: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """Say what IAM would answer to each request, and which statement decides.

    One answer a line, in JSON whatever the format: `{"id","decision","by"}`, or `{"id","error"}` for a malformed case
    (and exit 4 after all are answered).
    """
    with _lines(cases) as stream:
        asked, malformed = _answer(stream, quiet, flush=cases == "-")
    if not asked:
        raise errors.NothingToRead(f"`{cases}` holds no case", help="write one JSON object a line")
    if malformed:
        raise errors.MalformedInput(
            f"{malformed} of {asked} cases in `{cases}` are malformed", help="their answers say what is wrong"
        )


def _answer(stream: Iterator[bytes], quiet: bool, flush: bool) -> tuple[int, int]:
    """Answer line by line; the number of cases, and of malformed ones."""
    from secrets_cli.iam import case as cases
    from secrets_cli.iam.evaluate import evaluate

    asked = malformed = 0
    ignored: set[str] = set()
    for line in stream:
        asked += 1
        case = cases.read_case(line)
        if isinstance(case, cases.MalformedCase):
            malformed += 1
            answer = cases.malformed_line(case)
        else:
            answer = cases.decision_line(case.id, evaluate(case.request, case.policies))
            _warn_of(case.unknown_fields - ignored, ignored, quiet)
        sys.stdout.write(answer.decode() + "\n")
        if flush:
            sys.stdout.flush()
    return asked, malformed


def _warn_of(fields: frozenset[str], ignored: set[str], quiet: bool) -> None:
    ignored |= fields
    if not quiet:
        for field in sorted(fields):
            warn(f"cases have no field `{field}`: it is not read")


@contextmanager
def _lines(name: str) -> Iterator[Iterator[bytes]]:
    """The lines that are not blank."""
    if name == "-":
        yield _not_blank(sys.stdin.buffer)
        return
    try:
        stream = open(name, "rb")  # noqa: PTH123, SIM115 - closed below; errors while reading belong to the reader
    except OSError as error:
        raise errors.UnreadableSource(
            f"`{name}` cannot be opened: {(error.strerror or 'unknown reason').lower()}", help="check the path"
        ) from error
    with stream:
        yield _not_blank(stream)


def _not_blank(stream: BinaryIO) -> Iterator[bytes]:
    for number, line in enumerate(stream):
        text = line.removeprefix(_BYTE_ORDER_MARK) if number == 0 else line
        if text.strip():
            yield text
