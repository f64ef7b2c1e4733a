"""Where a parameter or a path is: `[PROFILE][@REGION]:/path`, or a bare name where the command's own options say where.

`prod@eu-west-1:/billing`, `prod:/billing`, `@eu-west-1:/billing` and `/billing` are locations. A profile whose name has
`:/` in it, or a name without folders elsewhere, is given with options (`--from-profile`, `--to-region`, ...).
"""

import re
from dataclasses import dataclass, replace

from secrets_cli.aws.target import Target
from secrets_cli.errors import ConfigurationError
from secrets_cli.secrets.parameter_name import checked_name, checked_path

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")


@dataclass(frozen=True, slots=True)
class Location:
    """A parameter's name, or a path, in one account and region."""

    target: Target
    name: str

    def __str__(self) -> str:
        """As it is shown, and as `location` takes it where a profile or region was given."""
        profile, region = self.target.profile or "", self.target.region or ""
        where = f"{profile}@{region}" if region else profile
        return f"{where}:{self.name}" if where else self.name


def location(word: str, default: Target, *, profile: str | None, region: str | None, path: bool) -> Location:
    """Parse a location; what it does not say comes from `profile` and `region`, then from `default`.

    `path` says that `/` and a slash at the end are fine, as a path is meant. Raises ConfigurationError for a name that Parameter
    Store would not take, and where the location says one profile (or region) and the option another.
    """
    given_profile, given_region, name = _parted(word)
    target = replace(
        default,
        profile=_agreed("profile", given_profile, profile) or default.profile,
        region=_agreed("region", given_region, region) or default.region,
    )
    return Location(target, checked_path(name) if path else checked_name(name))


def _parted(word: str) -> tuple[str, str, str]:
    where, colon, rest = word.partition(":/")
    if not colon or word.startswith("/"):
        return "", "", word
    profile, at, region = where.rpartition("@")
    if at and _REGION.fullmatch(region):
        return profile, region, f"/{rest}"
    return where, "", f"/{rest}"


def _agreed(what: str, in_location: str, in_option: str | None) -> str:
    if in_location and in_option and in_location != in_option:
        raise ConfigurationError(
            f"the location says {what} `{in_location}`, the option `{in_option}`", "give one of the two"
        )
    return in_location or in_option or ""
