"""KMS, Secrets Manager and the KMS needs of other services.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
"""

from secrets_cli.catalog.events.conditions import KMS_CALLER
from secrets_cli.catalog.events.kinds import SECRET
from secrets_cli.catalog.events.kms_names import ALIAS_AND_KEY, CREATED_KEY, DESTINATION_KEY, KEY_OF_CALL, SOURCE_KEY
from secrets_cli.catalog.events.names import everything, named
from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.when import given

_GUIDE = "https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html"

ROWS = (
    Row(
        "kms-cryptography",
        "kms",
        (
            "Decrypt",
            "Encrypt",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext",
            "GenerateMac",
            "VerifyMac",
            "Sign",
            "Verify",
            "GetPublicKey",
            "DeriveSharedSecret",
            "DescribeKey",
            "CreateGrant",
        ),
        (Need("=", KEY_OF_CALL, condition=KMS_CALLER),),
        "A call that a service makes on the principal's behalf (forward access session) needs the principal's grant.",
        _GUIDE,
    ),
    Row(
        "kms-re-encrypt",
        "kms",
        ("ReEncrypt",),
        (
            Need("kms:ReEncryptFrom", SOURCE_KEY, condition=KMS_CALLER),
            Need("kms:ReEncryptTo", DESTINATION_KEY, condition=KMS_CALLER),
        ),
        "There is no action of the event's name.",
        _GUIDE,
    ),
    Row(
        "kms-create-key",
        "kms",
        ("CreateKey",),
        (
            Need("kms:CreateKey", everything("")),
            Need("kms:TagResource", CREATED_KEY, given("tags")),
            Need("kms:PutKeyPolicy", CREATED_KEY, given("policy")),
        ),
        "",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html",
    ),
    Row("kms-alias", "kms", ("CreateAlias", "DeleteAlias", "UpdateAlias"), (Need("=", ALIAS_AND_KEY),), "", _GUIDE),
    Row(
        "kms-key",
        "kms",
        (
            "CancelKeyDeletion",
            "DeleteImportedKeyMaterial",
            "DisableKey",
            "DisableKeyRotation",
            "EnableKey",
            "EnableKeyRotation",
            "GetKeyPolicy",
            "GetKeyRotationStatus",
            "GetParametersForImport",
            "ImportKeyMaterial",
            "ListGrants",
            "ListKeyPolicies",
            "ListKeyRotations",
            "ListResourceTags",
            "PutKeyPolicy",
            "RetireGrant",
            "RevokeGrant",
            "RotateKeyOnDemand",
            "ScheduleKeyDeletion",
            "TagResource",
            "UntagResource",
            "UpdateKeyDescription",
            "UpdatePrimaryRegion",
            "ReplicateKey",
        ),
        (Need("=", KEY_OF_CALL),),
        "",
        _GUIDE,
    ),
    Row(
        "secretsmanager-batch-get",
        "secretsmanager",
        ("BatchGetSecretValue",),
        (
            Need("secretsmanager:BatchGetSecretValue", everything("")),
            Need(
                "secretsmanager:GetSecretValue",
                named(SECRET, "secretIdList", otherwise="the call chose secrets by filter and no record names them"),
            ),
        ),
        "No GetSecretValue is logged beside it.",
        "seen in detonation logs",
    ),
    Row(
        "secretsmanager-create",
        "secretsmanager",
        ("CreateSecret",),
        (
            Need("secretsmanager:CreateSecret", named(SECRET, "name", listed_first=False)),
            Need("secretsmanager:TagResource", named(SECRET, "name", listed_first=False), given("tags")),
        ),
        "Secrets Manager appends six characters to the name, other ones each time.",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
    ),
    Row(
        "secretsmanager-secret",
        "secretsmanager",
        (
            "CancelRotateSecret",
            "DeleteResourcePolicy",
            "DeleteSecret",
            "DescribeSecret",
            "GetResourcePolicy",
            "GetSecretValue",
            "ListSecretVersionIds",
            "PutResourcePolicy",
            "PutSecretValue",
            "RemoveRegionsFromReplication",
            "ReplicateSecretToRegions",
            "RestoreSecret",
            "RotateSecret",
            "StopReplicationToReplica",
            "TagResource",
            "UntagResource",
            "UpdateSecret",
            "UpdateSecretVersionStage",
            "ValidateResourcePolicy",
        ),
        (Need("=", named(SECRET, "secretId", response="arn")),),
        "",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
    ),
)
