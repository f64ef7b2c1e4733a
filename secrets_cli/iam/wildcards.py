"""Prefix wildcards in place of action lists, as far as the actions that are known tell.

A wildcard also matches actions that AWS will add later: whoever uses one must prove that this is allowed, or say it.
"""

from collections.abc import Callable, Collection, Sequence

_SHORTEST_PREFIX = 3
"""Characters of an action name before a `*`: a reader should see what is meant."""


def with_wildcards(
    actions: Sequence[str], matching: Callable[[str], Sequence[str]], also: Collection[str] = ()
) -> tuple[str, ...]:
    """The list with prefix wildcards that match, of the known actions, only members of the list or of `also`; sorted.

    A wildcard stands for two or more actions of the list. `matching` gives the known actions that a pattern matches;
    actions are spelled as it spells them.
    """
    left = set(actions)
    wanted = left.union(also)
    services = {action.partition(":")[0] for action in actions}
    known = {service: tuple(matching(f"{service}:*")) for service in services}
    result: list[str] = []
    for action in sorted(actions):
        if action not in left:
            continue
        pattern, matched = _widest_prefix(action, wanted, known[action.partition(":")[0]])
        covered = left.intersection(matched)
        if len(covered) > 1:
            result.append(pattern)
            left -= covered
        else:
            result.append(action)
            left.discard(action)
    return tuple(sorted(result))


def _widest_prefix(action: str, wanted: Collection[str], known: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The shortest prefix pattern that matches wanted actions alone, and what it matches."""
    service, _, name = action.partition(":")
    near = known
    for length in range(_SHORTEST_PREFIX, len(name) + 1):
        prefix = f"{service}:{name[:length]}"
        near = [one for one in near if one.lower().startswith(prefix.lower())]
        if near and all(one in wanted for one in near):
            return f"{prefix}*", near
    return "", ()
