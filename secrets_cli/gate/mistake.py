"""How bad a mistake in a statement is, by which way it goes wrong.

A statement that matches less than it says is a nuisance where it allows (something is refused, and is noticed) and a hole
where it denies (nothing is refused, and nobody notices); one that matches more is the other way round.
"""

from secrets_cli.iam.model import Effect
from secrets_cli.severity import Severity


def severity_of_too_little(effect: Effect) -> Severity:
    """Of a statement, or a part of one, that matches less than it says."""
    return Severity.LOW if effect is Effect.ALLOW else Severity.MEDIUM


def severity_of_too_much(effect: Effect) -> Severity:
    """Of a statement that matches more than it says."""
    return Severity.MEDIUM if effect is Effect.ALLOW else Severity.LOW


def listed(values: tuple[str, ...], most: int = 4) -> str:
    """Values as a message names them: `a`, `b` and 3 more; `no value` where there is none."""
    if not values:
        return "no value"
    shown = [f"`{value}`" for value in values[:most]]
    if len(values) > most:
        return f"{', '.join(shown)} and {len(values) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
