"""Actions that open a resource to other accounts, or to everyone.

Read from the actions of the Service Authorization Reference at level Permissions management, and from those that share
snapshots, images and documents, which AWS files under Write. Reviewed 2026-11.
"""

from typing import Final

from secrets_cli.gate.exposure.table import Exposing
from secrets_cli.gate.persona import Persona
from secrets_cli.severity import Severity

OPENS_RESOURCES: Final[tuple[Exposing, ...]] = (
    Exposing(
        "buckets",
        (
            "s3:PutBucketPolicy",
            "s3:DeleteBucketPolicy",
            "s3:PutBucketAcl",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketOwnershipControls",
            "s3:PutAccessPointPolicy",
            "s3:PutMultiRegionAccessPointPolicy",
            "s3:CreateAccessGrant",
            "s3express:PutBucketPolicy",
            "s3tables:PutTableBucketPolicy",
            "s3tables:PutTablePolicy",
            "s3vectors:PutVectorBucketPolicy",
        ),
    ),
    Exposing("objects", ("s3:PutObjectAcl", "s3:PutObjectVersionAcl")),
    Exposing("keys", ("kms:PutKeyPolicy", "kms:CreateGrant"), Severity.HIGH),
    Exposing("secrets", ("secretsmanager:PutResourcePolicy",)),
    Exposing("parameters and documents", ("ssm:PutResourcePolicy", "ssm:ModifyDocumentPermission")),
    Exposing(
        "functions and layers", ("lambda:AddPermission", "lambda:PutResourcePolicy", "lambda:AddLayerVersionPermission")
    ),
    Exposing("queues", ("sqs:AddPermission", "sqs:SetQueueAttributes")),
    Exposing("topics", ("sns:AddPermission", "sns:SetTopicAttributes")),
    Exposing("tables and streams", ("dynamodb:PutResourcePolicy", "kinesis:PutResourcePolicy")),
    Exposing("image repositories", ("ecr:SetRepositoryPolicy", "ecr-public:SetRepositoryPolicy")),
    Exposing("file systems", ("elasticfilesystem:PutFileSystemPolicy", "s3files:PutFileSystemPolicy")),
    Exposing("backups", ("backup:PutBackupVaultAccessPolicy", "glacier:SetVaultAccessPolicy")),
    Exposing(
        "disk snapshots and machine images",
        ("ec2:ModifySnapshotAttribute", "ec2:ModifyImageAttribute"),
    ),
    Exposing(
        "database snapshots",
        ("rds:ModifyDBSnapshotAttribute", "rds:ModifyDBClusterSnapshotAttribute", "redshift:AuthorizeSnapshotAccess"),
    ),
    Exposing("data shares", ("redshift:AuthorizeDataShare", "redshift:PutResourcePolicy")),
    Exposing("event buses", ("events:PutResourcePolicy",)),
    Exposing("log destinations", ("logs:PutDestinationPolicy",)),
    Exposing("the data catalog", ("glue:PutResourcePolicy",)),
    Exposing("private certificate authorities", ("acm-pca:PutPolicy", "acm-pca:CreatePermission")),
    Exposing(
        "packages and builds",
        (
            "codeartifact:PutDomainPermissionsPolicy",
            "codeartifact:PutRepositoryPermissionsPolicy",
            "codebuild:PutResourcePolicy",
        ),
    ),
    Exposing("APIs", ("apigateway:UpdateRestApiPolicy",)),
    Exposing("endpoint services", ("ec2:ModifyVpcEndpointServicePermissions", "vpc-lattice:PutAuthPolicy")),
    Exposing("shares of resources", ("ram:AssociateResourceShare", "ram:UpdateResourceShare")),
    Exposing("mail identities", ("ses:CreateEmailIdentityPolicy",)),
    Exposing("media containers", ("mediastore:PutContainerPolicy",)),
    Exposing(
        "what the whole account keeps closed",
        ("s3:PutAccountPublicAccessBlock", "ram:CreateResourceShare", "events:PutPermission", "ses:PutIdentityPolicy"),
        persona=Persona.STRICT,
    ),
)
