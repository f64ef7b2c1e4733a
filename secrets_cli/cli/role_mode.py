"""The values of `--mode` of `role apply`, apart, so that help loads no policies."""

import enum


class PolicyMode(enum.Enum):
    """What the narrowed policy becomes."""

    INLINE = "inline"
    MANAGED = "managed"
