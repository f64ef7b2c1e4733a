"""Which files an engine on a cluster reads: listed on this machine, as the local engine lists them."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from secrets_cli.errors import NothingToRead
from secrets_cli.usage.engine import listed_files
from secrets_cli.usage.s3_scan import S3Ask
from secrets_cli.usage.sources.files import LogFile
from secrets_cli.usage.sources.s3_layout import choice_of, is_s3, s3_place
from secrets_cli.usage.sources.s3_listing import Listing, listed
from secrets_cli.usage.sources.s3_reading import Objects
from secrets_cli.usage.usage import NotOpened, Rejected
from secrets_cli.usage.window import Window


@dataclass(frozen=True, slots=True)
class Work:
    """The files of all sources, each once, and what of the sources could not be listed or was left out by its name."""

    files: tuple[LogFile, ...]
    rejected: tuple[Rejected, ...]
    not_opened: tuple[NotOpened, ...] = ()

    @property
    def bytes(self) -> int:
        """As they are stored."""
        return sum(file.size for file in self.files)

    @property
    def has_delivered(self) -> bool:
        """Whether some file lies where CloudTrail delivers, so that one that does not may be a bystander."""
        return any(file.is_delivered for file in self.files)


def work_of(sources: Sequence[str], window: Window, s3: S3Ask) -> Work:
    """The files to read. Raises as `secrets_cli.usage.engine.scan` does for sources as a whole."""
    if not sources:
        raise NothingToRead("no log file was named")
    on_disk = [source for source in sources if not is_s3(source)]
    files, rejected = listed_files(on_disk) if on_disk else ([], [])
    places = [s3_place(source) for source in sources if is_s3(source)]
    if not places:
        return Work(tuple(files), tuple(rejected))
    listing = Listing()
    choice = choice_of(window, s3.accounts, s3.regions, s3.late_days)
    with closing(listed(places, Objects(s3.access).bucket, choice, listing)) as objects:
        files += objects
    rejected += [Rejected(entry.name, entry.reason, is_unfetched=True) for entry in listing.unlisted]
    return Work(tuple(files), tuple(rejected), listing.not_opened(choice))
