"""The program, whose groups of commands are imported when they are first asked for."""

from functools import cached_property
from typing import Any

import typer
from typer.models import TyperInfo


class Program(typer.Typer):
    """The whole program; making it imports no group. Its groups are those of `secrets_cli.cli.groups`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        del self.registered_groups  # what is below takes its place

    @cached_property
    def registered_groups(self) -> list[TyperInfo]:  # type: ignore[override]  # a list in typer too, made at once there
        """The groups, imported now."""
        from secrets_cli.cli.groups import GROUPS

        holder = typer.Typer()
        for name, group in GROUPS:
            holder.add_typer(group, name=name)
        return holder.registered_groups
