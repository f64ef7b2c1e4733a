"""Calls that no IAM identity policy decides: they carry a token of the service's own, or nothing, in place of a
signature.

Source: the service models and API references as botocore 1.44.5 (2026-11-17) carries them: `auth` or `authtype` of the
operation, `signatureVersion` of the service, or the sentence in its description.
"""

from secrets_cli.catalog.events.row import Row

_BEARER = "carries a bearer token of the service, which IAM does not check"
_NO_SIGNATURE = "carries no signature, so IAM does not check it"


def _row(row: str, source: str, events: str, note: str, evidence: str) -> Row:
    return Row(row, source, tuple(events.split()), (), note, evidence)


ROWS = (
    _row(
        "cognito-by-access-token",
        "cognito-idp",
        """CompleteWebAuthnRegistration DeleteWebAuthnCredential GetClientToken GetUserAuthFactors ListUserSessions
        ListWebAuthnCredentials RevokeUserSession StartWebAuthnRegistration""",
        "authorised by the user's token or the client's secret; Cognito evaluates no IAM policy for it",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html"
        "#user-pools-API-operations",
    ),
    _row(
        "sso-portal",
        "sso",
        "GetRoleCredentials ListAccountRoles ListAccounts Logout",
        _BEARER,
        "https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/welcome.html",
    ),
    _row(
        "sso-oidc",
        "sso-oauth",
        "CreateToken RegisterClient StartDeviceAuthorization",
        _NO_SIGNATURE,
        "https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html",
    ),
    _row(
        "signin-token-exchange",
        "signin",
        "CreateOAuth2TokenWithTokenExchange",
        _NO_SIGNATURE,
        "noAuth in the service model of botocore 1.44.5",
    ),
    _row(
        "account-access-portal",
        "account-access",
        "GetRoleCredentials ListRoles",
        _BEARER,
        "httpBearerAuth in the service model of botocore 1.44.5",
    ),
    _row(
        "connect-participant",
        "connect",
        """CancelParticipantAuthentication CompleteAttachmentUpload CreateParticipantConnection
        DisconnectParticipant GetAttachment GetAuthenticationUrl GetTranscript SendEvent SendMessage
        StartAttachmentUpload""",
        "carries a participant's or a connection's token in place of a signature",
        "https://docs.aws.amazon.com/connect-participant/latest/APIReference/Welcome.html",
    ),
    _row(
        "codecatalyst-by-token",
        "codecatalyst",
        """CreateAccessToken CreateDevEnvironment CreateProject CreateSourceRepository CreateSourceRepositoryBranch
        DeleteAccessToken DeleteDevEnvironment DeleteProject DeleteSourceRepository DeleteSpace GetDevEnvironment
        GetProject GetSourceRepository GetSourceRepositoryCloneUrls GetSpace GetSubscription GetUserDetails GetWorkflow
        GetWorkflowRun ListAccessTokens ListDevEnvironmentSessions ListDevEnvironments ListEventLogs ListProjects
        ListSourceRepositories ListSourceRepositoryBranches ListSpaces ListWorkflowRuns ListWorkflows
        StartDevEnvironment StartDevEnvironmentSession StartWorkflowRun StopDevEnvironment StopDevEnvironmentSession
        UpdateDevEnvironment UpdateProject UpdateSpace VerifySession""",
        _BEARER,
        "https://docs.aws.amazon.com/codecatalyst/latest/APIReference/welcome.html",
    ),
)
