"""The exit codes, all others being reserved (docs/reference/exit-codes.md)."""

import enum

from secrets_cli import errors


class ExitCode(enum.IntEnum):
    """What the process says to its caller."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    NOTHING_TO_READ = 3
    MALFORMED = 4
    AWS = 5
    FINDING_INFO = 11
    FINDING_LOW = 12
    FINDING_MEDIUM = 13
    FINDING_HIGH = 14
    """11 to 14: open findings, by the highest severity among them."""
    NOT_PROVEN = 20
    """Not contained, or a counted request that the narrowed policy would not allow."""
    UNDECIDED = 21
    """Undecided, unresolved, blocked by a gap, or changed by somebody else meanwhile."""
    INTERRUPTED = 130


_OF_ERROR: tuple[tuple[type[errors.SecretsCliError], ExitCode], ...] = (
    (errors.ConfigurationError, ExitCode.USAGE),
    (errors.NothingToRead, ExitCode.NOTHING_TO_READ),
    (errors.MalformedInput, ExitCode.MALFORMED),
    (errors.NotThere, ExitCode.NOTHING_TO_READ),
    (errors.ChangedMeanwhile, ExitCode.UNDECIDED),
    (errors.AwsFailure, ExitCode.AWS),
    (errors.EngineFailure, ExitCode.AWS),
    (errors.UnreadableSource, ExitCode.NOTHING_TO_READ),
)


def exit_code_of(error: errors.SecretsCliError) -> ExitCode:
    """The documented exit code of an error; a kind that is not listed is an internal error."""
    for kind, code in _OF_ERROR:
        if isinstance(error, kind):
            return code
    return ExitCode.INTERNAL
