"""What the SDK raises becomes one of our errors, and never shows a value."""

import traceback
from collections.abc import Iterator
from io import BytesIO

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ParamValidationError
from botocore.parsers import ResponseParserError

from secrets_cli import errors
from secrets_cli.aws.failures import translated
from secrets_cli.aws.parameters import ParameterStore
from secrets_cli.aws.target import Connection
from secrets_cli.secret_value import SecretValue

MARKER = "marker-1f0a77"


def _answer(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "PutParameter")


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (_answer("AccessDeniedException"), errors.AccessDenied),
        (_answer("ParameterNotFound"), errors.NotThere),
        (_answer("ParameterAlreadyExists"), errors.AlreadyThere),
        (_answer("InvalidKeyId"), errors.KeyUnusable),
        (_answer("ThrottlingException"), errors.Throttled),
        (_answer("ExpiredTokenException"), errors.ConfigurationError),
        (_answer("InternalServerError"), errors.AwsFailure),
        (NoCredentialsError(), errors.ConfigurationError),
        (ParamValidationError(report=MARKER), errors.ConfigurationError),
        (EndpointConnectionError(endpoint_url="http://x"), errors.Unreachable),
    ],
)
def test_each_kind(raised: Exception, kind: type[Exception]) -> None:
    with pytest.raises(kind), translated("ssm:PutParameter", "/a"):
        raise raised


@pytest.mark.parametrize("code", ["ValidationException", "ParameterPatternMismatchException", "ThrottlingException"])
def test_an_answer_that_may_quote_the_value_is_not_passed_on(code: str) -> None:
    with pytest.raises(errors.SecretsCliError) as caught, translated("ssm:PutParameter", "/a"):
        raise _answer(code, f"Value '{MARKER}' at 'value' failed")
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.message + caught.value.help
    assert MARKER not in shown


def test_other_exceptions_pass_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), translated("ssm:PutParameter", "/a"):
        raise ZeroDivisionError


def test_a_text_that_quotes_what_was_sent_is_not_passed_on() -> None:
    with pytest.raises(errors.KeyUnusable) as caught, translated("ssm:PutParameter", "/a", SecretValue(MARKER)):
        raise _answer("InvalidKeyId", f"no such key, said of {MARKER}")
    assert MARKER not in caught.value.message
    with pytest.raises(errors.KeyUnusable, match="is pending deletion"), translated("x:Y", "/a", SecretValue(MARKER)):
        raise _answer("InvalidKeyId", "arn:aws:kms:... is pending deletion.")


@pytest.mark.parametrize("raised", [ResponseParserError(MARKER), KeyError("Parameter")])
def test_an_answer_that_is_none_is_said_to_be_none(raised: Exception) -> None:
    with pytest.raises(errors.AwsFailure, match="not AWS's"), translated("ssm:GetParameter", "/a"):
        raise raised


def test_a_page_in_the_place_of_an_answer_is_refused(aws: Connection) -> None:
    client = aws.client("ssm")

    def page(**_request: object) -> AWSResponse:
        return AWSResponse("http://x", 200, HTTPHeaders(), _Body(b"<html>sign in to the network</html>"))

    client.meta.events.register_first("before-send.ssm.LabelParameterVersion", page)
    with pytest.raises(errors.AwsFailure, match="`ssm:LabelParameterVersion` got an answer that is not AWS's"):
        ParameterStore(aws).label("/a", 1, ["x"])


class _Body(BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()
