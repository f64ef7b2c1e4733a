"""`secret access` from the command line: offline, live, and what can go wrong."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.aws.parameters import ParameterStore, ResourcePolicy
from secrets_cli.aws.target import Connection
from tests.conftest import RunCli
from tests.unit.secrets.access.made_account import ARN, GET, KEY, allow, details, document, key_policy, parameter_policy


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that make the command ask AWS nothing; no network is there to be asked."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, content in (("account", details()), ("key", key_policy()), ("parameter", parameter_policy())):
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    options = {"account-authorization": "account", "key-policy": "key", "parameter-policy": "parameter"}
    words = [word for option, name in options.items() for word in (f"--{option}", str(tmp_path / f"{name}.json"))]
    return [*words, "--key", KEY]


def _json(checkout: Path, text: str) -> Any:
    report = json.loads(text)
    schema = json.loads((checkout / "docs" / "schemas" / "secret-access-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, schema)
    return report


def test_the_report_in_json_holds_to_its_schema(cli: RunCli, files: list[str], checkout: Path) -> None:
    ran = cli("secret", "access", ARN, *files, "--format", "json")
    assert ran.code == 0
    report = _json(checkout, ran.out)
    reads = {one["principal"].rpartition(":")[2]: one["reads"] for one in report["principals"]}
    assert (reads["user/direct"], reads["user/withmfa"], reads["user/bounded"]) == ("allowed", "conditional", "denied")
    direct = next(one for one in report["principals"] if one["principal"].endswith("user/direct"))
    assert [one["sid"] for one in direct["ways"][0]["granted_by"]] == ["Get", "Decrypt", "EnableIamPolicies"]
    assert {one["action"] for one in report["self_grants"]} == {
        "iam:PutUserPolicy",
        "sts:AssumeRole",
        "kms:PutKeyPolicy",
    }


def test_the_tables_name_who_how_and_why(cli: RunCli, files: list[str]) -> None:
    ran = cli("secret", "access", ARN, *files)
    assert ran.code == 0
    assert "8 allowed, 2 under conditions, 8 denied" in ran.out
    assert "needs aws:MultiFactorAuthPresent = true" in ran.out
    assert "7 more are denied every way" in ran.out
    assert "user/nokms" not in ran.out
    assert "user/nokms" in cli("secret", "access", ARN, *files, "--all").out


def test_one_principal(cli: RunCli, files: list[str]) -> None:
    arn = "arn:aws:iam::111122223333:user/bounded"
    ran = cli("secret", "access", ARN, *files, "--principal", arn)
    assert "the boundary does not allow it" in ran.out
    assert "user/direct" not in ran.out
    ran = cli("secret", "access", ARN, *files, "--principal", "arn:aws:iam::111122223333:user/nobody")
    assert (ran.code, ran.out) == (3, "")
    assert "no principal `arn:aws:iam::111122223333:user/nobody`" in ran.err


def test_service_control_policies_are_levels(cli: RunCli, files: list[str], tmp_path: Path) -> None:
    everything, only_s3 = tmp_path / "top.json", tmp_path / "account-level.json"
    everything.write_text(json.dumps(document(allow("*"))), encoding="utf-8")
    only_s3.write_text(json.dumps([document(allow("s3:*")), document(allow("sqs:*"))]), encoding="utf-8")
    ran = cli("secret", "access", ARN, *files, "--scp", str(everything), "--scp", str(only_s3), "--all")
    assert "0 allowed" in ran.out
    assert "the service control policies of level 1 do not allow it" in ran.out
    assert "were not given" not in ran.out


def test_the_name_alone_needs_a_region(cli: RunCli, files: list[str]) -> None:
    assert cli("secret", "access", "/billing/prod/db", *files, "--region", "eu-west-1").code == 0


def test_grants_from_a_file(cli: RunCli, files: list[str], tmp_path: Path) -> None:
    grants = tmp_path / "grants.json"
    grant = {"GrantId": "77", "GranteePrincipal": "arn:aws:iam::111122223333:user/nokms", "Operations": ["Decrypt"]}
    grants.write_text(json.dumps({"Grants": [grant]}), encoding="utf-8")
    ran = cli("secret", "access", ARN, *files, "--key-grants", str(grants), "--all")
    assert "key policy: grant 77" in " ".join(ran.out.split())
    grants.write_text("{}", encoding="utf-8")
    ran = cli("secret", "access", ARN, *files, "--key-grants", str(grants))
    assert (ran.code, ran.out) == (4, "")


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (("--account-authorization", "none.json"), 2, "there is no file `none.json`"),
        (("--scp", "none.json"), 2, "there is no file `none.json`"),
        (("--key-policy", "{bad}"), 4, "key policy"),
        (("--account-authorization", "{bad}"), 4, "does not hold the details of an account"),
        (("--scp", "{bad}"), 4, "bad.json"),
    ],
)
def test_bad_files(
    cli: RunCli, files: list[str], tmp_path: Path, change: tuple[str, str], code: int, message: str
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"Statement": "no"}', encoding="utf-8")
    option, value = change
    place = files.index(option) if option in files else len(files)
    words = [*files[:place], option, value.format(bad=bad), *files[place + 2 :]]
    ran = cli("secret", "access", ARN, *words)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err


def test_a_key_policy_without_its_key_is_refused(cli: RunCli, files: list[str]) -> None:
    without = [word for word in files if word not in ("--key", KEY)]
    ran = cli("secret", "access", ARN, *without)
    assert ran.code == 2
    assert "give its ARN as `--key`" in ran.err


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto has no GetResourcePolicies: two policies on the parameter, as AWS would answer them."""
    policies = tuple(
        ResourcePolicy(str(number), "", json.dumps(document({**allow("ssm:GetParameter"), "Principal": {"AWS": one}})))
        for number, one in enumerate(("444455556666", "777788889999"))
    )
    monkeypatch.setattr(ParameterStore, "resource_policies", lambda *_: policies)


