"""From the names CloudTrail writes to the names IAM knows: event sources and event names."""

import re

_AMAZON = re.compile(r"\.amazonaws\.com(\.cn)?$", re.IGNORECASE)
_DATE = re.compile(r"(?:\d{8}|\d{4}_\d{2}_\d{2})(?:v\d+)?$")
"""`20150331`, `20150331v2` (Lambda) and `2020_05_31` (CloudFront)."""

PREFIX_OF_SOURCE = {
    "monitoring": "cloudwatch",
    "tagging": "tag",
    "opensearchservice": "es",
    "amazonmq": "mq",
    "migrationhub": "mgh",
    "pricelist": "pricing",
    "application-insights": "applicationinsights",
    "email": "ses",
    "streams.dynamodb": "dynamodb",
    "rdsdata": "rds-data",
    "qconnect": "wisdom",
    "participant-connect": "connect",
    "contact-lens": "connect",
    "cloudcontrolapi": "cloudformation",
    "transcribestreaming": "transcribe",
    "taxconsole": "tax",
    "servicecatalog-appregistry": "servicecatalog",
    "bedrock-runtime": "bedrock",
    "eventbridge": "events",
    "stepfunctions": "states",
}
"""Event sources (`.amazonaws.com` cut off) whose IAM prefix is another word.

Source: the service list of https://github.com/iann0036/iam-dataset (MIT, 2023-01-01), and records of the services named
last.
"""


def prefix_of(event_source: str) -> str:
    """The IAM prefix of an event source such as `monitoring.amazonaws.com`; its own first part unless the table says
    otherwise."""
    name = _AMAZON.sub("", event_source.strip()).lower()
    known = PREFIX_OF_SOURCE.get(name)
    if known is not None:
        return known
    if name.endswith("-marketplace"):
        return "aws-marketplace"
    if name.startswith("chime-sdk-"):
        return "chime"
    return name


def undated(event_name: str) -> str:
    """The event's name without the API version that Lambda and CloudFront append; others come back as they are."""
    return _DATE.sub("", event_name)
