"""Objects of S3: what CloudFormation and Lambda fetch a template and a zip from."""

from typing import Any

from secrets_cli.aws.failures import translated
from secrets_cli.aws.target import Connection


class Bucket:
    """One bucket, which must be of the connection's own account: a name somebody else took is refused."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection = connection
        self.name = name

    @property
    def _s3(self) -> Any:
        return self.connection.client("s3")

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write an object, by s3:PutObject."""
        with translated("s3:PutObject", f"s3://{self.name}/{key}"):
            self._s3.put_object(
                Bucket=self.name,
                Key=key,
                Body=body,
                ContentType=content_type,
                ExpectedBucketOwner=self.connection.account,
            )

    def url(self, key: str) -> str:
        """The address CloudFormation takes for a template; with the bucket in the path, as `aws cloudformation deploy` has it:
        in a host's name, one with dots would not match the certificate."""
        suffix = "amazonaws.com.cn" if self.connection.partition == "aws-cn" else "amazonaws.com"
        return f"https://s3.{self.connection.region}.{suffix}/{self.name}/{key}"
