"""Furnishing an emulated account: users, buckets, tables, a role and a function, as the demo needs them.

Refuses every endpoint that is not on this machine: nothing of this is ever made in an account of AWS.
"""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from secrets_cli.aws.failures import translated
from secrets_cli.aws.loggers import pin_loggers
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue

_TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},'
    '"Action":"sts:AssumeRole"}]}'
)


class EmulatedAccount:
    """An account of an emulator on this machine, as its root user; nothing of the user's own AWS configuration is read.

    Raises ConfigurationError for an address that is none of this machine.
    """

    def __init__(self, url: str, region: str, key: str, secret: SecretValue) -> None:
        host = urlsplit(url).hostname
        if host is None or not _is_loopback(host):
            raise ConfigurationError("the endpoint is none of this machine", "give the emulator's own, on 127.0.0.1")
        pin_loggers()
        self._place = (url, region, key, secret)
        self._clients: dict[str, Any] = {}

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            from boto3.session import Session
            from botocore.config import Config

            url, region, key, secret = self._place
            with translated(f"making a client for `{service}`"):
                self._clients[service] = Session(key, secret.reveal(), region_name=region).client(
                    service, endpoint_url=url, config=Config(proxies={})
                )
        return self._clients[service]

    def user(self, name: str, policy: str = "") -> tuple[str, SecretValue]:
        """Make a user, with this inline policy if any (JSON text); its access key's id and secret."""
        iam = self._client("iam")
        with translated("iam:CreateUser", name):
            iam.create_user(UserName=name)
            if policy:
                iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
            key = iam.create_access_key(UserName=name)["AccessKey"]
            return key["AccessKeyId"], SecretValue(key["SecretAccessKey"])

    def bucket(self, name: str) -> None:
        """Make a bucket."""
        with translated("s3:CreateBucket", name):
            self._client("s3").create_bucket(Bucket=name)

    def store(self, bucket: str, key: str, text: str) -> None:
        """Put an object."""
        with translated("s3:PutObject", f"{bucket}/{key}"):
            self._client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())

    def table(self, name: str) -> None:
        """Make a DynamoDB table whose key is the text `id`."""
        with translated("dynamodb:CreateTable", name):
            self._client("dynamodb").create_table(
                TableName=name,
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )

    def role(self, name: str, policy: str) -> str:
        """Make a role for Lambda functions with one inline policy `zappa-permissions` (JSON text); its ARN."""
        iam = self._client("iam")
        with translated("iam:CreateRole", name):
            arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
            iam.put_role_policy(RoleName=name, PolicyName="zappa-permissions", PolicyDocument=policy)
        return arn

    def function(self, name: str, role: str, code: bytes) -> str:
        """Deploy a zip whose handler is `handler.handler` under the role (ARN), behind a function URL that asks IAM; the URL."""
        functions = self._client("lambda")
        with translated("lambda:CreateFunction", name):
            functions.create_function(
                FunctionName=name,
                Runtime="python3.12",
                Role=role,
                Handler="handler.handler",
                Timeout=30,
                Code={"ZipFile": code},
            )
            url: str = functions.create_function_url_config(FunctionName=name, AuthType="AWS_IAM")["FunctionUrl"]
        return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
