"""`--verify-digests`: the logs that are read, held against CloudTrail's own digests."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.errors import ConfigurationError, NothingToRead

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.usage.digests.keys import Keys
    from secrets_cli.usage.digests.place import DigestPlace
    from secrets_cli.usage.s3_scan import S3Ask
    from secrets_cli.usage.usage import Rejected, Usage
    from secrets_cli.usage.window import Window

VerifyDigestsOption = Annotated[
    bool,
    typer.Option(
        "--verify-digests",
        help="Hold log files against the trail's digests: a missing, altered or unlisted one is a gap by its name.",
    ),
]
DigestKeysOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--digest-keys",
        metavar="FILE",
        help="Output of `aws cloudtrail list-public-keys`; without it, CloudTrail is asked. Repeatable.",
    ),
]


@dataclass(frozen=True, slots=True)
class DigestCheck:
    """What is to be verified of a scan; nothing where it was not asked for."""

    sources: Sequence[str]
    keys: "Keys | None"
    target: "Target"
    window: "Window"
    s3: "S3Ask"
    quiet: bool

    def of(self, usage: "Usage") -> "Usage":
        """The usage with what the digests say in its coverage.

        Raises NothingToRead where a source has no digests, AwsFailure where keys or objects cannot be had.
        """
        from dataclasses import replace

        from secrets_cli.usage.digests.verify import DigestAsk, Verification, verify, with_digests

        if self.keys is None:
            return usage
        ask = DigestAsk(self.keys, self.window, self.s3.accounts, self.s3.regions)
        with _progress(quiet=self.quiet) as progress:
            for source in self.sources:
                for place, scope in self._places(source):
                    usage = with_digests(usage, verify(place, scope, replace(ask, progress=progress)))
                usage = with_digests(usage, Verification(tuple(_loose(source)), ()))
        return usage

    def _places(self, source: str) -> "Iterator[tuple[DigestPlace, str]]":
        from secrets_cli.aws.objects import LogBucket
        from secrets_cli.aws.target import Connection
        from secrets_cli.usage.digests.place import S3, THREADS, trees_in
        from secrets_cli.usage.sources.s3_layout import is_s3, s3_place

        if is_s3(source):
            place = s3_place(source)
            payer = self.s3.access.requester_pays
            found = S3(LogBucket(Connection(self.target), place.bucket, threads=THREADS, requester_pays=payer))
            yield found, place.prefix
            return
        trees = tuple(trees_in(source))
        if not trees:
            raise NothingToRead(
                f"`{source}` holds no folder `AWSLogs`, so there is no digest to verify its logs with",
                "copy the bucket's `AWSLogs` whole, with `CloudTrail-Digest` in it",
            )
        yield from trees


def digest_check(
    sources: Sequence[str],
    key_files: Sequence[Path],
    target: "Target",
    window: "Window",
    s3: "S3Ask",
    *,
    asked: bool,
    quiet: bool,
) -> DigestCheck:
    """The check that the options ask for, before anything is read.

    Raises ConfigurationError for sources that have no digests and where the extra is not installed, MalformedInput for a file
    that holds no keys.
    """
    if not asked:
        if key_files:
            raise ConfigurationError(
                "`--digest-keys` is about digests, which are not verified", "add `--verify-digests`"
            )
        return DigestCheck(sources, None, target, window, s3, quiet)
    from secrets_cli.cli.reading import read_text
    from secrets_cli.usage.digests.keys import AskedKeys, GivenKeys, read_keys, refuse_without_library
    from secrets_cli.usage.sources.s3_layout import is_s3

    for source in sources:
        if not is_s3(source) and not Path(source).is_dir():
            raise ConfigurationError(
                f"`--verify-digests` is about folders and `s3://` sources: `{source}` is none",
                "leave it out, or read it apart",
            )
    refuse_without_library()
    given: dict[str, bytes] = {}
    for file in key_files:
        given |= read_keys(read_text(file), str(file))
    return DigestCheck(sources, GivenKeys(given) if key_files else AskedKeys(target), target, window, s3, quiet)


def _loose(source: str) -> "Iterator[Rejected]":
    """The files of a folder that lie outside of what CloudTrail delivered."""
    from secrets_cli.usage.sources.files import log_files
    from secrets_cli.usage.sources.s3_layout import is_s3
    from secrets_cli.usage.usage import Rejected

    if not is_s3(source):
        for file in log_files(source)[0]:
            if not file.is_delivered:
                yield Rejected(file.name, "no digest lists it: it lies outside of `AWSLogs`")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from secrets_cli.cli.terminal import console

    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading digests", total=None)
        yield lambda compared: bar.update(task, description=f"compared {compared:,} log files with their digests")
