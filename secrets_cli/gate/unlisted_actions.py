"""Actions that AWS's own managed policies name and no published table has: not public, not published yet, or gone.

Reviewed by hand, 2026-11. Those of services that AWS has shut down (DeepLens, DeepRacer, DeepComposer, Elastic Inference,
IoT 1-Click, CloudHSM Classic, Zocalo) and plain mistakes (`payments:Get`, `budgets:CreateBudget` for `budgets:ModifyBudget`)
are not here: they certainly grant nothing.

Source: the policies in https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from typing import Final

_NAMES = {
    "builderid": "CreateInvitation DeleteInvitation DisassociateCollaborator ListInvitations",
    "cloud9": "ValidateEnvironmentName",
    "memorydb": "ReplicateMultiRegionClusterData",
    "organizations": "CreateBuilderIdOwnedAccount",
    "payments": (
        "AcceptTermsAndConditionsForProgramByAccountId BatchGetPaymentProfiles CreatePaymentAttempt "
        "CreatePaymentProfile GetAcceptedTermsAndConditionsForProgramByAccountId GetAccountBalance "
        "GetDefaultPaymentProfile GetEligibleCurrencies GetPaymentAttempt GetPaymentPreferences "
        "GetPreferredCurrency GetRecommendedTermsAndConditionsForProgram ListPaymentProfiles "
        "SearchFinancialRecords SetPreferredCurrency UpdatePaymentProfile"
    ),
    "qapps": "ImportDocumentToQApp ImportDocumentToQAppSession",
    "route53-recovery-control-config": "DescribeRoutingControlByName",
    "securityagent": (
        "BatchGetAgentInstances BatchGetSecurityTestContentMetadata BatchGetTasks CreateDocumentReview "
        "DeleteDocumentReview GetCodeReviewTask GetDocReviewTask GetDocumentReview "
        "GetDocumentReviewArtifact ListAgentInstances ListControls ListDocumentReviewComments "
        "ListDocumentReviews ListTasks StartPentestExecution StopPentestExecution"
    ),
}

UNLISTED: Final = frozenset(f"{service}:{name}".lower() for service, names in _NAMES.items() for name in names.split())
"""In lower case."""
