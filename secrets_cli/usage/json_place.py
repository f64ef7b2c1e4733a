"""A JSON document that AWS printed, read field by field, each error with the place of what is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from secrets_cli.errors import MalformedInput
from secrets_cli.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class JsonPlace:
    """A value of a document, and where it stands. Null reads as absent. Every method raises MalformedInput."""

    file: str
    """What the reader knows the document by."""
    expected: str
    """The errors' help: which document is wanted."""
    value: JsonValue
    path: str = ""
    """Such as `EventSelectors[0].DataResources`; empty for the whole document."""

    def object(self) -> Mapping[str, JsonValue]:
        """The value, which must be an object."""
        if not isinstance(self.value, dict):
            raise self.error("is not a JSON object")
        return self.value

    def at(self, field: str) -> "JsonPlace":
        """A field of the object; its value is None where it is absent."""
        path = f"{self.path}.{field}" if self.path else field
        return JsonPlace(self.file, self.expected, self.object().get(field), path)

    def items(self, field: str) -> tuple["JsonPlace", ...]:
        """The elements of a list in a field; none where the field is absent."""
        found = self.at(field)
        if found.value is None:
            return ()
        if not isinstance(found.value, list):
            raise found.error("is not a list")
        return tuple(
            JsonPlace(self.file, self.expected, value, f"{found.path}[{n}]") for n, value in enumerate(found.value)
        )

    def text(self, field: str) -> str:
        """The text in a field, empty where it is absent."""
        found = self.at(field)
        return "" if found.value is None else found.as_text()

    def texts(self, field: str) -> tuple[str, ...]:
        """The list of texts in a field, empty where it is absent."""
        return tuple(item.as_text() for item in self.items(field))

    def flag(self, field: str, *, otherwise: bool) -> bool:
        """True or false in a field, `otherwise` where it is absent."""
        found = self.at(field)
        if found.value is None:
            return otherwise
        if not isinstance(found.value, bool):
            raise found.error("is neither true nor false")
        return found.value

    def as_text(self) -> str:
        """The value, which must be a text, without control characters: AWS's names have none, and it will be shown."""
        if not isinstance(self.value, str):
            raise self.error("is no text")
        if not self.value.isprintable():
            raise self.error("holds a character that cannot be shown")
        return self.value

    def error(self, what: str) -> MalformedInput:
        """The error that the value is not what it should be."""
        place = f"`{self.file}`: `{self.path}`" if self.path else f"`{self.file}`"
        return MalformedInput(f"{place} {what}", self.expected)


def read_document(text: str, file: str, expected: str) -> JsonPlace:
    """The document in a text. Raises MalformedInput where it is no JSON object."""
    try:
        place = JsonPlace(file, expected, json.loads(text))
    except (ValueError, RecursionError) as error:
        where = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedInput(f"`{file}{where}` is not JSON", expected) from None
    place.object()
    return place
