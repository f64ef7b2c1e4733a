"""What the gate has to say about all files it was given: findings, what is unknown, what could not be read, counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from secrets_cli.gate.finding import Finding
from secrets_cli.inputs.found import Unresolved


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
class Scanned:
    """How much was looked at."""

    files: int = 0
    """Files that were read and found to hold something to judge."""
    policies: int = 0
    statements: int = 0
    functions: int = 0
    principals: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Files that were not judged, by reason: `ignored by git`, `holds no policy`, `binary`, ..."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole result; every report is made of it alone."""

    findings: tuple[Finding, ...] = ()
    """In the order of file, line, column and rule; of every state."""
    unresolved: tuple[Unresolved, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    scanned: Scanned = field(default_factory=Scanned)
    fixed: tuple[str, ...] = ()
    """Fingerprints of the baseline for which there is no finding any more."""
