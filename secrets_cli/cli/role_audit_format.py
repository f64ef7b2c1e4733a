"""How `role audit` writes its result; apart, so that help loads no report."""

import enum


class AuditFormat(enum.Enum):
    """What goes to stdout."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
