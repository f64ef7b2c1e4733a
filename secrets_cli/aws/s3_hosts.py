"""The bucket that a host names, as clients of S3 write it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html; on one machine: `bucket.localhost`,
`bucket.s3.localhost`, `bucket.s3.us-east-1.localhost.localstack.cloud`.
"""

import re

_AMAZON = re.compile(
    r"(?:(?P<bucket>.+?)\.)?s3(?:[.-](?:dualstack|fips|external-1|accelerate|[a-z]{2}(?:-[a-z]+)+-\d))*\.amazonaws\.com(?:\.cn)?"
)
_LOCAL = re.compile(r"(?P<bucket>.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.localhost(?:\.localstack\.cloud|\.ministack\.org)?")


def bucket_of_host(host: str) -> str:
    """The bucket, or an empty text where the path holds it."""
    found = _AMAZON.fullmatch(host) or _LOCAL.fullmatch(host)
    name = (found["bucket"] or "") if found else ""
    return "" if name.startswith("s3") and name.split(".")[0] in ("s3", "s3-control") else name
