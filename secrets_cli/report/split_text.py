"""A split narrowing for people: each function's policy with its proof, and what they are together."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from secrets_cli.iam.contain import NotContained
from secrets_cli.narrow.narrowing import Containment, Narrowing
from secrets_cli.narrow.split_by_function import Part, Split, Union, UnionVerdict
from secrets_cli.report.narrowing_text import denied_lines, proof_lines, statement_lines
from secrets_cli.wording import how_many

_MANY = 8
"""Names of sessions before the rest is only counted."""


def split_report(split: Split, whole: Narrowing) -> RenderableType:
    """All parts, then the comparison with the unsplit policy and what could not be attributed."""
    return Group(
        Text(),
        Text(f"Split into {how_many(len(split.parts), 'policy').replace('policys', 'policies')}", style="bold"),
        *(line for part in split.parts for line in _part(part, whole)),
        Text(),
        _union_line(split.union),
        *(Text(f"!   {note}", style="yellow") for note in split.notes),
    )


def _part(part: Part, whole: Narrowing) -> Iterator[RenderableType]:
    result = part.narrowing
    title = f"function {part.name}" if part.is_function else f"{part.name} (no function's)"
    yield Text()
    yield Text(
        f"{title}: {result.summary.actions_after:,} of the role's {how_many(whole.summary.actions_after, 'action')}",
        style="bold",
    )
    if not part.is_function:
        yield Text(f"    sessions: {_listed(part.sessions)}")
    yield from _indented(proof_lines(result.proof))
    yield from _indented(statement_lines(result))
    yield from _indented(denied_lines(result))


def _indented(lines: Iterable[RenderableType]) -> Iterator[RenderableType]:
    return (Padding(line, (0, 0, 0, 4), expand=False) for line in lines)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name or "(without a name)" for name in names[:_MANY])
    rest = len(names) - _MANY
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _union_line(union: Union) -> Text:
    if union.only_where_no_request_is_known:
        return Text(
            "ok  the policies together grant what the unsplit policy grants on every request that AWS is known to make"
            " (proven); they differ where none is known",
            style="green",
        )
    match union.verdict:
        case UnionVerdict.EQUAL:
            return Text(
                "ok  the policies together grant exactly what the unsplit policy grants (proven)", style="green"
            )
        case UnionVerdict.NARROWER:
            return _difference("less than", f"not {_witness(union.no_less)}")
        case UnionVerdict.WIDER:
            return _difference("more than", _witness(union.no_more))
        case UnionVerdict.DIFFERENT:
            more, less = _witness(union.no_more), _witness(union.no_less)
            return _difference("something else than", f"{more}, and not {less}")
        case UnionVerdict.UNDECIDED:
            return Text(
                "!   whether the policies together grant what the unsplit policy grants is undecided", style="yellow"
            )
        case unreachable:
            assert_never(unreachable)


def _difference(than: str, example: str) -> Text:
    return Text(f"!   the policies together grant {than} the unsplit policy: {example}", style="yellow")


def _witness(verdict: Containment) -> str:
    assert isinstance(verdict, NotContained), "there is a difference"
    return f"{verdict.witness.action} on {verdict.witness.resource}"
