"""Actions that return credentials, or make them.

Read from the actions of the Service Authorization Reference by what AWS documents that they return; the notion of such a
list is Cloudsplaining's (BSD-3-Clause, https://github.com/salesforce/cloudsplaining), the list is ours. Reviewed 2026-11.

Tokens that only let a client pull images or packages (`ecr:GetAuthorizationToken`, `codeartifact:GetAuthorizationToken`) are
no credentials in this sense: what they open, other actions decide.
"""

from typing import Final

from secrets_cli.gate.exposure.table import Exposing
from secrets_cli.gate.persona import Persona
from secrets_cli.severity import Severity

RETURNS_CREDENTIALS: Final[tuple[Exposing, ...]] = (
    Exposing("access keys of users", ("iam:CreateAccessKey",), Severity.HIGH),
    Exposing("console passwords of users", ("iam:CreateLoginProfile", "iam:UpdateLoginProfile"), Severity.HIGH),
    Exposing(
        "credentials of users for single services",
        ("iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential", "iam:UploadSSHPublicKey"),
    ),
    Exposing("sessions of roles", ("sts:AssumeRole",)),
    Exposing("sessions of federated users", ("sts:GetFederationToken",), persona=Persona.STRICT),
    Exposing(
        "log-ins to databases",
        (
            "rds-db:connect",
            "redshift:GetClusterCredentials",
            "redshift:GetClusterCredentialsWithIAM",
            "redshift-serverless:GetCredentials",
            "dsql:DbConnectAdmin",
            "lightsail:GetRelationalDatabaseMasterUserPassword",
        ),
    ),
    Exposing(
        "log-ins to machines",
        ("ec2:GetPasswordData", "lightsail:GetInstanceAccessDetails"),
    ),
    Exposing("the key of Lightsail machines", ("lightsail:DownloadDefaultKeyPair",), persona=Persona.STRICT),
    Exposing(
        "credentials of clusters",
        ("elasticmapreduce:GetClusterSessionCredentials", "emr-containers:GetManagedEndpointSessionCredentials"),
    ),
    Exposing("access keys of Lightsail buckets", ("lightsail:CreateBucketAccessKey",)),
    Exposing(
        "tokens of source hosts", ("codeconnections:GetConnectionToken", "codestar-connections:GetConnectionToken")
    ),
    Exposing("secrets of event connections", ("events:RetrieveConnectionCredentials",)),
    Exposing("passwords of user pool users", ("cognito-idp:AdminSetUserPassword",)),
    Exposing("tokens of developer identities", ("cognito-identity:GetOpenIdTokenForDeveloperIdentity",)),
    Exposing("data lake sessions", ("lakeformation:GetDataAccess",), persona=Persona.AUDITOR),
    Exposing(
        "passwords of directory users",
        ("ds:ResetUserPassword", "workmail:ResetPassword"),
    ),
)
