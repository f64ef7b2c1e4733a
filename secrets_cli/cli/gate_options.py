"""Options that `gate` and `gate baseline` share."""

from typing import Annotated

import typer

ConfigOption = Annotated[
    str | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration, in place of the nearest `.secrets-cli.toml` or `pyproject.toml`.",
    ),
]
NoConfigOption = Annotated[bool, typer.Option("--no-config", help="Read no configuration.")]
NoSuppressionsOption = Annotated[
    bool, typer.Option("--no-suppressions", help="Pass over all suppressions: show what they hide.")
]
