"""Showing narrowings: one principal's, or several, as text, JSON or files; and the exit code they come to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.narrow_format import NarrowFormat
from secrets_cli.errors import ConfigurationError
from secrets_cli.json_value import JsonValue

if TYPE_CHECKING:
    from rich.console import RenderableType

    from secrets_cli.catalog.catalog import Catalog
    from secrets_cli.iam.model import Policy
    from secrets_cli.narrow.holdout import Holdout
    from secrets_cli.narrow.narrowing import Blocked, NarrowingResult, Proof
    from secrets_cli.narrow.split_by_function import Split
    from secrets_cli.report.narrowing_report import Reported
    from secrets_cli.usage.usage import Coverage

SEVERAL = "secrets-cli/narrowings/1"


@dataclass(frozen=True, slots=True)
class Output:
    """How results are to be shown, and what all of them rest on."""

    format: NarrowFormat
    out: Path | None
    quiet: bool
    no_color: bool
    coverage: "Coverage"
    catalog: "Catalog"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What came of one principal."""

    result: "NarrowingResult"
    split: "Split | None" = None
    holdout: "Holdout | Blocked | None" = None

    @property
    def code(self) -> ExitCode:
        """20 where a proof fails, of a part included; 21 where it is blocked or undecided; else 0."""
        from secrets_cli.narrow.narrowing import Blocked

        if isinstance(self.result, Blocked):
            return ExitCode.UNDECIDED
        parts = self.split.parts if self.split else ()
        return worst(_code_of(proof) for proof in (self.result.proof, *(part.narrowing.proof for part in parts)))


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """A proof that failed before what is undecided or blocked, before all is well."""
    found = set(codes)
    return next((code for code in (ExitCode.NOT_PROVEN, ExitCode.UNDECIDED) if code in found), ExitCode.OK)


def write_one(found: Narrowed, output: Output) -> ExitCode:
    """Show one principal's narrowing: its policy, or with a split the policies by function, on stdout."""
    from secrets_cli.cli.terminal import json_text, write_text

    document = _document(found, output)
    _show(found, document, output)
    policies = _policies(found)
    if output.out is not None:
        _write_files(output.out, found, document, output)
    elif output.format is NarrowFormat.TEXT and policies is not None:
        write_text(json_text(policies))
    return found.code


def write_several(found: Iterator[Narrowed], never_seen: Sequence[str], output: Output) -> ExitCode:
    """Show the narrowings of several principals, one after the other: each is dropped when it is shown."""
    from secrets_cli.cli.json_stream import JsonStream
    from secrets_cli.cli.terminal import console, json_text, write_text
    from secrets_cli.report.several_text import Tally, several_report

    stream = JsonStream({"schema": SEVERAL, "never_seen": list(never_seen)}, "narrowings")
    tally, codes, policies = Tally(never_seen=tuple(never_seen)), [ExitCode.OK], dict[str, JsonValue]()
    for one in found:
        codes.append(one.code)
        tally.add(one.result)
        document = _document(one, output)
        if output.format is NarrowFormat.JSON:
            stream.add(document)
        else:
            _report(one, output)
        if output.out is not None:
            _write_files(output.out / folder_of(one.result.principal), one, document, output)
        elif (own := _policies(one)) is not None:
            policies[one.result.principal] = own
    if output.format is NarrowFormat.JSON:
        stream.end()
    elif output.out is None:
        write_text(json_text(policies))
    if output.format is NarrowFormat.TEXT and not output.quiet:
        console(output.no_color, stderr=True).print(several_report(tally))
    return worst(codes)


def refuse_pages_of_several(format: NarrowFormat, out: Path | None, *, is_one: bool) -> None:
    """Raise ConfigurationError where a report of one principal is asked for of several, or of a split role, on stdout."""
    if not is_one and out is None and format in (NarrowFormat.MARKDOWN, NarrowFormat.HTML):
        raise ConfigurationError(
            f"`--format {format.value}` is a report of one policy",
            "give `--out FOLDER`: each principal and function gets a folder with its reports",
        )


def folder_of(principal: str) -> str:
    """The name of a principal's folder: `123456789012-role-orders-dev`. A name is unique in its account whatever its path."""
    fields = principal.split(":", 5)
    kind, _, name = fields[5].partition("/")
    return f"{fields[4]}-{kind}-{name.rpartition('/')[2]}"


