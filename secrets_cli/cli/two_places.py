"""The options of commands that know two places: where from, and where to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from secrets_cli.aws.target import Connection
    from secrets_cli.secrets.transfer.location import Location

FromProfileOption = Annotated[
    str | None, typer.Option("--from-profile", metavar="NAME", help="The profile of the first place.")
]
FromRegionOption = Annotated[
    str | None, typer.Option("--from-region", metavar="REGION", help="The region of the first place.")
]
ToProfileOption = Annotated[
    str | None, typer.Option("--to-profile", metavar="NAME", help="The profile of the second place.")
]
ToRegionOption = Annotated[
    str | None, typer.Option("--to-region", metavar="REGION", help="The region of the second place.")
]


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says about the places: for both, and for each."""

    profile: str | None
    region: str | None
    endpoint_url: str | None
    from_profile: str | None = None
    from_region: str | None = None
    to_profile: str | None = None
    to_region: str | None = None

    def locations(self, first: str, second: str, *, path: bool) -> "tuple[Location, Location]":
        """The two places named. Raises ConfigurationError as `secrets_cli.secrets.location.location`."""
        from secrets_cli.aws.target import Target
        from secrets_cli.secrets.transfer.location import location

        default = Target(self.profile, self.region, self.endpoint_url)
        return (
            location(first, default, profile=self.from_profile, region=self.from_region, path=path),
            location(second, default, profile=self.to_profile, region=self.to_region, path=path),
        )


def connections(first: "Location", second: "Location") -> "tuple[Connection, Connection]":
    """A connection to each place; one and the same where they do not differ."""
    from secrets_cli.aws.target import Connection

    one = Connection(first.target)
    return one, one if first.target == second.target else Connection(second.target)


def same_place(one: "Connection", other: "Connection") -> bool:
    """Whether both are the same account and region; asks sts:GetCallerIdentity only where they were not named alike."""
    return one is other or (one.region == other.region and one.account == other.account)
