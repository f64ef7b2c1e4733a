"""A narrowing for a person at a terminal: what it saw, before and after, the proof, the evidence, what stays open."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from secrets_cli.narrow.narrowing import (
    Blocked,
    Gap,
    GeneralizedResource,
    InvisibleAction,
    Narrowing,
    NeverGranted,
    Proof,
    Summary,
)
from secrets_cli.narrow.unseen import off_summary
from secrets_cli.report.narrowing_words import (
    GAPS_HELP,
    asked_for_words,
    coverage_sentence,
    gap_state,
    proof_sentences,
    seen_words,
)
from secrets_cli.report.visibility_lines import last_accessed_lines, off_lines, sight_line
from secrets_cli.usage.usage import Coverage
from secrets_cli.wording import how_many

_MANY = 8
"""Items of a list before the rest is only counted."""


def narrowing_report(result: Narrowing, coverage: Coverage) -> RenderableType:
    """The whole report, to be printed to stderr beside the policy on stdout."""
    return Group(
        Text(f"Narrowing of {result.principal}", style="bold"),
        *off_lines(result.sight),
        Text(coverage_sentence(coverage)),
        *sight_line(result.sight),
        Text(),
        before_after(result.summary),
        Text(),
        *proof_lines(result.proof),
        *_invisible_lines(result.invisible),
        *last_accessed_lines(result),
        Text(),
        *statement_lines(result),
        *_removed_lines(result),
        *_never_lines(result),
        *denied_lines(result),
        *_gap_lines(result.gaps),
        *(Text(f"! {warning}", style="yellow") for warning in result.warnings if warning != off_summary(result.sight)),
    )


def blocked_report(result: Blocked) -> RenderableType:
    """What stands in the way, with the option that accepts each gap."""
    advice = (Text(f"help: {result.help}"),) if result.help else ()
    return Group(Text(f"Not narrowed: {result.reason}", style="bold red"), *advice, *_gap_lines(result.gaps))


def before_after(summary: Summary) -> Table:
    """Known actions by access level, before and after."""
    table = Table(title="Actions granted", title_justify="left", box=None, pad_edge=False, padding=(0, 2))
    table.add_column("access level")
    table.add_column("before", justify="right")
    table.add_column("after", justify="right")
    for level in summary.by_access_level:
        table.add_row(level.level, f"{level.before:,}", f"{level.after:,}")
    table.add_row("all", f"{summary.actions_before:,}", f"{summary.actions_after:,}", style="bold")
    return table


def proof_lines(proof: Proof) -> tuple[Text, ...]:
    """One line for each direction of the proof, and one for each request that fails."""
    return (
        *(_mark(is_good, words) for is_good, words in proof_sentences(proof)),
        *(Text(f"    {d.action} on {d.resource}: {d.reason}", style="red") for d in proof.denied),
    )


def statement_lines(result: Narrowing) -> Iterable[RenderableType]:
    """Each statement with the evidence behind it, its notes below it."""
    yield Text("Why each statement is there", style="italic")
    longest = max((len(statement.sid) for statement in result.statements), default=0)
    for statement in result.statements:
        yield Text(f"  {statement.sid:<{longest}}  {seen_words(statement)}")
        for note in (*statement.evidence.notes, *map(cost_words, statement.generalized)):
            yield Padding(Text(note, style="dim"), (0, 0, 0, 6), expand=False)


def cost_words(one: GeneralizedResource) -> str:
    """What a generalised resource admits beyond what was seen."""
    where = f"`{one.resource}` in the condition on {one.condition_key}" if one.condition_key else f"`{one.resource}`"
    types = f" ({', '.join(one.resource_types)})" if len(one.resource_types) > 1 else ""
    text = f"{where} admits {one.admits}{types}"
    if one.requests_on_seen == one.requests_seen:
        return text
    return (
        f"{text}; of the {one.requests_on_seen:,} requests that {how_many(len(one.actions), 'action')} can make on the"
        f" {one.seen:,} seen, {one.requests_seen:,} were made"
    )


def _mark(is_good: bool, text: str) -> Text:
    return Text(f"{'ok ' if is_good else 'NO '} {text}", style="green" if is_good else "bold red")


def _invisible_lines(invisible: Sequence[InvisibleAction]) -> Iterable[Text]:
    kept = [item for item in invisible if item.kept]
    dropped = [item for item in invisible if not item.kept]
    if kept:
        yield Text(
            f"!   {len(kept):,} actions could not be seen in these logs and are kept as they are: {_services(kept)}. "
            "They stay open until the logs can show them; --drop-invisible SERVICE|all takes them away.",
            style="yellow",
        )
    if dropped:
        yield Text(
            f"!   {len(dropped):,} actions could not be seen in these logs and were dropped as asked: "
            f"{_services(dropped)}. If the role uses one of them, it will be denied.",
            style="yellow",
        )


def _services(items: Iterable[InvisibleAction]) -> str:
    return _counted(Counter(item.action.partition(":")[0] for item in items))


def _removed_lines(result: Narrowing) -> Iterable[Text]:
    if result.removed:
        services = Counter(item.action.partition(":")[0] for item in result.removed)
        yield Text()
        yield Text(f"Removed {len(result.removed):,} actions: {_counted(services)}")


def _never_lines(result: Narrowing) -> Iterable[Text]:
    by_word: dict[str, list[NeverGranted]] = {}
    for taken in result.never:
        by_word.setdefault(taken.because, []).append(taken)
    if by_word:
        yield Text()
        yield Text(f"Not granted, by your word ({len(result.never):,}):")
    for because, items in sorted(by_word.items(), key=lambda word: -sum(taken.events for taken in word[1])):
        yield Text(f"    {because}", style="yellow")
        actions = Counter({taken.action: 0 for taken in items})
        for taken in items:
            actions[taken.action] += taken.events
        for action, calls in actions.most_common(_MANY):
            resources = [taken.resource for taken in items if taken.action == action]
            where = resources[0] if len(resources) == 1 else f"{len(resources):,} resources"
            yield Text(f"        {action} on {where}{f', called {calls:,}x: will be denied' if calls else ''}")
        if len(actions) > _MANY:
            yield Text(f"        and {len(actions) - _MANY:,} more actions")


def denied_lines(result: Narrowing) -> Iterable[Text]:
    """What AWS refused, the most often asked for first."""
    if result.asked_for:
        yield Text()
        events = sum(one.events for one in result.asked_for)
        yield Text(f"Asked for, denied by AWS, and not granted ({how_many(events, 'event')}):")
        for one in result.asked_for[:_MANY]:
            yield Text(f"    {one.action} on {one.resource} ({one.events:,}x): {asked_for_words(one)}")
        if len(result.asked_for) > _MANY:
            yield Text(f"    and {len(result.asked_for) - _MANY:,} more")


def _gap_lines(gaps: Sequence[Gap]) -> Iterable[Text]:
    for gap in gaps:
        state = gap_state(gap)
        yield Text(f"gap ({state}): {gap.name}: {gap.reason}", style="red" if state == "blocks" else "")
    if any(gap.blocks and not gap.accepted for gap in gaps):
        yield Text(f"help: {GAPS_HELP.replace('`', '')}")


def _counted(counts: Counter[str]) -> str:
    shown = [f"{name} {count:,}" for name, count in counts.most_common(_MANY)]
    rest = len(counts) - _MANY
    return ", ".join(shown) + (f" and {rest:,} more services" if rest > 0 else "")
