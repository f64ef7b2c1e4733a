"""`key-policy-admin-and-use`."""

from secrets_cli.gate.rules.key_policy_admin_and_use import RULE
from tests.unit.gate.made_documents import ACCOUNT, STRICT, in_resource, statement, weights

APP = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}
ADMIN = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}


def test_both_in_two_statements() -> None:
    manage, use = statement(APP, "kms:Put*", "*"), statement(APP, ["kms:Decrypt", "kms:Encrypt"], "*")
    assert not in_resource(RULE, manage, use)
    (found,) = in_resource(RULE, manage, use, settings=STRICT)
    assert found.message == (
        f"`arn:aws:iam::{ACCOUNT}:role/app` manages the key and uses it: `kms:Decrypt`, `kms:Encrypt`"
    )
    assert found.evidence == ("statement 1 gives `kms:PutKeyPolicy`",)
    assert found.location.line == 3


def test_both_in_one_statement() -> None:
    assert weights(in_resource(RULE, statement(APP, ["kms:PutKeyPolicy", "kms:Decrypt"], "*"), settings=STRICT)) == [
        "medium"
    ]


def test_separate() -> None:
    manage, use = statement(ADMIN, "kms:PutKeyPolicy", "*"), statement(APP, "kms:Decrypt", "*")
    assert not in_resource(RULE, manage, use, settings=STRICT)


def test_the_account_leaves_it_to_iam() -> None:
    root = statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*", "*")
    assert not in_resource(RULE, root, settings=STRICT)


def test_what_nobody_may_is_not_used() -> None:
    both = statement(APP, ["kms:PutKeyPolicy", "kms:Decrypt"], "*")
    assert not in_resource(RULE, both, statement("*", "kms:Decrypt", "*", effect="Deny"), settings=STRICT)
