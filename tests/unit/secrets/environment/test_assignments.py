"""dotenv and shell lines: one reading, or refused with the place and without the value."""

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.secrets.environment.assignments import read_assignments


def dotenv(text: str) -> dict[str, str]:
    return {entry.name: entry.value.reveal() for entry in read_assignments(text, "f", dotenv=True)}


def shell(text: str) -> dict[str, str]:
    return {entry.name: entry.value.reveal() for entry in read_assignments(text, "f", dotenv=False)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A=b", "b"),
        ("export A=b", "b"),
        ("A = b", "b"),
        ("A=", ""),
        ("A= # none", ""),
        ("A=b # note", "b"),
        ("A=b#c", "b#c"),
        ("A=two words  ", "two words"),
        ("A=https://h/?a=1&b=2;c", "https://h/?a=1&b=2;c"),
        ("A='it'\\''s'", "it's"),
        ('A="it\'s"', "it's"),
        ('A="a\\nb\\tc\\\\n\\"d\\$e"', 'a\nb\tc\\n"d$e'),
        ('A="C:\\dir"', "C:\\dir"),
        ("A='a\nb' # end", "a\nb"),
        ("A=5$", "5$"),
        ("A=a$ b", "a$ b"),
        ("A=b\r", "b"),
    ],
)
def test_dotenv_as_people_write_it(line: str, expected: str) -> None:
    assert dotenv(line) == {"A": expected}
    assert dotenv(f"# before\n\n{line}\nZ=z\n") == {"A": expected, "Z": "z"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A=b # note", "b"),
        ("A=a\\ b", "a b"),
        ('A="a\\nb"', "a\\nb"),
        ('A="a\\\nb"', "ab"),
        ("A=a\"b c\"'d'", "ab cd"),
        ("A=a~b", "a~b"),
    ],
)
def test_shell_as_a_shell_reads_it(line: str, expected: str) -> None:
    assert shell(f"{line}\nZ=z\n") == {"A": expected, "Z": "z"}


@pytest.mark.parametrize(
    "line",
    [
        "A=$x",
        "A=${x}",
        "A=$(x)",
        "A=`x`",
        'A="$x"',
        'A="`x`"',
        "A='x",
        'A="x',
        "A=it's",
        "A='x' y",
        "A b",
        "9=x",
        "=x",
        "A=a\\b",
        "A=$'x'",
        "export A",
        "A-=-'",
        "hunter2",
    ],
)
def test_dotenv_lines_without_one_reading_are_refused(line: str) -> None:
    with pytest.raises(MalformedInput, match=r"`f:2:\d+`: "):
        dotenv(f"OK=1\n{line}")


@pytest.mark.parametrize(
    "line",
    [
        "A=a b",
        "A= b",
        "A =b",
        "A=a;b",
        "A=a&b",
        "A=a|b",
        "A=<x",
        "A=(x)",
        "A=~",
        "A=a:~/b",
        "A=\\",
        "A.b=c",
        "set -a",
        "A=$x",
        'A=$"x"',
        ". ./other",
    ],
)
def test_shell_lines_that_are_commands_are_refused(line: str) -> None:
    with pytest.raises(MalformedInput, match=r"`f:2:\d+`: "):
        shell(f"OK=1\n{line}\n")


def test_all_bad_lines_are_told_with_line_and_column_and_no_value() -> None:
    with pytest.raises(MalformedInput) as refused:
        dotenv("A=cnry1$x\nB=ok\n  cnry2\nC='cnry3' cnry4\nD=\"cnry5\n")
    message = refused.value.message
    assert "cnry" not in message
    assert [place for place in ("`f:1:8`", "`f:3:3`", "`f:4:10`", "`f:5:3`") if place in message] == [
        "`f:1:8`",
        "`f:3:3`",
        "`f:4:10`",
        "`f:5:3`",
    ]


def test_more_than_twenty_are_counted() -> None:
    with pytest.raises(MalformedInput, match=r"; and 5 more$"):
        dotenv("?\n" * 25)


def test_a_repeated_name_is_kept_with_its_place() -> None:
    entries = read_assignments("A=1\n\n  export A=2\n", "f", dotenv=True)
    assert [str(entry.where) for entry in entries] == ["f:1:1", "f:3:10"]
