"""ARNs made up from patterns: one concrete resource that a policy's pattern and a kind's shape both match."""

from secrets_cli.iam.pattern import matches

CALLER = "caller"
"""The name of the user that makes the witnesses' requests."""
ACCOUNT = "111122223333"
"""Stands in for an account that a policy leaves open."""

_FIELDS = 6
_WORD = "x"
_FILLED = {"${aws:username}": CALLER}


def specimen(pattern: str, example: str, shape: str) -> str | None:
    """A concrete resource that matches `pattern` and `shape`, as near to `example` as the pattern allows.

    None where the two have nothing in common, and where a policy variable other than the caller's name keeps it open.
    Some patterns whose wildcards run across the colons of an ARN are given up too: the answer is never wrong, it may miss.
    """
    for variable, value in _FILLED.items():
        pattern = pattern.replace(variable, value)
    if "${" in pattern:
        return None
    if matches(pattern, example):
        return example
    made = ":".join(
        _field(own, known)
        for own, known in zip(pattern.split(":", _FIELDS - 1), example.split(":", _FIELDS - 1), strict=False)
    )
    return made if matches(pattern, made) and matches(shape, made) else None


def _field(pattern: str, example: str) -> str:
    """The example's text where the pattern allows it, else the pattern's with its wildcards filled."""
    if matches(pattern, example):
        return example
    kind, slash, _ = example.partition("/")
    if slash and pattern.startswith("*") and not pattern.startswith(f"*{kind}/"):
        pattern = f"{kind}/{pattern}"
    return pattern.replace("*", _WORD).replace("?", _WORD)


def names_many(pattern: str) -> bool:
    """Whether the name in an ARN pattern, what follows its fifth colon, has a wildcard."""
    name = pattern.split(":", _FIELDS - 1)[-1]
    return "*" in name or "?" in name
