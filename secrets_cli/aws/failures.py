"""What the SDK raises, said again in our words.

An answer of AWS may quote what was sent: a validation error quotes the value that failed it, and the SDK's own parameter
validation prints a value of the wrong type. So AWS's text is passed on only for the errors that are known to quote names
and ARNs alone; of the others the code is told. The exceptions are not chained: a traceback must not show them either.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from secrets_cli import errors
from secrets_cli.secret_value import SecretValue

_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "NotAuthorized",
        "UnauthorizedOperation",
        "UnauthorizedException",
    }
)
_NOT_THERE = frozenset(
    {
        "NotFoundException",
        "NoSuchEntity",
        "NoSuchEntityException",
        "ParameterNotFound",
        "ParameterVersionNotFound",
        "ResourceNotFoundException",
        "ResourceNotFound",
        "TrailNotFoundException",
        "InvalidResourceId",
    }
)
_ALREADY = frozenset(
    {"AlreadyExistsException", "EntityAlreadyExists", "ParameterAlreadyExists", "ResourceConflictException"}
)
_KEY = frozenset(
    {
        "InvalidKeyId",
        "DisabledException",
        "KMSInvalidStateException",
        "InvalidKeyUsageException",
        "KeyUnavailableException",
    }
)
_THROTTLED = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "TooManyUpdates",
        "RequestLimitExceeded",
        "LimitExceededException",
        "SlowDown",
    }
)
_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "RequestExpired",
    }
)
_QUOTES_NO_VALUE = _DENIED | _NOT_THERE | _ALREADY | _KEY | frozenset({"MalformedPolicyDocumentException"})


@contextmanager
def translated(what: str, resource: str = "", sent: SecretValue | None = None) -> Iterator[None]:
    """Turn any exception of the SDK raised inside into ours.

    `what` is the IAM action of the call (`ssm:GetParameter`), or a phrase for a step that is no call; `resource` the ARN
    or name it was for; `sent` the secret that the call carries: no text that quotes it is passed on. Errors of ours pass
    unchanged.
    """
    try:
        yield
    except errors.SecretsCliError:
        raise
    except Exception as error:
        ours = _ours(error, what, resource, sent)
        if ours is None:
            raise
        raise ours from None


def _ours(error: Exception, what: str, resource: str, sent: SecretValue | None) -> errors.SecretsCliError | None:
    from botocore import exceptions as sdk
    from botocore.parsers import ResponseParserError

    if isinstance(error, sdk.ClientError):
        return _answered(error.response.get("Error", {}), what, resource, sent)
    if isinstance(error, (ResponseParserError, KeyError)):  # KeyError: a member that AWS always sends
        return _no_answer(_call(what, resource))
    if isinstance(error, sdk.ParamValidationError):
        return errors.ConfigurationError(
            f"{_call(what, resource)} was not sent: one of its parameters is not of the form AWS takes",
            "check the names and options given",
        )
    if isinstance(error, (sdk.NoCredentialsError, sdk.PartialCredentialsError, sdk.CredentialRetrievalError)):
        return errors.ConfigurationError(
            "no usable AWS credentials were found", "give `--profile`, or set credentials as for any AWS tool"
        )
    if isinstance(error, sdk.ProfileNotFound):
        return errors.ConfigurationError(
            "the AWS configuration has no such profile", "see the names with `aws configure list-profiles`"
        )
    if isinstance(error, sdk.NoRegionError):
        return errors.ConfigurationError("no AWS region is set", "give `--region`, or set AWS_DEFAULT_REGION")
    if isinstance(error, (sdk.HTTPClientError, sdk.ConnectionError)):
        return errors.Unreachable(
            f"{_call(what, resource)} got no answer ({type(error).__name__})",
            "check the network, the region and `--endpoint-url`",
        )
    if isinstance(error, sdk.BotoCoreError):
        return errors.AwsFailure(f"{_call(what, resource)} failed in the SDK ({type(error).__name__})")
    if isinstance(error, ValueError) and "endpoint" in str(error).lower():
        return errors.ConfigurationError("the endpoint is not a URL", "give `--endpoint-url http(s)://host[:port]`")
    return None


def refuse_what_is_no_answer(http_response: Any = None, parsed: Any = None, model: Any = None, **_more: object) -> None:
    """Raise AwsFailure where a success came with a body that is not JSON, as a proxy's page: a handler for the SDK's event
    `after-call`. The SDK itself takes such a body as an answer without members."""
    if set(parsed or {}) - {"ResponseMetadata"} or model is None or "json" not in model.service_model.protocol:
        return
    if http_response is None or http_response.raw is None or http_response.status_code >= 300:
        return  # without a raw answer it was not sent: a stub answered
    if not http_response.content.strip():
        return
    try:
        json.loads(http_response.content)
    except ValueError:
        raise _no_answer(f"`{model.service_model.service_name}:{model.name}`") from None


def _no_answer(call: str) -> errors.AwsFailure:
    return errors.AwsFailure(
        f"{call} got an answer that is not AWS's", "check the network between, and `--endpoint-url`"
    )


def _answered(answer: Any, what: str, resource: str, sent: SecretValue | None) -> errors.SecretsCliError:
    code = str(answer.get("Code", ""))
    call = _call(what, resource)
    said = _plain(str(answer.get("Message", "")))
    text = f": {said}" if said and code in _QUOTES_NO_VALUE and not _quotes(said, sent) else ""
    if code in _DENIED:
        return errors.AccessDenied(f"AWS denied {call}{text}", _denied_help(what, resource), code)
    if code == "ParameterNotFound" and resource:
        help_text = "check the name and the region; see the names with `secrets-cli secret list`"
        return errors.NotThere(f"there is no parameter `{resource}`", help_text, code)
    if code in _NOT_THERE:
        return errors.NotThere(f"{call}: there is no such thing ({code})", "check the name and the region", code)
    if code in _ALREADY:
        return errors.AlreadyThere(f"{call}: it is there already ({code})", "", code)
    if code in _KEY:
        return errors.KeyUnusable(f"{call}: the KMS key cannot be used ({code}{text})", _KEY_HELP, code)
    if code in _THROTTLED:
        return errors.Throttled(f"{call} was throttled, also when tried again ({code})", "wait, then run again", code)
    if code in _CREDENTIALS:
        return errors.ConfigurationError(
            f"AWS does not accept the credentials ({code})", "renew them, or give another `--profile`"
        )
    return errors.AwsFailure(f"{call} failed: AWS answered {code or 'without a code'}{text}", "", code)


_KEY_HELP = "see its state and policy with `secrets-cli key show`"


def _call(what: str, resource: str) -> str:
    named = f"`{what}`" if ":" in what else what
    return f"{named} on `{resource}`" if resource else named


def _denied_help(what: str, resource: str) -> str:
    if ":" not in what:
        return ""
    where = f"`{resource}`" if resource.startswith("arn:") else "the resource above"
    return f"a policy that allows `{what}` on {where} is missing, or another denies it"


def _quotes(text: str, sent: SecretValue | None) -> bool:
    """Whether the text holds the value, as it is or as JSON or Python would write it."""
    if sent is None:
        return False
    return any(
        form in text for form in (_plain(sent.reveal()), json.dumps(sent.reveal())[1:-1], repr(sent.reveal())[1:-1])
    )


def _plain(text: str) -> str:
    """AWS's text on one line, without its full stop."""
    return " ".join(text.split()).rstrip(".")
