"""JSON or YAML, whichever the text is."""

import pytest

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.json_text import JsonObject
from secrets_cli.inputs.document_text import read_document


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"a": "b"}', "f"),
        ('\ufeff {"a": "b"}', "f"),
        ('{\n\t"a": "b"}', "f.yml"),
        ("a: b", "f.json"),
        ("{a: b}", "f.yaml"),
    ],
)
def test_the_text_decides(text: str, name: str) -> None:
    root = read_document(text, name).root
    assert isinstance(root, JsonObject)
    assert [member.key.value for member in root.members] == ["a"]


def test_limits_hold_for_both() -> None:
    with pytest.raises(TooLarge):
        read_document("[" * 100, "f.yml")
    with pytest.raises(TooLarge):
        read_document("- " * 100, "f.yml")


@pytest.mark.parametrize(("text", "help"), [("{ // x\n}", "JSON has no comments"), ("{a: b}", "correct the JSON")])
def test_help_says_what_to_do(text: str, help: str) -> None:
    with pytest.raises(MalformedInput, match=r"^f\.json:1:\d+: ") as caught:
        read_document(text, "f.json")
    assert caught.value.help.startswith(help)
