"""Conditions that held in a recorded call and may be required of later ones."""

from secrets_cli.catalog.events.parameters import text, texts
from secrets_cli.catalog.events.row import ConditionRecipe
from secrets_cli.catalog.grant import ApiCall
from secrets_cli.iam.model import ConditionTerm, Operator

_VIA = """
    airflow apprunner appflow athena auditmanager backup backup-gateway cassandra codeartifact codeguru-reviewer
    comprehend connect dms dynamodb ec2 ecr eks elasticfilesystem es finspace firehose forecast fsx geo glue
    groundstation healthlake iotsitewise kafka kendra kinesis kinesisvideo lambda lex license-manager lookoutequipment
    lookoutmetrics lookoutvision macie managedblockchain mediatailor memorydb mgn monitron mq nimble omics profile
    proton qldb rds redshift redshift-serverless rekognition s3 sagemaker secretsmanager ses sns sqlworkbench sqs ssm
    ssm-contacts ssm-incidents storagegateway timestream translate wisdom workmail workspaces workspaces-web
    xray
"""
VIA_SERVICES = frozenset(_VIA.split())
"""Services of which the value of kms:ViaService is `SERVICE.REGION.amazonaws.com`, in every partition.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#viaService_table. Services whose
name in the condition differs from their event source (Directory Service, ElastiCache, GuardDuty, Snowball) are left
out: without the condition a grant is wider, with a wrong one it is useless."""

EQUALS = Operator("StringEquals")


def via_service(call: ApiCall, service: str) -> tuple[ConditionTerm, ...]:
    """kms:ViaService for a call that a service made on the principal's behalf; none where the service's name in this
    condition is not certain."""
    if service not in VIA_SERVICES or not call.region:
        return ()
    return (ConditionTerm(EQUALS, "kms:ViaService", (f"{service}.{call.region}.amazonaws.com",)),)


def _kms_terms(call: ApiCall) -> tuple[ConditionTerm, ...]:
    service = call.invoked_by.lower().removesuffix(".amazonaws.com")
    if not call.invoked_by.lower().endswith(".amazonaws.com"):
        return ()
    return via_service(call, service) + _parameter_terms(text(call.parameters, "encryptionContext.PARAMETER_ARN"))


def _parameter_terms(arn: str) -> tuple[ConditionTerm, ...]:
    return (ConditionTerm(EQUALS, "kms:EncryptionContext:PARAMETER_ARN", (arn,)),) if arn else ()


KMS_CALLER = ConditionRecipe(
    "if userIdentity.invokedBy: kms:ViaService, and kms:EncryptionContext:PARAMETER_ARN from the encryption context",
    _kms_terms,
)


def equal_to_parameter(key: str, path: str) -> ConditionRecipe:
    """The condition key had the value that the request holds at `path`."""

    def terms(call: ApiCall) -> tuple[ConditionTerm, ...]:
        found = texts(call.parameters, path)
        return (ConditionTerm(EQUALS, key, found),) if found else ()

    return ConditionRecipe(f"{key} = {path}", terms)


def _listed_prefix(call: ApiCall) -> tuple[ConditionTerm, ...]:
    """S3 compares s3:prefix with the request's parameter as it is written
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html). Without the parameter, and with an
    empty one, the whole bucket is listed: no condition. Neither where the text might be encoded, or would read as a
    policy variable."""
    written = text(call.parameters, "prefix")
    if not written or "%" in written or "${" in written:
        return ()
    return (ConditionTerm(EQUALS, "s3:prefix", (written,)),)


LISTED_PREFIX = ConditionRecipe("s3:prefix = prefix, if the request has one", _listed_prefix)
