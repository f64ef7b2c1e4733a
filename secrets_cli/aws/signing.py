"""Sign one HTTP request with the caller's credentials (AWS Signature Version 4), for calls that no SDK client makes.

Only headers come back; the secret access key goes no further than the SDK's signer.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

from collections.abc import Mapping

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection


def sign(
    connection: Connection,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    service: str,
    region: str,
) -> dict[str, str]:
    """The headers to send the request with: those given, `X-Amz-Date`, `Authorization` and, for temporary credentials,
    `X-Amz-Security-Token`.

    Every header given is signed, so send exactly these, and `body` as it is. `Host` is signed as given, else as the URL
    says; give it where the connection goes to another address than the name that is called. `service` is the name in
    the scope: `lambda` for a function URL, `execute-api` for an API of API Gateway, `ssm` for Parameter Store.
    Raises ConfigurationError where there are no usable credentials.
    """
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    access_key, secret_key, token = connection.credentials()
    with translated("signing a request"):
        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        SigV4Auth(Credentials(access_key, secret_key, token), service, region).add_auth(request)
        return {name: str(value) for name, value in request.headers.items()}
