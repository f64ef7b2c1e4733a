"""Large documents are written as all others are, only faster."""

import pytest

from secrets_cli.cli import terminal
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
@pytest.mark.parametrize("items", [0, 1, 2, 3, 5])
def test_the_text_is_the_same(
    value: JsonValue, items: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_TOGETHER", 2)
    document: dict[str, JsonValue] = {"b": value, "long": [], "a": {"é": value, "": [], "long": []}}
    listed: list[dict[str, JsonValue]] = [{"n": number, "value": value, "long": []} for number in range(items)]
    write_large_json(document, "long", iter(listed))
    assert capsys.readouterr().out == f"{json_text({**document, 'long': listed})}\n"
