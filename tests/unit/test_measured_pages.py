"""docs/speed.md and docs/scale.md say what the saved measurements say."""

import pytest

from scripts.build_scale_doc import DOCS, Rate, example, made_parts, with_made


@pytest.mark.parametrize("page", ["speed.md", "scale.md"])
def test_pages_are_as_made(page: str) -> None:
    text = (DOCS / page).read_text()
    assert text.count("<!-- made: ") == text.count("<!-- end -->") > 0
    assert with_made(text, made_parts()) == text


def test_an_example_is_its_arithmetic() -> None:
    lines = list(example(Rate("local", 10.0, 50_000_000, 1)))
    assert "- rate: 50,000,000 bytes / 10.00 s = 5,000,000 bytes a second" in lines
    assert "- time: 100,000,000,000 / 5,000,000 = 20,000 s = 6 h" in lines
    assert "- money: 5.56 hours x 1 x $0.0408 = $0.23" in lines
