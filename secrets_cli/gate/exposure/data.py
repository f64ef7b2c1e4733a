"""Actions that read what is stored, not what is known about it.

Read from the actions of the Service Authorization Reference at level Read and by what AWS documents that they return; the
notion of such a list is Cloudsplaining's (BSD-3-Clause, https://github.com/salesforce/cloudsplaining), the list is ours.
Reviewed 2026-11.
"""

from typing import Final

from secrets_cli.gate.exposure.table import Exposing
from secrets_cli.gate.persona import Persona
from secrets_cli.severity import Severity

READS_DATA: Final[tuple[Exposing, ...]] = (
    Exposing("secrets in Secrets Manager", ("secretsmanager:GetSecretValue",), Severity.HIGH),
    Exposing(
        "parameters, secret ones included",
        ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"),
    ),
    Exposing("what KMS keys encrypt", ("kms:Decrypt", "kms:ReEncryptFrom")),
    Exposing(
        "objects in S3", ("s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTorrent", "s3-object-lambda:GetObject")
    ),
    Exposing("tables in S3", ("s3tables:GetTableData",)),
    Exposing(
        "items in DynamoDB",
        (
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:PartiQLSelect",
            "dynamodb:GetRecords",
            "dynamodb:ExportTableToPointInTime",
            "dax:GetItem",
            "dax:BatchGetItem",
            "dax:Query",
            "dax:Scan",
        ),
    ),
    Exposing("messages in SQS", ("sqs:ReceiveMessage",)),
    Exposing("records in streams", ("kinesis:GetRecords", "kinesis:SubscribeToShard", "kafka-cluster:ReadData")),
    Exposing(
        "media in Kinesis Video Streams",
        ("kinesisvideo:GetMedia", "kinesisvideo:GetMediaForFragmentList", "kinesisvideo:GetClip"),
    ),
    Exposing(
        "rows in databases",
        (
            "cassandra:Select",
            "timestream:Select",
            "neptune-db:ReadDataViaQuery",
            "qldb:PartiQLSelect",
            "sdb:Select",
            "sdb:GetAttributes",
        ),
    ),
    Exposing(
        "rows in databases, with a log-in",
        (
            "rds-data:ExecuteStatement",
            "rds-data:BatchExecuteStatement",
            "redshift-data:ExecuteStatement",
            "redshift-data:BatchExecuteStatement",
        ),
        persona=Persona.STRICT,
    ),
    Exposing("results of queries", ("athena:GetQueryResults", "athena:GetQueryResultsStream"), persona=Persona.STRICT),
    Exposing("documents in search domains", ("es:ESHttpGet", "es:ESHttpPost")),
    Exposing("blocks of disk snapshots", ("ebs:GetSnapshotBlock",)),
    Exposing("archives in Glacier", ("glacier:GetJobOutput",)),
    Exposing(
        "source code in CodeCommit",
        ("codecommit:GitPull", "codecommit:GetFile", "codecommit:GetBlob"),
        persona=Persona.STRICT,
    ),
    Exposing("mail", ("workmailmessageflow:GetRawMessageContent", "ses:GetArchiveMessageContent")),
    Exposing("health records", ("healthlake:ReadResource", "healthlake:SearchWithGet", "healthlake:SearchEverything")),
    Exposing("users of user pools", ("cognito-idp:AdminGetUser", "cognito-idp:ListUsers"), persona=Persona.STRICT),
    Exposing(
        "logs",
        (
            "logs:GetLogEvents",
            "logs:FilterLogEvents",
            "logs:GetLogRecord",
            "logs:StartQuery",
            "logs:StartLiveTail",
            "logs:Unmask",
        ),
        persona=Persona.STRICT,
    ),
    Exposing("code and variables of functions", ("lambda:GetFunction",), persona=Persona.STRICT),
    Exposing("container images", ("ecr:GetDownloadUrlForLayer",), persona=Persona.STRICT),
)
