"""A command that takes paths, and verbs in the place of the first path: `gate PATH..` and `gate rules`."""

from typing import Any

from typer.core import TyperGroup


class PathsOrVerb(TyperGroup):
    """A group whose own options and paths hold unless its first word is one of its verbs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse as a group where the first word is a verb, else as a command: paths and options in any order."""
        args = [_FIXES.get(one, one) for one in args]
        ctx.allow_interspersed_args = not self._is_verb(args)
        ctx.meta[_VERB] = self._is_verb(args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters; the paths are none of them where a verb stands."""
        found: list[Any] = super().get_params(ctx)
        if not ctx.meta.get(_VERB):
            return found
        return [one for one in found if one.param_type_name != "argument"]

    def _is_verb(self, args: list[str]) -> bool:
        return bool(args) and args[0] in self.commands


_FIXES = {"--fix=safe": "--fix", "--fix=unsafe": "--fix-unsafe"}
"""An option with or without a value would take the path behind it for its value: so these are two options."""
_VERB = "secrets_cli.cli.gate_group.verb"
