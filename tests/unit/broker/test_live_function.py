"""Whether the deployed function is told from one that was changed, down to what CloudFormation's drift does not see."""

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, replace
from typing import Any

import pytest

from secrets_cli.aws.functions import FunctionService, Running
from secrets_cli.broker.live_function import FunctionState, function_state
from secrets_cli.errors import AccessDenied, NotThere, Unreachable

SOURCE = "def handler(event, context):\n    return 1\n"
APP = "arn:aws:iam::111122223333:user/app"
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:get-secret"


def zipped(**files: str) -> bytes:
    """A zip of modules by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name.replace('__', '/')}.py", text)
    return packed.getvalue()


def sha(body: bytes) -> str:
    """As Lambda shows it."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def resources(code: dict[str, str]) -> dict[str, Any]:
    """The parts of a template that are compared."""
    function = {"FunctionName": "get-secret", "Handler": "index.handler", "Runtime": "python3.14", "Code": code}
    function |= {"Environment": {"Variables": {"GET_SECRET_GRANTS": "{}"}}}
    call = {"Principal": APP, "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "AWS_IAM"}
    invoke = {"Principal": APP, "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True}
    source = "arn:${AWS::Partition}:execute-api:::${HttpApi}/x"
    api = {"Principal": "apigateway.amazonaws.com", "Action": "lambda:InvokeFunction", "SourceArn": {"Fn::Sub": source}}
    permissions = {
        str(n): {"Type": "AWS::Lambda::Permission", "Properties": p} for n, p in enumerate((call, invoke, api))
    }
    return {"Function": {"Type": "AWS::Lambda::Function", "Properties": function}, "Url": {"Type": "-"}, **permissions}


def statement(principal: object, action: str, **condition: dict[str, str]) -> dict[str, Any]:
    """As lambda:GetPolicy answers it."""
    more = {"Condition": condition} if condition else {}
    return {"Sid": "s", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": ARN, **more}


POLICY = [
    statement({"AWS": APP}, "lambda:InvokeFunctionUrl", StringEquals={"lambda:FunctionUrlAuthType": "AWS_IAM"}),
    statement({"AWS": APP}, "lambda:InvokeFunction", Bool={"lambda:InvokedViaFunctionUrl": "true"}),
    statement(
        {"Service": "apigateway.amazonaws.com"},
        "lambda:InvokeFunction",
        ArnLike={"AWS:SourceArn": "arn:aws:execute-api:::api1/x"},
    ),
]
CODE = zipped(index=SOURCE)
RUNNING = Running(sha(CODE), "https://x", "index.handler", "python3.14", "r", (), {"GET_SECRET_GRANTS": "{}"})


@dataclass
class Lambda(FunctionService):
    """What Lambda answers."""

    now: Running = RUNNING
    packed: bytes | Exception = CODE
    statements: Any = None
    url: str | Exception = "AWS_IAM"
    gone: Exception | None = None

    def running(self, name: str) -> Running:
        if self.gone:
            raise self.gone
        return self.now

    def code(self, running: Running) -> bytes:
        if isinstance(self.packed, Exception):
            raise self.packed
        return self.packed

    def resource_policy(self, name: str) -> str:
        if isinstance(self.statements, Exception):
            raise self.statements
        return json.dumps({"Statement": POLICY if self.statements is None else self.statements})

    def url_authorization(self, name: str) -> str:
        if isinstance(self.url, Exception):
            raise self.url
        return self.url


def state(service: Lambda, code: dict[str, str] | None = None) -> FunctionState:
    """The comparison."""
    physical = {"AWS::Partition": "aws", "HttpApi": "api1"}
    return function_state(resources(code or {"ZipFile": SOURCE}), physical, service)


def test_the_function_as_it_was_deployed() -> None:
    assert state(Lambda()) == FunctionState(RUNNING.code_sha256, True, "", ())
    with_module = zipped(index=SOURCE, cfnresponse="")
    assert state(Lambda(replace(RUNNING, code_sha256=sha(with_module)), with_module)).as_deployed is True


@pytest.mark.parametrize(
    "packed",
    [zipped(index=f"{SOURCE}#"), zipped(index=SOURCE, boto3____init__="x"), zipped(index=SOURCE, json="x"), zipped()],
    ids=["other code", "a package beside it", "a module beside it", "nothing"],
)
def test_other_code_in_the_zip(packed: bytes) -> None:
    found = state(Lambda(replace(RUNNING, code_sha256=sha(packed)), packed))
    assert (found.as_deployed, found.problems) == (False, ("its code is not what was deployed",))


def test_a_zip_that_is_not_the_one_that_runs_proves_nothing() -> None:
    assert state(Lambda(replace(RUNNING, code_sha256=sha(b"other")))).as_deployed is False


def test_a_zip_of_a_bucket_is_told_by_its_key() -> None:
    stem = hashlib.sha256(CODE).hexdigest()[:32]
    assert state(Lambda(), {"S3Bucket": "b", "S3Key": f"get-secret/{stem}.zip"}).as_deployed is True
    assert state(Lambda(), {"S3Bucket": "b", "S3Key": f"get-secret/{'0' * 32}.zip"}).as_deployed is False
    unnamed = state(Lambda(), {"S3Bucket": "b", "S3Key": "get-secret/code.zip"})
    assert unnamed.as_deployed is None
    assert "says no hash" in unnamed.unknown


@pytest.mark.parametrize(
    ("service", "says"),
    [
        (Lambda(replace(RUNNING, layers=("arn:layer",))), "it has layers"),
        (Lambda(replace(RUNNING, handler="other.handler")), "its handler is `other.handler`"),
        (Lambda(replace(RUNNING, runtime="python3.9")), "its runtime is `python3.9`"),
        (
            Lambda(replace(RUNNING, environment={**RUNNING.environment, "AWS_LAMBDA_EXEC_WRAPPER": "/opt/x"})),
            "its environment differs: AWS_LAMBDA_EXEC_WRAPPER",
        ),
        (Lambda(replace(RUNNING, environment={})), "its environment differs: GET_SECRET_GRANTS"),
        (Lambda(url="NONE"), "it has a URL with authorization NONE"),
        (
            Lambda(statements=[*POLICY, statement({"AWS": APP}, "lambda:InvokeFunction")]),
            f"`{APP}` is allowed lambda:InvokeFunction, also directly",
        ),
        (
            Lambda(statements=[*POLICY, statement("*", "lambda:InvokeFunction")]),
            "`*` is allowed lambda:InvokeFunction, also directly",
        ),
        (
            Lambda(
                statements=[
                    *POLICY[:1],
                    statement({"AWS": APP}, "lambda:InvokeFunction", Bool={"lambda:InvokedViaFunctionUrl": "false"}),
                    *POLICY[2:],
                ]
            ),
            f"`{APP}` is allowed lambda:InvokeFunction where bool lambda:invokedviafunctionurl `false`",
        ),
        (Lambda(statements=POLICY[1:]), f"`{APP}` is no longer allowed lambda:InvokeFunctionUrl"),
        (Lambda(statements=AccessDenied("no")), "its resource policy could not be looked at"),
        (Lambda(url=AccessDenied("no")), "its URL could not be looked at"),
        (Lambda(gone=NotThere("gone")), "the function is gone"),
    ],
)
def test_what_was_changed_is_told(service: Lambda, says: str) -> None:
    assert any(problem.startswith(says) for problem in state(service).problems)


def test_what_cannot_be_known_is_not_said_to_be_well() -> None:
    denied = state(Lambda(gone=AccessDenied("no")))
    assert (denied.as_deployed, denied.problems) == (None, ())
    away = state(Lambda(packed=Unreachable("no answer")))
    assert (away.as_deployed, away.problems) == (None, ())
    assert "no answer" in away.unknown
