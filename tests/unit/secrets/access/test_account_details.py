"""An account's details, from a file and from IAM, give the same identities."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from secrets_cli.aws.identities import IdentityDirectory
from secrets_cli.aws.target import Connection
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import Policy
from secrets_cli.secrets.access.account_details import IdentityKind, parse_account
from tests.unit.secrets.access.made_account import allow, details, document


def test_the_made_account_is_read_whole() -> None:
    account = parse_account(json.dumps(details()).encode(), "file")
    assert (account.id, account.partition, len(account.identities)) == ("111122223333", "aws", 15)
    member = next(one for one in account.identities if one.name == "ingroup")
    assert [policy.name for policy in member.policies] == ["arn:aws:iam::111122223333:policy/ReadBilling"]
    linked = next(one for one in account.identities if one.name.startswith("AWSServiceRole"))
    assert linked.kind is IdentityKind.SERVICE_LINKED_ROLE
    assert not account.unread


def test_documents_may_be_url_encoded_text() -> None:
    plain = details()
    encoded: dict[str, Any] = json.loads(json.dumps(plain))
    for one in encoded["UserDetailList"]:
        for policy in one["UserPolicyList"]:
            policy["PolicyDocument"] = quote(json.dumps(policy["PolicyDocument"]))
    first, second = (parse_account(json.dumps(one).encode(), "file") for one in (plain, encoded))
    assert first.identities == second.identities
    assert not second.unread


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"\xff", b'{"UserDetailList": 3}', b"[" * 100_000])
def test_what_is_no_account_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedInput, match="does not hold the details of an account"):
        parse_account(text, "x.json")


def test_an_account_of_nobody_and_two_accounts_are_refused() -> None:
    empty: dict[str, list[Any]] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    with pytest.raises(MalformedInput, match="no user and no role"):
        parse_account(json.dumps(empty).encode(), "x.json")
    two = details()
    two["UserDetailList"].append({"Arn": "arn:aws:iam::999988887777:user/x", "UserName": "x"})
    with pytest.raises(MalformedInput, match="several accounts"):
        parse_account(json.dumps(two).encode(), "x.json")


def test_live_details_are_paged_and_parse_as_the_file_does(aws: Connection) -> None:
    iam = aws.client("iam")
    for number in range(3):
        iam.create_user(UserName=f"u{number}", Tags=[{"Key": "team", "Value": "a"}])
        iam.put_user_policy(
            UserName=f"u{number}", PolicyName="p", PolicyDocument=json.dumps(document(allow("ssm:GetParameter")))
        )
    trust = document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))
    counts: list[int] = []
    account = parse_account(IdentityDirectory(aws).account_details(counts.append), "live")
    assert [one.name for one in account.identities] == ["u0", "u1", "u2", "r"]
    assert all(isinstance(policy, Policy) for one in account.identities for policy in one.policies)
    assert isinstance(account.identities[3].trust, Policy)
    assert counts


def test_every_page_is_asked_for(aws: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[dict[str, Any]] = [
        {"UserDetailList": [{"Arn": "arn:aws:iam::1:user/a"}], "IsTruncated": True, "Marker": "m"},
        {"RoleDetailList": [{"Arn": "arn:aws:iam::1:role/b"}], "IsTruncated": False},
    ]
    asked: list[dict[str, Any]] = []

    class Iam:
        def get_account_authorization_details(self, **given: Any) -> dict[str, Any]:
            asked.append(given)
            return pages[len(asked) - 1]

    monkeypatch.setattr(aws, "client", lambda _: Iam())
    whole = json.loads(IdentityDirectory(aws).account_details())
    assert (len(whole["UserDetailList"]), len(whole["RoleDetailList"])) == (1, 1)
    assert asked == [{"MaxItems": 1000}, {"MaxItems": 1000, "Marker": "m"}]
