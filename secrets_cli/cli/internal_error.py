"""What may be shown of an exception nobody expected: where it was, never what it says.

Its message is left out even of the stack that `--debug` shows: it may quote a value (`int("hunter2")` does).
"""

import traceback
from pathlib import PurePath

_PACKAGE = "secrets_cli"


def describe(error: BaseException) -> str:
    """The exception's type and the innermost line of ours that it passed: `KeyError at secrets_cli/iam/arn.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _PACKAGE in PurePath(frame.filename).parts]
    for frame in (ours or frames)[-1:]:
        return f"{type(error).__name__} at {_short(frame.filename)}:{frame.lineno}"
    return type(error).__name__


def stack_without_values(error: BaseException) -> str:
    """The stack of the exception and of what caused it, each ended by its type alone."""
    stacks: list[str] = []
    current: BaseException | None = error
    while current is not None and len(stacks) < 10:
        frames = "".join(traceback.format_tb(current.__traceback__))
        stacks.append(f"Traceback (most recent call last):\n{frames}{type(current).__qualname__}\n")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\ncaused the following:\n\n".join(reversed(stacks))


def _short(filename: str) -> str:
    """The path from the package's folder on; of another's file the last two parts."""
    parts = PurePath(filename).parts
    if _PACKAGE in parts:
        last = len(parts) - 1 - parts[::-1].index(_PACKAGE)
        return "/".join(parts[last:])
    return "/".join(parts[-2:])
