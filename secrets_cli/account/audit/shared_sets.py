"""Sets of actions that are the same for very many roles, kept once.

A set of a few hundred actions takes some 30 KB, and thousands of roles grant, use or leave unused the very same ones.
"""

from functools import lru_cache

_DISTINCT = 65_536


@lru_cache(maxsize=_DISTINCT)
def shared(actions: frozenset[str]) -> frozenset[str]:
    """The first set of those equal to this one."""
    return actions
