"""`key-policy-no-recovery`."""

from secrets_cli.gate.rules.key_policy_no_recovery import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.judging import findings_in
from tests.unit.gate.made_documents import ACCOUNT, STRICT, in_resource, in_template, statement, weights

APP = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}
USE = statement(APP, "kms:Decrypt", "*")
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_nobody() -> None:
    (found,) = in_resource(RULE, USE)
    assert found.message == "nobody may `kms:PutKeyPolicy`: the key cannot be managed once it has this policy"
    assert found.severity.value == "medium"


def test_denied_to_all_or_left_to_the_dead() -> None:
    root = statement(ROOT, "kms:*", "*")
    assert in_resource(RULE, root, statement("*", "kms:Put*", "*", effect="Deny"))
    assert in_resource(RULE, USE, statement({"AWS": "AROAEXAMPLE1234567890"}, "kms:*", "*"))


def test_only_principals_that_can_be_deleted() -> None:
    admin = statement(APP, "kms:PutKeyPolicy", "*")
    assert not in_resource(RULE, admin)
    assert weights(in_resource(RULE, admin, settings=STRICT)) == ["low"]


def test_the_account_recovers_it() -> None:
    root_user = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:root"}}
    assert not in_resource(RULE, USE, statement(ROOT, "kms:*", "*"), settings=STRICT)
    assert not in_resource(RULE, USE, statement(ROOT, "kms:PutKeyPolicy", "*", root_user), settings=STRICT)


def test_what_is_not_known() -> None:
    assert not in_resource(RULE, USE, statement({"AWS": UNKNOWN}, "kms:*", "*"))
    key = {"KeyPolicy": {"Statement": [USE, statement(ROOT | {"AWS": {"Ref": "Admin"}}, "kms:*", "*")]}}
    assert not in_template(RULE, {"Key": {"Type": "AWS::KMS::Key", "Properties": key}})
    key = {"KeyPolicy": {"Statement": [USE, statement(APP, "kms:Encrypt", "*") | {"Action": {"Ref": "Actions"}}]}}
    assert not in_template(RULE, {"Key": {"Type": "AWS::KMS::Key", "Properties": key}})


def test_a_document_that_adds_to_others() -> None:
    text = """
data "aws_iam_policy_document" "users" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/app"]
    }
  }
}
"""
    assert not findings_in(text, "main.tf", [RULE], STRICT)
    assert not in_resource(RULE, statement("*", "kms:Decrypt", "*", effect="Deny"))
