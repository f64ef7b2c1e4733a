"""CloudTrail's trails: what they log, typed calls.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html, API_GetTrailStatus.html and
API_GetEventSelectors.html
"""

import json
from dataclasses import dataclass
from typing import Any, Protocol

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection
from secrets_cli.errors import NotThere
from secrets_cli.wording import iso_time


@dataclass(frozen=True, slots=True)
class Trail:
    """One trail, and whether it logs."""

    arn: str
    name: str
    home_region: str
    is_multi_region: bool
    has_global_events: bool
    """Whether events of global services (IAM, STS, CloudFront) are in it."""
    is_organization: bool
    bucket: str
    """The S3 bucket that it delivers to."""
    prefix: str
    """The prefix of its keys in the bucket; empty for none."""
    is_logging: bool
    logging_since: str
    """When logging was last switched on; UTC, ISO 8601, empty where CloudTrail does not say."""
    delivery_error: str
    """What S3 last answered when delivery failed; empty where it did not."""


class _CloudTrail(Protocol):
    """The calls that are made; the stubs installed have no CloudTrail."""

    def get_trail(self, *, Name: str) -> dict[str, Any]: ...  # noqa: N803  # the SDK's own spelling
    def get_trail_status(self, *, Name: str) -> dict[str, Any]: ...  # noqa: N803  # the SDK's own spelling
    def get_event_selectors(self, *, TrailName: str) -> dict[str, Any]: ...  # noqa: N803  # the SDK's own spelling


class TrailService:
    """CloudTrail on one connection. A trail is named by its name, in its home region, or by its ARN."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def _cloudtrail(self) -> _CloudTrail:
        client: _CloudTrail = self.connection.client("cloudtrail")
        return client

    def trail(self, name: str) -> Trail:
        """The trail and its state, by cloudtrail:GetTrail and cloudtrail:GetTrailStatus. Raises NotThere, with advice."""
        try:
            with translated("cloudtrail:GetTrail", name):
                found = self._cloudtrail.get_trail(Name=name)["Trail"]
                arn = found["TrailARN"]
            with translated("cloudtrail:GetTrailStatus", arn):
                return _trail(found, self._cloudtrail.get_trail_status(Name=arn))
        except NotThere as error:
            raise self._unknown(name, error) from None

    def selectors(self, name: str) -> str:
        """The JSON text that `aws cloudtrail get-event-selectors` prints, by cloudtrail:GetEventSelectors. Raises NotThere."""
        try:
            with translated("cloudtrail:GetEventSelectors", name):
                answer = self._cloudtrail.get_event_selectors(TrailName=name)
        except NotThere as error:
            raise self._unknown(name, error) from None
        return json.dumps({key: value for key, value in answer.items() if key != "ResponseMetadata"})

    def _unknown(self, name: str, error: NotThere) -> NotThere:
        return NotThere(
            f"there is no trail `{name}` in {self.connection.region}",
            "give its ARN, or `--region` with its home region; see `aws cloudtrail list-trails`",
            error.code,
        )


def _trail(found: dict[str, Any], status: dict[str, Any]) -> Trail:
    since = status.get("StartLoggingTime")
    return Trail(
        arn=found["TrailARN"],
        name=found["Name"],
        home_region=found.get("HomeRegion") or found["TrailARN"].split(":")[3],
        is_multi_region=bool(found.get("IsMultiRegionTrail")),
        has_global_events=bool(found.get("IncludeGlobalServiceEvents")),
        is_organization=bool(found.get("IsOrganizationTrail")),
        bucket=found.get("S3BucketName", ""),
        prefix=found.get("S3KeyPrefix", ""),
        is_logging=bool(status.get("IsLogging")),
        logging_since=iso_time(since) if since else "",
        delivery_error=status.get("LatestDeliveryError", "") or "",
    )
