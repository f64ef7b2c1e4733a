"""The options of commands that read logs, for those that lie in S3, and what they ask for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.usage.s3_scan import S3Ask

OWN = "own"
_MOST_LATE_DAYS = 31
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d+")

LogAccountOption = Annotated[
    list[str] | None,
    typer.Option(
        "--log-account",
        metavar="ACCOUNT|own",
        help="Of `s3://` logs, open this account's keys only; `own`: those of the principals. Repeatable.",
    ),
]
LogRegionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--log-region",
        metavar="REGION",
        help="Of `s3://` logs, open this region's keys only; IAM and STS may be logged in us-east-1. Repeatable.",
    ),
]
LateDaysOption = Annotated[
    int | None,
    typer.Option(
        "--late-days",
        metavar="N",
        help="Of `s3://` logs, open keys of N days after `--until` too, for late delivery. Default: 1.",
    ),
]
CacheOption = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Keep objects of `s3://` logs in this folder, and read them from it."),
]
RequesterPaysOption = Annotated[
    bool, typer.Option("--requester-pays", help="Pay for the requests to the bucket of `s3://` logs.")
]


@dataclass(frozen=True, slots=True)
class S3Options:
    """The options as they were given."""

    target: "Target"
    accounts: Sequence[str]
    regions: Sequence[str]
    late_days: int | None
    cache: Path | None
    requester_pays: bool

    def ask(self, sources: Iterable[str], principals: Iterable[str]) -> "S3Ask":
        """How the S3 sources are to be read.

        Raises ConfigurationError for what is no account, region or number of days, for a cache that cannot be written to, and
        for an option that nothing named is read by.
        """
        from secrets_cli.usage.s3_scan import S3Ask
        from secrets_cli.usage.sources.s3_cache import Cache
        from secrets_cli.usage.sources.s3_layout import LATE_DAYS, is_s3
        from secrets_cli.usage.sources.s3_reading import S3Access

        if not any(is_s3(source) for source in sources):
            self._refuse_without_s3()
            return S3Ask()
        if self.late_days is not None and not 0 <= self.late_days <= _MOST_LATE_DAYS:
            raise ConfigurationError(f"`--late-days` takes 0 to {_MOST_LATE_DAYS}", "CloudTrail tries for 30 days")
        accounts = _accounts(self.accounts, principals)
        cache = Cache(str(self.cache)) if self.cache else None
        if cache:
            cache.prepare()
        return S3Ask(
            S3Access(self.target, self.requester_pays, cache),
            accounts,
            frozenset(_region(region) for region in self.regions),
            LATE_DAYS if self.late_days is None else self.late_days,
        )

    def _refuse_without_s3(self) -> None:
        given = {
            "--log-account": self.accounts,
            "--log-region": self.regions,
            "--late-days": self.late_days is not None,
            "--cache": self.cache,
            "--requester-pays": self.requester_pays,
        }
        for name, value in given.items():
            if value:
                raise ConfigurationError(
                    f"`{name}` is about logs in S3, and none were named", "name them as `s3://bucket/prefix`"
                )


def _accounts(asked: Sequence[str], principals: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for account in asked:
        if account == OWN:
            own = {arn.split(":")[4] for arn in principals if arn.count(":") >= 5}
            if not own:
                raise ConfigurationError(
                    f"`--log-account {OWN}` is of the principals' accounts, and no principal is named",
                    "give `--principal ARN`, or the account's 12 digits",
                )
            found |= own
        elif _ACCOUNT.fullmatch(account):
            found.add(account)
        else:
            raise ConfigurationError(f"`--log-account` is no account: `{account}`", f"give 12 digits, or `{OWN}`")
    return frozenset(found)


def _region(region: str) -> str:
    if not _REGION.fullmatch(region):
        raise ConfigurationError(f"`--log-region` is no region: `{region}`", "give one such as `eu-west-1`")
    return region
