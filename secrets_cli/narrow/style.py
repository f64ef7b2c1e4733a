"""How a narrowed policy writes its actions."""

from enum import Enum


class Style(Enum):
    """The values are what `--style` takes. Both are proven in the same way."""

    READABLE = "readable"
    """Each action by its name."""
    COMPACT = "compact"
    """A prefix wildcard where it matches no other known action and the present policies cover all that it can ever match."""
