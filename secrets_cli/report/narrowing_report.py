"""What a report of a narrowing is made of, whatever its format."""

from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.narrow.holdout import Holdout
from secrets_cli.narrow.narrowing import Blocked, NarrowingResult
from secrets_cli.usage.usage import Coverage


@dataclass(frozen=True, slots=True)
class Reported:
    """A result and what it rests on."""

    result: NarrowingResult
    coverage: Coverage
    catalog: Catalog
    holdout: Holdout | Blocked | None = None
    """How the narrowing would have fared on later days, where that was asked for."""