@pytest.mark.usefixtures("shared")
def test_live(cli: RunCli, aws: Connection, checkout: Path) -> None:
    marker = "MARKER-never-shown"
    key = aws.client("kms").create_key(Policy=json.dumps(_delegating("123456789012")))["KeyMetadata"]
    aws.client("kms").create_alias(AliasName="alias/team", TargetKeyId=key["KeyId"])
    aws.client("ssm").put_parameter(Name="/billing/prod/db", Value=marker, Type="SecureString", KeyId="alias/team")
    iam = aws.client("iam")
    iam.create_user(UserName="reader")
    get = {**GET, "Resource": "arn:aws:ssm:us-east-1:123456789012:parameter/billing/prod/db"}
    reading = document(get, allow("kms:Decrypt", key["Arn"], Sid="Decrypt"))
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps(reading))
    ran = cli("secret", "access", "/billing/prod/db", "--format", "json")
    assert ran.code == 0, ran.err
    report = _json(checkout, ran.out)
    assert report["key"] == key["Arn"]
    reader = next(one for one in report["principals"] if one["principal"].endswith("user/reader"))
    assert reader["reads"] == "allowed"
    external = {one["principal"] for one in report["principals"] if one["external"]}
    assert external == {"arn:aws:iam::444455556666:root", "arn:aws:iam::777788889999:root"}
    assert marker not in ran.out + ran.err


def test_live_in_an_account_without_users_and_roles(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ParameterStore, "resource_policies", lambda *_: ())
    key = aws.client("kms").create_key(Policy=json.dumps(_delegating("123456789012")))["KeyMetadata"]
    aws.client("kms").create_alias(AliasName="alias/team", TargetKeyId=key["KeyId"])
    aws.client("ssm").put_parameter(Name="/only/root", Value="v", Type="SecureString", KeyId="alias/team")
    ran = cli("secret", "access", "/only/root", "--key", "team")
    assert ran.code == 0, ran.err
    assert re.search(r"^root user +allowed", ran.out, re.MULTILINE)


def _delegating(account: str) -> dict[str, Any]:
    return document({**allow("kms:*", Sid="Root"), "Principal": {"AWS": f"arn:aws:iam::{account}:root"}})


def test_a_parameter_that_is_not_there(cli: RunCli, aws: Connection) -> None:
    aws.client("iam").create_user(UserName="somebody")
    ran = cli("secret", "access", "/none")
    assert (ran.code, ran.out) == (3, "")
    assert "there is no parameter `/none`" in ran.err


@pytest.mark.usefixtures("shared")
def test_a_plain_parameter_has_no_key(cli: RunCli, aws: Connection) -> None:
    aws.client("iam").create_user(UserName="somebody")
    aws.client("ssm").put_parameter(Name="/plain", Value="v", Type="String")
    ran = cli("secret", "access", "/plain")
    assert ran.code == 0
    assert "it is not encrypted" in ran.out
    assert "Decrypt" not in ran.out


def test_a_denied_call_says_which(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    from secrets_cli.aws.identities import IdentityDirectory
    from secrets_cli.errors import AccessDenied

    def denied(*_: object) -> bytes:
        raise AccessDenied("AWS denied `iam:GetAccountAuthorizationDetails`", "a policy that allows it is missing")

    monkeypatch.setattr(IdentityDirectory, "account_details", denied)
    ran = cli("secret", "access", "/x")
    assert (ran.code, ran.out) == (5, "")
    assert "iam:GetAccountAuthorizationDetails" in ran.err


def test_what_cannot_be_read_beside_is_noted(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    from secrets_cli.errors import AccessDenied
    from secrets_cli.secrets.access import inputs as access_inputs

    def denied(*_: object) -> bytes:
        raise AccessDenied("AWS denied it")

    monkeypatch.setattr(access_inputs, "grants_document", denied)
    monkeypatch.setattr(ParameterStore, "resource_policies", denied)
    monkeypatch.setattr(ParameterStore, "tags", denied)
    aws.client("iam").create_user(UserName="somebody")
    aws.client("ssm").put_parameter(Name="/x", Value="v", Type="SecureString", KeyId="alias/aws/ssm")
    ran = cli("secret", "access", "/x")
    assert ran.code == 0, ran.err
    out = " ".join(ran.out.split())
    for what in (
        "grants on the key could not be read",
        "the parameter's policy could not be read",
        "tags could not be",
    ):
        assert what in out


@pytest.mark.usefixtures("shared")
def test_a_key_that_is_disabled_is_told(cli: RunCli, aws: Connection) -> None:
    aws.client("iam").create_user(UserName="somebody")
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    aws.client("ssm").put_parameter(Name="/x", Value="v", Type="SecureString", KeyId=key)
    aws.client("kms").disable_key(KeyId=key)
    ran = cli("secret", "access", "/x")
    assert "the key is Disabled: as long as it is, nobody decrypts" in " ".join(ran.out.split())


def test_the_page_shows_what_is_printed(cli: RunCli, files: list[str], checkout: Path) -> None:
    page = (checkout / "docs" / "secret-access.md").read_text(encoding="utf-8")
    assert cli("secret", "access", ARN, *files, "--all").out.strip() in page
