"""Large documents are written as all others are, only faster."""

import pytest

from secrets_cli.cli.terminal import json_text, write_large_json
from secrets_cli.json_value import JsonValue


@pytest.mark.parametrize(
    "value",
    [
        '\x00\x1f\x7f\b\f\n\r\t"\\/é\u2028😀',
        "name\udc80.json",
        [[], {}, [[]], [{}], [1, [2, {"a": None}]]],
        [0, -1, 2**53, 2**63, True, False],
        "",
    ],
)
def test_the_text_is_the_same(value: JsonValue, capsys: pytest.CaptureFixture[str]) -> None:
    document: dict[str, JsonValue] = {"b": value, "a": {"é": value, "": []}}
    write_large_json(document)
    assert capsys.readouterr().out == f"{json_text(document)}\n"
