"""How `role narrow` writes its result."""

import enum


class NarrowFormat(enum.Enum):
    """What goes to stdout."""

    TEXT = "text"
    """The policy; the report goes to stderr."""
    JSON = "json"
    MARKDOWN = "markdown"
    """The report, for a pull request."""
    HTML = "html"
    """The report, for a browser: one page that needs nothing else."""
