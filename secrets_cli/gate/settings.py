"""What a team sets for its gate; every field has a default that needs no configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from secrets_cli.gate.persona import Persona
from secrets_cli.severity import Severity


@dataclass(frozen=True, slots=True)
class Settings:
    """One team's settings."""

    persona: Persona = Persona.DEFAULT
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Rule id -> the severity its findings get."""
    disabled: frozenset[str] = frozenset()
    """Rules that are not asked."""
    trusted_accounts: frozenset[str] = frozenset()
    """Accounts (12 digits) that may be named as principals without a condition: the organization's own."""
