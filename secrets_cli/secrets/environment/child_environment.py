"""The environment of the command that `secret exec` becomes.

Decides which variables of our own environment it keeps, which the parameters add, and whether the system takes the whole.
Variables whose name begins with `AWS_` stay behind unless asked for: they are the credentials that read the secrets, and
the command was given the secrets so that it needs no such right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.environment.collect import Variable

_PRISTINE: Final = frozenset({"PATH", "HOME", "TERM", "LANG", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL"})
_PRISTINE_BEGINNING: Final = "LC_"
_CREDENTIALS_BEGINNING: Final = "AWS_"

_POINTER: Final = 8
"""Bytes that each string costs beside its characters: execve(2) counts the pointers too."""
_LONGEST: Final = 131_072
"""Bytes of one `NAME=value` with its end: MAX_ARG_STRLEN of Linux (execve(2)), 32 pages of 4,096 bytes."""


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What of our own environment the command keeps."""

    pristine: bool = False
    """Only what programs need to run at all (`PATH`, `HOME`, `TERM`, ...)."""
    keep_aws: bool = False
    """Also variables that begin with `AWS_`."""
    keep: frozenset[str] = frozenset()
    """Also these, by name."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """Our own environment, parted."""

    kept: Mapping[str, str]
    left_aws: tuple[str, ...]
    """The variables of the AWS SDK that stay behind, by name; empty for a pristine environment, which says so itself."""


def inherit(environment: Mapping[str, str], rules: Inheritance) -> Inherited:
    """Part our own environment into what the command keeps and what stays behind."""
    kept = {name: value for name, value in environment.items() if _is_kept(name, rules)}
    left = sorted(name for name in environment if name.startswith(_CREDENTIALS_BEGINNING) and name not in kept)
    return Inherited(kept, () if rules.pristine else tuple(left))


def _is_kept(name: str, rules: Inheritance) -> bool:
    if name in rules.keep:
        return True
    if name.startswith(_CREDENTIALS_BEGINNING):
        return rules.keep_aws
    return not rules.pristine or name in _PRISTINE or name.startswith(_PRISTINE_BEGINNING)


def replaced(kept: Mapping[str, str], variables: Iterable[Variable], placeholders: frozenset[str]) -> tuple[str, ...]:
    """A sentence for each variable that is set already, to something else, and gets a parameter's value; those in
    `placeholders` were put there to be replaced."""
    return tuple(
        f"`{variable.name}` comes from both the environment and `{variable.source}`; the parameter is used"
        for variable in variables
        if variable.name in kept
        and variable.name not in placeholders
        and kept[variable.name] != variable.value.reveal()
    )


def refuse_too_large(kept: Mapping[str, str], variables: Sequence[Variable], command: Sequence[str], most: int) -> None:
    """Raise ConfigurationError where the system would not take environment and arguments.

    `most` is what it takes in bytes, as sysconf(ARG_MAX) says; less than 1 where it says nothing. Sizes: https://man7.org/linux/man-pages/man2/execve.2.html
    """
    sizes = {variable.name: len(variable.name) + 1 + variable.value.size + 1 for variable in variables}
    long = [variable.source for variable in variables if sizes[variable.name] > _LONGEST]
    if long:
        raise ConfigurationError(
            f"the value of `{long[0]}` is longer than an environment variable can be ({_LONGEST:,} bytes)",
            "let the command read it from a file",
        )
    others = [len(_bytes(name)) + 1 + len(_bytes(value)) + 1 for name, value in kept.items() if name not in sizes]
    words = [len(_bytes(word)) + 1 for word in command]
    strings = [*sizes.values(), *others, *words]
    total = sum(strings) + _POINTER * len(strings)
    if 0 < most < total:
        raise ConfigurationError(
            f"environment and arguments would have {total:,} bytes, {sum(sizes.values()):,} of them from parameters, "
            f"and the system takes {most:,}",
            "name a narrower path, give `--pristine`, or raise the stack limit (`ulimit -s`), which sets it on Linux",
        )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
