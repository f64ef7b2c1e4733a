"""Which tier of Parameter Store a value needs, decided before anything is sent.

Standard holds up to 4,096 bytes at no charge; advanced up to 8,192 bytes, takes policies (expiry, notifications) and
costs money; a parameter goes from standard to advanced and never back.
Sources: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html,
https://aws.amazon.com/systems-manager/pricing/ (0.05 USD per advanced parameter and month, prorated by the hour)
"""

import enum
from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError

STANDARD_BYTES = 4_096
ADVANCED_BYTES = 8_192
ADVANCED_COST = "$0.05 a month"


class Tier(enum.Enum):
    """A tier, in AWS's words."""

    STANDARD = "Standard"
    ADVANCED = "Advanced"
    INTELLIGENT = "Intelligent-Tiering"
    """AWS chooses: advanced where the value, its policies or the number of parameters need it."""


@dataclass(frozen=True, slots=True)
class ChosenTier:
    """The tier to send, and what the user should know of it before it is sent."""

    tier: Tier
    note: str
    """A sentence on cost and reason; empty where there is nothing to say."""
    is_free_choice: bool
    """Whether the user left the choice to us: then a parameter that is advanced already is written as advanced."""


def chosen_tier(size: int, asked: Tier | None, *, has_policies: bool) -> ChosenTier:
    """The tier for a value of `size` bytes (UTF-8).

    Raises ConfigurationError for a value that no tier holds, or that the tier asked for does not.
    """
    if size > ADVANCED_BYTES:
        raise ConfigurationError(
            f"the value has {size:,} bytes, and {ADVANCED_BYTES:,} is the limit of Parameter Store; nothing was sent",
            "keep a key or a reference here and the bulk in S3 (encrypted), or use Secrets Manager (65,536 bytes)",
        )
    reason = _reason(size, has_policies)
    if asked is Tier.STANDARD and reason:
        raise ConfigurationError(
            f"the standard tier does not do: {reason}; nothing was sent",
            f"leave `--tier` out, or give `--tier advanced` ({ADVANCED_COST})",
        )
    if asked is None:
        tier = Tier.ADVANCED if reason else Tier.STANDARD
        return ChosenTier(tier, _note(tier, reason), is_free_choice=True)
    return ChosenTier(asked, _note(asked, reason), is_free_choice=False)


def _reason(size: int, has_policies: bool) -> str:
    """Why the value needs the advanced tier; empty where it does not."""
    if size > STANDARD_BYTES:
        return f"the value has more than {STANDARD_BYTES:,} bytes"
    return "an expiry or a notification needs the advanced tier" if has_policies else ""


def _note(tier: Tier, reason: str) -> str:
    cost = f"the advanced tier costs {ADVANCED_COST} for each parameter, and there is no way back to standard"
    match tier:
        case Tier.STANDARD:
            return ""
        case Tier.ADVANCED:
            return f"{cost} ({reason})" if reason else cost
        case Tier.INTELLIGENT:
            return f"AWS chooses the tier; {cost}"


_CLASSES = ((32, "up to 32 bytes"), (256, "33 to 256 bytes"), (STANDARD_BYTES, "257 to 4,096 bytes"))


def length_class(size: int) -> str:
    """How long a value is, coarsely: enough to see that an empty line or half a file was stored, and no more."""
    return next((name for limit, name in _CLASSES if size <= limit), "4,097 to 8,192 bytes")
