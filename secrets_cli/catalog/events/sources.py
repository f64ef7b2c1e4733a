"""From the names CloudTrail writes to the names IAM knows: event sources and event names."""

import re
from functools import lru_cache

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
    "mturk-requester": "mechanicalturk",
    "iotdata": "iot",
    "iotsecuredtunneling": "iot",
    "iot-jobs-data": "iotjobsdata",
    "partnercentral-account": "partnercentral",
    "partnercentral-benefits": "partnercentral",
    "partnercentral-channel": "partnercentral",
    "partnercentral-selling": "partnercentral",
    "awsssoportal": "sso",
    "participant.connect": "connect",
}
"""Event sources (`.amazonaws.com` cut off) whose IAM prefix is another word.

Source: the service list of https://github.com/iann0036/iam-dataset (MIT, 2023-01-01), records of the services up to
`stepfunctions`; from `mturk-requester` on the event sources of https://docs.aws.amazon.com/eventbridge/latest/ref/ and
botocore's signing names, beside the prefixes of the Service Authorization Reference (read 2026-11).
"""

_ENDPOINTS = """
    account-access: account-access-runtime
    agent-registry: agent-registry-control
    appconfig: appconfigdata
    appstream: appstream2
    aws-marketplace: catalog.marketplace entitlement.marketplace metering.marketplace
    bedrock: bedrock-agent bedrock-agent-runtime bedrock-data-automation bedrock-data-automation-runtime
    bedrock-agentcore: bedrock-agentcore-control
    cassandra: cassandra-streams
    chime: identity-chime media-pipelines-chime meetings-chime messaging-chime voice-chime
    cloudhsm: cloudhsmv2
    cloudsearch: cloudsearchdomain
    cloudwatch: cloudwatch-omni
    detective: api.detective
    ecr: api.ecr
    ecr-public: api.ecr-public
    events: eventsv2
    forecast: forecastquery
    iam: iam-toolbox
    iot: api.tunneling.iot data-ats.iot
    iotdeviceadvisor: api.iotdeviceadvisor
    iotjobsdata: data.jobs.iot
    iotmanagedintegrations: api.iotmanagedintegrations
    iotwireless: api.iotwireless
    ivs: ivsrealtime
    lex: models-v2-lex models.lex runtime-v2-lex runtime.lex
    mediastore: data.mediastore
    mediatailor: api.mediatailor
    memorydb: memory-db
    mgh: migrationhub-config
    mobiletargeting: pinpoint
    partnercentral: partnercentral-prm
    payment-cryptography: controlplane.payment-cryptography dataplane.payment-cryptography
    personalize: personalize-events personalize-runtime
    pricing: api.pricing
    qapps: data.qapps
    s3: s3-control
    sagemaker: a2i-runtime.sagemaker api.sagemaker edge.sagemaker featurestore-runtime.sagemaker
        inferencerouter-runtime.sagemaker job-runtime.sagemaker metrics.sagemaker runtime.sagemaker
        training-session-runtime.sagemaker
    ses: mail-manager
    signer: data-signer
    sms-voice: sms-voice.pinpoint
    sso: portal.sso
    sso-oauth: oidc
    timestream: ingest.timestream query.timestream
    wickr: admin.wickr
"""


def _endpoints() -> dict[str, str]:
    found: dict[str, str] = {}
    prefix = ""
    for word in _ENDPOINTS.split():
        if word.endswith(":"):
            prefix = word[:-1]
        else:
            found[word] = prefix
    return found


PREFIX_OF_ENDPOINT = _endpoints()
"""Endpoint names that are no IAM prefix -> the prefix that the service signs its calls with.

Most services write the name they sign with as event source; a record that bears the endpoint's name is read alike.
Source: `endpointPrefix` and `signingName` of the service models of botocore 1.44.5 (2026-11-17).
"""


@lru_cache(maxsize=4_096)
def prefix_of(event_source: str) -> str:
    """The IAM prefix of an event source such as `monitoring.amazonaws.com`; its own first part unless the table says
    otherwise."""
    name = _AMAZON.sub("", event_source.strip()).lower()
    known = PREFIX_OF_SOURCE.get(name) or PREFIX_OF_ENDPOINT.get(name)
    if known is not None:
        return known
    if name.endswith("-marketplace"):
        return "aws-marketplace"
    if name.startswith("chime-sdk-"):
        return "chime"
    return name


@lru_cache(maxsize=4_096)
def undated(event_name: str) -> str:
    """The event's name without the API version that Lambda and CloudFront append; others come back as they are."""
    return _DATE.sub("", event_name)
