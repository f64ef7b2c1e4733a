"""JSON and YAML: a flat mapping of strings, or refused with places and without values."""

import pytest

from secrets_cli.errors import ConfigurationError, MalformedInput
from secrets_cli.secrets.environment.file_format import InputFormat
from secrets_cli.secrets.environment.read_file import format_of
from secrets_cli.secrets.environment.structured import read_json_entries, read_yaml_entries


def test_json_members_with_their_places() -> None:
    entries = read_json_entries('{\n  "db/url": "x\\n\\ud83d\\ude00",\n  "B": ""\n}', "f")
    assert [(entry.name, entry.value.reveal(), str(entry.where)) for entry in entries] == [
        ("db/url", "x\n😀", "f:2:3"),
        ("B", "", "f:3:3"),
    ]


def test_yaml_entries_with_their_places() -> None:
    entries = read_yaml_entries("# c\nA: plain\n'b/c': |\n  two\n  lines\nD: \"no\"\n", "f")
    assert [(entry.name, entry.value.reveal(), str(entry.where)) for entry in entries] == [
        ("A", "plain", "f:2:1"),
        ("b/c", "two\nlines\n", "f:3:1"),
        ("D", "no", "f:6:1"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"A": cnry}', "f:1:7"),
        ('{"A": "cnry', "f:1:7"),
        ('{"A": "cn\nry"}', "f:1:10"),
        ('{"A": "cnry"} cnry', "f:1:15"),
        ('{"A": "\\qcnry"}', "f:1:8"),
        ("", "f:1:1"),
        ('["cnry"]', "f:1:1"),
        ('"cnry"', "f:1:1"),
        ('{"A": 1,\n "B": null, "C": {"x": "cnry"}, "D": ["cnry"], "E": true}', "f:1:2"),
        ('{"A": "cnry",\n "A": "cnry"}', "f:2:2"),
        ('{"A": "\\ud800cnry"}', "f:1:7"),
        ('{"A": NaN}', "f:1:7"),
    ],
)
def test_json_that_is_not_so_is_refused(text: str, place: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        read_json_entries(text, "f")
    assert place in refused.value.message
    assert "cnry" not in refused.value.message + refused.value.help


def test_json_nested_without_end_is_refused() -> None:
    with pytest.raises(MalformedInput):
        read_json_entries('{"a":' * 200_000, "f")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A: *cnry\n", "f:1:4"),
        ("A: 'cnry\n", "f:2:1"),
        ("A: b\n cnry: @cnry\n", "f:2:6"),
        ("A: cn\x00ry\n", "f:1:6"),
        ("- cnry\n", "f:1:1"),
        ("cnry\n", "f:1:1"),
        ("", "f:1:1"),
        ("A: 12\nB: yes\nC: 2001-01-01\nD: {x: cnry}\nE: !!binary cnry\nF:\n", "f:6:1"),
        ("1: cnry\n", "f:1:1"),
        ("A: cnry\n--- \nB: cnry\n", "f:2:1"),
        ("%cnry\nA: x\n", "f:2:1"),
    ],
)
def test_yaml_that_is_not_so_is_refused(text: str, place: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        read_yaml_entries(text, "f")
    assert place in refused.value.message
    assert "cnry" not in refused.value.message + refused.value.help


def test_yaml_nested_without_end_is_refused() -> None:
    with pytest.raises(MalformedInput):
        read_yaml_entries("[" * 100_000, "f")


def test_all_values_that_are_no_strings_are_told() -> None:
    for read, text in ((read_json_entries, '{"A": 1, "B": "x", "C": null}'), (read_yaml_entries, "A: 1\nB: x\nC:\n")):
        with pytest.raises(MalformedInput) as refused:
            read(text, "f")
        assert "`A`" in refused.value.message
        assert "`B`" not in refused.value.message
        assert "`C`" in refused.value.message


@pytest.mark.parametrize(
    ("name", "format"),
    [
        (".env", InputFormat.DOTENV),
        ("x/.env.production", InputFormat.DOTENV),
        ("prod.env", InputFormat.DOTENV),
        ("a.JSON", InputFormat.JSON),
        ("a.yml", InputFormat.YAML),
        ("a.sh", InputFormat.SHELL),
    ],
)
def test_the_name_tells_the_format(name: str, format: InputFormat) -> None:
    assert format_of(name) is format


@pytest.mark.parametrize("name", ["-", "secrets", "secrets.txt"])
def test_or_it_is_asked_for(name: str) -> None:
    with pytest.raises(ConfigurationError):
        format_of(name)
