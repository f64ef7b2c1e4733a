"""Where the catalog lists ARN formats whose service is another than the prefix they are listed under.

Finding them means reading every service of the catalog, a tenth of a second; so those of the packaged one are written down.
Of any other catalog they are found by reading it.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.iam.arn import parse_arn

OF_CATALOG: Final = "dc144f3639f1a284940dc8c76cd32795be9a3054de8d4d9f19c582aa2fb39ad1"
"""The hash of the catalog that the table was found in; a test says what to write for a new one."""

LISTED_UNDER: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "acm": ("ec2",),
        "amplify": ("wafv2",),
        "apigateway": ("wafv2",),
        "app-integrations": ("connect",),
        "apprunner": ("wafv2",),
        "appsync": ("wafv2",),
        "bedrock-agentcore": ("wafv2",),
        "billing": ("bcm-data-exports", "ce"),
        "catalog": ("servicecatalog",),
        "cloudfront": ("cloudfront-keyvaluestore",),
        "cloudtrail": ("cloudtrail-data",),
        "codewhisperer": ("q",),
        "cognito-idp": ("wafv2",),
        "compute-optimizer": ("aco-automation",),
        "ds": ("ds-data",),
        "ec2": ("ebs", "ec2-instance-connect", "route53", "ssm", "vpce", "wafv2", "workspaces-instances"),
        "ecs": ("ssm",),
        "eks": ("aps", "eks-auth"),
        "elastic-inference": ("ec2",),
        "elasticloadbalancing": ("arc-zonal-shift", "waf-regional", "wafv2"),
        "iam": ("codestar", "ec2", "es", "ssm", "sts"),
        "iot": ("greengrass", "iotjobsdata", "iotwireless"),
        "iq-permission": ("iq",),
        "kafka": ("kafka-cluster",),
        "kms": ("events", "kinesis"),
        "license-manager": ("ec2",),
        "mpa": ("payment-cryptography",),
        "opensearch": ("es",),
        "qbusiness": ("qapps",),
        "qdeveloper": ("q",),
        "rds": ("rds-data",),
        "redshift": ("redshift-data",),
        "redshift-serverless": ("redshift-data",),
        "resource-groups": ("ec2",),
        "route53-recovery-control": ("route53-recovery-cluster", "route53-recovery-control-config"),
        "s3": ("ssm",),
        "s3-object-lambda": ("s3",),
        "sagemaker": ("sagemaker-mlflow",),
        "sns": ("devops-guru",),
        "sso": ("sso-oauth",),
        "vpc-lattice": ("vpc-lattice-svcs",),
        "wafv2": ("apprunner", "cognito-idp"),
        "wisdom": ("connect",),
    }
)
"""Service in an ARN -> the other prefixes under which such ARNs are listed, sorted."""


def other_prefixes(service: str, catalog: Catalog) -> tuple[str, ...]:
    """The prefixes but `service` itself under which the catalog lists ARNs that say `service`; sorted."""
    table = LISTED_UNDER if catalog.header.sha256 == OF_CATALOG else listed_under(catalog)
    return table.get(service, ())


@lru_cache(maxsize=2)
def listed_under(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """The table, found by reading every service."""
    found: dict[str, dict[str, None]] = {}
    for prefix in catalog.services():
        service = catalog.service(prefix)
        assert service is not None, "the catalog has the services that it lists"
        for arn in (arn for kind in service.resource_types for arn in kind.arns):
            parsed = parse_arn(arn)
            said = "" if parsed is None else parsed.service
            if said != prefix and not said.startswith(("$", "{", "*")):
                found.setdefault(said, {})[prefix] = None
    return {service: tuple(prefixes) for service, prefixes in sorted(found.items())}
