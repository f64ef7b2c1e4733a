"""Whatever a value holds, it comes back from every format, by our readers and by those that others use."""

import json
import subprocess
from pathlib import Path

import hcl2
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from secrets_cli.errors import MalformedInput
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.file_format import FileFormat, InputFormat
from secrets_cli.secrets.environment.formats import Exported, rendered
from secrets_cli.secrets.environment.read_file import read_entries

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ODD = st.text(st.sampled_from("'\"\\$`!#{}()%&;~ \t\r\n=abé€😀\x85\u2028\x7f\x01"), max_size=12)
VALUES = st.lists(ODD | TEXT, min_size=1, max_size=8)


def text_of(values: list[str], format: FileFormat) -> str:
    entries = [Exported(f"V{place}", f"/p/V{place}", SecretValue(value)) for place, value in enumerate(values)]
    return rendered(entries, format).reveal()


@pytest.mark.parametrize("format", InputFormat)
@given(VALUES)
@example(
    ["'", "\\'", "it's", "a'b\\'c", '"', "\\", "\\n", "$x", "${x}", "", " ", "\n", "\r\n", "#", "a #b", "-", "~", "!"]
)
def test_our_reader_gives_back_what_was_written(format: InputFormat, values: list[str]) -> None:
    text = text_of(values, FileFormat(format.value))
    read = read_entries(text, "f", format)
    assert [entry.value.reveal() for entry in read] == values
    assert [entry.name for entry in read] == [f"V{place}" for place in range(len(values))]


@pytest.mark.parametrize("format", [FileFormat.DOTENV, FileFormat.SHELL])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=VALUES)
@example(
    values=[
        "'",
        "\\'",
        "it's",
        "a'b\\'c",
        '"',
        "\\",
        "\\n",
        "$x",
        "`x`",
        "",
        " ",
        "\n",
        "\r\n",
        "#",
        "~",
        "!",
        "\x81\x88é",
    ]
)
def test_a_posix_shell_reads_what_was_written(tmp_path: Path, format: FileFormat, values: list[str]) -> None:
    (tmp_path / "f").write_bytes(text_of(values, format).encode())
    ran = subprocess.run(
        ["/bin/sh", "-c", "set -a; . ./f; exec env -0"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        timeout=20,
        check=True,
    )
    assert ran.stderr == b""
    got = dict(line.split(b"=", 1) for line in ran.stdout.split(b"\0") if line)
    assert [got[f"V{place}".encode()].decode() for place in range(len(values))] == values


@given(VALUES)
@example(["yes", "012", "null", "1e3", "~", "0o7", "2001-01-01", "a: b", "- x", "x" * 5000])
def test_others_read_our_yaml_and_json(values: list[str]) -> None:
    assert list(yaml.safe_load(text_of(values, FileFormat.YAML)).values()) == values
    assert list(json.loads(text_of(values, FileFormat.JSON)).values()) == values


_TFVARS = {"\\n": "\n", "\\r": "\r", "\\t": "\t", '\\"': '"', "\\\\": "\\", "$${": "${", "%%{": "%{"}


def from_hcl(text: str) -> str:
    """The text of an HCL string literal, by the escapes of HCL's specification."""
    found, rest = "", text
    while rest:
        escape = next((e for e in _TFVARS if rest.startswith(e)), "")
        if escape:
            found, rest = found + _TFVARS[escape], rest[len(escape) :]
        elif rest.startswith("\\u"):
            found, rest = found + chr(int(rest[2:6], 16)), rest[6:]
        else:
            found, rest = found + rest[0], rest[1:]
    return found


@given(VALUES)
@example(["${x}", "$${x}", "%{if}", "a\\b", '"', "\n", "$", "{", "%%", "\x00"[:0]])
def test_tfvars_are_literal_strings(values: list[str]) -> None:
    lines = text_of(values, FileFormat.TFVARS).removesuffix("\n").split("\n")
    assert [from_hcl(line.partition(" = ")[2][1:-1]) for line in lines] == values


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.sampled_from("ab'\\\"$é=# "), min_size=1, max_size=8), min_size=1, max_size=4))
def test_an_hcl_parser_takes_our_tfvars(values: list[str]) -> None:
    assert len(hcl2.loads(text_of(values, FileFormat.TFVARS))) >= len(values)


@given(st.text(st.sampled_from("ABé='\"\\$`# \t\n;&(){}export\r"), max_size=60), st.booleans())
def test_any_text_is_read_or_refused(text: str, dotenv: bool) -> None:
    try:
        entries = read_entries(text, "f", InputFormat.DOTENV if dotenv else InputFormat.SHELL)
    except MalformedInput as error:
        refused = error.message
    else:
        refused = "`f:"
        assert all(entry.name and entry.where.line >= 1 for entry in entries)
    assert "`f:" in refused


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("B'\"\\$`#~ \t\n{}!?*x"), max_size=14))
def test_what_is_read_as_shell_is_what_a_shell_reads(tmp_path: Path, text: str) -> None:
    """Not only what we write: any line that we take without refusing it."""
    source = f"V={text}"
    try:
        entries = read_entries(source, "f", InputFormat.SHELL)
    except MalformedInput:
        return
    (tmp_path / "f").write_bytes(source.encode())
    ran = subprocess.run(
        ["/bin/sh", "-c", "set -a; . ./f; exec env -0"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        timeout=20,
        check=True,
    )
    got = dict(line.split(b"=", 1) for line in ran.stdout.split(b"\0") if line)
    assert got[b"V"].decode() == entries[0].value.reveal()
