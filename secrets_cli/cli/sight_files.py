"""What a command line says about what its logs can show: selectors of trails, IAM's last-accessed data."""

from collections.abc import Sequence
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


def last_accessed_of(file: Path | None, principals: Sequence[str]) -> "LastAccessed | None":
    """The report in the file.

    Raises ConfigurationError where it is about another principal, where there are several (a report is of one), and as its
    parser.
    """
    from secrets_cli.cli.reading import read_text
    from secrets_cli.usage.last_accessed import is_of, parse_last_accessed

    if file is None:
        return None
    if len(principals) != 1:
        raise ConfigurationError("`--last-accessed` is a report on one principal", "narrow one principal at a time")
    principal = principals[0]
    report = parse_last_accessed(read_text(file), str(file))
    if not is_of(report, principal):
        other = sorted(report.entities - {principal})[0]
        raise ConfigurationError(
            f"`{file}` is about `{other}`, not about `{principal}`",
            f"have IAM report on the principal: `aws iam generate-service-last-accessed-details --arn {principal} "
            "--granularity ACTION_LEVEL`",
        )
    return report
