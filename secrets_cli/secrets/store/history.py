"""Versions of a secret, and going back to one: a new version with an old value.

Nothing is rewritten: version numbers only grow, labels stay where they are. A rollback keeps the key, tier, description
and pattern the parameter has now (its policies are kept by AWS, as none are sent) and takes only the value from before.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.aws.parameters import SECURE_STRING, ParameterStore, Version, Write
from secrets_cli.errors import AccessDenied, ConfigurationError, KeyUnusable, NotThere
from secrets_cli.secret_value import SecretValue
from secrets_cli.wording import named


class Comparison(enum.Enum):
    """An old value beside the current one."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    """The current value cannot be read; the old one can."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """What a rollback would write, and what it is compared with."""

    name: str
    target: Version
    """The version gone back to, without its value."""
    current: Version
    comparison: Comparison
    value: SecretValue
    key: str

    @property
    def write(self) -> Write:
        """The write that does it."""
        return Write(
            name=self.name,
            value=self.value,
            key=self.key,
            tier=self.current.tier,
            description=self.current.description,
            allowed_pattern=self.current.allowed_pattern,
            data_type=self.current.data_type or "text",
        )


def chosen_version(name: str, versions: Sequence[Version], selector: str) -> Version:
    """The version with a number or label. Raises NotThere."""
    for version in versions:
        if selector == str(version.number) or selector in version.labels:
            return version
    kept = f"versions {versions[0].number} to {versions[-1].number} are kept" if versions else "it has none"
    raise NotThere(
        f"`{name}` has no version or label {named(selector, 'as given')}",
        f"{kept}: see `secrets-cli secret history {name}`",
    )


def plan_rollback(store: ParameterStore, name: str, selector: str, key: str | None = None) -> Rollback:
    """What going back to a version takes: reads the versions without values, then the old and the current value.

    `key` replaces the parameter's KMS key. Raises NotThere, ConfigurationError for a parameter that is no SecureString,
    KeyUnusable or AccessDenied where the old value cannot be read.
    """
    versions = tuple(store.history(name, decrypt=False))
    target, current = chosen_version(name, versions, selector), versions[-1]
    if current.type != SECURE_STRING:
        raise ConfigurationError(
            f"`{name}` is a {current.type}, no secret, and its type cannot change",
            "store it under another name with `secrets-cli secret put`",
        )
    value = store.get(f"{name}:{target.number}").value
    return Rollback(name, target, current, _compared(store, name, value), value, key or current.key)


def _compared(store: ParameterStore, name: str, value: SecretValue) -> Comparison:
    try:
        is_equal = store.get(name).value == value
    except (AccessDenied, KeyUnusable):
        return Comparison.UNKNOWN
    return Comparison.EQUAL if is_equal else Comparison.DIFFERENT
