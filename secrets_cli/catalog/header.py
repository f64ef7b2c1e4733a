"""Where the catalog's facts come from: printed by every report that rests on them."""

from dataclasses import dataclass

from secrets_cli.json_value import JsonValue

FORMAT = 1
"""Version of the data file's layout that this code reads."""


@dataclass(frozen=True, slots=True)
class Source:
    """One package that facts were taken from."""

    name: str
    version: str
    date: str
    """Day of the release, `YYYY-MM-DD`."""
    licence: str
    """SPDX identifier; the notices are in NOTICE."""
    sha256: str
    """Of the package archive (for botocore: of the model files read, one after the other)."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the data file says about itself."""

    version: str
    """The day up to which actions are known, `YYYY-MM-DD`: that of the newest source of actions."""
    sha256: str
    """Of the content: for each member but the header, in name order, its name, a NUL, its bytes and a NUL."""
    sources: tuple[Source, ...]
    services: int
    actions: int
    resource_types: int

    @property
    def label(self) -> str:
        """One line for a report: version and sources."""
        sources = ", ".join(f"{source.name} {source.version}" for source in self.sources)
        return f"{self.version} ({sources})"

    def document(self) -> dict[str, JsonValue]:
        """The `catalog` object of a JSON result."""
        return {
            "version": self.version,
            "sha256": self.sha256,
            "sources": [
                {
                    "name": source.name,
                    "version": source.version,
                    "date": source.date,
                    "licence": source.licence,
                    "sha256": source.sha256,
                }
                for source in self.sources
            ],
        }
