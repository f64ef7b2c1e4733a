"""Systems Manager: parameters, documents, sessions.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
"""

from secrets_cli.catalog.events.kinds import SESSION
from secrets_cli.catalog.events.kms_names import ADVANCED_SECURE, PARAMETER_KEY, STANDARD_SECURE, THROUGH_SSM
from secrets_cli.catalog.events.names import named
from secrets_cli.catalog.events.row import Need, Row
from secrets_cli.catalog.events.ssm_names import (
    AUTOMATION,
    DOCUMENT_AND_INSTANCES,
    DOCUMENT_OF_CALL,
    PARAMETERS,
    PATH,
    TAGGED,
)
from secrets_cli.catalog.events.when import given

_GUIDE = "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html"

ROWS = (
    Row(
        "ssm-parameter",
        "ssm",
        (
            "GetParameter",
            "GetParameters",
            "GetParameterHistory",
            "DeleteParameter",
            "DeleteParameters",
            "LabelParameterVersion",
            "UnlabelParameterVersion",
        ),
        (Need("=", PARAMETERS),),
        "Decryption is logged by KMS as its own event.",
        _GUIDE,
    ),
    Row(
        "ssm-parameters-by-path",
        "ssm",
        ("GetParametersByPath",),
        (Need("ssm:GetParametersByPath", PATH),),
        "Checked on the path named in the request, not on the parameters below it.",
        _GUIDE,
    ),
    Row(
        "ssm-put-parameter",
        "ssm",
        ("PutParameter",),
        (
            Need("ssm:PutParameter", PARAMETERS),
            Need("ssm:AddTagsToResource", PARAMETERS, given("tags")),
            Need("kms:Encrypt", PARAMETER_KEY, STANDARD_SECURE, THROUGH_SSM, skip_if_none=True),
            Need("kms:GenerateDataKey", PARAMETER_KEY, ADVANCED_SECURE, THROUGH_SSM, skip_if_none=True),
        ),
        "The KMS action lies on the key. The AWS managed key aws/ssm needs no identity grant.",
        "https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html",
    ),
    Row(
        "ssm-send-command",
        "ssm",
        ("SendCommand",),
        (Need("ssm:SendCommand", DOCUMENT_AND_INSTANCES),),
        "Needed on the document and on each instance; instances chosen by tag are `instance/*`.",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html",
    ),
    Row(
        "ssm-start-session",
        "ssm",
        ("StartSession",),
        (Need("ssm:StartSession", DOCUMENT_AND_INSTANCES),),
        "",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html",
    ),
    Row(
        "ssm-session",
        "ssm",
        ("TerminateSession", "ResumeSession"),
        (Need("=", named(SESSION, "sessionId")),),
        "",
        _GUIDE,
    ),
    Row(
        "ssm-start-automation",
        "ssm",
        ("StartAutomationExecution",),
        (Need("ssm:StartAutomationExecution", AUTOMATION),),
        "",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html",
    ),
    Row(
        "ssm-document",
        "ssm",
        (
            "CreateDocument",
            "DeleteDocument",
            "DescribeDocument",
            "DescribeDocumentPermission",
            "GetDocument",
            "ListDocumentVersions",
            "ModifyDocumentPermission",
            "UpdateDocument",
            "UpdateDocumentDefaultVersion",
        ),
        (Need("=", DOCUMENT_OF_CALL),),
        "",
        _GUIDE,
    ),
    Row(
        "ssm-tags",
        "ssm",
        ("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource"),
        (Need("=", TAGGED),),
        "",
        _GUIDE,
    ),
)
