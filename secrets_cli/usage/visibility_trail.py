"""What of a trail's own state speaks against taking its logs for whole evidence."""

from collections.abc import Iterator

from secrets_cli.aws.trails import Trail


def trail_warnings(trail: Trail, first: str) -> Iterator[str]:
    """What speaks against taking the trail's logs, the first record of which is of `first` (empty: unknown), for whole."""
    if not trail.is_logging:
        yield f"trail `{trail.name}` does not log now: switch it on with `aws cloudtrail start-logging`"
    if trail.delivery_error:
        yield f"trail `{trail.name}` could not deliver: S3 answered {trail.delivery_error}"
    if not trail.is_multi_region:
        yield f"trail `{trail.name}` logs {trail.home_region} alone: calls in other regions are not in it"
    if not trail.has_global_events:
        yield f"trail `{trail.name}` leaves out global services (IAM, STS, CloudFront)"
    if first and trail.logging_since > first:
        yield (
            f"logging was last switched on at {trail.logging_since}, after the first of these records ({first}): there "
            "is a hole between"
        )
