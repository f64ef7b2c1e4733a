"""docs/event-mapping.md is what the table says."""

from scripts.build_event_mapping_doc import TARGET, render


def test_the_page_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), "run `python -m scripts.build_event_mapping_doc`"
