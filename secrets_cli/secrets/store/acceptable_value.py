"""What a value may not be, checked before it is sent and said without showing it.

Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

import re
import warnings

from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue

_REFERENCE = re.compile(r"\{\{\s*(ssm:[^{}]*)?\s*\}\}|\{\{\s*ssm:")
_LONGEST_PATTERN = 1_024


def checked_value(value: SecretValue, allowed_pattern: str = "") -> SecretValue:
    """The value, where Parameter Store would take it. Raises ConfigurationError that tells the rule, not the value."""
    if not value:
        raise ConfigurationError(
            "the value is empty, and Parameter Store keeps no empty values; nothing was sent",
            "pipe the value in, give `--file`, or run on a terminal to be asked for it",
        )
    if _REFERENCE.search(value.reveal()):
        raise ConfigurationError(
            "the value holds `{{ssm:...}}` or `{{}}`, which Parameter Store does not take; nothing was sent",
            "parameters do not nest: store the text without the braces",
        )
    if len(allowed_pattern) > _LONGEST_PATTERN:
        raise ConfigurationError(f"`--allowed-pattern` is longer than {_LONGEST_PATTERN:,} characters")
    if _is_refused_by(allowed_pattern, value):
        raise ConfigurationError(
            "the value does not match `--allowed-pattern`; nothing was sent",
            "check the value for a missing part or a stray character, or the pattern",
        )
    return value


def _is_refused_by(pattern: str, value: SecretValue) -> bool:
    """Whether the pattern certainly refuses the value.

    AWS judges with Java's regular expressions. A pattern that Python reads otherwise, or not at all, is left to AWS; a
    search is weaker than a match of the whole, so nothing is refused here that AWS would take.
    """
    if not pattern:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Python warns of sets it reads otherwise than Java
        try:
            compiled = re.compile(pattern)
        except (re.error, Warning, OverflowError, RecursionError):
            return False
    return compiled.search(value.reveal()) is None
