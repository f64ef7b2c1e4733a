"""Where calls go, and the sessions and clients made for it.

Credentials come from where every AWS tool takes them (environment, profile, container, instance); none is ever taken
from the command line.
"""

import os
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from secrets_cli import __version__
from secrets_cli.aws.failures import refuse_what_is_no_answer, translated
from secrets_cli.aws.loggers import pin_loggers
from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    import boto3

_ATTEMPTS = 8
_CONNECT_SECONDS = 5
_READ_SECONDS = 30
_CONNECTIONS = 10
"""Kept open at least, as the SDK does by itself."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the options of a command say about where to call; None is whatever the AWS configuration says."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None

    def __str__(self) -> str:
        """As it is named in messages: `prod/eu-west-1`."""
        return "/".join(part for part in (self.profile, self.region) if part) or "default"


def targets(profiles: list[str] | None, regions: list[str] | None, endpoint_url: str | None) -> tuple[Target, ...]:
    """One target for each profile and region given; a repeated one counts once."""
    found = (Target(profile, region, endpoint_url) for profile in profiles or (None,) for region in regions or (None,))
    return tuple(dict.fromkeys(found))


class Connection:
    """A session on one target: who is called, as whom, and the clients of the services.

    Made without a call to AWS. Raises ConfigurationError where the profile, the region or the endpoint is not usable.
    """

    def __init__(self, target: Target) -> None:
        pin_loggers()
        self.target = target
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    @cached_property
    def _session(self) -> "boto3.Session":
        import boto3

        with translated("reading the AWS configuration"):
            return boto3.Session(profile_name=self.target.profile, region_name=self.target.region)

    @cached_property
    def region(self) -> str:
        """The region called, such as `eu-west-1`."""
        region = self._session.region_name
        if not region:
            raise ConfigurationError(
                "no AWS region is set", "give `--region`, set AWS_DEFAULT_REGION, or set `region` in the profile"
            )
        return region

    @cached_property
    def partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`."""
        with translated("finding the region's partition"):
            return self._session.get_partition_for_region(self.region)

    @cached_property
    def caller_arn(self) -> str:
        """ARN of the caller, by sts:GetCallerIdentity (which needs no permission)."""
        with translated("sts:GetCallerIdentity"):
            arn: str = self.client("sts").get_caller_identity()["Arn"]
        return arn

    @property
    def account(self) -> str:
        """The caller's account, 12 digits; asks sts:GetCallerIdentity once."""
        return self.caller_arn.split(":")[4]

    def client(self, service: str, *, threads: int = 0) -> Any:
        """The SDK's client of a service, made once; only this room's service modules call it.

        `threads` is how many use it at once where they are many: each gets a connection, and tries again by itself (mode
        `standard` unless AWS_RETRY_MODE says `adaptive`), as `adaptive` lets one refusal slow all of them down.

        A client may be used by many threads, but the session that makes it by one at a time
        (https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients).
        """
        with self._making:
            return self._made(service, threads)

    def _made(self, service: str, threads: int) -> Any:
        if service not in self._clients:
            from botocore.config import Config

            attempts = _attempts()
            config = Config(
                retries={"mode": _retry_mode("standard" if threads else "adaptive"), "total_max_attempts": attempts},
                max_pool_connections=max(threads, _CONNECTIONS),
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
                user_agent_extra=f"secrets-cli/{__version__}",
            )
            with translated(f"making a client for `{service}`"):
                client = self._session.client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.target.endpoint_url,
                    config=config,
                )
            client.meta.events.register("after-call", refuse_what_is_no_answer)
            self._clients[service] = client
        return self._clients[service]

    def credentials(self) -> tuple[str, str, str | None]:
        """Access key id, secret access key and session token, for signing a request and for a child process's
        environment; never for display. Raises ConfigurationError where there are none."""
        with translated("finding AWS credentials"):
            found = self._session.get_credentials()
            if found is None:
                raise ConfigurationError("no AWS credentials were found", _CREDENTIALS_HELP)
            frozen = found.get_frozen_credentials()
        return frozen.access_key or "", frozen.secret_key or "", frozen.token


def _attempts() -> int:
    """As AWS_MAX_ATTEMPTS says, where it says a number; the SDK reads it only where no configuration is given."""
    asked = os.environ.get("AWS_MAX_ATTEMPTS", "")
    return int(asked) if asked.isdecimal() and int(asked) > 0 else _ATTEMPTS


def _retry_mode(default: Literal["standard", "adaptive"]) -> Literal["standard", "adaptive"]:
    """As AWS_RETRY_MODE says; `adaptive` slows the whole client down after a refusal.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """
    asked = os.environ.get("AWS_RETRY_MODE", "").lower()
    if asked == "standard":
        return "standard"
    return "adaptive" if asked == "adaptive" else default


_CREDENTIALS_HELP = "give `--profile`, or set credentials as for any AWS tool"
