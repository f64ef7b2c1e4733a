"""What rules know beside their subject."""

import datetime
from dataclasses import dataclass, field

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.known_requests import KnownToCatalog
from secrets_cli.gate.settings import Settings


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Given to every check."""

    catalog: Catalog
    today: datetime.date
    """UTC; conditions on dates and suppressions are judged by it."""
    settings: Settings = field(default_factory=Settings)

    @property
    def known(self) -> KnownToCatalog:
        """The requests that exist, as the containment decision asks for them."""
        return KnownToCatalog(self.catalog)
