"""The names under which AWS's services call, and for which of them a source should be asked.

A name is `service.amazonaws.com`, in some cases with a region or a part of the service before it
(`logs.eu-central-1.amazonaws.com`, `delivery.logs.amazonaws.com`), in other partitions with another domain. Known are the
prefixes of the action catalog and the names below: AWS publishes no full list, so a name that is in neither is *not known*,
and only a wrong form, or a name one slip away from a known one, is a mistake.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html, and the service principals in
AWS's managed policies of 2026-09 (`iam:PassedToService`, `iam:AWSServiceName`).
"""

import difflib
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from secrets_cli.catalog.catalog import Catalog

_DOMAINS: Final = (
    ".amazonaws.com.cn",
    ".amazonaws.com",
    ".amazonaws.eu",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
    ".api.aws",
)
_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}")
_OUTSIDE: Final = frozenset({"alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com"})
"""Names of another form."""

_FURTHER: Final = frozenset(
    [
        "airflow-env",
        "alexa",
        "amazonmq",
        "application-insights",
        "application-status-checks",
        "automation",
        "aws-artifact-account-sync",
        "bcm",
        "bcm-data-exports",
        "billingconsole",
        "billingreports",
        "capacitymanager",
        "cassandra-streams",
        "chatbot",
        "cloudwatch-crossaccount",
        "codecatalyst-runner",
        "codestar-notifications",
        "config-conforms",
        "config-multiaccountsetup",
        "config-multiaccountsetup",
        "context-service",
        "costalerts",
        "dataexchange",
        "datapipeline",
        "deeplens",
        "developer-tools",
        "diode",
        "discovery",
        "ec2-images",
        "ec2-instance-connect",
        "ec2fastlaunch",
        "ec2fleet",
        "ec2scheduled",
        "ec2sqlha",
        "ecs-compute",
        "ecs-tasks",
        "edgelambda",
        "eks-connector",
        "eks-fargate",
        "eks-fargate-pods",
        "eks-nodegroup",
        "elasticache-snapshot",
        "events",
        "inspector-scan",
        "integrations",
        "ivs",
        "jellyfish",
        "lexv2",
        "license-manager-linux-subscriptions",
        "macie",
        "managedservices",
        "marketplace",
        "marketplace-mcp",
        "member-account",
        "migrationhub",
        "monitoring",
        "opensearchservice",
        "opensearchserverless",
        "partnercentral-selling",
        "purchaseorders",
        "rds-preview",
        "route53-recovery",
        "scheduler",
        "sdmp",
        "securityhubv2",
        "servicecatalog-appregistry",
        "signin",
        "spot",
        "spotfleet",
        "ssm-contacts",
        "ssm-incidents",
        "streams",
        "streams.metrics",
        "tagpolicies",
        "timestream-scheduledquery",
        "transitgateway",
        "tts",
        "user-attribute-cost-allocation-data",
        "vmie",
        "vpc-flow-logs",
        "vpc-lattice-svcs",
        "waf-regional",
        "wam",
        "workmail",
    ]
)
"""Services that call under a name which is no prefix of actions."""


_CALLED: Final = {
    "cloudwatch-events": "events",
    "cloudwatch-logs": "logs",
    "elb": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "eventbridge": "events",
    "step-functions": "states",
    "stepfunctions": "states",
}
"""Names of products that are no names of services."""


@dataclass(frozen=True, slots=True)
class KnownService:
    """A service that exists."""


@dataclass(frozen=True, slots=True)
class Misspelt:
    """AWS would refuse the name."""

    meant: str
    """The name that may be meant; empty where none is near."""


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Of the right form, and not known here."""


Judged: TypeAlias = KnownService | Misspelt | NotKnown


def judged(name: str, catalog: Catalog) -> Judged:
    """What is known of a service principal's name."""
    text = name.lower()
    if text in _OUTSIDE:
        return KnownService()
    domain = next((one for one in _DOMAINS if text.endswith(one)), None)
    if domain is None or re.fullmatch(r"[a-z0-9.-]+", text) is None:
        return Misspelt(_of_right_form(text, catalog))
    labels = [label for label in text.removesuffix(domain).split(".") if _REGION.fullmatch(label) is None]
    if any(_is_known(label, catalog) for label in labels):
        return KnownService()
    near = (_CALLED.get(labels[-1]) or _near(labels[-1], catalog)) if labels else ""
    return Misspelt(f"{near}{domain}") if near else NotKnown()


def service_of(name: str) -> str:
    """The service's own name: `logs` of `logs.eu-central-1.amazonaws.com`."""
    text = name.lower()
    domain = next((one for one in _DOMAINS if text.endswith(one)), "")
    labels = [label for label in text.removesuffix(domain).split(".") if _REGION.fullmatch(label) is None]
    return labels[-1] if labels else text


def _is_known(label: str, catalog: Catalog) -> bool:
    return label in _FURTHER or label in catalog.services()


def _of_right_form(text: str, catalog: Catalog) -> str:
    """`lambda.amazon.com`, `lambda.aws.com`, `lambda`."""
    label = text.split(".")[0]
    if _is_known(label, catalog):
        return f"{label}.amazonaws.com"
    near = _near(label, catalog)
    return f"{near}.amazonaws.com" if near else ""


_SLIP: Final = 0.85
_SHORTEST: Final = 5


def _near(label: str, catalog: Catalog) -> str:
    """A known name one slip away; short names are near to too many."""
    if len(label) < _SHORTEST:
        return ""
    return next(iter(difflib.get_close_matches(label, [*catalog.services(), *_FURTHER], 1, _SLIP)), "")


ASKS_FOR_A_SOURCE: Final = frozenset(
    [
        "access-analyzer",
        "appflow",
        "appstream",
        "aps",
        "auditmanager",
        "backup",
        "bedrock",
        "bedrock-agentcore",
        "braket",
        "budgets",
        "chatbot",
        "cleanrooms",
        "cloudtrail",
        "codebuild",
        "codepipeline",
        "comprehend",
        "config",
        "connect",
        "databrew",
        "datasync",
        "devops-guru",
        "dms",
        "ecs-tasks",
        "entityresolution",
        "firehose",
        "fis",
        "forecast",
        "frauddetector",
        "gamelift",
        "glue",
        "grafana",
        "greengrass",
        "healthlake",
        "imagebuilder",
        "iot",
        "iotevents",
        "iotsitewise",
        "kendra",
        "kinesisanalytics",
        "lex",
        "lexv2",
        "logs",
        "lookoutmetrics",
        "m2",
        "mediaconvert",
        "medical-imaging",
        "omics",
        "osis",
        "personalize",
        "pipes",
        "quicksight",
        "rekognition",
        "robomaker",
        "rolesanywhere",
        "sagemaker",
        "scheduler",
        "securitylake",
        "ses",
        "states",
        "ssm",
        "synthetics",
        "textract",
        "timestream",
        "timestream-scheduledquery",
        "transcribe",
        "transfer",
        "translate",
        "vmie",
        "workspaces",
    ]
)
"""Services whose guides tell to ask for `aws:SourceArn` or `aws:SourceAccount` in the trust policy of the role they assume:
each has a page "Cross-service confused deputy prevention", such as
https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html"""

ASKS_FOR_NONE: Final = frozenset({"apigateway", "ec2", "edgelambda", "eks", "eks-fargate-pods", "events", "lambda"})
"""Services that assume a role without giving a source, or whose guides give no condition: a role can only be passed within its
account. https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"""
