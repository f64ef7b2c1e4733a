"""`secrets-cli key`, as its users meet it, on moto: what is said, what is changed, which codes."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secrets_cli.aws.keys import KeyService, LastUse
from secrets_cli.aws.parameters import ParameterStore, Write
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AccessDenied, AwsFailure, Throttled
from secrets_cli.secret_value import SecretValue
from tests.conftest import Ran, RunCli

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
ACCOUNT = "123456789012"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admins"
APP = f"arn:aws:iam::{ACCOUNT}:role/app"
CREATE = ("key", "create", "team/app", "--admin", ADMIN, "--user", APP, "--account", "iam")
"""moto's caller is a user of whom the key policy does not speak: IAM decides."""


@pytest.fixture(autouse=True)
def _last_use_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto does not know the call."""

    def unknown(_self: KeyService, _key: str) -> LastUse:
        raise AwsFailure("AWS answered InvalidAction", "", "InvalidAction")

    monkeypatch.setattr(KeyService, "last_use", unknown)


def document(ran: Ran, name: str) -> dict[str, Any]:
    """The JSON result, valid by its schema."""
    found: dict[str, Any] = json.loads(ran.out)
    schema = json.loads((SCHEMAS / f"{name}-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def unwrapped(text: str) -> str:
    """The text with its line breaks undone: the terminal of the tests is narrow."""
    return " ".join(text.split())


def keys_of(aws: Connection) -> int:
    """How many keys there are."""
    return len(KeyService(aws).ids())


# --- create ---


def test_a_key_is_made_once(cli: RunCli, aws: Connection) -> None:
    first = cli(*CREATE, "--tag", "team=a", "--format", "json")
    assert first.code == 0, first.err
    made = document(first, "key-change")
    assert made["state"] == "changed"
    assert made["proof"]["holds"] is True
    assert "1. make the key" in first.err
    assert f"proven: {ADMIN} may not kms:Encrypt, Decrypt, GenerateDataKey and CreateGrant" in unwrapped(first.err)
    assert f"done: make the key {made['key_id']}" in first.err
    kms = KeyService(aws)
    assert kms.describe("alias/team/app").arn == made["key_arn"]
    assert json.loads(kms.policy(made["key_id"])) == made["policy"]
    assert kms.rotation(made["key_id"]).enabled
    assert dict(kms.tags(made["key_id"])) == {"team": "a", "secrets-cli:alias": "alias/team/app"}
    again = cli(*CREATE, "--tag", "team=a")
    assert (again.code, again.out.strip()) == (0, made["key_arn"])
    assert "nothing to do" in again.err
    assert keys_of(aws) == 1


def test_dry_run_shows_the_policy_and_makes_nothing(cli: RunCli, aws: Connection) -> None:
    ran = cli(*CREATE, "--dry-run")
    assert ran.code == 0
    policy = json.loads(ran.out)
    assert policy["Statement"][0]["Sid"] == "IamPoliciesOfTheAccountDecide"
    assert "not proven, for no key policy can: IAM policies of the account decide on use too" in ran.err
    assert keys_of(aws) == 0
    planned = document(cli(*CREATE, "--dry-run", "--format", "json"), "key-change")
    assert (planned["state"], planned["key_id"]) == ("planned", None)


def test_what_differs_is_shown_and_asked(cli: RunCli, aws: Connection) -> None:
    cli(*CREATE)
    changed = (*CREATE[:-3], f"arn:aws:iam::{ACCOUNT}:role/other", "--account", "iam")
    assert changed[5:7] == ("--user", f"arn:aws:iam::{ACCOUNT}:role/other")
    before = KeyService(aws).policy(KeyService(aws).ids()[0])
    asked = cli(*changed)
    assert asked.code == 2
    assert "no terminal" in asked.err
    assert f"- {APP} may kms:Decrypt, kms:Encrypt, kms:GenerateDataKey" in asked.err
    assert KeyService(aws).policy(KeyService(aws).ids()[0]) == before
    done = document(cli(*changed, "--yes", "--format", "json"), "key-change")
    assert done["state"] == "changed"
    assert {one["principal"] for one in done["difference"]["removed"]} == {APP}
    assert keys_of(aws) == 1


def test_a_run_that_was_cut_off_is_finished_and_makes_no_second_key(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_self: KeyService, alias: str, _key: str) -> None:
        raise AccessDenied(f"AWS denied `kms:CreateAlias` on `{alias}`", "allow it", "AccessDeniedException")

    with monkeypatch.context() as patched:
        patched.setattr(KeyService, "create_alias", denied)
        broken = cli(*CREATE)
    assert broken.code == 5
    (key,) = KeyService(aws).ids()
    assert f"this failed at: name it alias/team/app; done before: make the key {key}" in broken.err
    assert "the same command again goes on from there; allow it" in broken.err
    dry = cli(*CREATE, "--dry-run", "--format", "json")
    assert document(dry, "key-change")["key_id"] == key
    finished = cli(*CREATE, "--yes")
    assert finished.code == 0, finished.err
    assert f"going on with {key}" in finished.err
    assert KeyService(aws).describe("alias/team/app").id == key
    assert KeyService(aws).rotation(key).enabled
    assert keys_of(aws) == 1


def test_ctrl_c_after_the_key_is_made_leaves_it_to_be_found(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_self: KeyService, _alias: str, _key: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(KeyService, "create_alias", interrupt)
        ran = cli(*CREATE)
    assert ran.code == 130
    assert "done: make the key" in ran.err
    assert "run the same command again to go on" in ran.err
    assert cli(*CREATE, "--yes").code == 0
    assert keys_of(aws) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("key", "create", "aws/x", "--admin", ADMIN), "AWS's own"),
        (("key", "create", "a b", "--admin", ADMIN), "not the name of a KMS key"),
        (("key", "create", "x", "--user", APP), "no administrator"),
        (("key", "create", "x", "--admin", "me"), "not the ARN of a role"),
        (("key", "create", "x", "--admin", ADMIN), "lock you out"),
        (("key", "create", "x", "--admin", ADMIN, "--rotation", "30"), "every 30 days"),
        (("key", "create", "x", "--admin", ADMIN, "--rotation", "often"), "neither a number"),
        (("key", "create", "x", "--admin", ADMIN, "--tag", "team"), "NAME=VALUE"),
        (("key", "create", "x", "--admin", ADMIN, "--tag", "aws:a=b"), "AWS's own"),
        (("key", "create", "x", "--admin", ADMIN, "--via", "s3"), "choose `ssm` or `any`"),
        (("key", "grant-use", "x"), "nobody to grant"),
        (("key", "rotation", "on", "x", "--days", "1"), "every 1 days"),
        (("key", "delete", "x", "--pending-days", "6"), "in 6 days"),
        (("key", "audit", "--rule", "none"), "no rule `none`"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is(
    cli: RunCli, aws: Connection, words: tuple[str, ...], message: str
) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (2, "")
    assert message in unwrapped(ran.err)
    assert keys_of(aws) == 0


def test_a_key_that_is_not_there(cli: RunCli, aws: Connection) -> None:
    for words in (
        ("show", "none"),
        ("rotation", "on", "none"),
        ("delete", "none"),
        ("cancel-delete", "none"),
        ("audit", "none"),
    ):
        ran = cli("key", *words)
        assert (ran.code, ran.out) == (3, ""), words
        assert "secrets-cli key list" in ran.err


def test_a_throttled_or_unreachable_kms_is_said(cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def throttled(_self: KeyService, _key: str) -> None:
        raise Throttled("`kms:DescribeKey` was throttled", "wait, then run again", "ThrottlingException")

    monkeypatch.setattr(KeyService, "describe", throttled)
    ran = cli("key", "show", "x")
    assert (ran.code, ran.out) == (5, "")
    assert "was throttled" in ran.err


# --- use ---


def test_use_is_granted_and_revoked(cli: RunCli, aws: Connection) -> None:
    cli(*CREATE)
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    granted = document(
        cli("key", "grant-use", "team/app", "--reader", other, "--yes", "--format", "json"), "key-change"
    )
    added = granted["difference"]["added"]
    assert {one["principal"] for one in added} == {other}
    assert sorted(one["actions"] for one in added) == [["kms:Decrypt"], ["kms:DescribeKey"]]
    assert cli("key", "grant-use", "team/app", "--reader", other).code == 0  # nothing to do, so nothing to ask
    dry = cli("key", "revoke-use", "team/app", "--user", other, "--dry-run")
    assert other not in json.loads(dry.out).__repr__()
    revoked = document(cli("key", "revoke-use", "team/app", "--user", other, "--yes", "--format", "json"), "key-change")
    assert revoked["difference"]["added"] == []
    assert any("leaves it to IAM" in one for one in revoked["warnings"])
    assert other not in KeyService(aws).policy(KeyService(aws).ids()[0])
    assert cli("key", "revoke-use", "team/app", "--user", other).code == 0


# --- rotation ---


def test_rotation_on_off_now_history(cli: RunCli, aws: Connection) -> None:
    cli(*CREATE, "--rotation", "off")
    key = KeyService(aws).ids()[0]
    assert not KeyService(aws).rotation(key).enabled
    assert cli("key", "rotation", "on", "team/app", "--days", "180").code == 0
    assert KeyService(aws).rotation(key).enabled
    asked = cli("key", "rotation", "now", "team/app")
    assert asked.code == 2
    assert "24 of 25 on-demand rotations" in asked.err
    assert cli("key", "rotation", "now", "team/app", "--yes").code == 0
    history = document(cli("key", "rotation", "history", "team/app", "--format", "json"), "key-rotations")
    assert [one["kind"] for one in history["rotations"]] == ["ON_DEMAND"]
    assert history["on_demand_left"] == 24
    text = cli("key", "rotation", "history", "alias/team/app").out
    assert "on demand" in text
    assert cli("key", "rotation", "off", "team/app").code == 2
    off = document(cli("key", "rotation", "off", "team/app", "--yes", "--format", "json"), "key-change")
    assert off["steps"] == ["stop rotating it"]
    assert not KeyService(aws).rotation(key).enabled


# --- deletion ---


def put(aws: Connection, name: str, key: str) -> None:
    """A parameter under a key."""
    ParameterStore(aws).put(Write(name, SecretValue("marker-value"), key, overwrite=True))


@pytest.mark.parametrize("spelling", ["alias", "id", "arn", "alias-arn"])
def test_a_key_with_parameters_is_not_deleted_however_they_name_it(cli: RunCli, aws: Connection, spelling: str) -> None:
    made = document(cli(*CREATE, "--format", "json"), "key-change")
    arn = made["key_arn"]
    alias_arn = arn.replace(f"key/{made['key_id']}", "alias/team/app")
    name = {"alias": "alias/team/app", "id": made["key_id"], "arn": arn, "alias-arn": alias_arn}[spelling]
    put(aws, "/billing/db", name)
    put(aws, "/other", "alias/aws/ssm")
    ran = cli("key", "delete", "team/app", "--confirm", "team/app")
    assert (ran.code, ran.out) == (2, "")
    assert "/billing/db" in ran.err
    assert "/other" not in ran.err
    assert "1 parameter is encrypted under `alias/team/app`" in ran.err
    assert "marker-value" not in ran.err
    assert KeyService(aws).describe(arn).state == "Enabled"


def test_a_deletion_is_typed_and_can_be_cancelled(cli: RunCli, aws: Connection) -> None:
    made = document(cli(*CREATE, "--format", "json"), "key-change")
    assert "give `--confirm team/app`" in cli("key", "delete", "team/app").err
    assert "does not give the key's alias" in cli("key", "delete", "team/app", "--confirm", "team/other").err
    dry = cli("key", "delete", "team/app", "--dry-run", "--format", "json")
    assert document(dry, "key-change")["state"] == "planned"
    assert KeyService(aws).describe(made["key_id"]).state == "Enabled"
    ran = cli("key", "delete", "team/app", "--confirm", "alias/team/app", "--pending-days", "7")
    assert ran.code == 0
    assert KeyService(aws).describe(made["key_id"]).state == "PendingDeletion"
    assert cli("key", "delete", "team/app").code == 0  # pending already: nothing to ask
    assert "cancel-delete" in cli(*CREATE).err
    assert cli("key", "show", "team/app").code == 0
    back = document(cli("key", "cancel-delete", "team/app", "--format", "json"), "key-change")
    assert back["steps"] == ["cancel its deletion", "enable it"]
    assert KeyService(aws).describe(made["key_id"]).state == "Enabled"


# --- list, show, audit ---


def test_keys_are_listed(cli: RunCli, aws: Connection) -> None:
    empty = cli("key", "list")
    assert (empty.code, empty.out) == (0, "")
    assert "no keys" in empty.err
    cli(*CREATE)
    assert "alias/team/app" in cli("key", "list").out
    listed = document(
        cli("key", "list", "--region", "us-east-1", "--region", "eu-west-1", "--format", "json"), "key-list"
    )
    assert [(one["aliases"], one["target"]) for one in listed["keys"]] == [(["alias/team/app"], "us-east-1")]


def test_a_key_is_explained(cli: RunCli, aws: Connection) -> None:
    made = document(cli(*CREATE, "--format", "json"), "key-change")
    put(aws, "/billing/db", "alias/team/app")
    for name in ("team/app", "alias/team/app", made["key_id"], made["key_arn"]):
        text = cli("key", "show", name)
        assert text.code == 0, text.err
        assert "UsersThroughParameterStore" in text.out
    shown = document(cli("key", "show", "team/app", "--parameters", "--format", "json"), "key-show")
    (policy,) = shown["policies"]
    assert {one["subject"] for one in policy["administer"]} == {ADMIN, ACCOUNT}
    app = next(one for one in policy["use"] if one["subject"] == APP)
    assert {action["reach"] for action in app["actions"]} == {"ssm"}
    assert shown["parameters"] == ["/billing/db"]
    assert json.loads(cli("key", "show", "team/app", "--policy").out) == policy["policy"]


def test_an_audit_ends_with_the_code_of_its_worst_finding(cli: RunCli, aws: Connection) -> None:
    assert cli("key", "audit").code == 0
    cli(*CREATE, "--rotation", "off")
    ran = cli("key", "audit", "--format", "json")
    assert ran.code == 13
    audit = document(ran, "key-audit")
    assert [one["rule"] for one in audit["findings"]] == ["key-no-rotation", "key-left-to-iam"]
    assert "kms:GetKeyLastUsage" in audit["notes"][0]
    assert cli("key", "audit", "team/app", "--rule", "key-left-to-iam").code == 11
    assert cli("key", "audit", "--severity", "high").code == 0
    text = cli("key", "audit")
    assert "1 key, 2 findings: 1 medium, 1 info" in text.out
    assert "-> secrets-cli key rotation on alias/team/app" in text.out
    several = document(
        cli("key", "audit", "--region", "us-east-1", "--region", "eu-west-1", "--format", "json"), "key-audit"
    )
    assert several["keys"] == 1


def test_what_an_audit_may_not_read_is_said_and_is_no_clean_bill(
    cli: RunCli, aws: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli(*CREATE)

    def denied(_self: KeyService, key: str) -> tuple[str, ...]:
        raise AccessDenied(f"AWS denied `kms:ListKeyPolicies` on `{key}`", "", "AccessDeniedException")

    monkeypatch.setattr(KeyService, "policy_names", denied)
    ran = cli("key", "audit", "--format", "json")
    assert ran.code == 21
    audit = document(ran, "key-audit")
    assert "could not be asked for its policies" in audit["unread"][0]["reason"]
    assert "not judged: " in cli("key", "audit").out
