"""The commands of the getSecret function on moto, which checks no permission: what they plan, refuse, discard and say.

The function itself runs in tests/e2e/test_lambda_e2e.py.
"""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from secrets_cli.aws.function_urls import Answered
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, Throttled, Unreachable
from secrets_cli.secret_value import SecretValue
from tests.conftest import RunCli

APP = "arn:aws:iam::123456789012:role/app"
ALLOW = ("--allow", f"{APP}=/app/db")
URL = "https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws/"
CANARY = "canary-3b9a"


@pytest.fixture
def account(aws: Connection) -> Connection:
    """A parameter, its key, and a role."""
    key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    boto3.client("ssm").put_parameter(Name="/app/db", Value=CANARY, Type="SecureString", KeyId=key)
    boto3.client("iam").create_role(RoleName="app", AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    return aws


def stacks() -> list[Any]:
    """What CloudFormation has."""
    return list(boto3.client("cloudformation").describe_stacks()["Stacks"])


def test_dry_run_makes_nothing(cli: RunCli, account: Connection) -> None:
    ran = cli("lambda", "deploy", *ALLOW, "--dry-run")
    assert (ran.code, ran.out) == (0, "nothing was changed\n")
    assert "reads /app/db" in ran.err
    assert not [stack for stack in stacks() if stack["StackStatus"] != "REVIEW_IN_PROGRESS"]


def test_without_a_terminal_it_needs_yes_and_leaves_nothing(cli: RunCli, account: Connection) -> None:
    ran = cli("lambda", "deploy", *ALLOW)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert not [stack for stack in stacks() if stack["StackStatus"] != "REVIEW_IN_PROGRESS"]


def test_broken_off_at_the_question_the_change_set_is_discarded(
    cli: RunCli, account: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from secrets_cli.cli import asking

    def break_off(question: str, *, yes: bool) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(asking, "confirm", break_off)
    ran = cli("lambda", "deploy", *ALLOW)
    assert ran.code == 130
    assert not [stack for stack in stacks() if stack["StackStatus"] != "REVIEW_IN_PROGRESS"]


def test_grants_of_a_file_and_of_the_command_line_are_one(cli: RunCli, account: Connection, tmp_path: Path) -> None:
    file = tmp_path / "grants.yaml"
    file.write_text(f"version: 1\ngrants:\n  {APP}: {{names: [/app/db]}}\n", encoding="utf-8")
    ran = cli("lambda", "template", "--grants", str(file), *ALLOW)
    assert ran.code == 0, ran.err
    assert ran.out == cli("lambda", "template", *ALLOW).out
    file.write_text(f"version: 1\ngrants:\n  {APP}: {{names: ['/app/*']}}\n", encoding="utf-8")
    refused = cli("lambda", "deploy", "--grants", str(file), "--yes")
    assert refused.code == 4
    assert f"{file}:3: " in refused.err


def test_a_stack_of_somebody_else_is_left_alone(cli: RunCli, account: Connection) -> None:
    boto3.client("cloudformation").create_stack(
        StackName="other", TemplateBody='{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}'
    )
    for words, code in (
        (("remove", "--confirm", "other"), 2),
        (("deploy", *ALLOW, "--yes"), 2),
        (("invoke", "/app/db"), 2),
        (("status", "--no-drift"), 4),
    ):
        ran = cli("lambda", *words, "--stack", "other")
        assert ran.code == code
    assert [stack["StackName"] for stack in stacks()] == ["other"]


@pytest.mark.parametrize(
    "status", ["UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "DELETE_FAILED"]
)
def test_a_stack_of_somebody_else_is_left_alone_whatever_its_state(
    cli: RunCli, account: Connection, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    """A rolled back stack of ours is deleted by `deploy`; one of somebody else's holds what they run."""
    from dataclasses import replace

    from secrets_cli.aws.stacks import Stack, Stacks

    template = {"Resources": {"A": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Url": {"Value": URL}}}
    boto3.client("cloudformation").create_stack(StackName="other", TemplateBody=json.dumps(template))
    describe = Stacks.describe

    def described(self: Stacks, name: str) -> Stack | None:
        found = describe(self, name)
        return found and replace(found, status=status)

    monkeypatch.setattr(Stacks, "describe", described)
    for words in (("deploy", *ALLOW, "--yes"), ("remove", "--confirm", "other")):
        ran = cli("lambda", *words, "--stack", "other")
        assert (ran.code, ran.out) == (2, "")
        assert f"`other` ({status}) is no getSecret function" in ran.err
    assert [stack["StackName"] for stack in stacks()] == ["other"]


def test_roles_of_the_deployment_are_granted_nothing(cli: RunCli, account: Connection) -> None:
    for role in ("get-secret-function", "get-secret-reader-app-db-0123abcd"):
        boto3.client("iam").create_role(
            RoleName=role, AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}'
        )
        ran = cli("lambda", "deploy", "--allow", f"arn:aws:iam::123456789012:role/{role}=/app/db", "--dry-run")
        assert ran.code == 2
        assert "a role of this deployment" in ran.err


def test_a_key_that_would_refuse_is_told_before_anything_is_asked(cli: RunCli, account: Connection) -> None:
    """Its policy names its users, and the reader role is not there yet."""
    me = {"Sid": "Admin", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/admin"}}
    policy = {"Version": "2012-10-17", "Statement": [me | {"Action": "kms:*", "Resource": "*"}]}
    key = boto3.client("ssm").describe_parameters()["Parameters"][0]["KeyId"]
    boto3.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    ran = cli("lambda", "deploy", *ALLOW, "--dry-run")
    assert ran.code == 0
    told, planned = ran.err.index("secrets-cli key grant-use"), ran.err.index("FunctionRole")
    assert " --reader arn:aws:iam::123456789012:role/" in ran.err  # as the command takes it
    assert told < planned


def test_remove_asks_for_the_name(cli: RunCli, account: Connection) -> None:
    outputs = {name: {"Value": URL} for name in ("Mode", "Front", "Url")}
    template = {
        "Metadata": {"SecretsCli": {"Version": "1"}},
        "Resources": {"A": {"Type": "AWS::SNS::Topic"}},
        "Outputs": outputs,
    }
    boto3.client("cloudformation").create_stack(StackName="get-secret", TemplateBody=json.dumps(template))
    assert cli("lambda", "remove").code == 2
    wrong = cli("lambda", "remove", "--confirm", "get-secre")
    assert (wrong.code, wrong.out) == (2, "nothing was removed\n")
    assert len(stacks()) == 1
    right = cli("lambda", "remove", "--confirm", "get-secret")
    assert right.code == 0, right.err
    assert right.out.endswith("removed the stack get-secret\n")
    assert not stacks()


def answer(monkeypatch: pytest.MonkeyPatch, status: int, document: object) -> list[str]:
    """Have the function answer this; the bodies it is sent."""
    sent: list[str] = []

    def call(connection: Connection, door: object, body: str) -> Answered:
        sent.append(body)
        return Answered(status, SecretValue(document if isinstance(document, str) else json.dumps(document)))

    monkeypatch.setattr("secrets_cli.broker.asked.call", call)
    return sent


@pytest.mark.usefixtures("aws")
class TestInvoke:
    """`lambda invoke`, with the function's answer given."""

    def test_one_value(self, cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
        sent = answer(monkeypatch, 200, {"secrets": [{"name": "/a", "version": 2, "value": CANARY}], "requestId": "r"})
        ran = cli("lambda", "invoke", "/a", "--url", URL)
        assert (ran.code, ran.out) == (0, CANARY)
        assert [json.loads(body) for body in sent] == [{"names": ["/a"]}]

    def test_masked_on_a_terminal(self, cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
        answer(monkeypatch, 200, {"secrets": [{"name": "/a", "version": 2, "value": CANARY}], "requestId": "r"})
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        ran = cli("lambda", "invoke", "/a", "--url", URL)
        assert (ran.code, ran.out) == (0, "********\n")
        assert "`--reveal` shows values" in ran.err
        as_json = cli("lambda", "invoke", "/a", "--url", URL, "--format", "json")
        document = json.loads(as_json.out)
        assert (document["masked"], document["secrets"][0]["value"]) == (True, None)
        assert CANARY not in ran.out + ran.err + as_json.out + as_json.err
        assert CANARY in cli("lambda", "invoke", "/a", "--url", URL, "--reveal").out

    @pytest.mark.parametrize(
        ("status", "document", "says"),
        [
            (403, '{"Message":"Forbidden"}', "IAM refused the call"),
            (403, {"error": "forbidden", "requestId": "r-1"}, "hands out nothing for `/a`"),
            (429, {"error": "throttled", "requestId": "r-1"}, "throttled"),
            (502, {"error": "upstream", "requestId": "r-1"}, "answered 502 (upstream)"),
            (502, "<html>", "answered 502"),
            (200, CANARY, "did not answer JSON"),
            (200, {"requestId": "r"}, "no list of secrets"),
            (200, {"secrets": [{"value": CANARY}]}, "is no result"),
            (200, [CANARY], "did not answer JSON"),
        ],
    )
    def test_refusals_and_nonsense(
        self, cli: RunCli, monkeypatch: pytest.MonkeyPatch, status: int, document: object, says: str
    ) -> None:
        answer(monkeypatch, status, document)
        ran = cli("lambda", "invoke", "/a", "--url", URL, "--debug")
        assert (ran.code, ran.out) == (5, "")
        assert says in ran.err
        assert CANARY not in ran.err

    def test_some_of_several(self, cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
        found = {"name": "/a", "version": 2, "value": CANARY}
        answer(monkeypatch, 200, {"secrets": [found, {"name": "/b", "error": "not-available"}], "requestId": "r"})
        ran = cli("lambda", "invoke", "/a", "/b", "--url", URL)
        assert (ran.code, ran.out) == (5, f"/a\t{CANARY}\n")
        assert "`/b`" in ran.err

    def test_relay_sends_a_signature_and_no_key(self, cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-not-to-be-sent")
        sent = answer(monkeypatch, 200, {"secrets": [{"name": "/a", "version": 2, "value": CANARY}], "requestId": "r"})
        assert cli("lambda", "invoke", "/a", "/b", "--url", URL, "--mode", "relay").code == 0
        assert len(sent) == 2
        assert not any("wJalrXUtnFEMI" in body for body in sent)
        assert "Signature=" in sent[0]

    def test_long_term_keys_are_never_sent(self, cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("AWS_SESSION_TOKEN")
        sent = answer(monkeypatch, 200, {})
        assert cli("lambda", "invoke", "/a", "--url", URL, "--mode", "caller-credentials").code == 2
        assert sent == []

    @pytest.mark.parametrize(
        "url",
        [
            "http://x.lambda-url.us-east-1.on.aws/",
            "https://example.com/",
            f"{URL}?a=b",
            "https://u:p@x.execute-api.a.b/",
        ],
    )
    def test_other_urls_are_sent_nothing(self, cli: RunCli, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        sent = answer(monkeypatch, 200, {})
        assert cli("lambda", "invoke", "/a", "--url", url).code == 2
        assert sent == []

    def test_no_more_than_ten(self, cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
        sent = answer(monkeypatch, 200, {})
        assert cli("lambda", "invoke", *(f"/a{n}" for n in range(11)), "--url", URL).code == 2
        assert sent == []


@pytest.mark.parametrize(
    ("error", "code"),
    [(AccessDenied("AWS denied it"), 5), (Throttled("throttled"), 5), (Unreachable("no answer"), 5)],
    ids=["denied", "throttled", "unreachable"],
)
def test_faults_of_aws_end_with_their_message(
    cli: RunCli, account: Connection, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    from secrets_cli.aws.stacks import Stacks

    def fail(*given: object, **named: object) -> None:
        raise error

    monkeypatch.setattr(Stacks, "describe", fail)
    for words in (
        ("deploy", *ALLOW, "--yes"),
        ("status",),
        ("remove", "--confirm", "get-secret"),
        ("invoke", "/app/db"),
    ):
        ran = cli("lambda", *words)
        assert (ran.code, ran.out) == (code, "")
        assert ran.err.rstrip().splitlines()[-1] == f"error: {error}"
