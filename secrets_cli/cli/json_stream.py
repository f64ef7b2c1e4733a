"""A JSON document with one long list, written item by item: memory does not grow with the list."""

import sys
import textwrap
from collections.abc import Mapping

from secrets_cli.cli.terminal import json_text
from secrets_cli.json_value import JsonValue


class JsonStream:
    """Writes `{head.., "key": [item, ..]}` to stdout, indented as all documents are; nothing before the first item or the
    end, so that an error before them leaves stdout empty."""

    def __init__(self, head: Mapping[str, JsonValue], key: str) -> None:
        self._head = head
        self._key = key
        self._items = 0

    def add(self, item: Mapping[str, JsonValue]) -> None:
        """Write one item of the list."""
        self._begin()
        sys.stdout.write(",\n" if self._items else "\n")
        sys.stdout.write(textwrap.indent(json_text(item), "    "))
        self._items += 1

    def end(self) -> None:
        """Close the list and the document."""
        self._begin()
        sys.stdout.write("\n  ]\n}\n" if self._items else "]\n}\n")

    def _begin(self) -> None:
        if self._items:
            return
        text = json_text({**self._head, self._key: []})
        sys.stdout.write(text.removesuffix("]\n}"))
