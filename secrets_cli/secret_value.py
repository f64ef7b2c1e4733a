"""A secret's text, held so that nothing shows it by accident.

`repr`, `str`, `format` and so every log line, traceback with locals, f-string and `json.dumps(default=str)` give the same
mask, whatever the length. Pickling is refused, as a pickle is a copy on its way elsewhere. The text comes out by
`reveal()` alone, and `reveal()` is called in two places only: inside the call that hands the value to AWS or to a child
process, and where the user asked to see it.

A `str` cannot be wiped from memory in Python, nor kept from being copied: what is promised is that it is not shown.
"""

import hmac
from typing import NoReturn, final

MASK = "********"
"""What is shown in a value's place: of fixed length, so that it tells nothing of the value's."""


@final
class SecretValue:
    """One secret value; immutable. Equal values compare equal, in a time that does not depend on where they differ."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_text", text)

    def reveal(self) -> str:
        """The text itself. Call it inside the expression that uses it: a local variable would be shown by a debugger."""
        text: str = object.__getattribute__(self, "_text")
        return text

    @property
    def size(self) -> int:
        """Bytes of the value in UTF-8, which is what the limits of Parameter Store count."""
        return len(self.reveal().encode("utf-8", "surrogatepass"))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret value cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret value cannot be changed")

    def __repr__(self) -> str:
        return f"SecretValue({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretValue):
            return NotImplemented
        mine, theirs = (value.reveal().encode("utf-8", "surrogatepass") for value in (self, other))
        return hmac.compare_digest(mine, theirs)

    __hash__ = None  # type: ignore[assignment]  # a hash kept in a set or printed would tell equal values apart

    def __copy__(self) -> "SecretValue":
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "SecretValue":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret value is not pickled")
