"""What a CloudTrail event says about permissions: `meaning_of(call, catalog)`.

The table is in `rows/`, one module for each group of services; the identity rule's ARN builder is in `scope`.
"""

from secrets_cli.catalog.events.denied import is_denial
from secrets_cli.catalog.events.mapping import meaning_of

__all__ = ["is_denial", "meaning_of"]
