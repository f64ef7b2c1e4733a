"""What came of several principals, in a few lines."""

from dataclasses import dataclass, field
from typing import assert_never

from rich.console import Group, RenderableType
from rich.text import Text

from secrets_cli.narrow.narrowing import Blocked, Narrowing, NarrowingResult
from secrets_cli.wording import how_many


@dataclass(slots=True)
class Tally:
    """A running count of results."""

    never_seen: tuple[str, ...]
    proven: int = 0
    before: int = 0
    """Actions granted now, of those that are proven."""
    after: int = 0
    not_proven: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)

    def add(self, result: NarrowingResult) -> None:
        """Count one result."""
        match result:
            case Blocked():
                self.blocked.append(result.principal)
            case Narrowing() if not result.proof.holds:
                self.not_proven.append(result.principal)
            case Narrowing():
                self.proven += 1
                self.before += result.summary.actions_before
                self.after += result.summary.actions_after
            case unreachable:
                assert_never(unreachable)


def several_report(tally: Tally) -> RenderableType:
    """How many were narrowed, and each that was not."""
    lines = [
        Text(),
        Text(
            f"{how_many(tally.proven, 'principal')} narrowed and proven: {tally.before:,} actions before,"
            f" {tally.after:,} after",
            style="bold",
        ),
        *(Text(f"NO  the proof fails: {arn}", style="red") for arn in tally.not_proven),
        *(Text(f"NO  blocked: {arn}", style="red") for arn in tally.blocked),
    ]
    if tally.never_seen:
        lines.append(Text(f"    {how_many(len(tally.never_seen), 'role')} of the account never seen in the logs:"))
        lines += [Text(f"      {arn}") for arn in tally.never_seen]
    return Group(*lines)
