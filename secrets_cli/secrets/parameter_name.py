"""Names of parameters: what Parameter Store takes, and the ARN that IAM knows one by.

A name is letters, digits and `_.-`, in folders parted by `/`; it begins with `/` where it has any other `/`; at most 15
levels; no `aws` or `ssm` at the beginning, in any case; at most 1,011 characters together with the ARN's part before it.
The ARN has the name without its leading slash: `parameter//a/b` never matches anything, the most reported trap.

Sources: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html,
https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
"""

import re
from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError
from secrets_cli.wording import named

_LONGEST = 1_011
_LEVELS = 15
_RESERVED = ("aws", "ssm")
_ALPHABET = re.compile(r"[A-Za-z0-9_.\-/]+")
_ARN = re.compile(r"arn:(?P<partition>[a-z-]+):ssm:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):parameter/(?P<path>.+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Partition, region and account a parameter is in: what an ARN needs beside the name."""

    partition: str
    region: str
    account: str

    def parameter_arn(self, name: str) -> str:
        """The ARN of a parameter, or of a path: `/a/b` and `a/b` give the same."""
        return f"arn:{self.partition}:ssm:{self.region}:{self.account}:parameter/{name.removeprefix('/')}"


def checked_name(name: str) -> str:
    """The name as given, where Parameter Store would take it for a new parameter.

    Raises ConfigurationError that names the rule broken.
    """
    problem = problem_of(name)
    if problem:
        raise ConfigurationError(f"{named(name)} is not a parameter's name: {problem}", _HELP)
    return name


_HELP = "give letters, digits and `_.-`, in folders as `/team/stage/name`"


def problem_of(name: str, *, is_new: bool = True) -> str:
    """Which rule a name breaks, without repeating it; empty for none. For a word that may be a value in the wrong place.

    `is_new` False: the name is one to read, and AWS's own may begin with `aws`.
    """
    levels = name.removeprefix("/").split("/")
    if not _ALPHABET.fullmatch(name):
        return "it is empty or holds characters other than letters, digits and `_.-/`"
    if "/" in name and not name.startswith("/"):
        return "a name with folders begins with `/`"
    if "" in levels:
        return "two slashes follow each other, or it ends with one"
    if len(levels) > _LEVELS:
        return f"it has {len(levels)} levels, and {_LEVELS} is the limit"
    if is_new and levels[0].lower().startswith(_RESERVED):
        return "names that begin with `aws` or `ssm` are reserved"
    if len(name) > _LONGEST:
        return f"it has {len(name)} characters, and {_LONGEST} (with the ARN's beginning) is the limit"
    return ""


def checked_path(path: str) -> str:
    """A folder of parameters, `/` or `/a/b`, without a slash at its end. Raises ConfigurationError as `checked_name`."""
    if path == "/":
        return path
    trimmed = path.rstrip("/")
    if not trimmed.startswith("/"):
        raise ConfigurationError(f"{named(path)} is not a path: a path begins with `/`", _HELP)
    return checked_name(trimmed)


@dataclass(frozen=True, slots=True)
class Selected:
    """A parameter, or one version of it by number or label, as `name`, `name:3` or `name:label` says."""

    name: str
    selector: str = ""
    """A version's number or a label; empty for the current version."""

    def __str__(self) -> str:
        return f"{self.name}:{self.selector}" if self.selector else self.name


def selected(word: str) -> Selected:
    """Parse `name`, `name:version`, `name:label`, or a parameter's ARN with or without a selector.

    Raises ConfigurationError for anything else. An ARN's name keeps the leading slash only where it has folders, as
    Parameter Store gives it.
    """
    arn = _ARN.fullmatch(word)
    rest = arn["path"] if arn else word
    name, colon, selector = rest.partition(":")
    if colon and not re.fullmatch(r"\d+|[A-Za-z_.\-][A-Za-z0-9_.\-]{0,99}", selector):
        raise ConfigurationError(
            f"{named(name)} is followed by what does not select a version",
            "give `name:3` for a version, `name:label` for a label",
        )
    if arn and "/" in name:
        name = f"/{name}"
    problem = problem_of(name, is_new=False)
    if problem:
        raise ConfigurationError(f"{named(name)} is not a parameter's name: {problem}", _HELP)
    return Selected(name, selector)


def checked_length(name: str, place: Place) -> str:
    """The name as given, where its ARN has at most 1,011 characters; how many that leaves for the name depends on the place.

    Raises ConfigurationError.
    """
    over = len(place.parameter_arn(name)) - _LONGEST
    if over > 0:
        raise ConfigurationError(
            f"{named(name)} has {len(name):,} characters, and {len(name) - over:,} is the limit in `{place.region}`: "
            f"{_LONGEST:,} together with the ARN's beginning",
            "shorten the name",
        )
    return name
