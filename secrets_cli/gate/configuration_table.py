"""A table of a configuration file, read value by value: each of the type that is asked for, or refused with its place."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.json_text import JsonArray, JsonDocument, JsonNode, JsonNumber, JsonObject, JsonString
from secrets_cli.iam.location import Location

_LEAST_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    node: JsonObject
    document: JsonDocument
    name: str
    """As messages name it."""

    @classmethod
    def root(cls, document: JsonDocument) -> "Table":
        """The whole file."""
        root = document.root
        assert isinstance(root, JsonObject)  # a TOML document is a table
        return cls(root, document, "the file")

    def names(self) -> tuple[str, ...]:
        """The names in it."""
        return tuple(member.key.value for member in self.node.members)

    def location(self) -> Location:
        """Where it stands."""
        return self.document.places.at(self.node.offset)

    def wrong(self, what: str, help: str, key: str | None = None) -> ConfigurationError:
        """What is wrong with the table, or with one key of it."""
        member = next((one for one in self.node.members if one.key.value == key), None)
        place = self.document.places.at(self.node.offset if member is None else member.key.offset)
        inside = f"`{self.name}`: " if member is None else ""
        return ConfigurationError(f"{place}: {inside}{what}", help)

    def refuse_others(self, known: Collection[str], word: str = "setting") -> None:
        """Raise ConfigurationError for a name that is not known."""
        for key in self.names():
            if key not in known:
                near = difflib.get_close_matches(key, sorted(known), 1, 0.5)
                listed = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(known))}"
                if not near and len(known) > 20:
                    listed = "`secrets-cli gate rules` lists them"
                raise self.wrong(f"there is no {word} `{key[:60]}`", listed, key)

    def text(self, key: str) -> str | None:
        """A text that is not empty; None where it is not set."""
        node = self.node.get(key)
        if node is None:
            return None
        if not isinstance(node, JsonString) or not node.value.strip():
            raise self.wrong(f"`{key}` is a text", f'write `{key} = "..."`', key)
        return node.value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or a single one; empty where it is not set."""
        node = self.node.get(key)
        if node is None:
            return ()
        items: Sequence[JsonNode] = node.items if isinstance(node, JsonArray) else (node,)
        found = tuple(item.value for item in items if isinstance(item, JsonString) and item.value)
        if len(found) != len(items):
            raise self.wrong(f"`{key}` is a list of texts", f'write `{key} = ["..."]`', key)
        return found

    def choice(self, key: str, values: Sequence[str]) -> str | None:
        """One of the values; None where it is not set."""
        text = self.text(key)
        if text is not None and text not in values:
            raise self.wrong(f"`{key}` is `{text[:40]}`", f"choose from {', '.join(values)}", key)
        return text

    def whole_number(self, key: str) -> int | None:
        """A number from 1 on; None where it is not set."""
        node = self.node.get(key)
        if node is None:
            return None
        if not isinstance(node, JsonNumber) or not node.text.isdecimal() or int(node.text) == 0:
            raise self.wrong(f"`{key}` is a number from 1 on", f"write `{key} = 90`", key)
        return int(node.text)

    def reason(self, key: str) -> str:
        """A text that says why; required."""
        text = self.text(key)
        if text is None or sum(map(str.isalpha, text)) < _LEAST_LETTERS or len(text.split()) < 2:
            what = f"`{key}` needs a reason" if key != "reason" else "a `reason` is needed"
            raise self.wrong(what, "say why in a few words", key)
        return text.strip()

    def table(self, key: str) -> "Table | None":
        """A table in it; None where it is not there."""
        node = self.node.get(key)
        if node is None:
            return None
        if not isinstance(node, JsonObject):
            raise self.wrong(f"`{key}` is a table", f"write `[{key}]`", key)
        return Table(node, self.document, key)

    def tables(self, key: str) -> tuple["Table", ...]:
        """An array of tables; empty where it is not there."""
        node = self.node.get(key)
        if node is None:
            return ()
        items = node.items if isinstance(node, JsonArray) else ()
        found = tuple(Table(item, self.document, key) for item in items if isinstance(item, JsonObject))
        if not found or len(found) != len(items):
            raise self.wrong(f"`{key}` is an array of tables", f"write `[[...{key}]]` once for each", key)
        return found
