"""Whether a selector takes a sort of record for certain, and in which words it does not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.catalog.events.sources import prefix_of
from secrets_cli.usage.selectors import Category, Selection, Texts

_SHOWN = 4
"""Patterns named in a reason before the rest is counted."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A sort of record that a use can leave."""

    name: str
    """`eventName`; `*`: any."""
    is_read: bool
    """`readOnly`."""
    prefix: str
    """IAM prefix of its event source."""
    caller: str
    """Pattern of `userIdentity.arn`."""
    arn: str = "*"
    """Pattern of `resources.ARN`, which only selectors of data events ask about."""


def takes(selection: Selection, trace: Trace) -> bool:
    """Whether every record of the sort is certainly taken by the selection, whose category and type are right."""
    return next(_refusals(selection, trace), None) is None


def may_take(selection: Selection, trace: Trace) -> bool:
    """Whether some record of the sort may be taken."""
    return (
        (selection.reads if trace.is_read else selection.writes)
        and _source_passes(selection.sources, trace.prefix)
        and selection.names.hold_for_some(trace.name)
        and selection.arns.hold_for_some(trace.arn)
        and selection.callers.hold_for_some(trace.caller)
    )


def why_not(candidates: Sequence[Selection], type_: str, trace: Trace) -> str:
    """Why no candidate, all of the right category and of `type_`, certainly takes the record: what the nearest ones say."""
    what = f"{type_} data events" if type_ else "management events"
    if not candidates:
        return f"the selectors log no {what}"
    refusals = [tuple(_refusals(selection, trace)) for selection in candidates]
    fewest = min(len(found) for found in refusals)
    nearest = [found for found in refusals if len(found) == fewest]
    words: dict[str, dict[str, None]] = {}
    for found in nearest:
        for refusal in found:
            words.setdefault(refusal.says, {}).update(dict.fromkeys(refusal.names))
    return f"{what} are logged " + ", and ".join(f"{says}{_listed(tuple(names))}" for says, names in words.items())


@dataclass(frozen=True, slots=True)
class _Refusal:
    says: str
    names: tuple[str, ...] = ()


def _refusals(selection: Selection, trace: Trace) -> Iterator[_Refusal]:
    if not (selection.reads if trace.is_read else selection.writes):
        yield _Refusal("only where they are " + ("writes" if trace.is_read else "reads"))
    if not _source_passes(selection.sources, trace.prefix):
        yield _unless("from", selection.sources)
    if not selection.names.hold_for_all(trace.name):
        yield _unless("named", selection.names)
    if selection.category is Category.DATA and not selection.arns.hold_for_all(trace.arn):
        yield _unless("on", selection.arns)
    if not selection.callers.hold_for_all(trace.caller):
        yield _unless("of callers", selection.callers)
    if selection.beyond:
        yield _Refusal("only under conditions on", selection.beyond)


def _unless(relation: str, texts: Texts) -> _Refusal:
    if texts.selecting:
        return _Refusal(f"only {relation}", texts.selecting)
    return _Refusal(f"except {relation}", texts.leaving_out)


def _source_passes(sources: Texts, prefix: str) -> bool:
    """Sources are compared by the service they stand for, as several can stand for one."""
    if sources.starts_with or sources.ends_with or sources.not_starts_with or sources.not_ends_with:
        return False
    is_selected = not sources.equals or prefix in {prefix_of(source) for source in sources.equals}
    return is_selected and prefix not in {prefix_of(source) for source in sources.not_equals}


def _listed(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f" {', '.join(names[:_SHOWN])}{more}"
