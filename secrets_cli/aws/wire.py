"""One call as it went over the wire, and its answer: what the recognising, decoding and signing of calls read."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request, as the client sent it."""

    method: str
    path: str
    """Percent-encoded, without the query: `/bucket/a%20key`."""
    query: str
    """After the `?`, as sent; empty where there is none."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes | None
    """None where it was not kept (an object's content, or too large)."""

    @property
    def host(self) -> str:
        """The name that is called, without the port."""
        name, _, port = self.headers.get("host", "").rpartition(":")
        return name if name and port.isdigit() else self.headers.get("host", "")

    @property
    def query_pairs(self) -> list[tuple[str, str]]:
        """The query, decoded; a name without a value has the empty text."""
        return parse_qsl(self.query, keep_blank_values=True)

    def repr_of_body(self) -> str:
        """Its size; never its text."""
        return "none" if self.body is None else f"{len(self.body)} bytes"

    def __repr__(self) -> str:
        return f"WireRequest({self.method} {self.path}, body: {self.repr_of_body()})"


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes | None
    """None where it was not kept (streamed, or too large)."""

    def __repr__(self) -> str:
        return f"WireAnswer({self.status})"