def _show(found: Narrowed, document: dict[str, JsonValue], output: Output) -> None:
    """The whole report to stdout; as text to stderr."""
    from secrets_cli.cli.terminal import write_json, write_text

    match output.format:
        case NarrowFormat.JSON:
            write_json(document)
        case NarrowFormat.TEXT:
            _report(found, output)
        case NarrowFormat.MARKDOWN:
            from secrets_cli.report.narrowing_markdown import narrowing_markdown

            write_text(narrowing_markdown(_reported(found, output)).rstrip("\n"))
        case NarrowFormat.HTML:
            from secrets_cli.report.narrowing_html import narrowing_html

            write_text(narrowing_html(_reported(found, output)).rstrip("\n"))
        case unreachable:
            assert_never(unreachable)


def _reported(found: Narrowed, output: Output) -> "Reported":
    from secrets_cli.report.narrowing_report import Reported

    return Reported(found.result, output.coverage, output.catalog, found.holdout)


def _document(found: Narrowed, output: Output) -> dict[str, JsonValue]:
    from secrets_cli.report.narrowing_json import reported_json
    from secrets_cli.report.split_json import split_json

    document = reported_json(_reported(found, output))
    if found.split is not None:
        document |= split_json(found.split)
    return document


def _report(found: Narrowed, output: Output) -> None:
    """The report on stderr; with `--quiet` only where there is something wrong."""
    if output.quiet and found.code is ExitCode.OK:
        return
    from secrets_cli.cli.terminal import console
    from secrets_cli.report.holdout import holdout_report

    screen = console(output.no_color, stderr=True)
    screen.print(_narrowing_report(found, output.coverage))
    if found.holdout is not None:
        screen.print(holdout_report(found.holdout))


def _narrowing_report(found: Narrowed, coverage: "Coverage") -> "RenderableType":
    from rich.console import Group

    from secrets_cli.narrow.narrowing import Blocked
    from secrets_cli.report.narrowing_text import blocked_report, narrowing_report
    from secrets_cli.report.split_text import split_report

    if isinstance(found.result, Blocked):
        return blocked_report(found.result)
    report = narrowing_report(found.result, coverage)
    return Group(report, split_report(found.split, found.result)) if found.split else report


def _policies(found: Narrowed) -> JsonValue:
    """The policies that are proven: of the principal, or with a split by function; None where there is none."""
    from secrets_cli.narrow.narrowing import Blocked

    if isinstance(found.result, Blocked):
        return None
    if found.split is None:
        return _one_or_many(found.result.policies) if found.result.proof.holds else None
    proven = [part for part in found.split.parts if part.narrowing.proof.holds]
    return {part.name: _one_or_many(part.narrowing.policies) for part in proven} or None


def _one_or_many(policies: "Sequence[Policy]") -> JsonValue:
    from secrets_cli.iam.render import policy_document

    documents: list[JsonValue] = [policy_document(policy) for policy in policies]
    return documents[0] if len(documents) == 1 else documents


def _write_files(folder: Path, found: Narrowed, document: dict[str, JsonValue], output: Output) -> None:
    """The policy and its evidence, and with a split a folder for each function; only what is proven."""
    from secrets_cli.cli.narrowing_files import write_narrowing
    from secrets_cli.cli.terminal import hint
    from secrets_cli.narrow.narrowing import Blocked
    from secrets_cli.report.narrowing_report import Reported
    from secrets_cli.report.split_json import part_json

    if isinstance(found.result, Blocked):
        return
    paths: list[Path] = []
    if found.result.proof.holds:
        paths += write_narrowing(folder, found.result, _reported(found, output), document)
    for part in found.split.parts if found.split else ():
        if part.narrowing.proof.holds:
            reported = Reported(part.narrowing, output.coverage, output.catalog)
            paths += write_narrowing(folder / "functions" / part.name, part.narrowing, reported, part_json(part))
    for path in paths:
        hint(f"wrote {path}", output.quiet)


def _code_of(proof: "Proof") -> ExitCode:
    from secrets_cli.iam.contain import NotContained, Undecided

    if isinstance(proof.contained, NotContained) or proof.denied:
        return ExitCode.NOT_PROVEN
    return ExitCode.UNDECIDED if isinstance(proof.contained, Undecided) else ExitCode.OK
