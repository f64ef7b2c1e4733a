"""`secret policy` from the command line."""

import json
from pathlib import Path

import jsonschema
import pytest

from secrets_cli.aws.target import Connection
from secrets_cli.iam.parse import parse_policy
from tests.conftest import RunCli

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"


@pytest.mark.parametrize("duty", ["reader", "writer", "rotator"])
@pytest.mark.parametrize("word", ["/billing/prod/db", "/billing/prod/", "/billing/prod/*", "db", "/"])
def test_the_policy_goes_to_stdout_and_the_proof_to_stderr(cli: RunCli, duty: str, word: str) -> None:
    ran = cli("secret", "policy", duty, word, "--key", KEY, "--principal", ROLE)
    assert ran.code == 0
    assert parse_policy(ran.out, "stdout").statements
    assert "neighbours denied" in ran.err
    assert "aws iam put-role-policy --role-name app" in ran.err
    assert cli("secret", "policy", duty, word, "--key", KEY, "--principal", ROLE, "--quiet").err == ""


def test_json_holds_to_its_schema(cli: RunCli, checkout: Path) -> None:
    schema = json.loads((checkout / "docs" / "schemas" / "secret-policy-1.json").read_text(encoding="utf-8"))
    for principal in (ROLE, "arn:aws:iam::444455556666:user/theirs"):
        ran = cli("secret", "policy", "reader", "/a/b/", "--key", KEY, "--principal", principal, "--format", "json")
        report = json.loads(ran.out)
        jsonschema.validate(report, schema)
        assert report["proof"]["allowed"] + report["proof"]["denied"] == len(report["proof"]["requests"])
        assert (report["parameter_policy"] is None) is (principal == ROLE)
        assert ran.err == ""


def test_a_path_ends_with_a_slash(cli: RunCli) -> None:
    one = json.loads(cli("secret", "policy", "reader", "/a/b", "--key", KEY, "--principal", ROLE).out)
    path = json.loads(cli("secret", "policy", "reader", "/a/b/", "--key", KEY, "--principal", ROLE).out)
    assert one["Statement"][0]["Resource"].endswith(":parameter/a/b")
    assert path["Statement"][0]["Resource"].endswith(":parameter/a/b/*")


def test_create_only_is_for_writers(cli: RunCli) -> None:
    ran = cli("secret", "policy", "writer", "/a", "--create-only", "--key", KEY, "--principal", ROLE)
    assert json.loads(ran.out)["Statement"][0]["Condition"] == {"StringEquals": {"ssm:Overwrite": "false"}}
    ran = cli("secret", "policy", "reader", "/a", "--create-only", "--key", KEY, "--principal", ROLE)
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("reader", "/a:3", "--key", KEY, "--principal", ROLE), "selects a version"),
        (("reader", "/a//b", "--key", KEY, "--principal", ROLE), "two slashes"),
        (("reader", "/a", "--key", KEY, "--principal", "app"), "not the ARN of a user or role"),
        (("reader", "/a", "--key", KEY.replace("1234abcd", "*"), "--principal", ROLE), "is a pattern"),
        (("reader", "/a", "--key", KEY, "--region", "us-east-1", "--principal", ROLE), "the ARN is of eu-west-1"),
        (("writer", "/a", "--key", KEY, "--principal", "arn:aws:iam::444455556666:role/x"), "reading only"),
        (("nobody", "/a", "--key", KEY, "--principal", ROLE), "choose `reader` or `writer` or `rotator`"),
    ],
)
def test_what_is_refused(cli: RunCli, words: tuple[str, ...], message: str) -> None:
    ran = cli("secret", "policy", *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_another_account_is_told_what_it_takes(cli: RunCli) -> None:
    ran = cli("secret", "policy", "reader", "/a", "--key", KEY, "--principal", "arn:aws:iam::444455556666:role/x")
    assert ran.code == 0
    for what in ("advanced tier", "ShareForReading", "DecryptFromAnotherAccount", "alias/aws/ssm cannot be shared"):
        assert what in ran.err


def test_a_proof_that_fails_prints_no_policy(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    from secrets_cli.iam.model import Effect, Element, Statement
    from secrets_cli.secrets.policies import proof as policy_proof

    wide = Statement(Effect.ALLOW, Element(("ssm:*",)), Element(("*",)), sid="Wide")
    monkeypatch.setattr(policy_proof, "reader_statements", lambda *_, **__: (wide,))
    ran = cli("secret", "policy", "reader", "/a", "--key", KEY, "--principal", ROLE, "--format", "json")
    assert (ran.code, ran.out) == (20, "")
    assert "the policy is not proven" in ran.err


def _put(aws: Connection, name: str, key: str = "alias/team") -> None:
    aws.client("ssm").put_parameter(Name=name, Value="v", Type="SecureString", KeyId=key)


def test_the_key_is_looked_up(cli: RunCli, aws: Connection) -> None:
    kms = aws.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/team", TargetKeyId=arn)
    _put(aws, "/billing/prod/db")
    _put(aws, "/billing/prod/mail", "alias/aws/ssm")
    role = "arn:aws:iam::123456789012:role/app"
    one = cli("secret", "policy", "reader", "/billing/prod/db", "--principal", role)
    assert json.loads(one.out)["Statement"][1]["Resource"] == arn
    path = cli("secret", "policy", "reader", "/billing/prod/", "--principal", role)
    assert len(json.loads(path.out)["Statement"][2]["Resource"]) == 2
    assert "encrypted under 2 keys" in path.err
    assert "lets every principal of the account decrypt" in path.err
    named = cli("secret", "policy", "writer", "/to/come", "--key", "team", "--principal", role)
    assert json.loads(named.out)["Statement"][1]["Resource"] == arn
    assert "`secrets-cli key grant-use KEY --writer ARN`" in named.err


def test_what_is_not_there(cli: RunCli, aws: Connection) -> None:
    role = "arn:aws:iam::123456789012:role/app"
    ran = cli("secret", "policy", "reader", "/none", "--principal", role)
    assert (ran.code, ran.out) == (3, "")
    assert "there is no parameter `/none`" in ran.err
    _put(aws, "/some/below", "alias/aws/ssm")
    ran = cli("secret", "policy", "reader", "/some", "--principal", role)
    assert "write `/some/` for the path" in ran.err
    aws.client("ssm").put_parameter(Name="/plain", Value="v", Type="String")
    ran = cli("secret", "policy", "reader", "/plain", "--principal", role)
    assert (ran.code, ran.out) == (2, "")
    assert "holds no SecureString" in ran.err
