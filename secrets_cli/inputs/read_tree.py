"""What reading a tree of files gave: what each file holds, which ones could not be read, and what was not looked into."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from secrets_cli.inputs.found import Found


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What was read of one file, or of the files that are one configuration (the `.tf` files of a folder)."""

    name: str
    """As reports name it; of a folder of Terraform files the folder's."""
    kind: str
    """What it was read as: a value of `FileKind`."""
    found: Found
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The text of every file that was read for it, by the name that locations have. It may hold secrets."""
    own: frozenset[str] = frozenset()
    """The names of the files it is made of; those of others that it refers to are in `texts` alone."""
    context: frozenset[str] = frozenset()
    """Those of them that were read for what they say of the others, and are not to be reported on."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be parsed or opened: it is not judged, and so never passed."""

    file: str
    """The path as the reader knows it."""
    message: str
    """Lower-case, without a full stop, with the place (`file:line:column`) where there is one."""
    help: str = ""
    """What to do about it; may be empty."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A folder, a link or a file that was not looked into, and why: said, so that nobody takes it for judged."""

    path: str
    """As reports name it; a folder's ends in `/`."""
    reason: str
    """As the rest of a sentence that begins with the path."""


@dataclass(frozen=True, slots=True)
class ReadTree:
    """All that reading gave."""

    files: tuple[ReadFile, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    """How many files were not judged, by reason: `ignored by git`, `of no kind that holds policies`."""
    passed: tuple[Passed, ...] = ()
