"""Frames: where the caret stands, what is cut, what is escaped."""

import pytest

from secrets_cli.report.code_frame import FramedFile
from secrets_cli.report.printable import columns


def framed(text: str, line: int, column: int, width: int = 60, context: bool = True, secret: int = 0) -> list[str]:
    file = FramedFile(text, frozenset({secret} if secret else ()))
    return [f"{one.number or ' '}|{one.text}" for one in file.frame(line, column, width, context)]


def test_a_line_its_neighbours_and_a_caret() -> None:
    text = "- Effect: Allow\n  Action: 's3:*'\n  Resource: '*'\n"
    assert framed(text, 2, 11) == ["1|- Effect: Allow", "2|  Action: 's3:*'", " |          ^", "3|  Resource: '*'"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_line_ends_a_line(end: str) -> None:
    text = end.join(("Effect: Allow", "Action: '*'", "Resource: '*'"))
    assert framed(text, 3, 1) == ["2|Action: '*'", "3|Resource: '*'", " |^"]


def test_tabs_fill_up_and_the_caret_follows() -> None:
    assert framed('\t"Action":\t"*"\n', 1, 12) == ['1|    "Action":   "*"', " |" + " " * 16 + "^"]


def test_wide_and_combining_characters_move_the_caret_by_what_they_take() -> None:
    text = 'Sid: "中文e\u0301\U0001f600", Action: "*"\n'
    column = text.index('"*"') + 1
    shown = framed(text, 1, column)
    before = shown[0][2:].partition('"*"')[0]
    assert len(shown[1]) - 3 == columns(before) == 4 + len('Sid: "e", Action: ') - 0 + 2


def test_control_characters_are_written_out() -> None:
    shown = framed('Sid: "\x1b[31m\x00\u202e", Action: "*"', 1, 1)
    assert shown[0] == '1|Sid: "\\x1b[31m\\x00\\u202e", Action: "*"'


def test_a_byte_order_mark_is_no_column() -> None:
    assert framed("\ufeffAction: '*'", 1, 9) == ["1|Action: '*'", " |        ^"]


@pytest.mark.parametrize("column", [1, 500, 5_000, 9_999])
def test_of_a_long_line_the_place_is_shown(column: int) -> None:
    line = '{"Statement":[' + ",".join('{"Action":"s3:Get*","Resource":"*"}' for _ in range(300)) + "]}"
    shown = framed(line, 1, column, 60)
    code, caret = (one.partition("|")[2] for one in shown)
    assert columns(code) <= 60
    assert code[len(caret) - 1] == line[column - 1]
    assert code.endswith("…") is (column < 9_960 or not line.endswith(code[-5:]))


def test_a_minified_file_shows_no_value_but_those_of_policies() -> None:
    secret = '"Environment":{"Variables":{"DB_PASSWORD":"hunter2","B":"hunter3"}}'
    line = '{"Action":"s3:*",' + secret + ',"Resource":"*"}'
    for column in range(1, len(line) + 1):
        assert "hunter" not in "".join(framed(line, 1, column, 50))


def test_a_caret_in_a_hidden_value_stands_at_its_mask() -> None:
    assert framed("  PW: hunter2", 1, 10) == ["1|  PW: ********", " |      ^"]


def test_neighbours_with_something_to_hide_are_left_out() -> None:
    text = "PASSWORD: hunter2\nAction: '*'\n# hunter2\n"
    assert framed(text, 2, 9) == ["2|Action: '*'", " |        ^"]


def test_blank_neighbours_are_left_out() -> None:
    assert framed("\nAction: '*'\n   \n", 2, 9) == ["2|Action: '*'", " |        ^"]


def test_a_line_known_to_hold_a_secret_is_hidden_whatever_its_key() -> None:
    text = "Sid: hunter2\nAction: '*'"
    assert framed(text, 2, 9, secret=1) == ["2|Action: '*'", " |        ^"]
    assert framed(text, 1, 6, context=False, secret=1) == ["1|Sid: ********", " |     ^"]


@pytest.mark.parametrize(("line", "column"), [(0, 1), (3, 1), (1, 0), (1, 99)])
def test_a_place_that_is_not_there_has_no_frame(line: int, column: int) -> None:
    assert framed("Action: '*'\nx", line, column) == []


def test_the_end_of_a_line_is_a_place() -> None:
    assert framed("Action:", 1, 8) == ["1|Action:", " |       ^"]


def test_the_lines_of_a_value_that_goes_on_are_hidden_with_it() -> None:
    text = "CONFIG: |\n  Action: hunter2\n\n  Action: hunter2\nAction: '*'\n"
    assert framed(text, 2, 3) == ["2|********", " |^"]
    assert framed(text, 4, 3) == ["4|********", " |^", "5|Action: '*'"]
    heredoc = "config = <<-EOF\n  Action: hunter2\n  EOF\nactions = []\n"
    assert framed(heredoc, 2, 3) == ["2|********", " |^"]


def test_a_policy_in_a_value_that_goes_on_is_shown() -> None:
    text = 'PolicyDocument: |\n  {\n    "Action": "*"\n  }\n'
    assert framed(text, 3, 5)[1] == '3|    "Action": "*"'
    assert framed('policy = <<EOF\n{"Action": "*"}\nEOF\n', 2, 2)[1] == '2|{"Action": "*"}'
