"""How two patterns stand to each other, symbol by symbol.

Both answers err to one side only. `covers` never says yes wrongly: the second pattern's wildcards are matched by the
first one's wildcards alone, so `a*` covers `a?b*`, and an inclusion that needs a case distinction (`?*` and `*?`) may be
missed. `overlaps` is exact. Policy variables (`${...}`) are plain text here.
"""

from functools import lru_cache


def covers(wide: str, narrow: str) -> bool:
    """Whether every text that matches `narrow` certainly matches `wide` (both with `*` and `?`)."""
    if wide == "*" or wide == narrow:
        return True
    reachable = _after_stars({0}, wide)
    for symbol in narrow:
        reachable = _after_stars({i for state in reachable for i in _step(wide, state, symbol)}, wide)
        if not reachable:
            return False
    return len(wide) in reachable


def _step(wide: str, state: int, symbol: str) -> tuple[int, ...]:
    if state == len(wide):
        return ()
    own = wide[state]
    if own == "*":
        return (state,)
    if symbol == "*":
        return ()
    return (state + 1,) if own in ("?", symbol) else ()


def _after_stars(states: set[int], pattern: str) -> set[int]:
    found = set(states)
    for state in states:
        i = state
        while i < len(pattern) and pattern[i] == "*":
            i += 1
            found.add(i)
    return found


@lru_cache(maxsize=65536)
def overlaps(one: str, other: str) -> bool:
    """Whether some text matches both patterns."""
    states = {(0, 0)}
    seen: set[tuple[int, int]] = set()
    while states:
        i, j = states.pop()
        if (i, j) in seen:
            continue
        seen.add((i, j))
        if i == len(one) and j == len(other):
            return True
        states.update(_joint_steps(one, other, i, j))
    return False


def _joint_steps(one: str, other: str, i: int, j: int) -> set[tuple[int, int]]:
    a = one[i] if i < len(one) else ""
    b = other[j] if j < len(other) else ""
    steps: set[tuple[int, int]] = set()
    if a == "*":
        steps.add((i + 1, j))
        if b:
            steps.add((i, j + 1))
    if b == "*":
        steps.add((i, j + 1))
        if a:
            steps.add((i + 1, j))
    if a and b and a != "*" and b != "*" and (a == b or "?" in (a, b)):
        steps.add((i + 1, j + 1))
    return steps
