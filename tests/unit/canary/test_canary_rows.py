"""The canary matrix has a row for every command that meets a secret, and finds the marker in every form."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
import typer

from secrets_cli.cli.app import app
from tests.canary.cells import ROWS
from tests.canary.marker import MARKER, leaks_in


def test_every_command_of_the_secret_groups_has_a_row() -> None:
    groups = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has commands
    wanted = {
        f"{group} {command}"
        for group in ("secret", "key", "lambda")
        if group in groups
        for command in _leaves(groups[group])
    }
    assert wanted <= {row.command for row in ROWS}


def _leaves(command: object, path: str = "") -> list[str]:
    inner = getattr(command, "commands", {})
    if not inner:
        return [path.strip()]
    return [leaf for name, child in inner.items() for leaf in _leaves(child, f"{path} {name}")]


@pytest.mark.parametrize(
    "text",
    [
        MARKER,
        json.dumps({"x": MARKER}),
        quote(MARKER),
        quote_plus(MARKER),
        repr(MARKER),
        base64.b64encode(MARKER.encode()).decode(),
        base64.b64encode(b"a" + MARKER.encode()).decode(),
        base64.b64encode(b"ab" + MARKER.encode() + b"cde").decode(),
        MARKER.encode().hex(),
    ],
)
def test_the_marker_is_found_in_every_encoding(text: str) -> None:
    assert leaks_in(f"before {text} after".encode())


def test_other_text_holds_no_marker() -> None:
    assert leaks_in(b"parameter /canary/a of arn:aws:ssm:us-east-1:000000000000:parameter/canary/a") == ()
