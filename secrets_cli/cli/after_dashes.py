"""Commands whose words after the first `--` are another command's, options and all."""

from typing import Any, ClassVar, Final

import typer
from typer.core import TyperCommand

_AFTER_DASHES: Final = "secrets_cli.after_dashes"


class CommandAfterDashes(TyperCommand):
    """Such a command."""

    pieces: ClassVar[tuple[str, ...]] = ("--", "CMD", "[ARGS]...")
    """What the usage line shows of the other command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the words after `--` aside, in the context, and parse the rest."""
        place = args.index("--") if "--" in args else len(args)
        ctx.meta[_AFTER_DASHES] = tuple(args[place + 1 :])
        return super().parse_args(ctx, args[:place])

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What the usage line shows: the other command too."""
        return [*super().collect_usage_pieces(ctx), *self.pieces]


class MaybeCommandAfterDashes(CommandAfterDashes):
    """One that may also be run without another command."""

    pieces = ("[-- CMD [ARGS]...]",)


def words_after_dashes(ctx: typer.Context) -> tuple[str, ...]:
    """The other command; empty where none was given."""
    found: tuple[str, ...] = ctx.meta[_AFTER_DASHES]
    return found
