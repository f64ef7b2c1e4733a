"""What a team sets for its gate; every field has a default that needs no configuration."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from secrets_cli.gate.path_pattern import path_matches
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.suppression import RefusedSuppression, Suppression
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy
from secrets_cli.severity import Severity


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run takes place: three absolute paths with `/`, none of which is looked at here."""

    here: str = "/"
    """The folder that relative names of files are relative to."""
    top: str = "/"
    """Of the repository; fingerprints and baselines name files relative to it, wherever the gate was run."""
    configured: str = "/"
    """The folder of the configuration file; its patterns are relative to it."""

    def from_top(self, file: str) -> str:
        """The file relative to the top, with `/`."""
        return posixpath.relpath(posixpath.join(self.here, file), self.top)

    def from_configuration(self, file: str) -> str:
        """The file relative to the folder of the configuration, with `/`."""
        return posixpath.relpath(posixpath.join(self.here, file), self.configured)


@dataclass(frozen=True, slots=True)
class Access:
    """Some access that a team speaks of: a policy of one Allow statement, and why."""

    policy: Policy
    reason: str
    location: Location
    except_paths: tuple[str, ...] = ()
    """Patterns of files where it is not so."""


@dataclass(frozen=True, slots=True)
class RequiredBoundary:
    """The boundary that each role in the files must have."""

    arn: str
    """Its ARN, or a pattern of it with `*`."""
    reason: str
    location: Location
    except_paths: tuple[str, ...] = ()
    policy: str | None = None
    """The path of its document, relative to the folder of the configuration; without one its content is unknown."""


@dataclass(frozen=True, slots=True)
class Override:
    """Other settings for some files; what is not set stays."""

    paths: tuple[str, ...]
    """Patterns of the files."""
    persona: Persona | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()
    trusted_accounts: frozenset[str] = frozenset()
    allowed: tuple[Access, ...] = ()


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
    fail_on: Severity | None = None
    """The least severity of an open finding that fails the run; None where the configuration does not say."""
    allowed: tuple[Access, ...] = ()
    """Access of which no rule of what is granted says anything: findings on statements that grant nothing beyond it."""
    denied: tuple[Access, ...] = ()
    """Access that no principal may have: `denied-by-team`."""
    required_boundary: RequiredBoundary | None = None
    """`required-by-team`."""
    suppressions: tuple[Suppression | RefusedSuppression, ...] = ()
    """Those of the configuration, in its order."""
    longest_suppression: int = 366
    """How many days ahead a suppression may expire."""
    exclude: tuple[str, ...] = ()
    """Patterns of files that are not judged."""
    baseline: str | None = None
    """The baseline's path, relative to the folder of the configuration."""
    unused_days: int = 90
    """For how many days an action must not have been used to be one too many."""
    overrides: tuple[Override, ...] = ()
    """A later one wins."""
    folders: Folders = field(default_factory=Folders)

    def at(self, file: str) -> "Settings":
        """The settings for one file, named as its locations name it: the overrides for it applied."""
        if not self.overrides:
            return self
        settings = replace(self, overrides=())
        path = self.folders.from_configuration(file)
        for one in self.overrides:
            if any(path_matches(pattern, path) for pattern in one.paths):
                settings = replace(
                    settings,
                    persona=one.persona or settings.persona,
                    severities={**settings.severities, **one.severities},
                    disabled=settings.disabled | one.disabled,
                    trusted_accounts=settings.trusted_accounts | one.trusted_accounts,
                    allowed=(*settings.allowed, *one.allowed),
                )
        return settings

    def excludes(self, file: str) -> bool:
        """Whether the file, or a folder it is in, is not judged."""
        path = self.folders.from_configuration(file)
        return any(path_matches(pattern, path) for pattern in self.exclude)
