"""`secrets-cli policy contains`: whether new policies grant nothing that old ones do not."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.options import DebugOption, FormatOption, NoColorOption, OutputFormat, QuietOption
from secrets_cli.cli.terminal import warn, write_json, write_text
from secrets_cli.json_value import JsonValue

if TYPE_CHECKING:
    from secrets_cli.iam.contain import Containment, NotContained
    from secrets_cli.iam.contain_known import KnownRequests
    from secrets_cli.iam.model import Policy
    from secrets_cli.iam.request import Request

_SCHEMA = "secrets-cli/containment/1"


def contains_command(
    old: Annotated[list[Path], typer.Option("--old", help="A policy of the old side; give all of them. Repeatable.")],
    new: Annotated[list[Path], typer.Option("--new", help="A policy of the new side; give all of them. Repeatable.")],
    format_: FormatOption = OutputFormat.TEXT,
    quiet: QuietOption = False,
    _no_color: NoColorOption = False,
    _debug: DebugOption = False,
) -> None:
    """Say whether the new policies grant nothing that the old do not, with a request that shows it where they do.

    Exit 0: contained, proven for all actions, resources and contexts. Exit 20: not contained. Exit 21: undecided.
    """
    from secrets_cli.catalog.known_requests import KnownToCatalog
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.reading import policies_in
    from secrets_cli.iam.contain import contains

    before, after = policies_in(old), policies_in(new)
    known = KnownToCatalog(load_catalog())
    if not quiet:
        _warn_of_unknown((*before, *after), known)
    answer = contains(before, after, known)
    document, code = _rendered(answer, before, after)
    if format_ is OutputFormat.JSON:
        write_json(document)
    else:
        write_text(_text(document))
    raise typer.Exit(code)


def _warn_of_unknown(policies: Sequence["Policy"], known: "KnownRequests") -> None:
    """A warning for each action pattern that matches nothing in the catalog."""
    patterns = dict.fromkeys(
        pattern for policy in policies for statement in policy.statements for pattern in statement.action.values
    )
    for pattern in patterns:
        if not known.matching(pattern):
            warn(f"the catalog knows no action `{pattern}`")


def _rendered(
    answer: "Containment", old: Sequence["Policy"], new: Sequence["Policy"]
) -> tuple[Mapping[str, JsonValue], ExitCode]:
    """The answer as JSON, and its exit code."""
    from secrets_cli.iam.contain import Contained, NotContained, Undecided

    match answer:
        case Contained():
            return _document("contained"), ExitCode.OK
        case NotContained():
            reason = _why(answer, old, new)
            return (
                _document("not-contained", answer.difference.value, _witness(answer.witness), reason),
                ExitCode.NOT_PROVEN,
            )
        case Undecided(reason):
            return _document("undecided", reason=reason), ExitCode.UNDECIDED
    assert_never(answer)


def _document(
    verdict: str, difference: str | None = None, witness: JsonValue = None, reason: str | None = None
) -> Mapping[str, JsonValue]:
    return {"schema": _SCHEMA, "verdict": verdict, "class": difference, "witness": witness, "reason": reason}


def _witness(request: "Request") -> JsonValue:
    context: dict[str, JsonValue] = {
        key: value if isinstance(value, str) else list(value) for key, value in request.context.items()
    }
    return {"action": request.action, "resource": request.resource, "context": context}


def _why(answer: "NotContained", old: Sequence["Policy"], new: Sequence["Policy"]) -> str:
    """Which statement allows the witness, and what the old policies say to it."""
    from secrets_cli.iam.decision import FailedElement, Verdict
    from secrets_cli.iam.evaluate import evaluate
    from secrets_cli.iam.request import PolicySet

    allowed = evaluate(answer.witness, PolicySet(identity=tuple(new))).by
    refused = evaluate(answer.witness, PolicySet(identity=tuple(old)))
    name = f"statement `{allowed.sid}`" if allowed.sid else "the statement"
    reason = f"{name} at {allowed.location} allows it"
    if refused.verdict is Verdict.EXPLICITLY_DENIED:
        return f"{reason}; the old policies deny it at {refused.by.location}"
    if refused.by.failed and refused.by.failed.element is FailedElement.RESOURCE:
        return f"{reason}; the old policies allow the action, but on other resources (at {refused.by.location})"
    if refused.by.failed and refused.by.failed.element is FailedElement.CONDITION:
        return f"{reason}; the old policies allow it under other conditions only (at {refused.by.location})"
    return f"{reason}; no old policy allows the action"


def _text(document: Mapping[str, JsonValue]) -> str:
    """The answer for a reader."""
    lines = [str(document["verdict"])]
    if document["class"]:
        lines[0] += f" ({document['class']})"
    witness = document["witness"]
    if isinstance(witness, Mapping):
        lines.append(f"  action    {witness['action']}")
        lines.append(f"  resource  {witness['resource']}")
        context = witness["context"]
        assert isinstance(context, Mapping)
        lines += [f"  context   {key} = {_value_text(value)}" for key, value in context.items()]
    if document["reason"]:
        lines.append(f"  because   {document['reason']}")
    return "\n".join(lines)


def _value_text(value: JsonValue) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(f"`{one}`" for one in value) + "]"
    return f"`{value}`"
