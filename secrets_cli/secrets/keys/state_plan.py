"""Plans that change a key's rotation, or end its life.

A key that parameters are encrypted under is not deleted: their values would be lost with it.
Sources: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html,
https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.aws.keys import CUSTOMER, Grant, Key, LastUse, Rotation, RotationDone
from secrets_cli.aws.parameters import Described
from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.keys.plan import (
    PENDING_DAYS,
    ROTATION_DAYS,
    CancelDeletion,
    EnableKey,
    KeyPlan,
    RotateNow,
    ScheduleDeletion,
    Step,
    refuse_foreign,
    rotation_steps,
)

MOST_ON_DEMAND = 25
"""On-demand rotations in a key's life: https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html"""
_FEW_LEFT = 5


def checked_rotation(days: int) -> int:
    """The days, where KMS takes them for a rotation. Raises ConfigurationError."""
    if days not in ROTATION_DAYS:
        raise ConfigurationError(
            f"a key does not rotate every {days} days", f"give {ROTATION_DAYS.start} to {ROTATION_DAYS.stop - 1:,}"
        )
    return days


def checked_pending(days: int) -> int:
    """The days, where KMS takes them for the wait before a deletion. Raises ConfigurationError."""
    if days not in PENDING_DAYS:
        raise ConfigurationError(
            f"a key is not deleted in {days} days", f"give {PENDING_DAYS.start} to {PENDING_DAYS.stop - 1}"
        )
    return days


def plan_rotation(name: str, key: Key, now: Rotation | None, days: int | None) -> KeyPlan:
    """Rotate every so many days, or never where `days` is None. Raises ConfigurationError for a key that cannot."""
    rotation = _rotatable(name, key, now)
    return KeyPlan(name, key, rotation_steps(days, rotation))


def plan_rotate_now(name: str, key: Key, now: Rotation | None, done: Sequence[RotationDone] | None) -> KeyPlan:
    """Rotate once; `done` are the rotations so far, None where they could not be read.

    Raises ConfigurationError for a key that cannot rotate, or has used up its on-demand rotations.
    """
    _rotatable(name, key, now)
    used = sum(one.kind == "ON_DEMAND" for one in done or ())
    if used >= MOST_ON_DEMAND:
        raise ConfigurationError(
            f"`{name}` was rotated on demand {used} times, and {MOST_ON_DEMAND} is the limit of a key's life",
            "let it rotate by itself, or make a new key and run `secrets-cli secret reencrypt`",
        )
    left = (
        f"{MOST_ON_DEMAND - used - 1} of {MOST_ON_DEMAND} on-demand rotations of the key's life are left after this one"
    )
    if done is None:
        left = f"a key rotates on demand {MOST_ON_DEMAND} times in its life, and how often it did could not be read"
    return KeyPlan(name, key, (RotateNow(),), (left,))


def _rotatable(name: str, key: Key, now: Rotation | None) -> Rotation:
    refuse_foreign(key, name)
    if now is None:
        raise ConfigurationError(
            f"`{name}` cannot rotate: its material is of the origin {key.origin}",
            "AWS rotates symmetric keys whose material it made",
        )
    if key.state != "Enabled":
        raise ConfigurationError(f"`{name}` is {key.state}, and only an enabled key rotates", "enable it first")
    return now


@dataclass(frozen=True, slots=True)
class UseElsewhere:
    """What is known of use of a key by others than Parameter Store; None is what could not be read."""

    last_use: LastUse | None
    grants: tuple[Grant, ...] | None


def plan_delete(
    name: str,
    key: Key,
    aliases: Sequence[str],
    parameters: Sequence[Described],
    elsewhere: UseElsewhere,
    days: int,
) -> KeyPlan:
    """Schedule the deletion; no step where it is scheduled already.

    Raises ConfigurationError where a parameter is encrypted under the key, and for AWS's own keys.
    """
    if key.manager == CUSTOMER and key.state.startswith("Pending") and "Deletion" in key.state:
        when = f" on {key.deletion:%Y-%m-%d}" if key.deletion else ""
        return KeyPlan(name, key, (), (f"it is pending deletion already{when}",))
    if key.manager != CUSTOMER:
        refuse_foreign(key, name)
    if parameters:
        count = f"{len(parameters):,} parameter{' is' if len(parameters) == 1 else 's are'}"
        raise ConfigurationError(
            f"{count} encrypted under `{name}`, and would be lost with it",
            "move them with `secrets-cli secret reencrypt`, or delete them, then run this again",
        )
    warnings = [
        *_elsewhere(elsewhere),
        "not searched: what other services keep under the key, and older versions of parameters now under another",
        *(f"{alias} goes with the key" for alias in aliases),
    ]
    return KeyPlan(name, key, (ScheduleDeletion(days),), tuple(warnings))


def _elsewhere(use: UseElsewhere) -> Iterator[str]:
    if use.last_use is None:
        yield "when the key was used last could not be read (kms:GetKeyLastUsage)"
    elif use.last_use.when is not None:
        yield f"the key was used last on {use.last_use.when:%Y-%m-%d %H:%M} UTC, for {use.last_use.operation}"
    if use.grants is None:
        yield "its grants could not be read (kms:ListGrants)"
    for grant in use.grants or ():
        yield f"{grant.grantee} holds a grant for {', '.join(grant.operations)}: something uses the key"


def plan_cancel_delete(name: str, key: Key, *, enable: bool) -> KeyPlan:
    """Keep a key that is pending deletion, and make it usable again. Raises ConfigurationError for AWS's own keys."""
    steps: tuple[Step, ...] = ()
    if key.manager != CUSTOMER:
        refuse_foreign(key, name)
    if "Deletion" in key.state:
        steps = (CancelDeletion(), EnableKey()) if enable else (CancelDeletion(),)
    elif key.state == "Disabled" and enable:
        # What an earlier run left: KMS keeps a key disabled whose deletion was cancelled.
        steps = (EnableKey(),)
    return KeyPlan(name, key, steps)
