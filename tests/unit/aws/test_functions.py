"""The typed calls of Lambda, against moto."""

import io
import json
import zipfile

from secrets_cli.aws.functions import FunctionService, Variable
from secrets_cli.aws.target import Connection
from secrets_cli.secret_value import SecretValue


def _role(aws: Connection) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn: str = aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    return arn


def _code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass")
    return packed.getvalue()


def test_every_page_of_functions_is_read_and_values_are_masked(aws: Connection) -> None:
    role, code = _role(aws), _code()
    for number in range(55):
        aws.client("lambda").create_function(
            FunctionName=f"f{number:02}",
            Runtime="python3.12",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": code},
            Environment={"Variables": {"B": "2", "A": "hunter2-CANARY"}} if number == 0 else {},
        )
    found = {function.name: function for function in FunctionService(aws).functions()}
    assert len(found) == 55
    first = found["f00"]
    assert first.arn == "arn:aws:lambda:us-east-1:123456789012:function:f00"
    assert (first.role, first.runtime, first.environment_error) == (role, "python3.12", "")
    assert first.environment == (Variable("A", SecretValue("hunter2-CANARY")), Variable("B", SecretValue("2")))
    assert found["f54"].environment == ()
    assert "CANARY" not in repr(found)
