"""Prefix wildcards in place of action lists, as far as the actions that are known tell.

A wildcard also matches actions that AWS will add later: whoever uses one must prove that this is allowed, or say it.
"""

from collections.abc import Callable, Sequence

_SHORTEST_PREFIX = 3
"""Characters of an action name before a `*`: a reader should see what is meant."""


def with_wildcards(actions: Sequence[str], matching: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
    """The list with prefix wildcards that match, of the known actions, only members of the list; sorted.

    `matching` gives the known actions that a pattern matches; `actions` are spelled as it spells them.
    """
    left = set(actions)
    result: list[str] = []
    for action in sorted(actions):
        if action not in left:
            continue
        pattern = _widest_prefix(action, frozenset(actions), matching)
        covered = set(matching(pattern)) & left if pattern else set()
        if pattern and len(covered) > 1:
            result.append(pattern)
            left -= covered
        else:
            result.append(action)
            left.discard(action)
    return tuple(sorted(result))


def _widest_prefix(action: str, wanted: frozenset[str], matching: Callable[[str], Sequence[str]]) -> str:
    service, _, name = action.partition(":")
    for length in range(_SHORTEST_PREFIX, len(name) + 1):
        pattern = f"{service}:{name[:length]}*"
        known = matching(pattern)
        if known and wanted.issuperset(known):
            return pattern
    return ""
