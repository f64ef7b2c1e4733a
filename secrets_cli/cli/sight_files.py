"""What a command line says about what its logs can show: selectors of trails, IAM's last-accessed data."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.usage.last_accessed import LastAccessed
    from secrets_cli.usage.selectors import Selectors


def selectors_of(files: Sequence[Path], trails: Sequence[str], target: "Target") -> "tuple[Selectors, ...]":
    """The selectors in the files, then those that CloudTrail answers for the trails.

    Raises as `secrets_cli.cli.reading.read_text`, `secrets_cli.usage.selectors.parse_selectors` and
    `secrets_cli.aws.trails.TrailService`.
    """
    from secrets_cli.cli.reading import read_text
    from secrets_cli.usage.selectors import parse_selectors

    found = [parse_selectors(read_text(path), str(path)) for path in files]
    if trails:
        from secrets_cli.aws.target import Connection
        from secrets_cli.aws.trails import TrailService

        service = TrailService(Connection(target))
        found += [parse_selectors(service.selectors(trail), trail) for trail in trails]
    return tuple(found)


def last_accessed_of(files: Sequence[Path], principals: Sequence[str]) -> "Mapping[str, LastAccessed]":
    """The reports in the files, each by the principal it is about.

    Raises ConfigurationError where a report is about none of the principals, two are about the same one, or whose it is
    cannot be told (it names nobody, and there are several principals); else as the parser.
    """
    from secrets_cli.cli.reading import read_text
    from secrets_cli.usage.last_accessed import parse_last_accessed

    found: dict[str, LastAccessed] = {}
    for file in files:
        report = parse_last_accessed(read_text(file), str(file))
        owner = _owner(report, principals)
        if owner in found:
            raise ConfigurationError(f"`{file}` is the second report on `{owner}`", "give the newest one alone")
        found[owner] = report
    return found


def _owner(report: "LastAccessed", principals: Sequence[str]) -> str:
    named = sorted(report.entities)
    if not named and len(principals) == 1:
        return principals[0]
    if len(named) == 1 and named[0] in principals:
        return named[0]
    if not named:
        raise ConfigurationError(
            f"`{report.name}` names nobody, as nothing was accessed: whose it is cannot be told", "leave it out"
        )
    other = next(name for name in named if name not in principals or len(named) > 1)
    asked = " or ".join(f"`{principal}`" for principal in principals)
    raise ConfigurationError(
        f"`{report.name}` is about `{other}`, not about {asked}",
        f"have IAM report on the principal: `aws iam generate-service-last-accessed-details --arn {principals[0]} "
        "--granularity ACTION_LEVEL`",
    )
